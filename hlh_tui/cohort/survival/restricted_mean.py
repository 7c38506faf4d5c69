"""The restricted mean: the area under the Kaplan-Meier curve up to a day tau.

Royston and Parmar, Stat Med 2011;30:2409; Uno et al., J Clin Oncol 2014;32:2380. Estimate and standard error as R's
``print(survfit, rmean=tau)``: with A(t) the area under S from t to tau,

    mean = integral of S from start to tau,    SE^2 = sum over event days t <= tau of A(t)^2 d / (n (n - d)),

of Greenwood's type. (lifelines gives the variance of min(T, tau), which is not that of the mean.)
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.counts import at_risk_of
from hlh_tui.cohort.survival.difference import Difference, normal_difference, undefined

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.counts import Counts


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Days lived without the event between ``start`` and ``tau``, of ``n`` patients with ``events`` until tau.

    Limits are by the normal distribution and cut at 0 and tau - start. All None, with the reason, where the curve is
    not known up to tau.
    """

    start: float
    tau: float
    n: int
    events: int
    estimate: float | None
    std_error: float | None
    lower: float | None
    upper: float | None
    why: str = ""


def restricted_mean(counts: Counts, tau: float, level: float = 0.95, start: float = 0.0) -> RestrictedMean:
    """The restricted mean of ``counts`` up to day ``tau``, from ``start`` (a landmark) on.

    Undefined, with the reason, without patients, for a tau not after start, and for a tau beyond the last follow-up
    unless the curve has come down to 0 by then.
    """
    import numpy as np

    n = int(counts.events.sum() + counts.censored.sum())
    until = counts.days <= tau
    events = int(counts.events[until].sum())
    if why := _refusal(counts, n, tau, start):
        return RestrictedMean(start, tau, n, events, None, None, None, None, why)
    days, dying, at_risk = counts.days[until], counts.events[until], at_risk_of(counts)[until]
    survival = np.concatenate(([1.0], np.cumprod(1.0 - dying / at_risk)))
    areas = survival * np.diff(np.concatenate(([start], days, [tau])))
    remaining = np.cumsum(areas[::-1])[::-1]
    staying = at_risk - dying
    spread = np.divide(dying, at_risk * staying, out=np.zeros(len(days)), where=staying > 0)
    estimate, std_error = float(remaining[0]), sqrt(float(np.sum(remaining[1:] ** 2 * spread)))
    half = NormalDist().inv_cdf((1 + level) / 2) * std_error
    lower, upper = max(estimate - half, 0.0), min(estimate + half, tau - start)
    return RestrictedMean(start, tau, n, events, estimate, std_error, lower, upper)


def _refusal(counts: Counts, n: int, tau: float, start: float) -> str:
    if n == 0:
        return "there are no patients"
    if not start < tau < float("inf"):
        return f"tau is day {tau:g}, but it must lie after day {start:g}, where the curve starts"
    last = float(counts.days[-1])
    if tau > last and counts.censored[-1] > 0:
        return f"follow-up ends on day {last:g}, before tau (day {tau:g}), so the area up to tau is not known"
    return ""


def restricted_mean_difference(
    first: Counts, second: Counts, tau: float, level: float = 0.95, start: float = 0.0
) -> Difference:
    """The restricted mean of ``second`` less that of ``first``, with limits and the two-sided Wald test.

    The groups are independent, so the squared errors add. Undefined, with the reason, where one of the means is.
    """
    one, other = (restricted_mean(counts, tau, level, start) for counts in (first, second))
    if one.estimate is None or one.std_error is None:
        return undefined(f"first group: {one.why}")
    if other.estimate is None or other.std_error is None:
        return undefined(f"second group: {other.why}")
    no_spread = f"neither mean varies up to day {tau:g}, so there is no error to test the difference against"
    return normal_difference(
        other.estimate - one.estimate, hypot(one.std_error, other.std_error), level, no_spread
    )  # fmt: skip
