"""The numbers under the axis of a survival curve."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from hlh_tui.cohort.survival.models import RiskCount, Stratum


def risk_counts(stratum: Stratum, days: Sequence[float]) -> tuple[RiskCount, ...]:
    """At risk just before each day, and events and censored up to and including it."""
    times = [step.day for step in stratum.steps]
    events = [0, *accumulate(step.events for step in stratum.steps)]
    censored = [0, *accumulate(step.censored for step in stratum.steps)]
    counts = []
    for day in days:
        before, until = bisect_left(times, day), bisect_right(times, day)
        at_risk = entered(stratum, day) - events[before] - censored[before]
        counts.append(RiskCount(float(day), at_risk, events[until], censored[until]))
    return tuple(counts)


def entered(stratum: Stratum, day: float) -> int:
    """How many had come under observation before that day."""
    return bisect_left(stratum.entries, day) if stratum.entries else stratum.n
