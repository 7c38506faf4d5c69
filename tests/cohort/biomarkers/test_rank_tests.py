"""The rank tests against R, against enumeration, and against what a reader of tables knows."""

from __future__ import annotations

import itertools
import random

import pytest

from hlh_tui.cohort.biomarkers.differences import Pairs
from hlh_tui.cohort.biomarkers.holm import holm
from hlh_tui.cohort.biomarkers.mann_whitney import attainable, interval_order, mann_whitney
from hlh_tui.cohort.biomarkers.signed_rank import signed_rank
from tests.cohort.biomarkers.reference import numbers, stored

TIGHT = {"rel": 1e-9, "abs": 1e-9}


@pytest.mark.parametrize("row", stored("mann_whitney"), ids=lambda row: f"{row['set']}")
def test_mann_whitney_without_ties_is_that_of_r(row) -> None:
    found = mann_whitney(numbers(row["first"]), numbers(row["second"]))
    assert found.statistic == float(row["w"])
    assert found.p == pytest.approx(float(row["p"]), **TIGHT)
    assert found.estimate == pytest.approx(float(row["shift"]), **TIGHT)
    assert found.confidence == pytest.approx(float(row["confidence"]), **TIGHT)
    if found.confidence:
        assert (found.lower, found.upper) == pytest.approx((float(row["lower"]), float(row["upper"])), **TIGHT)
    else:
        assert found.lower is None  # one against one: no interval says anything
    assert not found.ties


@pytest.mark.parametrize("row", stored("mann_whitney_ties"), ids=lambda row: f"{row['set']}")
def test_mann_whitney_with_ties_is_the_enumeration_of_all_permutations(row) -> None:
    first, second = numbers(row["first"]), numbers(row["second"])
    found = mann_whitney(first, second)
    assert found.statistic == float(row["w"])
    assert found.p == pytest.approx(float(row["p"]), **TIGHT)
    assert found.estimate == pytest.approx(float(row["shift"]), **TIGHT)
    assert found.ties is (len({*first, *second}) < len(first) + len(second))


@pytest.mark.parametrize("row", stored("mann_whitney_large"), ids=lambda row: f"{row['set']}")
def test_large_groups_get_the_normal_approximation_of_r(row) -> None:
    found = mann_whitney(numbers(row["first"]), numbers(row["second"]))
    assert "normal approximation" in found.method
    assert found.statistic == float(row["w"])
    assert found.p == pytest.approx(float(row["p"]), rel=1e-9)
    assert found.estimate == pytest.approx(float(row["shift"]), **TIGHT)
    assert found.lower < found.estimate < found.upper


@pytest.mark.parametrize("row", stored("signed_rank"), ids=lambda row: f"n={row['n']}")
def test_signed_rank_is_that_of_r(row) -> None:
    found = signed_rank(numbers(row["values"]))
    assert found.statistic == float(row["v"])
    assert found.p == pytest.approx(float(row["p"]), **TIGHT)
    assert found.estimate == pytest.approx(float(row["estimate"]), **TIGHT)
    assert found.confidence == pytest.approx(float(row["confidence"]), **TIGHT)
    if found.confidence:
        assert (found.lower, found.upper) == pytest.approx((float(row["lower"]), float(row["upper"])), **TIGHT)


@pytest.mark.parametrize("row", stored("signed_rank_ties"), ids=lambda row: f"{row['set']}")
def test_signed_rank_with_ties_and_zeros_is_the_enumeration_of_all_signs(row) -> None:
    assert signed_rank(numbers(row["values"])).p == pytest.approx(float(row["p"]), **TIGHT)


@pytest.mark.parametrize("row", stored("signed_rank_large"), ids=lambda row: f"{row['set']}")
def test_large_signed_rank_is_the_normal_approximation_of_r(row) -> None:
    found = signed_rank(numbers(row["values"]))
    assert found.statistic == float(row["v"])
    assert found.p == pytest.approx(float(row["p"]), rel=1e-9)


@pytest.mark.parametrize("row", stored("holm"), ids=lambda row: f"{row['set']}")
def test_holm_is_that_of_r(row) -> None:
    assert holm(numbers(row["p"])) == pytest.approx(tuple(numbers(row["adjusted"])), **TIGHT)


def test_holm_does_not_count_what_could_not_be_tested() -> None:
    assert holm([0.01, None, 0.04]) == (0.02, None, 0.04)
    assert holm([]) == ()


def test_the_p_values_that_ten_against_three_can_give() -> None:
    assert [round(p, 3) for p in attainable(10, 3)[:5]] == [0.007, 0.014, 0.028, 0.049, 0.077]
    assert [round(p, 3) for p in attainable(8, 5)[:8]] == [0.002, 0.003, 0.006, 0.011, 0.019, 0.030, 0.045, 0.065]
    assert attainable(10, 3)[-1] == 1
    assert attainable(3, 10) == attainable(10, 3)


def test_the_smallest_p_is_that_of_groups_that_do_not_overlap() -> None:
    found = mann_whitney([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11, 12, 13])
    assert (found.statistic, found.p) == (0, 2 / 286)
    assert found.smallest_p == found.p
    tied = mann_whitney([1] * 10, [1, 1, 2])
    assert tied.smallest_p == tied.p == pytest.approx(2 * 3 / 13)  # 1 of 13 values is higher: in the three, or not


def test_all_alike_is_no_difference() -> None:
    found = mann_whitney([5, 5, 5], [5, 5])
    assert (found.p, found.estimate, found.ties) == (1, 0, True)
    assert signed_rank([0, 0, 0]).p == 1
    assert mann_whitney([1.0] * 60, [1.0] * 60).p == 1
    assert signed_rank([0.0] * 60).p == 1


def test_an_empty_group_is_a_sentence() -> None:
    found = mann_whitney([], [1, 2])
    assert (found.p, found.n) == (None, (0, 2))
    assert "cannot be compared" in found.why
    assert signed_rank([]).why == "no change is known in this group"


def test_order_of_patients_and_names_of_groups_do_not_matter() -> None:
    draw = random.Random(7)
    for _ in range(50):
        first = [draw.randint(0, 9) / 2 for _ in range(draw.randint(1, 9))]
        second = [draw.randint(0, 9) / 2 for _ in range(draw.randint(1, 9))]
        found, turned = mann_whitney(first, second), mann_whitney(second[::-1], first[::-1])
        assert found.p == pytest.approx(turned.p)
        assert found.estimate == pytest.approx(-turned.estimate)
        assert found.statistic == len(first) * len(second) - turned.statistic
        stretched = mann_whitney([8 * x + 1 for x in first], [8 * x + 1 for x in second])
        assert (stretched.p, stretched.estimate) == pytest.approx((found.p, 8 * found.estimate))
        assert signed_rank(first).p == pytest.approx(signed_rank([-x for x in first]).p)


def test_the_interval_covers_at_least_as_often_as_it_says_also_with_ties() -> None:
    """All shifts by whole steps of two small lattices: the interval must hold the shift that was made."""
    order, confidence = interval_order(4, 4)
    assert (order, round(confidence, 3)) == (1, 0.971)
    held = total = 0
    for chosen in itertools.combinations(range(8), 4):
        values = [1, 1, 2, 3, 3, 3, 4, 6]
        first = [values[i] for i in chosen]
        second = [values[i] for i in range(8) if i not in chosen]
        found = mann_whitney(first, second)
        held += found.lower <= 0 <= found.upper
        total += 1
    assert held / total >= confidence


@pytest.mark.parametrize("seed", range(4))
def test_order_statistics_found_by_halving_are_those_of_all_pairs(monkeypatch, seed) -> None:
    draw = random.Random(seed)
    first = [round(draw.gauss(0, 3), 1) for _ in range(37)]
    second = [round(draw.gauss(1, 2), 1) for _ in range(23)]
    written = (Pairs(first, second), Pairs(first))
    monkeypatch.setattr("hlh_tui.cohort.biomarkers.differences.MOST_WRITTEN", 10)
    for one, other in zip(written, (Pairs(first, second), Pairs(first)), strict=True):
        assert other.written is None
        assert other.count == one.count
        for k in (1, 2, one.count // 3, one.count // 2, one.count - 1, one.count):
            assert other.at(k) == pytest.approx(one.at(k), abs=1e-12)
        assert other.median() == pytest.approx(one.median(), abs=1e-12)
