"""The Wilcoxon signed-rank test of changes within one group, exact also with ties, with the pseudomedian.

Without ties and zeros as R's ``wilcox.test(x, exact = TRUE, conf.int = TRUE)``. No change (0) has no sign and is left
out of p, as R does; with ties p is that of all signs of the midranks at hand. Estimate and interval use every value.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import floor, sqrt
from statistics import NormalDist

from hlh_tui.cohort.biomarkers.differences import Pairs
from hlh_tui.cohort.biomarkers.models import RankTest
from hlh_tui.cohort.biomarkers.rank_sums import (
    EXACT_BELOW,
    critical,
    doubled_midranks,
    normal_two_sided,
    signed_sums,
    smallest_two_sided,
    tie_sum,
    two_sided,
)

EXACT = "signed-rank, exact"
NORMAL = "signed-rank, normal approximation with continuity correction"


def signed_rank(changes: Sequence[float], level: float = 0.95) -> RankTest:
    """Two-sided test of the changes against none, and their pseudomedian."""
    n = len(changes)
    exact = n < EXACT_BELOW
    method = EXACT if exact else NORMAL
    if not n:
        return RankTest(method, (0,), why="no change is known in this group")
    moved = [change for change in changes if change]
    sizes = [abs(change) for change in moved]
    ranks = doubled_midranks(sizes)
    observed = sum(rank for rank, change in zip(ranks, moved, strict=True) if change > 0)
    order, confidence = interval_order(n, level)
    pairs = Pairs(changes)
    return RankTest(
        method=method,
        n=(n,),
        statistic=observed / 2,
        p=_p(ranks, sizes, observed, exact),
        smallest_p=smallest_two_sided(signed_sums(ranks)) if exact else None,
        estimate=pairs.median(),
        lower=pairs.at(order) if confidence > 0 else None,
        upper=pairs.at(pairs.count + 1 - order) if confidence > 0 else None,
        confidence=confidence,
        ties=len(set(sizes)) < n,
    )


def _p(ranks: Sequence[int], sizes: Sequence[float], observed: int, exact: bool) -> float:
    if exact:
        return two_sided(signed_sums(ranks), observed)
    n = len(ranks)
    variance = n * (n + 1) * (2 * n + 1) / 24 - tie_sum(sizes) / 48
    return normal_two_sided(observed / 2 - n * (n + 1) / 4, variance)


@cache
def interval_order(n: int, level: float = 0.95) -> tuple[int, float]:
    """Which order statistic of the Walsh averages is the lower limit, and the confidence that it attains."""
    if n < EXACT_BELOW:
        return critical(signed_sums(range(1, n + 1)), (1 - level) / 2)
    spread = sqrt(n * (n + 1) * (2 * n + 1) / 24)
    z = NormalDist().inv_cdf((1 + level) / 2)
    return max(floor(n * (n + 1) / 4 - z * spread), 1), level
