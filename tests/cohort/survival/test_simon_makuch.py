"""Simon-Makuch curves against R's survfit on (start, stop]: jasa and 300 small cohorts, also from a landmark."""

import math
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.kaplan_meier import kaplan_meier, steps, survival_at
from hlh_tui.cohort.survival.mantel_byar import History
from hlh_tui.cohort.survival.quantiles import quantile
from hlh_tui.cohort.survival.simon_makuch import simon_makuch
from tests.cohort.survival.reference import by_cohort, number, rows

RISKS = {**by_cohort("risk_cohorts.csv"), "jasa": rows("jasa.csv")}


def histories(cohort):
    return [History(float(row["time"]), row["event"] == "1", number(row["response"])) for row in RISKS[cohort]]


def test_curves_equal_r_step_by_step():
    compared = 0
    for (cohort, landmark, responded), lines in groupby(
        rows("simon_makuch.csv"), lambda line: (line["cohort"], line["landmark"], line["responded"])
    ):
        curves = simon_makuch(histories(cohort), max(float(landmark), 0.0))
        curve = curves.responders if responded == "1" else curves.non_responders
        found = {step.day: step for step in steps(curve)}
        for line in lines:
            step = found.pop(float(line["time"]))
            assert (step.at_risk, step.events) == (int(line["at_risk"]), int(line["events"]))
            assert step.survival == pytest.approx(float(line["survival"]), abs=1e-10)
            equal(step, line)
            compared += 1
        assert not found
    assert compared > 2000


def equal(step, line):
    if step.survival == 1:
        assert (step.std_error, step.lower, step.upper) == (0, 1, 1)
    elif step.survival == 0:
        assert (step.std_error, step.lower, step.upper) == (None, None, None)
    else:
        expected = [number(line[name]) for name in ("std_error", "lower", "upper")]
        assert [step.std_error, step.lower, step.upper] == pytest.approx(expected, abs=1e-9)


def test_who_responds_changes_curve_the_day_after():
    # Five patients; responses on days 5 and 10. On day 10 the second responder is not yet one.
    curves = simon_makuch(
        [History(10, True), History(20, True, 5), History(30, False, 10), History(15, True), History(40, False)]
    )
    before, after = steps(curves.non_responders), steps(curves.responders)
    assert [(s.day, s.at_risk, s.events) for s in before] == [(5, 5, 0), (10, 4, 1), (15, 2, 1), (40, 1, 0)]
    assert [(s.day, s.at_risk, s.events) for s in after] == [(20, 2, 1), (30, 1, 0)]
    assert curves.moved.tolist() == [1, 1, 0, 0]
    assert (curves.n, curves.why, curves.note) == (5, "", "")


def test_numbers_at_risk_of_responders_at_any_day_count_who_has_responded_before_it():
    curves = simon_makuch([History(20, True, 5), History(30, False, 10), History(40, True)])
    found = survival_at(curves.responders, (0, 5, 6, 10, 11, 20, 25, 31))
    assert [each.at_risk for each in found] == [0, 0, 1, 1, 2, 2, 1, 0]
    assert [each.survival for each in found] == [None, None, 1.0, 1.0, 1.0, 0.5, 0.5, None]


def test_a_landmark_leaves_out_who_is_gone_and_starts_with_who_has_responded():
    curves = simon_makuch([History(3, True), History(20, True, 5), History(30, False, 10), History(40, True)], start=7)
    assert (curves.n, curves.non_responders.n, curves.responders.n) == (3, 2, 2)
    (at_start,) = survival_at(curves.responders, (7,))
    assert (at_start.at_risk, at_start.survival) == (1, 1.0)
    assert quantile(curves.responders, 0.5).estimate == 25


def test_a_curve_that_ends_before_all_have_responded_is_pointed_out():
    curves = simon_makuch([History(6, True, 2), History(30, False, 10), History(30, False, 12)])
    assert survival_at(curves.responders, (20,))[0].survival == 0.0
    assert curves.note == (
        "the responders' curve reaches 0 on day 6 and stays there, though 2 responded later: start the curves at a"
        " landmark by which more have responded"
    )
    assert simon_makuch([History(6, True, 2), History(30, False, 10)], start=10).note == ""


@pytest.mark.parametrize(
    ("of", "start", "why"),
    [
        ([], 0, "there are no patients"),
        ([History(5, True)], 7, "nobody is followed after day 7"),
        ([History(5, True)], 0, "nobody was followed beyond a response"),
        ([History(5, True, 2)], 3, "nobody is followed as a non-responder"),
    ],
)
def test_a_missing_curve_has_its_reason(of, start, why):
    found = simon_makuch(of, start)
    assert found.why == why
    assert found.responders is None or found.non_responders is None


@pytest.mark.parametrize("start", [-1, math.nan, math.inf])
def test_a_wrong_start_is_refused(start):
    with pytest.raises(CohortError, match="the curves cannot start on day"):
        simon_makuch([History(5, True)], start)


def test_one_patient_who_responds_and_dies_on_day_zero_is_a_non_responder():
    found = simon_makuch([History(0, True, 0)])
    assert [(s.day, s.survival) for s in steps(found.non_responders)] == [(0, 0.0)]
    assert found.responders is None


drawn_histories = st.lists(
    st.builds(History, st.integers(0, 12), st.booleans(), st.none() | st.integers(0, 12)), min_size=1, max_size=30
)


@settings(max_examples=60, derandomize=True)
@given(drawn_histories, st.integers(0, 6))
def test_the_two_numbers_at_risk_add_up_to_those_followed(drawn, start):
    curves = simon_makuch(drawn, start)
    both = [curve for curve in (curves.non_responders, curves.responders) if curve is not None]
    for day in range(start + 1, 14):
        followed = sum(history.time >= day for history in drawn)
        assert sum(survival_at(curve, (day,))[0].at_risk for curve in both) == followed


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 1)), min_size=1, max_size=30), st.booleans())
def test_without_or_with_immediate_responses_it_is_the_plain_curve(drawn, responded):
    found = simon_makuch([History(t, bool(e), 0 if responded else None) for t, e in drawn])
    curve = found.responders if responded else found.non_responders
    plain = kaplan_meier(count_times(*zip(*drawn, strict=True)))
    for name in ("days", "at_risk", "events", "censored", "survival", "lower", "upper"):
        assert np.array_equal(getattr(curve, name), getattr(plain, name), equal_nan=True)
