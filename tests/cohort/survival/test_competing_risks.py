"""Aalen-Johansen against R's survfit on a multi-state factor: mgus2, pbc and 300 small cohorts with ties."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.competing_risks import cumulative_incidence, incidence_at
from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.kaplan_meier import CI_METHODS, kaplan_meier
from tests.cohort.survival.reference import by_cohort, number, rows

RISKS = by_cohort("risk_cohorts.csv")
MONTH = 30.4375
# A course of 13 patients with all the survival figures of Song et al. 2024: day of HSCT, last day, died.
EXAMPLE_A = [
    (None, 12, 0),
    (None, 18, 1),
    (None, 27, 1),
    (35, 177, 0),
    (41, 151, 1),
    (None, 55, 1),
    (70, 152, 1),
    (None, 95, 1),
    (None, 148, 0),
    (None, 150, 0),
    (None, 200, 0),
    (80, 210, 0),
    (90, 233, 0),
]


def tabulated(times, causes, names=("1", "2")):
    days, where = np.unique(times, return_inverse=True)

    def count(code):
        return np.bincount(where, weights=np.asarray(causes) == code, minlength=len(days))

    return days, {name: count(code) for code, name in enumerate(names, start=1)}, count(0)


def of(lines):
    return tabulated([float(row["time"]) for row in lines], [int(row["cause"]) for row in lines])


@pytest.mark.parametrize("cohort", ["mgus2", "pbc"])
def test_mgus2_and_pbc_equal_r_with_each_interval(cohort):
    counts = of(rows(f"{cohort}.csv"))
    lines = by_cohort("dataset_incidence.csv")[cohort]
    for ci in CI_METHODS:
        curves = cumulative_incidence(*counts, ci)
        days = sorted({float(line["time"]) for line in lines})
        found = {
            (each.day, "0" if state.cause == "event-free" else state.cause): state
            for each in incidence_at(curves, days)
            for state in each.states
        }
        for line in (line for line in lines if line["kind"] == ci):
            equal(found[float(line["time"]), line["cause"]], line)


def test_300_small_cohorts_equal_r_step_by_step():
    compared = 0
    for cohort, lines in by_cohort("risk_incidence.csv").items():
        curves = cumulative_incidence(*of(RISKS[cohort]))
        for line in lines:
            (found,) = incidence_at(curves, [float(line["time"])])
            equal(found.states[(1, 2, 0).index(int(line["cause"]))], line)
            compared += 1
    assert compared > 4500


def equal(found, line):
    """As R, except where R gives NA: nothing of the kind so far, or nobody left without it."""
    probability = float(line["probability"])
    assert found.probability == pytest.approx(probability, abs=1e-10)
    begun = 1.0 if found.cause == "event-free" else 0.0
    if abs(probability - begun) < 1e-12:
        assert (found.std_error, found.lower, found.upper) == (0, begun, begun)
    elif abs(probability - 1 + begun) < 1e-12:
        assert (found.std_error, found.lower, found.upper) == (None, None, None)
    else:
        assert found.std_error == pytest.approx(number(line["std_error"]), abs=1e-8)
        assert (found.lower, found.upper) == pytest.approx((number(line["lower"]), number(line["upper"])), abs=1e-7)


def example_a():
    times = [last if hsct is None else hsct for hsct, last, _ in EXAMPLE_A]
    causes = [(1 if died else 0) if hsct is None else 2 for hsct, _, died in EXAMPLE_A]
    return cumulative_incidence(*tabulated(times, causes, ("death", "HSCT")))


def test_the_course_of_13_patients_has_25_percent_dead_and_17_percent_transplanted_at_two_months():
    two, five = incidence_at(example_a(), (2 * MONTH, 5 * MONTH))
    assert [state.cause for state in two.states] == ["death", "HSCT", "event-free"]
    assert [round(100 * state.probability, 1) for state in two.states] == [25.0, 16.7, 58.3]
    assert [round(100 * state.probability, 1) for state in five.states] == [33.3, 41.7, 25.0]
    assert [state.events for state in five.states] == [4, 5, 0]


def test_one_minus_kaplan_meier_overstates_the_deaths_without_transplantation():
    two, five = (each.states[0] for each in incidence_at(example_a(), (2 * MONTH, 5 * MONTH)))
    assert (round(100 * two.naive, 1), round(100 * five.naive, 1)) == (27.1, 45.3)


def test_beyond_the_last_follow_up_nothing_is_known_unless_everybody_had_an_event():
    (beyond,) = incidence_at(example_a(), (300,))
    assert [state.probability for state in beyond.states] == [None, None, None]
    assert [state.events for state in beyond.states] == [4, 5, 0]
    ended = cumulative_incidence((3, 5), {"death": (1, 0), "HSCT": (0, 1)}, (0, 0))
    (after,) = incidence_at(ended, (300,))
    assert [state.probability for state in after.states] == [0.5, 0.5, 0.0]


def test_before_the_first_day_nothing_has_happened():
    (at_zero,) = incidence_at(cumulative_incidence((3,), {"death": (1,)}, (1,)), (0,))
    assert at_zero.at_risk == 2
    assert [(s.probability, s.lower, s.upper, s.std_error) for s in at_zero.states] == [(0, 0, 0, 0), (1, 1, 1, 0)]


def test_one_patient_who_dies_on_day_zero():
    (found,) = incidence_at(cumulative_incidence((0,), {"death": (1,), "HSCT": (0,)}, (0,)), (0,))
    assert found.at_risk == 1
    assert [(s.probability, s.lower) for s in found.states] == [(1.0, None), (0.0, 0.0), (0.0, None)]


def test_all_events_and_a_censoring_on_one_day():
    (found,) = incidence_at(cumulative_incidence((7,), {"death": (2,), "HSCT": (1,)}, (1,)), (7,))
    assert [state.probability for state in found.states] == [0.5, 0.25, 0.25]
    # With one day it is a multinomial share: its error is that of a proportion.
    assert found.states[0].std_error == pytest.approx(math.sqrt(0.5 * 0.5 / 4))


def test_nobody_with_an_event_stays_event_free():
    (found,) = incidence_at(cumulative_incidence((5, 9), {"death": (0, 0)}, (1, 1)), (9,))
    assert [(s.probability, s.std_error, s.lower, s.upper) for s in found.states] == [(0, 0, 0, 0), (1, 0, 1, 1)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (((), {"death": ()}, ()), "there are no patients to estimate from: import charts first"),
        (((3,), {"death": (0,)}, (0,)), "there are no patients to estimate from: import charts first"),
        (((3,), {}, (1,)), "there is no kind of event to estimate: name at least one"),
        (((3, 4), {"death": (1,)}, (0, 1)), "events and censored must have one count for each day"),
        (((4, 3), {"death": (1, 1)}, (0, 1)), "days must be numbers of 0 or more, each once and in ascending order"),
        (((-1,), {"death": (1,)}, (0,)), "days must be numbers of 0 or more, each once and in ascending order"),
        (((math.nan,), {"death": (1,)}, (0,)), "days must be numbers of 0 or more, each once and in ascending order"),
        (((1,), {"death": (-1,)}, (3,)), "a count of events or censored is negative: correct the counts"),
        (
            ((1,), {"death": (1,)}, (0,), "arcsine"),
            "there is no interval method 'arcsine': choose one of log-log, log, plain",
        ),
    ],
)
def test_wrong_counts_are_one_sentence(arguments, sentence):
    with pytest.raises(CohortError) as caught:
        cumulative_incidence(*arguments)
    assert str(caught.value) == sentence


def test_a_negative_day_is_refused():
    with pytest.raises(CohortError, match="there is no incidence at day -1: give days of 0 or more"):
        incidence_at(example_a(), (-1,))


patients = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=40)
NAMES = ("1", "2", "3")


def curves_of(drawn):
    return cumulative_incidence(*tabulated([t for t, _ in drawn], [c for _, c in drawn], NAMES))


def values(curves):
    return [
        column.tolist()
        for state in (*curves.causes, curves.event_free)
        for column in (np.nan_to_num(state.std_error, nan=-1), state.probability, state.naive)
    ]


@settings(max_examples=60, derandomize=True)
@given(patients)
def test_the_incidences_sum_to_one_minus_survival_which_is_that_of_kaplan_meier(drawn):
    curves = curves_of(drawn)
    survival = kaplan_meier(count_times([t for t, _ in drawn], [c > 0 for _, c in drawn])).survival
    assert curves.event_free.probability == pytest.approx(survival, abs=1e-12)
    total = sum(state.probability for state in curves.causes)
    assert total == pytest.approx(1 - survival, abs=1e-12)
    for state in curves.causes:
        assert (state.naive >= state.probability - 1e-12).all()


@settings(max_examples=60, derandomize=True)
@given(patients)
def test_one_kind_of_event_alone_is_one_minus_kaplan_meier_with_greenwoods_error(drawn):
    single = [(t, min(c, 1)) for t, c in drawn]
    curves = cumulative_incidence(*tabulated([t for t, _ in single], [c for _, c in single], ("1",)))
    curve = kaplan_meier(count_times(*zip(*single, strict=True)))
    assert curves.causes[0].probability == pytest.approx(1 - curve.survival, abs=1e-12)
    assert curves.causes[0].std_error == pytest.approx(curve.std_error, abs=1e-7, nan_ok=True)


@settings(max_examples=60, derandomize=True)
@given(patients, st.randoms(use_true_random=False))
def test_neither_order_nor_unit_of_time_matters(drawn, random):
    shuffled = [(t * 24, c) for t, c in random.sample(drawn, len(drawn))]
    assert values(curves_of(drawn)) == values(curves_of(shuffled))


@settings(max_examples=60, derandomize=True)
@given(patients)
def test_counts_are_weights_every_patient_four_times_halves_the_error(drawn):
    once, often = curves_of(drawn), curves_of(drawn * 4)
    for one, other in zip((*once.causes, once.event_free), (*often.causes, often.event_free), strict=True):
        assert other.probability == pytest.approx(one.probability, abs=1e-12)
        assert other.std_error == pytest.approx(one.std_error / 2, abs=1e-7, nan_ok=True)


@settings(max_examples=60, derandomize=True)
@given(patients)
def test_without_censoring_it_is_the_share_of_patients_with_the_event(drawn):
    happened = [(t, max(c, 1)) for t, c in drawn]
    for each in incidence_at(curves_of(happened), range(13)):
        for state in each.states[:3]:
            share = sum(t <= each.day and str(c) == state.cause for t, c in happened) / len(happened)
            assert state.probability == pytest.approx(share, abs=1e-12)
            if 0 < share < 1:
                assert state.std_error == pytest.approx(math.sqrt(share * (1 - share) / len(happened)), abs=1e-7)
