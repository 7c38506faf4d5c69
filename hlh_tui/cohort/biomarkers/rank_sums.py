"""Midranks, and how often each sum of ranks arises when labels or signs are dealt out at random.

Own small dynamic programmes over the ranks as they are, ties included (Streitberg and Röhmel 1986, the shift
algorithm). Ranks are doubled so that midranks are whole numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import erfc, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Frequencies = NDArray[np.float64]

EXACT_BELOW = 50
"""Groups of fewer than this get the exact distribution, as in R's ``wilcox.test``; larger ones the normal one."""


def doubled_midranks(values: Sequence[float]) -> list[int]:
    """Twice the rank of each value, tied values sharing the mean of their ranks."""
    times = Counter(values)
    rank, at = {}, 0
    for value in sorted(times):
        rank[value] = 2 * at + times[value] + 1
        at += times[value]
    return [rank[value] for value in values]


def sums_of(ranks: Sequence[int], size: int) -> Frequencies:
    """How many choices of ``size`` of the ``ranks`` have each sum; index is the sum."""
    import numpy as np

    ways = np.zeros((size + 1, sum(ranks) + 1))
    ways[0, 0] = 1
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, :-rank].copy()
    chosen: Frequencies = ways[size]
    return chosen


def signed_sums(ranks: Sequence[int]) -> Frequencies:
    """How many choices of signs give each sum of the positive ``ranks``; index is the sum."""
    import numpy as np

    ways = np.zeros(sum(ranks) + 1)
    ways[0] = 1
    for rank in ranks:
        ways[rank:] += ways[:-rank].copy()
    return ways


def two_sided(ways: Frequencies, observed: int) -> float:
    """Twice the smaller tail, the observed sum included, at most 1."""
    below, above = float(ways[: observed + 1].sum()), float(ways[observed:].sum())
    return min(1.0, 2 * min(below, above) / float(ways.sum()))


def smallest_two_sided(ways: Frequencies) -> float:
    """The least two-sided p that these ranks could give."""
    import numpy as np

    possible = np.flatnonzero(ways)
    return min(two_sided(ways, int(possible[0])), two_sided(ways, int(possible[-1])))


def critical(ways: Frequencies, tail: float) -> tuple[int, float]:
    """R's ``qwilcox``/``qsignrank``, at least 1, and the confidence that an interval from it attains."""
    import numpy as np

    share = np.cumsum(ways) / ways.sum()
    # as R, which counts a share that misses the tail by rounding alone
    quantile = max(int(np.searchsorted(share, tail * (1 - 1e-14))), 1)
    return quantile, 1 - 2 * float(share[quantile - 1])


def normal_two_sided(distance: float, variance: float) -> float:
    """Two-sided p of a distance from the mean with continuity correction; 1 without any variance."""
    if variance <= 0:
        return 1.0
    return min(1.0, erfc(max(abs(distance) - 0.5, 0.0) / sqrt(2 * variance)))


def tie_sum(values: Sequence[float]) -> int:
    """The sum of t³ - t over the tied sets, which the normal variance is reduced by."""
    return sum(count**3 - count for count in Counter(values).values())
