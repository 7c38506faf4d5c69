"""How a charted value reads in a sentence, and the numbers behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import ItemRule

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
        """The value as printed, e.g. ``640 µg/L``, ``>2000 µg/L`` or ``splenomegaly absent``."""
        known = analytes()[self.analyte]
        if known.kind == "finding":
            return f"{known.label} {_level(known.levels, self.value)}"
        sign = {"<=": "≤", ">=": "≥"}.get(self.comparator or "", self.comparator or "")
        return f"{sign}{number(self.value)} {known.unit_shown}".rstrip()


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


def _level(levels: dict[str, float], value: float) -> str:
    return next((word for word, level in levels.items() if level == value), number(value))


def number(value: float) -> str:
    """A number without trailing zeros."""
    return f"{value:.10g}"


def day(value: float) -> str:
    """A day without trailing zeros, e.g. ``day 7`` or ``day 9.25``."""
    return f"day {number(value)}"


def percent(change: float) -> str:
    """A signed change as printed, e.g. ``-92 %`` or ``+180 %``; one decimal where it matters."""
    rounded = f"{change:+.0f}" if abs(change) >= 10 else f"{change:+.1f}"
    return "no change" if abs(change) < NO_CHANGE_BELOW else f"{rounded} %"
