"""Cohen's kappa of two readers, over the cases that both read: Cohen 1960 and 1968.

Standard error: Fleiss, Cohen and Everitt 1969 (large sample, not under independence), as R's vcd and psych have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.agreement.chance import corrected

if TYPE_CHECKING:
    from hlh_tui.review.agreement.patterns import Floats, Patterns


def joint(p: Patterns, counts: Floats) -> Floats:
    """B x q x q: the share of the cases that both read in each cell; NaN where there is none."""
    import numpy as np

    both = (p.reads == 2)[:, None, None]
    chosen = (p.codes[:, :, None] == np.arange(p.q)).astype(np.float64)
    cells = chosen[:, 0, :, None] * chosen[:, 1, None, :] * both
    table = (counts @ cells.reshape(len(cells), -1)).reshape(*counts.shape[:-1], p.q, p.q)
    total = table.sum(axis=(-1, -2), keepdims=True)
    return np.asarray(np.divide(table, total, out=np.full_like(table, np.nan), where=total > 0))


def kappa(p: Patterns, weights: Floats, counts: Floats) -> tuple[Floats, Floats, Floats]:
    """B values of kappa, of the agreement seen and of that by chance; NaN where it is undefined."""
    import numpy as np

    table = joint(p, counts)
    first, second = table.sum(axis=-1), table.sum(axis=-2)
    seen = np.asarray((table * weights).sum(axis=(-1, -2)))
    expected = np.asarray(((first @ weights) * second).sum(axis=-1))
    return corrected(seen, expected), seen, expected


def std_error(p: Patterns, weights: Floats) -> float:
    """The standard error of kappa, not assuming independence."""
    table = joint(p, p.counts)
    first, second = table.sum(axis=1), table.sum(axis=0)
    seen = float((table * weights).sum())
    expected = float(first @ weights @ second)
    value = (seen - expected) / (1 - expected)
    mean = (weights @ second)[:, None] + (first @ weights)[None, :]
    spread = (table * (weights - mean * (1 - value)) ** 2).sum()
    rest = (value - expected * (1 - value)) ** 2
    return float((max(spread - rest, 0.0) / (p.compared * (1 - expected) ** 2)) ** 0.5)
