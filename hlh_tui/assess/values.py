"""How a charted value reads in a sentence, and the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hlh_tui.protocol.analytes import analytes

NO_CHANGE_BELOW = 0.05
"""Changes that would print as 0.0 % are printed as none."""


@dataclass(frozen=True, slots=True)
class Charted:
    """A value as the file had it: its text, its unit, and the file and row it came from."""

    value: str
    unit: str | None
    file: str | None
    row: int | None

    @property
    def words(self) -> str:
        """The text with its unit, e.g. ``160 mg/dL``."""
        return f"{self.value} {self.unit or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Held:
    """A value in force: number in ``unit_id`` of ``analyte``, comparator if it is only a bound, and its day.

    ``lower`` and ``upper`` are the laboratory's reference limits; ``lent`` is from when until when (None: ongoing) a
    treatment supported it.
    """

    analyte: str
    value: float
    comparator: str | None
    day: float
    unit_id: str = ""
    lower: float | None = None
    upper: float | None = None
    assay: str | None = None
    charted: Charted | None = None
    lent: tuple[float, float | None] | None = None

    @property
    def words(self) -> str:
        """The value as printed, e.g. ``640 µg/L``, ``>2000 µg/L`` or ``Splenomegaly absent``."""
        known = analytes()[self.analyte]
        shown = value_words(self.analyte, self.value, self.comparator, self.unit_id)
        return f"{known.label} {shown}" if known.kind == "finding" else shown


def held(analyte: str, row: tuple[Any, ...]) -> Held:
    """The value in a row of ``values.sql``."""
    day, value, comparator, unit, raw, raw_unit, lower, upper, assay, file, line, start, until, lent = row[3:]
    return Held(
        analyte=analyte,
        value=value,
        comparator=comparator,
        day=day,
        unit_id=unit,
        lower=lower,
        upper=upper,
        assay=assay,
        charted=Charted(raw, raw_unit, file, line),
        lent=(start, until) if lent else None,
    )


def value_words(analyte: str, value: float, comparator: str | None, unit: str = "") -> str:
    """A value as printed: a number with its unit (the canonical one, or one of its own), or the word of a finding."""
    known = analytes()[analyte]
    if known.kind == "finding":
        return _level(known.levels, value)
    sign = {"<=": "≤", ">=": "≥"}.get(comparator or "", comparator or "")
    shown = known.shown(unit) if unit in known.own else known.unit_shown
    return f"{sign}{number(value)} {shown}".rstrip()


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
