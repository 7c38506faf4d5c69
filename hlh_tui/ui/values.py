"""Charted values as they are printed: number or finding, comparator, unit, day, change."""

from __future__ import annotations

from math import floor

from hlh_tui.assess.models import Item
from hlh_tui.protocol.analytes import Analyte, analytes
from hlh_tui.study.models import Observation

NARROW = str.maketrans({"≥": ">=", "≤": "<=", "°": "", "×": "x", "·": " ", "−": "-", "→": ">", "²": "2"})
"""Characters that some terminals draw two cells wide, as they stand in columns."""


LABEL_CELLS = 12
"""Longest label of a row."""


def in_column(text: str) -> str:
    """The text with every character of uncertain width replaced, so that columns stay aligned."""
    return text.translate(NARROW)


def analyte_label(analyte_id: str) -> str:
    """The label of an analyte (the short one where it is too long for a column); its id if it is not known."""
    known = analytes().get(analyte_id)
    if known is None:
        return analyte_id
    return in_a_row(known.label if len(known.label) <= LABEL_CELLS else known.short)


def item_name(item: Item) -> str:
    """The name under which an item's value is shown and cited: its analyte's, else its own."""
    return analyte_label(item.analyte) if item.analyte else item.label


def in_a_row(label: str) -> str:
    """A label as a row's name: lower case unless it is an abbreviation or holds one, such as CNS or D-dimer."""
    return label.lower() if label[1:].replace(" ", "").isalpha() and label[1:].islower() else label


def unit_label(analyte_id: str, unit: str) -> str:
    """The printed unit of a stored value."""
    known = analytes().get(analyte_id)
    return unit if known is None else known.shown(unit)


def value_text(analyte_id: str | None, value: float | None, comparator: str | None = None) -> str:
    """A value in as many decimals as its analyte has, thousands apart, findings as present or absent."""
    if value is None:
        return ""
    known = analytes().get(analyte_id or "")
    if known is not None and known.kind == "finding":
        return _finding(known, value)
    decimals = 0 if known is None and value == floor(value) else 1 if known is None else known.decimals
    text = f"{value:,.{decimals}f}".replace(",", " ")
    return f"{comparator or ''}{text}"


def observation_text(observation: Observation) -> str:
    """A value with its unit, e.g. ``8 420 µg/L``."""
    words = value_text(observation.analyte, observation.value, observation.comparator)
    return f"{words} {unit_label(observation.analyte, observation.unit)}".strip()


def day_text(day: float) -> str:
    """A day as printed: ``7``, ``7.3``, ``-2``."""
    return f"{day:.0f}" if day == floor(day) else f"{day:.1f}"


def change_text(change_pct: float | None) -> str:
    """A change from baseline as printed: ``-92%``, ``+15%``; empty when it is not known."""
    if change_pct is None:
        return ""
    words = f"{change_pct:+.0f}%"
    return "0%" if words in ("+0%", "-0%") else words


def change_between(before: Observation, after: Observation) -> str:
    """The change from one value to another: per cent, or the difference for an analyte without a true zero.

    Empty where a comparator or a zero leaves it open.
    """
    if before.comparator or after.comparator or after is before or before.unit != after.unit:
        return ""
    known = analytes().get(after.analyte)
    if known is not None and not known.percent_change:
        return f"{after.value - before.value:+.1f}"
    return change_text((after.value - before.value) / before.value * 100) if before.value else ""


def _finding(analyte: Analyte, value: float) -> str:
    if analyte.id.endswith("activity"):
        return "abnormal" if value else "normal"
    return "present" if value else "absent"
