"""The Kaplan-Meier estimator from counts per distinct time.

Kaplan and Meier, J Am Stat Assoc 1958;53:457; variance by Greenwood 1926; limits as in R's ``survival::survfit``
(Kalbfleisch and Prentice for log-log). Two conventions differ from R, which gives NA for the log-log limits there:
where S = 1 the interval is 1 to 1. Where S = 0 no method is defined, and error and limits are None (NaN in arrays).
numpy is imported when the first curve is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.models import Estimate, Limits, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any]]
    Counts_ = NDArray[np.int64]

CI_METHODS = ("log-log", "log", "plain")
TOLERANCE = 1e-9
"""Survival this close to a level counts as meeting it (R uses 1.5e-8, on the same grounds: float noise)."""
SHORT = 4096
"""Whole days up to this, or up to the number of patients, are tallied in one array."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Events and censored per distinct time (days, ascending); three arrays of one length."""

    days: Numbers
    events: Counts_
    censored: Counts_


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The estimate at each distinct time; ``start`` is where the curve leaves 1 at the earliest (0 or a landmark).

    ``entries`` are the days on which patients came under observation, ascending: after such a day one is at risk. None:
    all from the start.
    """

    start: float
    n: int
    days: Numbers
    at_risk: Counts_
    events: Counts_
    censored: Counts_
    survival: Numbers
    std_error: Numbers
    lower: Numbers
    upper: Numbers
    entries: Numbers | None = None


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


def kaplan_meier(counts: Counts, ci: str = "log-log", level: float = 0.95, start: float = 0.0) -> Curve:
    """The curve of ``counts``: S(t) = prod(1 - d/n) with Greenwood error and limits by ``ci``.

    With ``start`` (a landmark) every patient must leave after it: the curve is S(t)/S(start).
    """
    at_risk = at_risk_of(counts)
    n = int(at_risk[0]) if len(at_risk) else 0
    return curve_from(counts, at_risk, n, ci, level, start)


def curve_from(
    counts: Counts, at_risk: Counts_, n: int, ci: str, level: float, start: float, entries: Numbers | None = None
) -> Curve:
    """The curve of ``counts`` with the numbers ``at_risk`` on their days, which delayed ``entries`` may have made."""
    import numpy as np

    if ci not in CI_METHODS:
        raise CohortError(f"there is no interval method {ci!r}: choose one of {', '.join(CI_METHODS)}")
    days, events, censored = counts.days, counts.events, counts.censored
    exposed = at_risk.astype(np.float64)
    survival: Numbers = np.cumprod(1.0 - events / exposed)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(np.cumsum(events / (exposed * (exposed - events))))
        std_error = survival * relative
        lower, upper = transformed_limits(survival, relative, ci, NormalDist().inv_cdf((1 + level) / 2))
    certain, over = survival == 1.0, survival == 0.0
    lower[certain] = upper[certain] = 1.0
    std_error[certain] = 0.0
    std_error[over] = lower[over] = upper[over] = np.nan
    return Curve(start, n, days, at_risk, events, censored, survival, std_error, lower, upper, entries)


def at_risk_of(counts: Counts) -> Counts_:
    """The number at risk just before each of the days."""
    import numpy as np

    leaving = counts.events + counts.censored
    at_risk: Counts_ = leaving.sum() - np.cumsum(leaving) + leaving
    return at_risk


def reverse(counts: Counts) -> Counts:
    """Events and censored exchanged: the curve of it is that of potential follow-up.

    The reverse Kaplan-Meier estimate (Schemper and Smith, Control Clin Trials 1996;17:343); its ``quartiles`` say how
    long the cohort was followed. As R's ``survfit(Surv(time, status == 0) ~ 1)``: who dies on a day could still have
    been censored on it.
    """
    return Counts(counts.days, counts.censored, counts.events)


def transformed_limits(survival: Numbers, relative: Numbers, ci: str, z: float) -> tuple[Numbers, Numbers]:
    """Limits around ``survival`` by the method ``ci``; ``relative`` is the error of log S (Greenwood's)."""
    import numpy as np

    if ci == "plain":
        half = z * survival * relative
        return np.maximum(survival - half, 0.0), np.minimum(survival + half, 1.0)
    if ci == "log":
        return survival * np.exp(-z * relative), np.minimum(survival * np.exp(z * relative), 1.0)
    logged = np.log(survival)
    narrower = np.exp(-z * relative / logged)
    return np.exp(logged * narrower), np.exp(logged / narrower)


def quantile(curve: Curve, p: float) -> Limits:
    """The day by which a proportion ``p`` has had the event, with limits where the band crosses the level 1 - p.

    The rule of R's ``quantile.survfit``: where S lies on the level exactly, the middle of the flat piece (up to the
    last follow-up if S ends there); a side that never reaches the level, or whose band is undefined, is None.
    """
    return quantiles(curve, (p,))[0]


def quartiles(curve: Curve) -> tuple[Limits, Limits, Limits]:
    """The days by which a quarter, half and three quarters have had the event, with limits."""
    quarter, half, most = quantiles(curve, (0.25, 0.5, 0.75))
    return quarter, half, most


def quantiles(curve: Curve, levels: Sequence[float]) -> tuple[Limits, ...]:
    """``quantile`` at each of ``levels``, in their order."""
    found = (_crossings(curve, height, levels) for height in (curve.survival, curve.lower, curve.upper))
    return tuple(Limits(*days) for days in zip(*found, strict=True))


def _crossings(curve: Curve, height: Numbers, levels: Sequence[float]) -> list[float | None]:
    """Where ``height`` crosses each level."""
    import numpy as np

    if not len(curve.days):
        return [None] * len(levels)
    last = float(curve.days[-1])
    fallen = np.concatenate(([0.0], 1.0 - height))
    days = np.concatenate(([curve.start], curve.days))
    defined = np.isfinite(fallen)
    ends_defined = bool(defined[-1])
    fallen, days = _rising(fallen[defined], days[defined])
    return [_crossing(fallen, days, p, last if ends_defined else None) for p in levels]


def _crossing(fallen: Numbers, days: Numbers, p: float, last: float | None) -> float | None:
    import numpy as np

    reached, passed = np.searchsorted(fallen, (p - TOLERANCE, p + TOLERANCE))
    if reached == len(fallen):
        return None
    if passed == len(fallen):
        return None if last is None else (float(days[reached]) + last) / 2
    return float((days[reached] + days[passed]) / 2)


def _rising(fallen: Numbers, days: Numbers) -> tuple[Numbers, Numbers]:
    """The heights ascending, each with its first day in front; limits need not fall all the way, so they are sorted."""
    import numpy as np

    if (fallen[1:] >= fallen[:-1]).all():
        return fallen, days
    fallen, first = np.unique(fallen, return_index=True)
    return fallen, days[first]


def survival_at(curve: Curve, days: Sequence[float]) -> tuple[Estimate, ...]:
    """Survival at chosen days, in their order, as R's ``summary(survfit, times=days, extend=TRUE)`` but for one thing.

    At risk is counted just before the day. Beyond the last follow-up R leaves the day out or extends the last value;
    here the day stays, with nobody at risk and no estimate, unless S has reached 0, which it then keeps.
    """
    import numpy as np

    after = np.searchsorted(curve.days, days, side="right") - 1
    before = np.searchsorted(curve.days, days, side="left")
    return tuple(
        _estimate(curve, float(day), int(last), int(first))
        for day, last, first in zip(days, after, before, strict=True)
    )


def _estimate(curve: Curve, day: float, last: int, first: int) -> Estimate:
    if day < curve.start:  # before the landmark nothing is estimated: who left by then is not in the curve
        return Estimate(day, 0, None, None, None, None)
    at_risk = _at_risk_before(curve, day, first)
    if last < 0:
        nobody = at_risk == 0  # delayed entry: nobody has entered by then
        return Estimate(day, 0, None, None, None, None) if nobody else Estimate(day, at_risk, 1.0, 0.0, 1.0, 1.0)
    if first == len(curve.days):
        gone = 0.0 if curve.survival[-1] == 0.0 else None
        return Estimate(day, 0, gone, None, None, None)
    return Estimate(
        day,
        at_risk,
        float(curve.survival[last]),
        known(curve.std_error[last]),
        known(curve.lower[last]),
        known(curve.upper[last]),
    )


def _at_risk_before(curve: Curve, day: float, first: int) -> int:
    import numpy as np

    if curve.entries is None:
        return int(curve.at_risk[first]) if first < len(curve.days) else 0
    # Who had entered by a landmark is at risk from it on; who enters on day 0 is so from the day after.
    entered = int(np.searchsorted(curve.entries, day, side="right" if 0 < day == curve.start else "left"))
    return entered - int(curve.events[:first].sum() + curve.censored[:first].sum())


def known(value: float) -> float | None:
    """The value, or None for NaN."""
    return None if isnan(value) else float(value)


def steps(curve: Curve) -> tuple[Step, ...]:
    """The curve as records, one a distinct time."""
    import numpy as np

    columns = (curve.days, curve.at_risk, curve.events, curve.censored, curve.survival)
    bands = (np.where(np.isnan(band), None, band) for band in (curve.std_error, curve.lower, curve.upper))  # type: ignore[call-overload]
    return tuple(Step(*values) for values in zip(*(c.tolist() for c in (*columns, *bands)), strict=True))
