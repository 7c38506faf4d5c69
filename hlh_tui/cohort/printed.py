"""How numbers and names are printed in tables and notes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MOST_NAMES = 20
NOT_REACHED = "NR"
DIGITS = 9
"""Decimals of a computed value that are meant; a half is told from its neighbours after rounding to these."""


def names(patients: Sequence[str]) -> str:
    """Patient ids as a list in a sentence; beyond twenty only their number."""
    if not patients:
        return "nobody"
    shown = ", ".join(patients[:MOST_NAMES])
    return shown if len(patients) <= MOST_NAMES else f"{shown} and {len(patients) - MOST_NAMES} others"


def percent(k: int, n: int, decimals: int = 0) -> str:
    """``k`` of ``n`` in per cent, halves rounded up as clinical tables do (1 of 8 is 13, not 12)."""
    scale = 10**decimals
    rounded = (200 * scale * k + n) // (2 * n)
    return f"{rounded // scale}.{rounded % scale:0{decimals}d}" if decimals else str(rounded)


def number(value: float, decimals: int = 0, sign: str = "", rounding: str = ROUND_HALF_UP) -> str:
    """A finite value with so many decimals, halves rounded away from 0 as ``percent`` does (39.25 is 39.3, not 39.2).

    ``sign``: ``+`` for one in front of what is above 0. What rounds to 0 has no sign. ``rounding``: another way of the
    decimal module, for bounds, which stay true only if they are rounded outwards.
    """
    near = Decimal(repr(round(value, DIGITS))).quantize(Decimal(1).scaleb(-decimals), rounding)
    return f"{near:{sign}.{decimals}f}" if near else f"{abs(near):.{decimals}f}"


def limits_in_percent(lower: float | None, upper: float | None) -> str:
    """An interval of a proportion, such as 36.8–90.5; empty where it is not defined."""
    return "" if lower is None or upper is None else f"{100 * lower:.1f}–{100 * upper:.1f}"


def day(value: float | None) -> str:
    """A day without needless decimals; NR where it is not reached."""
    return NOT_REACHED if value is None else f"{value:.10g}"
