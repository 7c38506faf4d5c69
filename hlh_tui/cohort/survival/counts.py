"""Events and censored per distinct time: what every estimator of survival starts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.errors import CohortError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any]]
    Counts_ = NDArray[np.int64]

SHORT = 4096
"""Whole days up to this, or up to the number of patients, are tallied in one array."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Events and censored per distinct time (days, ascending); three arrays of one length."""

    days: Numbers
    events: Counts_
    censored: Counts_


def count_times(time: Iterable[float], event: Iterable[int | bool], label: str = "row") -> Counts:
    """Counts per distinct time from one time (days >= 0) and one event indicator (1 event, 0 censored) a patient.

    ``CohortError`` names the first row whose time is missing or negative, or whose event is not 0 or 1.
    """
    import numpy as np

    times, marks = (
        np.asarray(column if isinstance(column, np.ndarray) else list(column), dtype=np.float64)
        for column in (time, event)
    )
    if times.shape != marks.shape:
        raise CohortError(f"{len(times)} times but {len(marks)} event indicators: give one of each for every patient")
    happened = marks == 1.0
    fine = (times >= 0) & (times < np.inf) & (happened | (marks == 0.0))
    if not fine.all():
        first = int(np.argmin(fine))
        raise CohortError(_wrong_row(label, first + 1, float(times[first]), float(marks[first])))
    return _counted(times, happened)


def _counted(times: Numbers, happened: NDArray[np.bool_]) -> Counts:
    """Counts of valid times: tallied where they are whole days, sorted otherwise."""
    import numpy as np

    n = len(times)
    if not n:
        return Counts(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    longest = float(times.max())
    if longest < max(n, SHORT) and ((whole := times.astype(np.int64)) == times).all():
        tally = np.bincount(2 * whole + happened, minlength=2 * int(longest) + 2).reshape(-1, 2)
        days = np.flatnonzero(tally.any(axis=1))
        return Counts(days.astype(np.float64), tally[days, 1], tally[days, 0])
    # The bits of floats of 0 or more order as the floats do, so time and event make one number, and numpy sorts plain
    # numbers several times faster than it finds an order.
    keys = np.sort((times + 0.0).view(np.uint64) << np.uint64(1) | happened)
    bits = keys >> np.uint64(1)
    starts = np.flatnonzero(np.concatenate(([True], bits[1:] != bits[:-1])))
    leaving = np.diff(np.concatenate((starts, [n])))
    events = np.add.reduceat((keys & np.uint64(1)).astype(np.int64), starts)
    return Counts(bits[starts].view(np.float64), events, leaving - events)


def _wrong_row(label: str, row: int, time: float, mark: float) -> str:
    if not 0 <= time < float("inf"):
        return f"{label} {row}: time is {time:g}, but follow-up must be a number of days of 0 or more; correct the time"
    return f"{label} {row}: event is {mark:g}, but only 1 (event) and 0 (censored) are allowed; recode the column"


def at_risk_of(counts: Counts) -> Counts_:
    """The number at risk just before each of the days."""
    import numpy as np

    leaving = counts.events + counts.censored
    at_risk: Counts_ = leaving.sum() - np.cumsum(leaving) + leaving
    return at_risk


def at_risk_on(group: Counts, days: Numbers) -> Numbers:
    """How many of ``group`` are at risk just before each of ``days``."""
    import numpy as np

    gone = np.concatenate(([0], np.cumsum(group.events + group.censored)))
    at_risk: Numbers = (gone[-1] - gone[np.searchsorted(group.days, days, side="left")]).astype(np.float64)
    return at_risk


def events_on(group: Counts, days: Numbers) -> Numbers:
    """How many events ``group`` has on each of ``days``, among which must be all its event days."""
    import numpy as np

    seen = np.zeros(len(days))
    with_events = group.events > 0
    seen[np.searchsorted(days, group.days[with_events])] = group.events[with_events]
    return seen


def reverse(counts: Counts) -> Counts:
    """Events and censored exchanged: the curve of it is that of potential follow-up.

    The reverse Kaplan-Meier estimate (Schemper and Smith, Control Clin Trials 1996;17:343); its ``quartiles`` say how
    long the cohort was followed. As R's ``survfit(Surv(time, status == 0) ~ 1)``: who dies on a day could still have
    been censored on it.
    """
    return Counts(counts.days, counts.censored, counts.events)
