"""95 % intervals of a proportion (limits 0-1)."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def clopper_pearson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval (Clopper and Pearson 1934) of ``k`` out of ``n``; R's ``binom.test``. 0 to 1 for n = 0."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    lower = float(betaincinv(k, n - k + 1, tail)) if k > 0 else 0.0
    upper = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
    return lower, upper


def wilson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval (Wilson 1927), uncorrected; R's ``prop.test(correct=FALSE)``. 0 to 1 for n = 0."""
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    p = k / n
    centre = p + z * z / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    lower = (centre - half) / scale if k > 0 else 0.0
    return lower, (centre + half) / scale if k < n else 1.0
