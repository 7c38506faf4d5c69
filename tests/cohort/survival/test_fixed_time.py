"""Two groups at one day, against values that R gives from summary(survfit)."""

import pytest

from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.fixed_time import survival_difference
from hlh_tui.cohort.survival.kaplan_meier import kaplan_meier
from tests.cohort.survival.reference import data, rows

GROUPS = {"lung": ("lung.csv", "sex"), "veteran": ("veteran.csv", "treatment")}


def curves(name):
    file, column = GROUPS[name]
    return [kaplan_meier(count_times(*data(file, **{column: group}))) for group in "12"]


@pytest.mark.parametrize("line", rows("dataset_differences.csv"), ids=lambda line: f"{line['cohort']} {line['day']}")
def test_differences_equal_r(line):
    found = survival_difference(*curves(line["cohort"]), float(line["day"]))
    expected = [float(line[name]) for name in ("estimate", "std_error", "p")]
    assert [found.estimate, found.std_error, found.p] == pytest.approx(expected, abs=1e-9)
    half = 1.959963985 * found.std_error
    assert (found.lower, found.upper) == pytest.approx((found.estimate - half, found.estimate + half), abs=1e-8)


def test_women_of_lung_live_more_often_for_a_year():
    found = survival_difference(*curves("lung"), 365)
    assert found.estimate == pytest.approx(0.190375, abs=1e-6)


def curve(time, event):
    return kaplan_meier(count_times(time, event))


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (curve((5,), (0,)), "second group: survival at day 10 is not known, nobody is followed then"),
        (curve((5,), (1,)), "second group: survival has come down to 0 by day 10, where it has no error"),
        (curve((20,), (1,)), "second group: nobody has had an event by day 10"),
    ],
)
def test_what_cannot_be_compared_says_why(second, why):
    found = survival_difference(curve((3, 20), (1, 0)), second, 10)
    assert (found.p, found.why) == (None, why)


def test_two_groups_without_an_event():
    found = survival_difference(curve((20,), (0,)), curve((30,), (0,)), 10)
    assert (found.estimate, found.std_error, found.lower, found.p) == (0, 0, None, None)
    assert found.why == "neither group has had an event by then"
