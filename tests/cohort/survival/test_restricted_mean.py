"""Restricted means against R's ``summary(survfit, rmean=)``: lung, aml, veteran and 400 small cohorts with ties."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.restricted_mean import restricted_mean, restricted_mean_difference
from tests.cohort.survival.reference import by_cohort, data, number

RANDOM = by_cohort("random_cohorts.csv")
DATA_SETS = {
    "lung": data("lung.csv"),
    "lung 1": data("lung.csv", sex="1"),
    "lung 2": data("lung.csv", sex="2"),
    "aml": data("aml.csv"),
    "veteran": data("veteran.csv"),
}


def counts_of(name):
    if name in DATA_SETS:
        return count_times(*DATA_SETS[name])
    return count_times([float(row["time"]) for row in RANDOM[name]], [int(row["event"]) for row in RANDOM[name]])


def test_lung_lives_263_of_the_first_365_days():
    found = restricted_mean(counts_of("lung"), 365)
    assert (found.n, found.events, found.why) == (228, 121, "")
    assert found.estimate == pytest.approx(263.221866, abs=1e-6)
    assert found.std_error == pytest.approx(7.798859, abs=1e-6)
    assert (found.lower, found.upper) == pytest.approx((247.936383, 278.507350), abs=2e-6)


def test_women_of_lung_live_56_days_longer():
    men, women = (restricted_mean(counts_of(name), 365) for name in ("lung 1", "lung 2"))
    assert (men.estimate, men.std_error) == pytest.approx((241.495085, 10.358226), abs=1e-6)
    assert (women.estimate, women.std_error) == pytest.approx((297.465410, 10.791324), abs=1e-6)
    found = restricted_mean_difference(counts_of("lung 1"), counts_of("lung 2"), 365)
    assert found.estimate == pytest.approx(55.970324, abs=2e-6)
    assert found.std_error == pytest.approx(math.hypot(10.358226, 10.791324), abs=2e-6)
    assert (found.lower, found.upper) == pytest.approx((26.65294, 85.28771), abs=1e-4)
    assert found.p == pytest.approx(0.0001827, abs=1e-7)


def test_1800_restricted_means_equal_r_up_to_the_last_follow_up():
    compared = 0
    for cohort, lines in by_cohort("restricted_means.csv").items():
        for line in lines:
            found = restricted_mean(counts_of(cohort), float(line["tau"]))
            if float(line["tau"]) > float(line["last"]) and float(line["at_last"]) > 0:
                last = f"{float(line['last']):g}"
                assert found.estimate is None
                assert found.why == (
                    f"follow-up ends on day {last}, before tau (day {found.tau:g}), so the area up to tau is not known"
                )
                continue
            assert found.estimate == pytest.approx(float(line["mean"]), rel=1e-9)
            assert found.std_error == pytest.approx(number(line["std_error"]), abs=1e-9)
            compared += 1
    assert compared > 1000


def test_a_curve_that_has_come_down_to_0_is_known_beyond_it():
    # Deaths on days 2 and 4: lived 2 and 4 days, mean 3, whatever the tau beyond.
    found = restricted_mean(count_times((2, 4), (1, 1)), 100)
    assert found.estimate == 3
    assert found.std_error == pytest.approx(math.sqrt(0.5))


def test_without_an_event_the_mean_is_tau_and_nothing_can_be_tested():
    counts = count_times((30, 40), (0, 0))
    found = restricted_mean(counts, 28)
    assert (found.estimate, found.std_error, found.lower, found.upper) == (28, 0, 28, 28)
    difference = restricted_mean_difference(counts, counts, 28)
    assert (difference.estimate, difference.p) == (0, None)
    assert difference.why == "neither mean varies up to day 28, so there is no error to test the difference against"


def test_from_a_landmark_the_days_before_it_do_not_count():
    # All leave after day 7; one of two dies on day 9: one day short of three for half of them.
    found = restricted_mean(count_times((9, 12), (1, 0)), 10, start=7)
    assert found.estimate == 2.5


@pytest.mark.parametrize(
    ("rows", "tau", "why"),
    [
        ([], 10, "there are no patients"),
        ([(5, 1)], 0, "tau is day 0, but it must lie after day 0, where the curve starts"),
        ([(5, 1)], math.inf, "tau is day inf, but it must lie after day 0, where the curve starts"),
        ([(5, 0)], 6, "follow-up ends on day 5, before tau (day 6), so the area up to tau is not known"),
    ],
)
def test_what_is_not_known_is_a_sentence(rows, tau, why):
    counts = count_times([t for t, _ in rows], [e for _, e in rows])
    found = restricted_mean(counts, tau)
    assert (found.estimate, found.std_error, found.lower, found.upper, found.why) == (None, None, None, None, why)
    other = count_times((50, 60), (1, 0))
    assert restricted_mean_difference(counts, other, tau).why == f"first group: {why}"


def test_the_second_group_is_named_where_it_ends_too_early():
    found = restricted_mean_difference(count_times((50,), (0,)), count_times((5,), (0,)), 10)
    assert found.why == (
        "second group: follow-up ends on day 5, before tau (day 10), so the area up to tau is not known"
    )


patients = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=30)


@settings(max_examples=50, derandomize=True)
@given(patients, st.integers(1, 12))
def test_in_hours_the_mean_is_24_times_that_in_days(rows, tau):
    days, hours = (count_times([t * unit for t, _ in rows], [e for _, e in rows]) for unit in (1, 24))
    one, other = restricted_mean(days, tau), restricted_mean(hours, tau * 24)
    if one.estimate is None:
        assert other.estimate is None
    else:
        assert other.estimate == pytest.approx(24 * one.estimate, abs=1e-9)
        assert other.std_error == pytest.approx(24 * one.std_error, abs=1e-9)


@settings(max_examples=50, derandomize=True)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=30), st.integers(1, 12))
def test_without_censoring_it_is_the_mean_of_the_shorter_of_time_and_tau(times, tau):
    found = restricted_mean(count_times(times, [1] * len(times)), tau)
    shorter = [min(t, tau) for t in times]
    mean = sum(shorter) / len(shorter)
    assert found.estimate == pytest.approx(mean, abs=1e-9)
    spread = sum((t - mean) ** 2 for t in shorter) / len(shorter) ** 2
    assert found.std_error == pytest.approx(math.sqrt(spread), abs=1e-7)
