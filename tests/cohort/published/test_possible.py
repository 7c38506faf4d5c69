"""Figures that are impossible whoever the patients were."""

from decimal import Decimal

from hlh_tui.cohort.published.entries import Curve, Figure
from hlh_tui.cohort.published.possible import checks_of


def figure(value: str, unit: str, **more) -> Figure:
    return Figure("a", "Table 1", value, Decimal(value), unit, **more)


def only(figure: Figure, groups: tuple[int, ...] = ()):
    (check,) = checks_of(figure, groups)
    return check.possible, check.why


def test_a_percentage_must_be_that_of_its_count():
    assert only(figure("77", "%", n=10, denominator=13)) == (True, "10 of 13 is 77 %")
    assert only(figure("37.5", "%", n=9, denominator=13)) == (False, "9 of 13 is 69.23 %, not 37.5 %")
    assert only(figure("61", "%", n=8, denominator=13)) == (
        False,
        "8 of 13 is 61.5 %, not 61 % (cut off, not rounded)",
    )


def test_a_count_is_not_more_than_its_denominator_and_the_value_printed():
    assert only(figure("4", "patients", n=4, denominator=8)) == (True, "4 of 8")
    assert only(figure("9", "patients", n=9, denominator=8)) == (False, "9 of 8 is more than there are")
    assert only(figure("5", "patients", n=4, denominator=8)) == (False, "4 of 8, but 5 printed")


def test_a_percentage_without_a_count_must_be_that_of_some_count():
    assert only(figure("31", "%", denominator=13)) == (True, "4 of 13 is 31 %")
    assert only(figure("37.5", "%", denominator=13)) == (
        False,
        "no count of 13 gives 37.5 %; the nearest: 5 of 13 is 38.46 %, not 37.5 %",
    )


def test_none_of_the_four_printed_p_values_is_exact():
    for printed, groups, nearest in (
        ("0.008", (10, 3), "0.0070, 0.0140"),
        ("0.066", (10, 3), "0.0490, 0.0769"),
        ("0.025", (8, 5), "0.0186, 0.0295"),
        ("0.007", (8, 5), "0.0062, 0.0109"),
    ):
        possible, why = only(figure(printed, "p", groups=groups), groups)
        assert not possible
        assert nearest in why


def test_p_values_that_the_test_gives_are_possible():
    # 1/286, twice, and 4/1287, twice: the two and the four most extreme rankings.
    assert only(figure("0.007", "p"), (10, 3))[0]
    assert only(figure("0.006", "p"), (8, 5))[0]


def test_the_normal_approximation_is_named_where_it_gives_the_p():
    assert "with continuity correction gives it at U = 1" in only(figure("0.007", "p"), (8, 5))[1]
    assert "nor can its normal approximation" in only(figure("0.008", "p"), (10, 3))[1]


def test_a_limit_is_no_value_of_a_test():
    assert checks_of(figure("0.05", "p", comparator="<"), (10, 3)) == []


def test_survival_needs_a_curve_that_passes_through_it():
    assert only(figure("72.9", "%", curve=Curve(13, 6))) == (
        True,
        "13 patients with at most 6 deaths give 72.9 % (35/48) in 2 ways",
    )
    assert only(figure("95.0", "%", curve=Curve(13, 6)))[0] is False
    assert only(figure("50.0", "%", curve=Curve(400, 200))) == (
        True,
        "400 patients with at most 200 deaths give 50.0 %, as by 200 deaths with 400 at risk",
    )


def test_a_percentage_of_a_million_is_found_at_once():
    assert only(figure("33.3333", "%", denominator=1_000_000)) == (True, "333333 of 1000000 is 33.3333 %")
