"""The log-rank test of two groups (Mantel 1966) when patients change sides, one at a time or many sets at once.

With d of n at risk having the event on a day, and n1 of them in the first group, the statistic is U = sum(d1 - n1 d/n)
with variance V = sum(n1 (n - n1) d (n - d) / (n^2 (n - 1))). A patient who changes sides alters n1 by one on each day
up to their last, so every single change follows from running sums.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from hlh_tui.cohort.sensitivity.models import Follow, PValue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

NO_EVENT = "nobody has the event after the landmark"
ONE_GROUP = "only one group is followed after the landmark"
NEVER_TOGETHER = "the groups are never at risk together when an event happens"


@dataclass(frozen=True, slots=True, eq=False)
class TwoCurves:
    """Two groups after a landmark.

    Patients who leave on the same day in the same way are one class, ordered by day: ``of`` patient -> class (without
    those whom no decision moves, because they responded after the landmark),
    ``first`` class -> how many of them are in the first group, ``size`` class -> how many there are. ``last`` class ->
    on how many of the days with events they are at risk, ``event`` whether they have the event on the last of these.
    ``risk`` and ``deaths`` are per day with events, both groups together.
    """

    of: Mapping[str, int]
    first: Whole
    size: Whole
    last: Whole
    event: NDArray[np.bool_]
    risk: Numbers
    deaths: Numbers


def two_curves(
    first: Mapping[str, bool], followed: Mapping[str, Follow], landmark: float, later: Collection[str] = frozenset()
) -> TwoCurves:
    """The groups of the patients in ``first`` (patient -> whether in the first group) followed after ``landmark``.

    Those of ``later`` joined the first group after the landmark: they are in the other one and stay there.
    """
    import numpy as np

    staying = {
        patient: (leaving.day, leaving.event)
        for patient in first
        if (leaving := followed.get(patient)) is not None and leaving.day > landmark
    }
    kinds = sorted(set(staying.values()))
    number = {kind: place for place, kind in enumerate(kinds)}
    members = np.fromiter((number[kind] for kind in staying.values()), dtype=np.int64, count=len(staying))
    sides = np.fromiter(
        (first[patient] and patient not in later for patient in staying), dtype=np.int64, count=len(staying)
    )
    of = {patient: number[kind] for patient, kind in staying.items() if patient not in later}
    size = np.bincount(members, minlength=len(kinds))
    day = np.array([day for day, _ in kinds], dtype=np.float64)
    event = np.array([happened for _, happened in kinds], dtype=np.bool_)
    days, where = np.unique(day[event], return_inverse=True)
    last = np.searchsorted(days, day, side="right")
    gone = np.concatenate(([0], np.cumsum(size)))[_gone_before(last, len(days))]
    deaths = np.bincount(where, weights=size[event], minlength=len(days))
    counted = np.bincount(members, weights=sides, minlength=len(kinds)).astype(np.int64)
    return TwoCurves(
        of, counted, size, last, event, (len(staying) - gone).astype(np.float64), deaths.astype(np.float64)
    )


def _gone_before(last: Whole, days: int) -> Whole:
    """For each day with events, how many of the classes (in order of their days) are no longer at risk on it."""
    import numpy as np

    return np.searchsorted(last, np.arange(days), side="right")


def log_rank(curves: TwoCurves) -> PValue:
    """The test as the groups are."""
    score, variance = scores(curves, curves.first[None, :])
    return p_value(curves, float(score[0]), float(variance[0]), int(curves.first.sum()))


def p_value(curves: TwoCurves, score: float, variance: float, first: int) -> PValue:
    """The two-sided p of a score, or why there is none; ``first`` is the size of the first group."""
    from hlh_tui.cohort.survival.logrank import chi2_tail

    if not len(curves.deaths):
        return PValue(None, NO_EVENT)
    if not 0 < first < int(curves.size.sum()):
        return PValue(None, ONE_GROUP)
    if variance <= 1e-12:
        return PValue(None, NEVER_TOGETHER)
    return PValue(chi2_tail(score * score / variance, 1), towards=score / sqrt(variance))


def scores(curves: TwoCurves, first: Whole) -> tuple[Numbers, Numbers]:
    """U and V for each row of ``first`` (sets x classes): how many of each class are in the first group."""
    import numpy as np

    summed = np.concatenate((np.zeros((len(first), 1), dtype=np.int64), np.cumsum(first, axis=1)), axis=1)
    at_risk = summed[:, -1:] - summed[:, _gone_before(curves.last, len(curves.deaths))]
    events = first[:, curves.event].sum(axis=1)
    score = events - at_risk @ (curves.deaths / curves.risk)
    variance = (at_risk * (curves.risk - at_risk)) @ _weights(curves)
    return score, variance


def singles(curves: TwoCurves, step: int) -> list[PValue]:
    """The test for each class if one patient of it joined the first group (``step`` 1) or left it (-1)."""
    import numpy as np

    size = int(curves.first.sum())
    gone = np.concatenate(([0], np.cumsum(curves.first)))[_gone_before(curves.last, len(curves.deaths))]
    at_risk = (size - gone).astype(np.float64)
    weights, moved = _weights(curves), at_risk + step
    now = np.concatenate(([0.0], np.cumsum(at_risk * (curves.risk - at_risk) * weights)))
    then = np.concatenate(([0.0], np.cumsum(moved * (curves.risk - moved) * weights)))
    expected = np.concatenate(([0.0], np.cumsum(curves.deaths / curves.risk)))
    score = int(curves.first[curves.event].sum()) - float(at_risk @ (curves.deaths / curves.risk))
    found = []
    for last, event in zip(curves.last, curves.event, strict=True):
        change = step * (int(event) - expected[last])
        variance = then[last] + now[-1] - now[last]
        found.append(p_value(curves, score + float(change), float(variance), size + step))
    return found


def _weights(curves: TwoCurves) -> Numbers:
    """What n1 (n - n1) is multiplied by on each day with events."""
    import numpy as np

    risk, deaths = curves.risk, curves.deaths
    below = risk * risk * (risk - 1)
    weights: Numbers = np.divide(deaths * (risk - deaths), below, out=np.zeros(len(risk)), where=risk > 1)
    return weights
