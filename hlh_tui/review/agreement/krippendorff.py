"""Krippendorff's alpha, nominal and ordinal, from the matrix of coincidences.

Krippendorff, Content Analysis, 4th ed. 2018, chapter 12. The ordinal metric is the squared distance of mid-ranks, so
it moves with the use of the categories. Standard error: linearisation over cases, Gwet 2014, section 3.5, as irrCAC
0.4 for Python computes it (irrCAC 1.3 for R leaves the correction for few values out of one mean; without missing
reads they are equal); for the ordinal metric with the part by which the metric itself moves. Units that fewer than two
readers judged do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.agreement.chance import corrected

if TYPE_CHECKING:
    from hlh_tui.review.agreement.patterns import Floats, Patterns


def coincidences(p: Patterns) -> Floats:
    """P x q x q: pairs of reads within a unit, each unit weighing as much as it has reads."""
    import numpy as np

    a = p.agree
    pairs = a[:, :, None] * a[:, None, :] - a[:, :, None] * np.eye(p.q)
    others = (p.reads - 1)[:, None, None]
    return np.divide(pairs, others, out=np.zeros_like(pairs), where=others > 0)


def alpha(p: Patterns, counts: Floats, far: Floats | None = None) -> tuple[Floats, Floats, Floats]:
    """B values of alpha, of 1 - observed and of 1 - expected disagreement; NaN where it is undefined.

    ``far`` q x q squared differences (0 on the diagonal); without them the ordinal metric.
    """
    import numpy as np

    together = (counts @ coincidences(p).reshape(len(p.counts), -1)).reshape(*counts.shape[:-1], p.q, p.q)
    use = together.sum(axis=-1)
    total = use.sum(axis=-1)
    apart = ordinal_metric(use) if far is None else far
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = apart.max(axis=(-1, -2)) if far is None else far.max()
        seen = (together * apart).sum(axis=(-1, -2)) / total / scale
        expected = ((use[..., :, None] * use[..., None, :]) * apart).sum(axis=(-1, -2)) / (total * (total - 1)) / scale
    return corrected(1 - seen, 1 - expected), 1 - seen, 1 - expected


def ordinal_metric(use: Floats) -> Floats:
    """... x q x q: squared distances of the mid-ranks that follow from ``use``, the reads of each category."""
    import numpy as np

    middle = np.cumsum(use, axis=-1) - use / 2
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)


def std_error(p: Patterns, far: Floats | None = None) -> float:
    """The standard error of alpha over the cases that two or more read; NaN for a single one."""
    kept = p.reads >= 2
    counts, agree, reads = p.counts[kept], p.agree[kept], p.reads[kept]
    n = float(counts.sum())
    if n < 2:
        return float("nan")
    use, total = counts @ agree, float(counts @ reads)
    apart = ordinal_metric(use) if far is None else far
    weights = 1 - apart / apart.max()
    mean = total / n
    share = use / total
    small = 1 / total
    own = (agree * (agree @ weights - 1)).sum(axis=1) / (mean * (reads - 1))
    seen = float(counts @ own) / n
    by_chance = float(share @ weights @ share)
    value = (seen - by_chance) / (1 - by_chance)
    more = (reads - mean) / mean
    observed = own - ((1 - small) * seen + small) * more
    expected = agree @ (weights @ share) / mean - by_chance * more
    linear = (observed - by_chance - 2 * (1 - value) * (expected - by_chance)) / (1 - by_chance)
    if far is None:
        linear = linear + n * _of_the_metric(p, use, total)[kept]
    return float((counts @ (linear - value) ** 2 / (n * (n - 1))) ** 0.5)


def _of_the_metric(p: Patterns, use: Floats, total: float) -> Floats:
    """P: by how much one more such unit moves alpha through the distances of the mid-ranks alone."""
    import numpy as np

    together = np.tensordot(p.counts, coincidences(p), axes=1)
    between = use[:, None] * use[None, :]
    apart = ordinal_metric(use)
    seen, expected = float((together * apart).sum()), float((between * apart).sum())
    middle = np.cumsum(use) - use / 2
    moved = np.cumsum(p.agree, axis=1) - p.agree / 2
    change = 2 * (middle[:, None] - middle[None, :]) * (moved[:, :, None] - moved[:, None, :])
    of_seen, of_expected = (change * together).sum(axis=(1, 2)), (change * between).sum(axis=(1, 2))
    part: Floats = total * (seen * of_expected / expected - of_seen) / expected
    return part
