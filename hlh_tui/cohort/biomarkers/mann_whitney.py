"""The Mann-Whitney (Wilcoxon rank sum) test, exact also with ties, with the Hodges-Lehmann shift.

Without ties as R's ``wilcox.test(x, y, exact = TRUE, conf.int = TRUE)``. With ties p is that of the permutations of
the midranks at hand, twice the smaller tail; the interval keeps the order statistics of the untied case, which then
cover at least as often (Noether 1967).
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
    smallest_two_sided,
    sums_of,
    tie_sum,
    two_sided,
)

EXACT = "Mann-Whitney, exact"
NORMAL = "Mann-Whitney, normal approximation with continuity correction"


def mann_whitney(first: Sequence[float], second: Sequence[float], level: float = 0.95) -> RankTest:
    """Two-sided test of ``first`` against ``second`` and the shift between them (first minus second)."""
    sizes = (len(first), len(second))
    method = EXACT if is_exact(*sizes) else NORMAL
    if 0 in sizes:
        return RankTest(method, sizes, why="a group without a known change cannot be compared")
    statistic, p, least = rank_p(first, second)
    order, confidence = interval_order(*sizes, level)
    pairs = Pairs(first, second)
    return RankTest(
        method=method,
        n=sizes,
        statistic=statistic,
        p=p,
        smallest_p=least,
        estimate=pairs.median(),
        lower=pairs.at(order) if confidence > 0 else None,
        upper=pairs.at(pairs.count + 1 - order) if confidence > 0 else None,
        confidence=confidence,
        ties=len({*first, *second}) < sum(sizes),
    )


def is_exact(first: int, second: int) -> bool:
    """Whether groups of these sizes get the exact distribution."""
    return max(first, second) < EXACT_BELOW


def rank_p(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float | None]:
    """R's W, the two-sided p, and the least p that these ranks could give (None for the normal approximation)."""
    values = [*first, *second]
    n, m = len(first), len(second)
    ranks = doubled_midranks(values)
    observed = sum(ranks[:n])
    statistic = (observed - n * (n + 1)) / 2
    if is_exact(n, m):
        ways = sums_of(ranks, n)
        return statistic, two_sided(ways, observed), smallest_two_sided(ways)
    total = n + m
    variance = n * m / 12 * (total + 1 - tie_sum(values) / (total * (total - 1)))
    return statistic, normal_two_sided(statistic - n * m / 2, variance), None


@cache
def interval_order(first: int, second: int, level: float = 0.95) -> tuple[int, float]:
    """Which order statistic of the differences is the lower limit, and the confidence that it attains."""
    if is_exact(first, second):
        least = first * (first + 1) // 2
        return critical(sums_of(range(1, first + second + 1), first)[least:], (1 - level) / 2)
    spread = sqrt(first * second * (first + second + 1) / 12)
    z = NormalDist().inv_cdf((1 + level) / 2)
    return max(floor(first * second / 2 - z * spread), 1), level


@cache
def attainable(first: int, second: int) -> tuple[float, ...]:
    """Every two-sided p that the exact test can give for groups of these sizes without ties, least first."""
    ways = sums_of(range(1, first + second + 1), first)
    sums = range(first * (first + 1) // 2, len(ways))
    return tuple(sorted({round(two_sided(ways, each), 15) for each in sums if ways[each]}))
