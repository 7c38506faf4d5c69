"""Holm's step-down adjustment of p values that are tested together (Holm 1979), as R's ``p.adjust``."""

from __future__ import annotations

from collections.abc import Sequence


def holm(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Each p adjusted for all of them; where there is no p there is none to adjust, and it does not count."""
    known = sorted((p, place) for place, p in enumerate(values) if p is not None)
    adjusted: list[float | None] = [None] * len(values)
    least = 0.0
    for step, (p, place) in enumerate(known):
        least = max(least, min(1.0, (len(known) - step) * p))
        adjusted[place] = least
    return tuple(adjusted)
