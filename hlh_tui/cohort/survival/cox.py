"""The hazard ratio of two groups by Cox regression on one indicator, ties by Efron; R's ``survival::coxph``.

Cox, J R Stat Soc B 1972;34:187; Efron, J Am Stat Assoc 1977;72:557. At an event day with n0 and n1 at risk and d0 and
d1 events (d = d0 + d1), and hazard ratio exp(b), Efron's log partial likelihood adds

    d1 b - sum over l = 0 .. d - 1 of log(n0 + n1 exp(b) - (l / d) (d0 + d1 exp(b))).

It is concave in b, so Newton's method, kept between the last points on either side, finds its top if it has one. It
rises for ever (monotone likelihood, Heinze and Schemper, Biometrics 2001;57:114) exactly if no event of one group
happens while the other is at risk.
Limits and p are Wald's, as ``summary(coxph)`` prints them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import at_risk_on, events_on
from hlh_tui.cohort.survival.difference import two_sided

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.counts import Counts, Numbers


FEWEST_EVENTS = 10
"""Events of both groups together below which no hazard ratio is estimated: ten for the one coefficient.

Peduzzi et al., J Clin Epidemiol 1995;48:1503: with fewer, estimates are biased and Wald limits miss the truth.
"""
NAMES = ("the reference group", "the other group")
LARGEST_STEP = 2.0
CLOSE_ENOUGH = 1e-10


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """Hazard of the other group over that of the reference, limits and two-sided p; ``coefficient`` is its log.

    ``events`` are those of reference and other. All None, with the reason, where the events do not allow an estimate.
    """

    ratio: float | None
    lower: float | None
    upper: float | None
    p: float | None
    coefficient: float | None
    std_error: float | None
    events: tuple[int, int]
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Per event day: at risk just before it and events on it, in the reference (0) and the other group (1)."""

    at_risk_0: Numbers
    at_risk_1: Numbers
    events_0: Numbers
    events_1: Numbers


def hazard_ratio(
    reference: Counts,
    other: Counts,
    level: float = 0.95,
    fewest_events: int = FEWEST_EVENTS,
    names: tuple[str, str] = NAMES,
) -> HazardRatio:
    """The hazard ratio of ``other`` to ``reference``, or the reason why there is none.

    There is none with fewer than ``fewest_events`` events, without an event in one group, or with a monotone
    likelihood. ``names`` are those of the groups in the reason.
    """
    return stratified_hazard_ratio([(reference, other)], level, fewest_events, names)


def stratified_hazard_ratio(
    strata: Sequence[tuple[Counts, Counts]],
    level: float = 0.95,
    fewest_events: int = FEWEST_EVENTS,
    names: tuple[str, str] = NAMES,
) -> HazardRatio:
    """One hazard ratio of pairs (reference, other) compared only within strata; ``coxph`` with ``strata()``."""
    if not strata:
        raise CohortError("there is no stratum to compare groups in: give at least one pair of groups")
    return ratio_of(_joined([_risk_sets(*pair) for pair in strata]), level, fewest_events, names)


def _risk_sets(reference: Counts, other: Counts) -> RiskSets:
    import numpy as np

    days = np.unique(np.concatenate([group.days[group.events > 0] for group in (reference, other)]))
    return RiskSets(
        at_risk_on(reference, days), at_risk_on(other, days), events_on(reference, days), events_on(other, days)
    )


def _joined(sets: Sequence[RiskSets]) -> RiskSets:
    """The event days of all strata, one after the other: each has its own risk set, so nothing else is needed."""
    import numpy as np

    columns = ("at_risk_0", "at_risk_1", "events_0", "events_1")
    return RiskSets(*(np.concatenate([getattr(each, column) for each in sets]) for column in columns))


def ratio_of(sets: RiskSets, level: float, fewest_events: int, names: tuple[str, str]) -> HazardRatio:
    """The hazard ratio of risk sets that are already laid out, as for a group that changes with time."""
    events = int(sets.events_0.sum()), int(sets.events_1.sum())
    if why := _refusal(sets, events, fewest_events, names):
        return HazardRatio(None, None, None, None, None, None, events, why)
    coefficient, std_error = _fitted(sets)
    half = NormalDist().inv_cdf((1 + level) / 2) * std_error
    return HazardRatio(
        exp(coefficient),
        exp(coefficient - half),
        exp(coefficient + half),
        two_sided(coefficient / std_error),
        coefficient,
        std_error,
        events,
    )


def _refusal(sets: RiskSets, events: tuple[int, int], fewest_events: int, names: tuple[str, str]) -> str:
    for count, name in zip(events, names, strict=True):
        if count == 0:
            return f"{name} has had no event, so the hazard ratio has no finite estimate"
    if sum(events) < fewest_events:
        return f"{sum(events)} events in all are too few for a hazard ratio: at least {fewest_events} are asked for"
    alone = (sets.events_0[sets.at_risk_1 > 0].sum() == 0, sets.events_1[sets.at_risk_0 > 0].sum() == 0)
    if all(alone):
        return "the groups are never at risk together when an event happens"
    for is_alone, name, other in zip(alone, names, reversed(names), strict=True):
        if is_alone:
            return (
                f"no event of {name} happens while anybody of {other} is at risk, so the likelihood is monotone and"
                " the hazard ratio has no finite estimate"
            )
    return ""


def _fitted(sets: RiskSets) -> tuple[float, float]:
    """The coefficient and its standard error, of a likelihood that has a top."""
    import numpy as np

    # Where one group is alone its weight cancels, so such days say nothing about the ratio.
    together = (sets.at_risk_0 > 0) & (sets.at_risk_1 > 0)
    dying = (sets.events_0 + sets.events_1)[together].astype(np.int64)
    day = np.repeat(np.arange(len(dying)), dying)
    first = np.concatenate(([0], np.cumsum(dying)[:-1]))
    left = (np.arange(len(day)) - first[day]) / dying[day]
    weight_0 = sets.at_risk_0[together][day] - left * sets.events_0[together][day]
    weight_1 = sets.at_risk_1[together][day] - left * sets.events_1[together][day]
    observed = float(sets.events_1[together].sum())
    coefficient, low, high = 0.0, -inf, inf
    while True:
        share = weight_1 / (weight_1 + weight_0 * exp(-coefficient))
        information = float(np.sum(share * (1.0 - share)))
        score = observed - float(np.sum(share))
        low, high = (coefficient, high) if score > 0 else (low, coefficient)
        step = min(max(score / information, -LARGEST_STEP), LARGEST_STEP)
        if not low <= coefficient + step <= high:
            step = (low + high) / 2 - coefficient
        if abs(step) < CLOSE_ENOUGH:
            return coefficient, 1.0 / sqrt(information)
        coefficient += step
