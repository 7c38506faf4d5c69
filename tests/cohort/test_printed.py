"""Numbers as a clinical table prints them."""

from decimal import ROUND_CEILING, ROUND_FLOOR

import pytest

from hlh_tui.cohort.printed import number, percent


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (39.25, 1, "39.3"),
        (37.75, 1, "37.8"),
        (0.25, 1, "0.3"),
        (-0.25, 1, "-0.3"),
        (2.5, 0, "3"),
        (34.0, 0, "34"),
        (1.005, 2, "1.01"),
        (23.85, 1, "23.9"),
        (4.1499999999999995, 1, "4.2"),  # 3.4 + 0.75, which is 4.15
        (-0.04, 1, "0.0"),
        (-0.0, 0, "0"),
        (390000.0, 0, "390000"),
    ],
)
def test_halves_go_away_from_zero_and_zero_has_no_sign(value: float, decimals: int, printed: str) -> None:
    assert number(value, decimals) == printed


def test_a_sign_is_written_where_it_says_something() -> None:
    assert [number(value, 1, "+") for value in (0.25, 0.0, -0.25)] == ["+0.3", "0.0", "-0.3"]


def test_per_cent_rounds_the_same_way() -> None:
    assert (percent(1, 8), percent(1, 40, 1)) == ("13", "2.5")


def test_a_bound_rounded_outwards_stays_true() -> None:
    assert (number(-82.6, 0, rounding=ROUND_CEILING), number(1500.6, 0, rounding=ROUND_FLOOR)) == ("-82", "1500")
