"""Kaplan-Meier against R's survfit: the literal values of lung and aml, and 400 small cohorts with ties."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.kaplan_meier import CI_METHODS, kaplan_meier, steps, survival_at
from hlh_tui.cohort.survival.models import Limits
from hlh_tui.cohort.survival.quantiles import quantile, quantiles, quartiles
from tests.cohort.survival.reference import by_cohort, data, number

RANDOM = by_cohort("random_cohorts.csv")


def curve_of(name, ci="log-log", **wanted):
    return kaplan_meier(count_times(*data(name, **wanted)), ci)


def limits(value):
    return (value.estimate, value.lower, value.upper)


@pytest.mark.parametrize(
    ("ci", "at_180", "median"),
    [
        ("log", (0.665542, 0.782533), (310, 285, 363)),
        ("log-log", (0.658305, 0.775315), (310, 284, 361)),
        ("plain", (0.663239, 0.780102), (310, 284, 361)),
    ],
)
def test_lung_has_the_three_intervals_of_r(ci, at_180, median):
    curve = curve_of("lung.csv", ci)
    half_year, year, two_years = survival_at(curve, (180, 365, 730))
    assert half_year.survival == pytest.approx(0.721671, abs=5e-7)
    assert (half_year.lower, half_year.upper) == pytest.approx(at_180, abs=5e-7)
    assert year.survival == pytest.approx(0.409242, abs=5e-7)
    assert two_years.survival == pytest.approx(0.115693, abs=5e-7)
    assert [e.at_risk for e in (half_year, year, two_years)] == [160, 65, 13]
    assert limits(quantile(curve, 0.5)) == median


def test_lung_at_a_year_by_log_log():
    (year,) = survival_at(curve_of("lung.csv"), (365,))
    assert (year.lower, year.upper) == pytest.approx((0.338714, 0.478381), abs=5e-7)


@pytest.mark.parametrize(
    ("group", "ci", "median"),
    [
        ("Maintained", "log", (31, 18, None)),
        ("Nonmaintained", "log", (23, 8, None)),
        ("Maintained", "log-log", (31, 13, None)),
        ("Nonmaintained", "log-log", (23, 5, 33)),
        ("Maintained", "plain", (31, 18, 48)),
        ("Nonmaintained", "plain", (23, 8, 33)),
    ],
)
def test_aml_medians(group, ci, median):
    assert limits(quantile(curve_of("aml.csv", ci, group=group), 0.5)) == median


def test_aml_at_a_year():
    (kept,) = survival_at(curve_of("aml.csv", group="Maintained"), (12,))
    (left,) = survival_at(curve_of("aml.csv", group="Nonmaintained"), (12,))
    assert (kept.survival, kept.at_risk) == (pytest.approx(0.909091, abs=5e-7), 10)
    assert (left.survival, left.at_risk) == (pytest.approx(0.583333, abs=5e-7), 8)


def test_400_small_cohorts_equal_r_step_by_step():
    expected = by_cohort("random_steps.csv")
    assert len(expected) == 400
    for ci in CI_METHODS:
        name = ci.replace("-", "_")
        for cohort, lines in expected.items():
            found = steps(kaplan_meier(count_times(*columns(cohort)), ci))
            assert len(found) == len(lines)
            for step, line in zip(found, lines, strict=True):
                assert (step.day, step.at_risk) == (float(line["time"]), int(line["at_risk"]))
                assert (step.events, step.censored) == (int(line["events"]), int(line["censored"]))
                assert step.survival == pytest.approx(float(line["survival"]), abs=1e-12)
                same(step.std_error, number(line["std_error"]))
                certain = step.survival == 1.0
                same(step.lower, 1.0 if certain else number(line[f"{name}_lower"]))
                same(step.upper, 1.0 if certain else number(line[f"{name}_upper"]))


def test_lung_equals_r_at_each_of_186_times():
    found = steps(curve_of("lung.csv"))
    lines = by_cohort("lung_steps.csv")["lung"]
    assert len(found) == len(lines) == 186
    for step, line in zip(found, lines, strict=True):
        same(step.survival, number(line["survival"]))
        same(step.std_error, number(line["std_error"]))
        same(step.lower, number(line["log_log_lower"]))
        same(step.upper, number(line["log_log_upper"]))


def test_1200_quartiles_and_medians_equal_r():
    for cohort, lines in by_cohort("random_quantiles.csv").items():
        curves = {ci: kaplan_meier(count_times(*columns(cohort)), ci) for ci in CI_METHODS}
        for line in lines:
            found = quantile(curves[line["kind"]], float(line["p"]))
            assert limits(found) == tuple(number(line[key]) for key in ("estimate", "lower", "upper")), line


def test_quartiles_of_lung_and_aml_equal_r():
    curves = {
        "lung": {ci: curve_of("lung.csv", ci) for ci in CI_METHODS},
        "aml Maintained": {ci: curve_of("aml.csv", ci, group="Maintained") for ci in CI_METHODS},
        "aml Nonmaintained": {ci: curve_of("aml.csv", ci, group="Nonmaintained") for ci in CI_METHODS},
    }
    for cohort, lines in by_cohort("dataset_quantiles.csv").items():
        for line in lines:
            found = quantile(curves[cohort][line["kind"]], float(line["p"]))
            assert limits(found) == tuple(number(line[key]) for key in ("estimate", "lower", "upper")), line


def test_survival_at_chosen_times_equals_r_up_to_the_last_follow_up():
    for cohort, lines in by_cohort("random_at.csv").items():
        found = survival_at(kaplan_meier(count_times(*columns(cohort))), [float(line["time"]) for line in lines])
        for estimate, line in zip(found, lines, strict=True):
            assert estimate.at_risk == int(line["at_risk"])
            extended = float(line["survival"])
            if estimate.day > float(line["last"]):
                assert (estimate.survival, estimate.lower) == (0.0 if extended == 0.0 else None, None)
                continue
            same(estimate.survival, extended)
            same(estimate.std_error, number(line["std_error"]))
            same(estimate.lower, 1.0 if extended == 1.0 else number(line["lower"]))
            same(estimate.upper, 1.0 if extended == 1.0 else number(line["upper"]))


def columns(cohort):
    return [float(row["time"]) for row in RANDOM[cohort]], [int(row["event"]) for row in RANDOM[cohort]]


def same(found, expected):
    if expected is None or found is None:
        assert found is expected
    else:
        assert found == pytest.approx(expected, abs=1e-10)


def test_the_median_is_the_middle_of_the_flat_piece_at_one_half():
    # Four patients, deaths on days 1, 2 and 6: S is 0.5 from day 2 to day 6, so the median is day 4.
    assert quantile(kaplan_meier(count_times((1, 2, 6, 9), (1, 1, 1, 0))), 0.5).estimate == 4
    # If nothing happens after day 2, the flat piece ends with the last follow-up on day 9.
    assert quantile(kaplan_meier(count_times((1, 2, 6, 9), (1, 1, 0, 0))), 0.5).estimate == 5.5


def test_a_curve_that_never_falls_to_a_half_has_no_median():
    assert quantile(kaplan_meier(count_times((3, 8, 9), (1, 0, 0))), 0.5) == Limits(None, 3, None)


def test_one_patient_who_dies_on_day_zero():
    (step,) = steps(kaplan_meier(count_times((0,), (1,))))
    assert (step.day, step.at_risk, step.events, step.survival) == (0, 1, 1, 0.0)
    assert (step.std_error, step.lower, step.upper) == (None, None, None)


def test_no_events_at_all_stays_at_one_with_the_interval_one_to_one():
    found = steps(kaplan_meier(count_times((5, 7), (0, 0))))
    assert [(s.survival, s.std_error, s.lower, s.upper) for s in found] == [(1.0, 0.0, 1.0, 1.0)] * 2


@pytest.mark.parametrize(
    ("time", "event", "sentence"),
    [
        ((1, -2), (1, 0), "row 2: time is -2, but follow-up must be a number of days of 0 or more; correct the time"),
        (
            (math.nan,),
            (1,),
            "row 1: time is nan, but follow-up must be a number of days of 0 or more; correct the time",
        ),
        ((1, 2, 3), (0, 1, 2), "row 3: event is 2, but only 1 (event) and 0 (censored) are allowed; recode the column"),
        ((1, 2), (0,), "2 times but 1 event indicators: give one of each for every patient"),
    ],
)
def test_wrong_input_is_one_sentence(time, event, sentence):
    with pytest.raises(CohortError) as caught:
        count_times(time, event)
    assert str(caught.value) == sentence


def test_an_unknown_interval_method_names_the_known_ones():
    with pytest.raises(CohortError, match=r"no interval method 'logit': choose one of log-log, log, plain"):
        kaplan_meier(count_times((1,), (1,)), "logit")


def test_a_curve_of_nobody_has_no_median_and_no_estimates():
    nobody = kaplan_meier(count_times((), ()))
    assert (nobody.n, steps(nobody)) == (0, ())
    assert quantile(nobody, 0.5) == Limits(None, None, None)
    assert [(e.at_risk, e.survival) for e in survival_at(nobody, (0, 30))] == [(0, None)] * 2


def test_log_log_limits_of_quartiles_come_back_in_their_order():
    assert quantiles(curve_of("lung.csv"), (0.75, 0.25)) == (Limits(550, 457, 643), Limits(170, 144, 194))


fractions = st.one_of(st.integers(0, 5000), st.floats(0, 1e6), st.just(-0.0))


@settings(max_examples=100, derandomize=True)
@given(st.lists(st.tuples(fractions, st.booleans()), max_size=40), st.booleans())
def test_counts_are_those_of_a_plain_count_for_whole_days_and_for_any_times(rows, as_arrays):
    time, event = [t for t, _ in rows], [e for _, e in rows]
    counts = count_times(np.array(time), np.array(event)) if as_arrays else count_times(time, event)
    expected = sorted({t + 0.0 for t in time})
    assert counts.days.tolist() == expected
    assert counts.events.tolist() == [sum(e for t, e in rows if t == day) for day in expected]
    assert counts.censored.tolist() == [sum(not e for t, e in rows if t == day) for day in expected]


patients = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=40)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_without_censoring_the_curve_is_one_minus_the_empirical_distribution(times):
    for step in steps(kaplan_meier(count_times(times, [1] * len(times)))):
        assert step.survival == pytest.approx(sum(t > step.day for t in times) / len(times), abs=1e-12)


@given(patients, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert steps(curve(rows)) == steps(curve(shuffled))


@settings(max_examples=60, derandomize=True)
@given(patients)
def test_the_unit_of_time_does_not_matter(rows):
    days, hours = curve(rows), curve([(t * 24, e) for t, e in rows])
    assert hours.days.tolist() == [24 * day for day in days.days.tolist()]
    for name in ("at_risk", "events", "survival", "std_error", "lower", "upper"):
        assert np.array_equal(getattr(hours, name), getattr(days, name), equal_nan=True)
    for one, other in zip(quartiles(days), quartiles(hours), strict=True):
        for side in ("estimate", "lower", "upper"):
            reached = getattr(one, side)
            assert getattr(other, side) == (None if reached is None else 24 * reached)


@given(patients)
def test_every_patient_twice_gives_the_same_curve_with_a_smaller_error(rows):
    once, twice = steps(curve(rows)), steps(curve(rows * 2))
    assert [s.survival for s in once] == pytest.approx([s.survival for s in twice], abs=1e-12)
    for single, double in zip(once, twice, strict=True):
        assert double.at_risk == 2 * single.at_risk
        if single.std_error is not None:
            assert double.std_error == pytest.approx(single.std_error / math.sqrt(2), abs=1e-12)


@given(patients, st.sampled_from(CI_METHODS))
def test_limits_hold_the_estimate_and_stay_between_0_and_1(rows, ci):
    for step in steps(kaplan_meier(count_times(*zip(*rows, strict=True)), ci)):
        assert step.lower is None or 0 <= step.lower <= step.survival <= step.upper <= 1


def curve(rows):
    return kaplan_meier(count_times(*zip(*rows, strict=True)))
