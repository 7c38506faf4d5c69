"""Rounding as printed."""

from decimal import Decimal
from fractions import Fraction

import pytest

from hlh_tui.cohort.published.rounding import cut, decimals, exact, plain, rounded


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        (Fraction(100, 8), 0, "13"),
        (Fraction(100 * 10, 13), 0, "77"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(7, 2), 0, "4"),
        (Fraction(-25, 10), 0, "-3"),
        (exact(4.65), 1, "4.7"),
        (exact(1.005), 2, "1.01"),
        (Fraction(35, 48) * 100, 1, "72.9"),
        (Fraction(2, 286), 3, "0.007"),
    ],
)
def test_halves_go_up(value, places, printed):
    assert str(rounded(value, places)) == printed


def test_decimals_are_those_of_the_print():
    assert [decimals(Decimal(each)) for each in ("38", "1.0", "1.14", "0.066", "2.50")] == [0, 1, 2, 3, 2]


def test_noise_of_binary_decides_no_half():
    assert exact(0.1 + 0.2) == Fraction(3, 10)
    assert rounded(exact(100 * 0.285), 0) == 29


def test_numbers_are_shown_without_exponent_and_needless_zeros():
    assert plain(Decimal("0.0000070")) == "0.0000070"
    assert cut(Fraction(8, 7)) == "1.1429"
    assert cut(Fraction(100)) == "100"
