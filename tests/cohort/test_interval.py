"""Intervals of proportions: the table of Clopper-Pearson and Wilson limits of the study, and R's values."""

import pytest

from hlh_tui.cohort.interval import clopper_pearson, wilson


@pytest.mark.parametrize(
    ("k", "n", "exact", "score"),
    [
        (10, 13, (46.2, 95.0), (49.7, 91.8)),
        (8, 13, (31.6, 86.1), (35.5, 82.3)),
        (4, 13, (9.1, 61.4), (12.7, 57.6)),
        (2, 13, (1.9, 45.4), (4.3, 42.2)),
        (6, 8, (34.9, 96.8), (40.9, 92.9)),
        (4, 5, (28.4, 99.5), (37.6, 96.4)),
        (12, 13, (64.0, 99.8), (66.7, 98.6)),
    ],
)
def test_the_proportions_of_the_study(k, n, exact, score):
    assert tuple(round(100 * limit, 1) for limit in clopper_pearson(k, n)) == exact
    assert tuple(round(100 * limit, 1) for limit in wilson(k, n)) == score


def test_the_label_of_emapalumab_and_two_values_of_r():
    assert clopper_pearson(17, 27) == pytest.approx((0.424, 0.806), abs=5e-4)
    assert clopper_pearson(48, 63) == pytest.approx((0.6378836, 0.8601884), abs=5e-8)
    assert wilson(48, 63) == pytest.approx((0.6436434, 0.8500622), abs=5e-8)
    assert clopper_pearson(12, 27) == pytest.approx((0.254799, 0.646736), abs=5e-7)
    assert wilson(12, 27) == pytest.approx((0.275859, 0.626870), abs=5e-7)


def test_none_and_all_reach_the_ends():
    assert clopper_pearson(0, 5) == (0.0, pytest.approx(0.5218, abs=5e-5))
    assert clopper_pearson(5, 5) == (pytest.approx(0.4782, abs=5e-5), 1.0)
    assert clopper_pearson(0, 0) == (0.0, 1.0) == wilson(0, 0)
    assert wilson(0, 5)[0] == 0.0
    assert wilson(5, 5)[1] == 1.0
