"""Reads as numbers: each different row of reads once, with how many cases have it.

Every coefficient is a function of these counts, so a bootstrap draw of cases is another vector of counts and a
thousand draws are one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

    Floats = NDArray[float64]
    Codes = NDArray[int64]

MISSING = -1
"""The code of a read that is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """``codes`` P x readers (0 to q - 1, or ``MISSING``), ``counts`` P cases of each, ``q`` categories.

    ``agree`` P x q: how many readers chose each category; ``reads`` P: how many read.
    """

    codes: Codes
    counts: Floats
    q: int
    agree: Floats
    reads: Floats

    @property
    def readers(self) -> int:
        """How many readers there are."""
        return int(self.codes.shape[1])

    @property
    def cases(self) -> int:
        """How many cases somebody read."""
        return int(self.counts[self.reads > 0].sum())

    @property
    def compared(self) -> int:
        """How many cases two or more read."""
        return int(self.counts[self.reads >= 2].sum())


def patterns(codes: Codes, q: int) -> Patterns:
    """The patterns of a cases x readers matrix, in lexical order, so that the order of cases does not matter."""
    import numpy as np

    if not codes.size:
        return of_rows(codes, np.ones(len(codes)), q)
    rows, counts = np.unique(codes, axis=0, return_counts=True)
    return of_rows(rows, counts.astype(np.float64), q)


def of_rows(rows: Codes, counts: Floats, q: int) -> Patterns:
    """The patterns as given; rows may repeat."""
    import numpy as np

    agree = (rows[:, :, None] == np.arange(q)).sum(axis=1).astype(np.float64)
    return Patterns(rows, counts, q, agree, agree.sum(axis=1))


def first(p: Patterns, q: int) -> Patterns:
    """The same rows with the categories from ``q`` on taken as missing, without readers who then have no read."""
    import numpy as np

    kept = np.where(p.codes < q, p.codes, MISSING)
    return of_rows(kept[:, (kept != MISSING).any(axis=0)], p.counts, q)


def read_by_somebody(p: Patterns) -> Patterns:
    """The same patterns without the cases that nobody read, which say nothing of how well an estimate is known."""
    kept = p.reads > 0
    return p if kept.all() else of_rows(p.codes[kept], p.counts[kept], p.q)
