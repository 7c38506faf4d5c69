"""Order statistics of all pairwise sums or differences, without writing all of them down when they are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_WRITTEN = 1_000_000
"""Pairs up to which they are sorted; beyond it an order statistic is found by halving."""


class Pairs:
    """All differences of two samples, or all Walsh averages of one; ``at(k)`` is the k-th smallest, from 1."""

    def __init__(self, first: Sequence[float], second: Sequence[float] | None = None) -> None:
        import numpy as np

        self.one = second is None
        self.first = np.sort(np.asarray(first, dtype=np.float64))
        self.second = -self.first if second is None else np.sort(np.asarray(second, dtype=np.float64))
        n = len(self.first)
        self.count = n * (n + 1) // 2 if self.one else n * len(self.second)
        self.written = self._written() if self.count <= MOST_WRITTEN else None

    def _written(self) -> NDArray[np.float64]:
        import numpy as np

        pairs = np.subtract.outer(self.first, self.second)
        return np.sort(pairs[np.triu_indices(len(self.first))] / 2 if self.one else pairs.ravel())

    def at(self, k: int) -> float:
        """The k-th smallest of them."""
        if self.written is not None:
            return float(self.written[k - 1])
        low, high = self._ends()
        while True:
            middle = (low + high) / 2
            if not low < middle < high:
                return high if self._up_to(low) < k else low
            if self._up_to(middle) >= k:
                high = middle
            else:
                low = middle

    def median(self) -> float:
        """The middle one, or the mean of the two in the middle."""
        return (self.at((self.count + 1) // 2) + self.at(self.count // 2 + 1)) / 2

    def _ends(self) -> tuple[float, float]:
        if self.one:
            return float(self.first[0]), float(self.first[-1])
        return float(self.first[0] - self.second[-1]), float(self.first[-1] - self.second[0])

    def _up_to(self, limit: float) -> int:
        """How many of them are at most ``limit``."""
        import numpy as np

        if not self.one:
            reach = np.searchsorted(self.second, self.first - limit, side="left")
            return int((len(self.second) - reach).sum())
        reach = np.searchsorted(self.first, 2 * limit - self.first, side="right")
        # each pair is seen from both its ends, a value with itself once
        return int(reach.sum() + np.count_nonzero(self.first <= limit)) // 2
