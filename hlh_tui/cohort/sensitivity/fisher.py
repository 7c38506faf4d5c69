"""Fisher's exact test of two proportions, two-sided, as R's ``fisher.test``."""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma

SAME = 1 + 1e-7
"""Tables whose probability exceeds the observed one by less than this factor count as equally likely, as in R."""


@lru_cache(maxsize=65536)
def fisher_p(k1: int, n1: int, k2: int, n2: int) -> float:
    """Two-sided p of ``k1`` of ``n1`` against ``k2`` of ``n2``; 1 where a margin is empty.

    The sum of the hypergeometric probabilities of all tables with the same margins that are no likelier than the
    observed one (Fisher 1935, as R sums it).
    """
    total, successes = n1 + n2, k1 + k2
    lowest, highest = max(0, successes - n2), min(successes, n1)
    logs = [_log_ways(n1, k) + _log_ways(n2, successes - k) for k in range(lowest, highest + 1)]
    every = _log_ways(total, successes)
    observed = exp(logs[k1 - lowest] - every)
    p = sum(p for p in (exp(each - every) for each in logs) if p <= observed * SAME)
    return 1.0 if p > 1 - 1e-12 else p


def _log_ways(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
