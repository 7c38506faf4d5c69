"""The log-rank test for two or more curves (Mantel 1966; Peto and Peto 1972), as R's ``survival::survdiff``.

At each event day, with n_g of n at risk in group g and d events in all: expected events e_g = d n_g / n, covariance
d (n - d) / (n - 1) times (n_g / n)(1 - n_g / n) or -(n_g / n)(n_h / n). A stratified test adds observed, expected and
covariance over the strata; the test for trend (Tarone, Biometrika 1975;62:679) weighs the differences by scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, factorial, gamma, sqrt
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import at_risk_on, events_on
from hlh_tui.cohort.survival.models import LogRank

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.counts import Counts, Numbers

NEVER_TOGETHER = "the groups are never at risk together when an event happens"


def logrank(groups: Sequence[Counts]) -> LogRank:
    """Chi-squared, degrees of freedom (groups that expect events, less one) and two-sided p.

    All None, with the reason, for fewer than two groups, no events, or groups that share no time at risk.
    """
    return stratified_logrank([groups])


def stratified_logrank(strata: Sequence[Sequence[Counts]]) -> LogRank:
    """The log-rank test of groups compared only within strata: per stratum, every group in the same order.

    A group nobody of which is in a stratum has counts without days there. None, with the reason, as for ``logrank``.
    """
    import numpy as np

    if why := _refusal(strata):
        return LogRank(None, None, None, why)
    observed, expected, variance = _summed(strata)
    # As survdiff: groups that expect nothing drop out, and of the others one is redundant.
    keep = np.flatnonzero(expected > 0)[1:]
    part = variance[np.ix_(keep, keep)]
    if not len(keep) or np.linalg.matrix_rank(part, hermitian=True) < len(keep):
        return LogRank(None, None, None, NEVER_TOGETHER)
    difference = (observed - expected)[keep]
    chi2 = float(difference @ np.linalg.solve(part, difference))
    return LogRank(chi2, len(keep), chi2_tail(chi2, len(keep)))


def _refusal(strata: Sequence[Sequence[Counts]]) -> str:
    sizes = {len(groups) for groups in strata}
    if len(sizes) > 1:
        raise CohortError("every stratum must have the same groups in the same order, empty ones included")
    groups = len(strata[0]) if strata else 0
    if groups < 2:
        return "there is only one group, so there is nothing to compare"
    return "" if any(group.events.any() for stratum in strata for group in stratum) else "no group has had an event"


def _summed(strata: Sequence[Sequence[Counts]]) -> tuple[Numbers, Numbers, Numbers]:
    """Observed, expected (one a group) and their covariance, added over the strata."""
    import numpy as np

    size = len(strata[0])
    observed, expected, variance = np.zeros(size), np.zeros(size), np.zeros((size, size))
    for groups in strata:
        days = np.unique(np.concatenate([group.days[group.events > 0] for group in groups]))
        if not len(days):
            continue
        at_risk = np.array([at_risk_on(group, days) for group in groups])
        events = np.array([events_on(group, days) for group in groups])
        total, dying = at_risk.sum(axis=0), events.sum(axis=0)
        share = at_risk / total
        spread = np.divide(dying * (total - dying), total - 1, out=np.zeros(len(days)), where=total > 1)
        observed += events.sum(axis=1)
        expected += share @ dying
        variance += np.diag(share @ spread) - (share * spread) @ share.T
    return observed, expected, variance


def chi2_tail(chi2: float, df: int) -> float:
    """The probability of a chi-squared variable with ``df`` degrees of freedom above ``chi2``.

    The finite sum for whole ``df`` (Abramowitz and Stegun 26.4.4 and 26.4.5): scipy.special says the same, but to
    load it takes longer than the whole screen.
    """
    half = chi2 / 2
    if df % 2:
        first, terms = erfc(sqrt(half)), [half ** (k - 0.5) / gamma(k + 0.5) for k in range(1, (df + 1) // 2)]
    else:
        first, terms = 0.0, [half**k / factorial(k) for k in range(df // 2)]
    return first + exp(-half) * float(sum(terms))
