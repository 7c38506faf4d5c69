"""Which values stand for baseline and for the chosen day, and the change between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.models import Measurement
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.printed import day as printed

if TYPE_CHECKING:
    from hlh_tui.protocol.analytes import Analyte
    from hlh_tui.protocol.models import StudyProtocol

LOG_RATIO = "log_ratio"
DIFFERENCE = "difference"
DECIMALS = 12
"""Changes are rounded to so many decimals, so that equal ratios tie whatever the numbers behind them."""


@dataclass(frozen=True, slots=True)
class Window:
    """The chosen day with its half-width, and how many days before day 0 a baseline may lie."""

    day: float
    within: float
    baseline_days: float


@dataclass(frozen=True, slots=True)
class Pair:
    """The two values of a patient; either may be missing."""

    baseline: Measurement | None
    chosen: Measurement | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change and where the true one lies (see ``models.Series``); None with the reason."""

    change: float | None
    bound: str = ""
    why: str = ""


def window(protocol: StudyProtocol, day: float | None) -> Window:
    """The window of a day: that of the visit on it, else of the nearest visit; by default the protocol's day.

    ``CohortError`` for a day that is not after day 0, and without one where the protocol has no visit.
    """
    visits = protocol.visits
    chosen = next((each for each in (day, protocol.biomarkers.day) if each is not None), None)
    if chosen is None:
        if not visits:
            raise CohortError("the protocol has no visits to compare with baseline: give a day, such as --day 7")
        chosen = visits[-1].day
    if not 0 < chosen < float("inf"):
        raise CohortError(f"day {chosen:g} is not after day 0: give a later day, such as --day 7")
    near = min(visits, key=lambda visit: abs(visit.day - chosen), default=None)
    return Window(float(chosen), near.within if near else 0.0, protocol.context.baseline_days)


def pair(values: Sequence[Measurement], at: Window) -> Pair:
    """The last value of the baseline days up to day 0, and the last value of the whole day nearest to the chosen one.

    Whole days count as on the evidence board: a ward's day 7 is the whole of it. Of two days equally near the earlier.
    """
    before = [each for each in values if -at.baseline_days <= each.day <= 0]
    near: Measurement | None = None
    for each in values:
        away = abs(floor(each.day) - at.day)
        nearer = near is None or away < abs(floor(near.day) - at.day) or floor(each.day) == floor(near.day)
        if each.day > 0 and away <= at.within and nearer:
            near = each
    return Pair(before[-1] if before else None, near)


def measure_of(analyte: Analyte, pairs: Mapping[str, Pair]) -> str:
    """log_ratio; difference for scales without a true zero, and where a value of 0 has no ratio."""
    values = (each for found in pairs.values() for each in (found.baseline, found.chosen))
    if analyte.kind != "number" or not analyte.percent_change:
        return DIFFERENCE
    return DIFFERENCE if any(each is not None and each.value <= 0 for each in values) else LOG_RATIO


def change_of(found: Pair, measure: str, analyte: Analyte, at: Window) -> Change:
    """The change of one patient; a value at the end of its assay counts at that limit."""
    before, after = found.baseline, found.chosen
    if before is None:
        return Change(None, why=f"no value in the {printed(at.baseline_days)} days up to day 0")
    if after is None:
        return Change(None, why=f"no value on {window_words(at)}")
    if before.unit != after.unit:
        return Change(None, why="measured in units that cannot be converted")
    if analyte.assay_bound and before.assay and after.assay and before.assay != after.assay:
        return Change(None, why="measured by two assays that must not be compared")
    return Change(between(before, after, measure), bound_of(before, after))


def between(before: Measurement, after: Measurement, measure: str) -> float:
    """ln(after / before), or the difference."""
    if measure == LOG_RATIO:
        return round(log(after.value / before.value), DECIMALS) + 0.0
    return round(after.value - before.value, DECIMALS) + 0.0


def bound_of(before: Measurement, after: Measurement) -> str:
    """Where the true change lies when either value is only a limit."""
    lower = after.below_detection or before.above_range
    higher = after.above_range or before.below_detection
    return "?" if lower and higher else "<" if lower else ">" if higher else ""


def window_words(at: Window) -> str:
    """``day 7 ± 2``."""
    return f"day {printed(at.day)}{f' ± {printed(at.within)}' if at.within else ''}"
