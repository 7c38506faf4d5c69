"""The bootstrap by patient: it can be repeated, does not mind the order of cases, and is as wide as it should be."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from hlh_tui.review.agreement.coefficients import coefficients
from hlh_tui.review.agreement.patterns import patterns
from hlh_tui.review.agreement.scale import Scale
from tests.review.agreement import oracle
from tests.review.agreement.reads import Sampling, estimate, estimates, stored

THOUSAND = Sampling(level=0.95, draws=1000, seed=20241122)


def limits(name: str, kind: str, sampling: Sampling = THOUSAND) -> tuple[float, float]:
    spread = estimate(estimates(stored(name), sampling), kind).bootstrap
    assert spread is not None
    return spread.lower, spread.upper


def test_published_widths_of_thirteen_patients() -> None:
    """clinical.md: scenario 2 kappa 0.51 to 1.00; scenario 4 quadratic kappa 0.19 to 1.00."""
    assert limits("scenario-2", "cohen.unweighted") == (pytest.approx(0.51, abs=0.03), 1.0)
    assert limits("scenario-4", "cohen.quadratic") == (pytest.approx(0.19, abs=0.05), 1.0)


def test_the_same_seed_gives_the_same_limits_and_another_others() -> None:
    assert limits("random-1", "gwet.ac1") == limits("random-1", "gwet.ac1")
    assert limits("random-1", "gwet.ac1") != limits("random-1", "gwet.ac1", Sampling(0.95, 1000, 2))


def test_the_order_of_the_cases_does_not_matter() -> None:
    table = stored("random-3")
    shuffled = list(table)
    random.Random(3).shuffle(shuffled)
    assert estimates(table, THOUSAND) == estimates(tuple(shuffled), THOUSAND)


def test_it_resamples_whole_cases() -> None:
    """Against cases drawn one by one with another generator: the limits agree as far as 4000 draws allow."""
    table = stored("random-5")
    draw = random.Random(11)
    alike = [1.0] * len(table)
    values = sorted(
        oracle.corrected(draw.choices(table, k=len(table)), oracle.nominal, alike, "fleiss") for _ in range(800)
    )
    lower, upper = limits("random-5", "fleiss", Sampling(0.95, 4000, 5))
    assert lower == pytest.approx(values[20], abs=0.03)
    assert upper == pytest.approx(values[780], abs=0.03)


def test_draws_of_one_category_are_left_out_and_counted() -> None:
    spread = estimate(estimates(stored("prevalence"), THOUSAND), "krippendorff.nominal").bootstrap
    assert spread is not None
    assert spread.draws == 1000
    assert 900 < spread.defined < 1000  # about 0.95 ** 100 of the draws have no second category


def test_no_draws_give_no_interval() -> None:
    assert estimate(estimates(stored("scenario-1")), "conger").bootstrap is None


def test_the_level_is_that_of_the_limits() -> None:
    narrow = limits("random-1", "conger", Sampling(0.8, 1000, 1))
    wide = limits("random-1", "conger", Sampling(0.95, 1000, 1))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_five_thousand_patients_and_three_readers_take_under_three_seconds() -> None:
    generator = np.random.default_rng(1)
    codes = generator.integers(-1, 5, size=(5000, 3))
    scale = Scale(("CR", "PR", "IMP", "NR", "NE"), (0.0, 1.0, 2.0, 3.0), ("CR", "PR", "IMP", "NR"), ("NE",))
    started = time.process_time()
    found = coefficients(patterns(codes, 5), scale, THOUSAND, ["one", "two", "three"])
    assert time.process_time() - started < 3
    assert estimate(found, "conger").bootstrap is not None
