"""What is to be drawn of survival curves or of competing risks, before anything is known of cells and colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.incidence import Cause, CauseStep, IncidenceResult
    from hlh_tui.cohort.survival.models import Step, Stratum, SurvivalResult

    Result = SurvivalResult | IncidenceResult

COUNTS = {"at risk": "at_risk", "events": "events", "censored": "censored"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Corners:
    """A stepped line as the corners (day, share) that it goes through."""

    days: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its corners, confidence limits, and marks (day, share) where patients were censored.

    ``wrong`` is the curve that must not be believed, drawn broken in the same colour; ``letter`` names the end of the
    curve, and its small form that of the wrong one. Empty: the curve is alone.
    """

    curve: Corners
    lower: Corners
    upper: Corners
    marks: tuple[tuple[float, float], ...] = ()
    letter: str = ""
    wrong: Corners | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """A row under the axis: label, a word under each tick (none in a heading), the curve it belongs to."""

    label: str
    words: tuple[str, ...] = ()
    curve: int | None = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """Lines from day ``start`` to day ``end``. ``rows`` gives the numbers under days, in few lines or in many."""

    start: float
    end: float
    lines: tuple[Line, ...]
    rows: Callable[[Sequence[float], bool], list[Numbers]]
    longest: int
    """Letters of the longest label of a row."""


def sketch(result: Result) -> Sketch:
    """The sketch of survival curves or of competing risks."""
    from hlh_tui.cohort.survival.models import SurvivalResult

    return of_survival(result) if isinstance(result, SurvivalResult) else of_causes(result)


def of_survival(result: SurvivalResult) -> Sketch:
    """Curves that step down from 1."""
    start = result.landmark_day or 0.0
    several = len(result.strata) > 1
    lines = tuple(
        Line(
            corners(stratum.steps, start, 1.0, "survival"),
            corners(stratum.steps, start, 1.0, "lower"),
            corners(stratum.steps, start, 1.0, "upper"),
            marks=tuple((step.day, step.survival) for step in stratum.steps if step.censored),
            letter=LETTERS[index % 26] if several else "",
        )
        for index, stratum in enumerate(result.strata)
    )
    labels = [row_label(result, index) for index in range(len(result.strata))]

    def rows(days: Sequence[float], compact: bool) -> list[Numbers]:
        return survival_rows(result.strata, labels, days, compact)

    end = max([*(stratum.steps[-1].day for stratum in result.strata), start + shortest(start)])
    return Sketch(start, end, lines, rows, max(map(len, labels)) if several else 0)


def of_causes(result: IncidenceResult) -> Sketch:
    """Curves that step up from 0, each with 1 - Kaplan-Meier as the wrong answer where something competes."""
    rivals = len(result.causes) > 1
    lines = tuple(
        Line(
            corners(cause.steps, 0.0, 0.0, "cif"),
            corners(cause.steps, 0.0, 0.0, "lower"),
            corners(cause.steps, 0.0, 0.0, "upper"),
            letter=LETTERS[index % 26] if rivals else "",
            wrong=corners(cause.steps, 0.0, 0.0, "naive") if rivals else None,
        )
        for index, cause in enumerate(result.causes)
    )
    labels = cause_labels(result)

    def rows(days: Sequence[float], _: bool) -> list[Numbers]:
        return incidence_rows(result, labels, days)

    return Sketch(0.0, max(result.event_free.steps[-1].day, shortest(0.0)), lines, rows, max(map(len, labels)))


def shortest(start: float) -> float:
    """The shortest axis, in days."""
    return 1.0 if start >= 0 else -start


def corners(steps: Sequence[Step | CauseStep], start: float, level: float, value: str) -> Corners:
    """The corners of a stepped line from (start, level); it ends where the value is not defined."""
    days, shares = [start], [level]
    for step in steps:
        new: float | None = getattr(step, value)
        if new is None:
            return Corners((*days, step.day), (*shares, level))
        days += [step.day, step.day]
        shares += [level, new]
        level = new
    return Corners(tuple(days), tuple(shares))


def row_label(result: SurvivalResult, index: int) -> str:
    """A curve's letter and name; one curve alone has no letter."""
    name = result.strata[index].label or "all"
    return f"{LETTERS[index % 26]} {name}" if len(result.strata) > 1 else name


def cause_labels(result: IncidenceResult) -> list[str]:
    """The letter and the name of each cause; one alone has no letter."""
    if len(result.causes) == 1:
        return [result.causes[0].label]
    return [f"{LETTERS[index % 26]} {cause.label}" for index, cause in enumerate(result.causes)]


def survival_rows(strata: Sequence[Stratum], labels: list[str], days: Sequence[float], compact: bool) -> list[Numbers]:
    """At risk, events and censored under each day: in rows of their own, or in one row a curve."""
    from hlh_tui.cohort.survival.risk import risk_counts

    counted = [risk_counts(stratum, days) for stratum in strata]
    several = len(strata) > 1
    rows: list[Numbers] = []
    if compact and several:
        rows.append(Numbers("at risk (events, censored)"))
        for curve, (label, counts) in enumerate(zip(labels, counted, strict=True)):
            words = tuple(f"{count.at_risk} ({count.events},{count.censored})" for count in counts)
            rows.append(Numbers(label, words, curve))
        return rows
    for name, field in COUNTS.items():
        if several:
            rows.append(Numbers(name))
        for curve, (label, counts) in enumerate(zip(labels, counted, strict=True)):
            words = tuple(str(getattr(count, field)) for count in counts)
            rows.append(Numbers(label if several else name, words, curve if several else None))
    return rows


def incidence_rows(result: IncidenceResult, labels: list[str], days: Sequence[float]) -> list[Numbers]:
    """At risk just before each day, events of each cause and censored up to and including it."""
    from bisect import bisect_left, bisect_right

    times = [step.day for step in result.event_free.steps]
    left = [0, *accumulate(result.censored)]
    had = [_so_far(cause) for cause in result.causes]
    before, until = [bisect_left(times, day) for day in days], [bisect_right(times, day) for day in days]
    at_risk = tuple(str(result.n - left[at] - sum(each[at] for each in had)) for at in before)
    rows = [Numbers("at risk", at_risk)]
    for curve, (label, each) in enumerate(zip(labels, had, strict=True)):
        rows.append(Numbers(label, tuple(str(each[at]) for at in until), curve))
    return [*rows, Numbers("censored", tuple(str(left[at]) for at in until))]


def _so_far(cause: Cause) -> list[int]:
    return [0, *accumulate(step.events for step in cause.steps)]
