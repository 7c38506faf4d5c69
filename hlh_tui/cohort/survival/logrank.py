"""The log-rank test for two or more curves (Mantel 1966; Peto and Peto 1972), as R's ``survival::survdiff``."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, factorial, gamma, sqrt
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.models import LogRank

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.kaplan_meier import Counts, Numbers


def logrank(groups: Sequence[Counts]) -> LogRank:
    """Chi-squared, degrees of freedom (groups that expect events, less one) and two-sided p.

    All None, with the reason, for fewer than two groups, no events, or groups that share no time at risk.
    """
    import numpy as np

    if len(groups) < 2:
        return LogRank(None, None, None, "there is only one group, so there is nothing to compare")
    days = np.unique(np.concatenate([group.days[group.events > 0] for group in groups]))
    if not len(days):
        return LogRank(None, None, None, "no group has had an event")
    at_risk = np.array([_at_risk(group, days) for group in groups])
    events = np.array([_events(group, days) for group in groups])
    total, dying = at_risk.sum(axis=0), events.sum(axis=0)
    share = at_risk / total
    spread = np.divide(dying * (total - dying), total - 1, out=np.zeros(len(days)), where=total > 1)
    expected = share @ dying
    variance = np.diag(share @ spread) - (share * spread) @ share.T
    # As survdiff: groups that expect nothing drop out, and of the others one is redundant.
    keep = np.flatnonzero(expected > 0)[1:]
    part = variance[np.ix_(keep, keep)]
    if not len(keep) or np.linalg.matrix_rank(part, hermitian=True) < len(keep):
        return LogRank(None, None, None, "the groups are never at risk together when an event happens")
    difference = (events.sum(axis=1) - expected)[keep]
    chi2 = float(difference @ np.linalg.solve(part, difference))
    return LogRank(chi2, len(keep), chi2_tail(chi2, len(keep)))


def _at_risk(group: Counts, days: Numbers) -> Numbers:
    import numpy as np

    gone = np.concatenate(([0], np.cumsum(group.events + group.censored)))
    at_risk: Numbers = (gone[-1] - gone[np.searchsorted(group.days, days, side="left")]).astype(np.float64)
    return at_risk


def _events(group: Counts, days: Numbers) -> Numbers:
    import numpy as np

    seen = np.zeros(len(days))
    with_events = group.events > 0
    seen[np.searchsorted(days, group.days[with_events])] = group.events[with_events]
    return seen


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
