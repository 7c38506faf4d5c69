"""Fisher's exact test against R 4.2.2's fisher.test and tables that can be counted by hand."""

from __future__ import annotations

import pytest

from hlh_tui.cohort.sensitivity.fisher import fisher_p


def test_the_lady_tasting_tea() -> None:
    # 3 of 4 against 1 of 4: 34 of the 70 ways to choose are as unlikely, two-sided.
    assert fisher_p(3, 4, 1, 4) == pytest.approx(34 / 70, abs=1e-12)


def test_response_by_prior_treatment_in_the_paper() -> None:
    assert fisher_p(6, 8, 4, 5) == 1.0


def test_convictions_of_twins_as_in_the_manual_of_fisher_test() -> None:
    assert fisher_p(10, 12, 3, 18) == pytest.approx(0.0005367241, abs=1e-9)


@pytest.mark.parametrize(("k1", "n1", "k2", "n2"), [(0, 5, 0, 7), (5, 5, 7, 7), (0, 0, 3, 7), (0, 0, 0, 0)])
def test_an_empty_margin_tells_nothing(k1, n1, k2, n2) -> None:
    assert fisher_p(k1, n1, k2, n2) == 1.0


def test_all_against_none() -> None:
    assert fisher_p(5, 5, 0, 5) == pytest.approx(2 / 252, abs=1e-12)
