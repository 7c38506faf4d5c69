"""How a charted value reads in a sentence, and the numbers behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.item_models import ItemRule

NO_CHANGE_BELOW = 0.05
"""Changes that would print as 0.0 % are printed as none."""


@dataclass(frozen=True, slots=True)
class Held:
    """A value in force: number in the unit of ``analyte``, comparator if it is only a bound, and its day."""

    analyte: str
    value: float
    comparator: str | None
    day: float

    @property
    def unit(self) -> str:
        """The unit as printed; empty for a finding."""
        return analytes()[self.analyte].unit_shown

    @property
    def words(self) -> str:
        """The value as printed, e.g. ``640 µg/L``, ``>2000 µg/L`` or ``Splenomegaly absent``."""
        known = analytes()[self.analyte]
        shown = value_words(self.analyte, self.value, self.comparator)
        return f"{known.label} {shown}" if known.kind == "finding" else shown


def held(item: ItemRule, found: dict[str, Any] | None) -> Held | None:
    """The value in a struct from the SQL (``x`` is turned so that less is better), or None without one."""
    if found is None or found["x"] is None:
        return None
    sign = 1.0 if item.limit.direction == "below" else -1.0
    value = sign * found["x"] + 0.0
    low, high = sorted((sign * found["x_lo"], sign * found["x_hi"]))
    comparator = None
    if low != high:
        comparator = _above(low, value) if math.isinf(high) else _below(high, value)
    return Held(item.analytes[-found["place"]], value, comparator, float(found["day"]))


def _above(low: float, value: float) -> str:
    return ">" if low > value else ">="


def _below(high: float, value: float) -> str:
    return "<" if high < value else "<="


def value_words(analyte: str, value: float, comparator: str | None) -> str:
    """A value as printed: a number with its unit, or the word of a finding."""
    known = analytes()[analyte]
    if known.kind == "finding":
        return _level(known.levels, value)
    sign = {"<=": "≤", ">=": "≥"}.get(comparator or "", comparator or "")
    return f"{sign}{number(value)} {known.unit_shown}".rstrip()


def _level(levels: dict[str, float], value: float) -> str:
    return next((word for word, level in levels.items() if level == value), number(value))


def number(value: float) -> str:
    """A number without trailing zeros."""
    return f"{value:.10g}"


def day(value: float) -> str:
    """A day as printed, to a hundredth (a quarter of an hour), e.g. ``day 7`` or ``day 9.25``."""
    return f"day {day_number(value)}"


def day_number(value: float) -> str:
    """The number of a day as printed."""
    return number(round(value, 2) + 0.0)


def percent(change: float) -> str:
    """A signed change as printed, e.g. ``-92 %`` or ``+180 %``; one decimal where it matters."""
    rounded = f"{change:+.0f}" if abs(change) >= 10 else f"{change:+.1f}"
    return "no change" if abs(change) < NO_CHANGE_BELOW else f"{rounded} %"
