"""Rounding as printed: to the decimals of the print, halves up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def decimals(printed: Decimal) -> int:
    """How many decimals a number is printed with: 1 for 1.0, 0 for 38."""
    exponent = printed.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rounded(value: Fraction, places: int) -> Decimal:
    """The value with so many decimals; a half goes up, away from zero where negative (12.5 is 13, -12.5 is -13)."""
    scaled = abs(value) * 10**places + Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def exact(value: float) -> Fraction:
    """A number to twelve significant digits, as it is written in decimals: 4.65 is 465/100.

    So that what binary makes of a number does not decide how its half is rounded.
    """
    return Fraction(f"{value:.12g}") if isinstance(value, float) else Fraction(value)


def plain(value: Decimal) -> str:
    """Without an exponent: 0.0070, not 7.0E-3."""
    return f"{value:f}"


def cut(value: Fraction, places: int = 4) -> str:
    """At most so many decimals, without needless zeros."""
    number = (Decimal(value.numerator) / value.denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
