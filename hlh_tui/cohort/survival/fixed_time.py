"""Survival of two groups compared at one chosen day."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, log, sqrt
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.difference import Difference, normal_difference, two_sided, undefined
from hlh_tui.cohort.survival.kaplan_meier import survival_at

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.kaplan_meier import Curve
    from hlh_tui.cohort.survival.models import Estimate


def survival_difference(
    first: Curve,
    second: Curve,
    day: float,
    level: float = 0.95,
    *,
    names: tuple[str, str] = ("first group", "second group"),
) -> Difference:
    """Survival of ``second`` less that of ``first`` at ``day``: Greenwood's errors added, and a two-sided test.

    The test compares log(-log S), which keeps its level in small groups where the plain difference does not (Klein et
    al., Stat Med 2007;26:4505); its limits, cut at -1 and 1, are those of the plain
    difference, so that the two can part near p = 0.05.
    Undefined, with the reason, beyond the follow-up of a group and where S has come down to 0 in one; without a test
    where nobody has had an event in one.
    """
    (one,), (other,) = (survival_at(curve, (day,)) for curve in (first, second))
    for name, each in zip(names, (one, other), strict=True):
        if each.survival is None:
            return undefined(f"{name}: survival at day {day:g} is not known, nobody is followed then")
        if each.std_error is None:
            return undefined(f"{name}: survival has come down to 0 by day {day:g}, where it has no error")
    spread = hypot(one.std_error or 0.0, other.std_error or 0.0)
    found = normal_difference(
        (other.survival or 0.0) - (one.survival or 0.0), spread, level, "neither group has had an event by then"
    )
    if found.p is None or found.lower is None or found.upper is None:
        return found
    found = replace(found, lower=max(found.lower, -1.0), upper=min(found.upper, 1.0))
    for name, each in zip(names, (one, other), strict=True):
        if each.survival == 1.0:
            return replace(found, p=None, why=f"{name}: nobody has had an event by day {day:g}")
    return replace(found, p=two_sided(_z(one, other)))


def _z(one: Estimate, other: Estimate) -> float:
    spread, centres = 0.0, []
    for each in (one, other):
        survival, error = each.survival or 0.0, each.std_error or 0.0
        spread += (error / (survival * log(survival))) ** 2
        centres.append(log(-log(survival)))
    return (centres[1] - centres[0]) / sqrt(spread)
