"""Sample quantiles by the definitions that clinical papers use (Hyndman and Fan, Am Stat 1996;50:361-365)."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, inf

NAMES = {"type 6": "type 6 (SPSS, Minitab)", "type 7": "type 7 (R, Excel)"}
OFFSETS = {"type 6": (1.0, 0.0), "type 7": (-1.0, 1.0)}
"""The place of the quantile p among n values in ascending order, counted from 1: (n + first) p + second."""


def quantile(values: Sequence[float], level: float, kind: str) -> float:
    """The quantile at ``level`` (0-1) of values in ascending order; they may be infinite, and so may it then be.

    ``ValueError`` without values.
    """
    if not values:
        raise ValueError("a quantile needs at least one value")
    n = len(values)
    below = floor(place(n, level, kind) + 1e-9)
    return between(values[below - 1], values[min(below, n - 1)], n, level, kind)


def place(n: int, level: float, kind: str) -> float:
    """Where the quantile stands among n values, from 1 to n; beyond the first or last value it is that value."""
    shift, offset = OFFSETS[kind]
    return min(max((n + shift) * level + offset, 1.0), float(n))


def between(low: float, high: float, n: int, level: float, kind: str) -> float:
    """The quantile from the values at and after its place."""
    at = place(n, level, kind)
    share = max(at - floor(at + 1e-9), 0.0)
    return low if low in (high, -inf) or share < 1e-9 else low + share * (high - low)
