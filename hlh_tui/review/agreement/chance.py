"""Chance-corrected agreement of any number of readers: (observed - expected) / (1 - expected).

Fleiss 1971, Conger 1980, Brennan and Prediger 1981, Gwet 2008 (AC1, AC2) with weights and missing reads, and their
standard errors conditional on the readers: Gwet, Handbook of Inter-Rater Reliability, 4th ed. 2014, chapters 2, 3 and
5; the R package irrCAC. Shapes: P patterns, q categories, B vectors of counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.review.agreement.patterns import Floats, Patterns


def observed_by_pattern(p: Patterns, weights: Floats) -> Floats:
    """P: the weighted share of pairs of readers who agree, 0 where fewer than two read."""
    import numpy as np

    pairs = p.reads * (p.reads - 1)
    agreeing = (p.agree * (p.agree @ weights.T - 1)).sum(axis=1)
    return np.asarray(np.divide(agreeing, pairs, out=np.zeros_like(pairs), where=pairs > 0))


def observed(p: Patterns, weights: Floats, counts: Floats) -> Floats:
    """B: agreement over the cases that two or more read; NaN where there is none."""
    import numpy as np

    return _over(np.asarray(counts @ observed_by_pattern(p, weights)), counts @ (p.reads >= 2))


def use_of_categories(p: Patterns, counts: Floats) -> Floats:
    """B x q: how often each category is chosen, each case counting once, over the cases that anybody read."""
    return _over(counts @ _shares(p), (counts @ (p.reads > 0))[..., None])


def _shares(p: Patterns) -> Floats:
    return _over(p.agree, p.reads[:, None], instead=0.0)


def _over(above: Floats, below: Floats, instead: float = float("nan")) -> Floats:
    import numpy as np

    below = np.broadcast_to(np.asarray(below, dtype=np.float64), above.shape)
    return np.divide(above, below, out=np.full_like(above, instead), where=below > 0)


@dataclass(frozen=True, slots=True)
class Family:
    """How agreement by chance is thought of: B values of it, and what each pattern adds to it (P)."""

    expected: Callable[[Patterns, Floats, Floats], Floats]
    by_pattern: Callable[[Patterns, Floats], Floats]


def fleiss_expected(p: Patterns, weights: Floats, counts: Floats) -> Floats:
    """Both readers draw from the common use of the categories."""
    import numpy as np

    use = use_of_categories(p, counts)
    return np.asarray(((use @ weights) * use).sum(axis=-1))


def fleiss_by_pattern(p: Patterns, weights: Floats) -> Floats:
    """P: each pattern's own part, its categories drawn against the common use."""
    use = use_of_categories(p, p.counts)
    return _over(p.agree @ ((weights + weights.T) / 2 @ use), p.reads, instead=0.0)


def gwet_expected(p: Patterns, weights: Floats, counts: Floats) -> Floats:
    """Only cases that are hard to judge are judged by chance."""
    import numpy as np

    use = use_of_categories(p, counts)
    return np.asarray(weights.sum() / (p.q * (p.q - 1)) * (use * (1 - use)).sum(axis=-1))


def gwet_by_pattern(p: Patterns, weights: Floats) -> Floats:
    """P: each pattern's own part."""
    use = use_of_categories(p, p.counts)
    part: Floats = weights.sum() / (p.q * (p.q - 1)) * _over(p.agree @ (1 - use), p.reads, instead=0.0)
    return part


def uniform_expected(p: Patterns, weights: Floats, counts: Floats) -> Floats:
    """Every category is as likely as any other (Brennan and Prediger)."""
    import numpy as np

    return np.full(counts.shape[:-1], weights.sum() / p.q**2)


def uniform_by_pattern(p: Patterns, weights: Floats) -> Floats:
    """P: the same for every pattern."""
    import numpy as np

    return np.full(len(p.counts), weights.sum() / p.q**2)


def chosen_by(p: Patterns) -> Floats:
    """P x readers x q: 1 where the reader chose the category."""
    import numpy as np

    chosen: Floats = (p.codes[:, :, None] == np.arange(p.q)).astype(np.float64)
    return chosen


def conger_expected(p: Patterns, weights: Floats, counts: Floats) -> Floats:
    """Two different readers draw each from their own use of the categories; NaN where one has no read."""
    import numpy as np

    chosen, r = chosen_by(p), p.readers
    totals = (counts @ chosen.reshape(len(chosen), -1)).reshape(*counts.shape[:-1], r, p.q)
    own = _over(totals, totals.sum(axis=-1, keepdims=True))
    together = own.sum(axis=-2)
    pairs = ((together @ weights) * together).sum(axis=-1) - ((own @ weights) * own).sum(axis=(-1, -2))
    return np.asarray(pairs / (r * (r - 1)))


def conger_by_pattern(p: Patterns, weights: Floats) -> Floats:
    """P: each pattern's own part, a reader's missing reads allowed for."""
    chosen, r, n = chosen_by(p), p.readers, p.counts.sum()
    totals = (p.counts @ chosen.reshape(len(chosen), -1)).reshape(r, p.q)
    read = totals.sum(axis=1)
    own = totals / read[:, None]
    others = (own.sum(axis=0) - own) @ weights
    """readers x q: what each category of a reader finds among the other readers."""
    present = chosen.sum(axis=2)
    found = (chosen * others).sum(axis=2) - (present - read / n) * (others * own).sum(axis=1)
    part: Floats = (found * (n / read)).sum(axis=1) / (r * (r - 1))
    return part


FAMILIES = {
    "fleiss": Family(fleiss_expected, fleiss_by_pattern),
    "conger": Family(conger_expected, conger_by_pattern),
    "brennan_prediger": Family(uniform_expected, uniform_by_pattern),
    "gwet": Family(gwet_expected, gwet_by_pattern),
}


def corrected(seen: Floats, expected: Floats) -> Floats:
    """The coefficient; NaN where chance alone would give full agreement."""
    return _over(seen - expected, 1 - expected)


def std_error(p: Patterns, weights: Floats, family: Family) -> float:
    """The standard error of the coefficient over cases, the readers taken as they are; NaN for a single case."""
    n, seen = p.counts.sum(), p.reads >= 2
    if n < 2:
        return float("nan")
    observed_here = float(observed(p, weights, p.counts))
    by_chance = float(family.expected(p, weights, p.counts))
    value = (observed_here - by_chance) / (1 - by_chance)
    own = (n / (p.counts @ seen)) * (observed_by_pattern(p, weights) - by_chance * seen)
    linear = (own - 2 * (1 - value) * (family.by_pattern(p, weights) - by_chance)) / (1 - by_chance)
    return float((p.counts @ (linear - value) ** 2 / (n * (n - 1))) ** 0.5)


def std_error_of_observed(p: Patterns, weights: Floats) -> float:
    """The standard error of the agreement seen, over cases; NaN for a single case."""
    n, seen = p.counts.sum(), p.reads >= 2
    if n < 2:
        return float("nan")
    share = float(observed(p, weights, p.counts))
    own = (n / (p.counts @ seen)) * observed_by_pattern(p, weights)
    return float((p.counts @ (own - share) ** 2 / (n * (n - 1))) ** 0.5)
