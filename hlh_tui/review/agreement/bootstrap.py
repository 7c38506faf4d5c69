"""Resampled cases: as many as there are, drawn with replacement (Efron and Tibshirani 1993), percentile interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hlh_tui.review.agreement.models import Bootstrap

if TYPE_CHECKING:
    from hlh_tui.review.agreement.patterns import Floats

MOST_NUMBERS = 4_000_000
"""Counts held at once, so that a large cohort does not fill the memory."""


def resampled(counts: Floats, draws: int, seed: int) -> Iterator[Floats]:
    """``draws`` vectors of counts in blocks B x P; the same for the same counts, draws and seed (numpy's PCG64)."""
    import numpy as np

    total = int(counts.sum())
    if not total:
        return
    generator = np.random.Generator(np.random.PCG64(seed))
    block = max(1, MOST_NUMBERS // len(counts))
    for start in range(0, draws, block):
        drawn = generator.multinomial(total, counts / total, size=min(block, draws - start))
        yield drawn.astype(np.float64)


def percentile_interval(values: Floats, level: float) -> Bootstrap | None:
    """The interval of the draws in which the coefficient is defined; None where these are too few or all alike."""
    import numpy as np

    known = values[np.isfinite(values)]
    if len(known) < 2 or float(known.max() - known.min()) < 1e-12:
        return None
    lower, upper = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Bootstrap(float(lower), min(1.0, float(upper)), len(values), len(known))
