"""Mantel-Byar and the time-dependent hazard ratio against R's coxph on (start, stop]: jasa and 300 small cohorts."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.logrank import logrank
from hlh_tui.cohort.survival.mantel_byar import History, mantel_byar, response_hazard_ratio
from tests.cohort.survival.reference import by_cohort, number, rows

RISKS = {**by_cohort("risk_cohorts.csv"), "jasa": rows("jasa.csv")}
LINES = {cohort: line for cohort, (line,) in by_cohort("mantel_byar.csv").items()}


def histories(cohort):
    return [History(float(row["time"]), row["event"] == "1", number(row["response"])) for row in RISKS[cohort]]


def test_transplantation_of_the_heart_does_not_change_survival_in_the_stanford_programme():
    found = mantel_byar(histories("jasa"))
    # Of the 69 who got a heart one died on the day, so is counted among those who still waited.
    assert (found.n, found.responders, found.observed) == (103, 68, (31, 44))
    assert sum(found.expected) == pytest.approx(75)
    assert found.chi2 == pytest.approx(0.016063, abs=1e-6)
    assert found.p == pytest.approx(0.899145, abs=1e-6)


def test_301_cohorts_equal_the_score_test_of_r():
    compared = 0
    for cohort, line in LINES.items():
        found, chi2 = mantel_byar(histories(cohort)), number(line["chi2"])
        if found.chi2 is None:
            assert found.why
            assert not chi2
        else:
            assert found.chi2 == pytest.approx(chi2, abs=1e-8), cohort
            assert found.p == pytest.approx(number(line["chi2_p"]), abs=1e-8)
            compared += 1
    assert compared > 150


def test_hazard_ratios_equal_r_which_finds_none_exactly_where_we_refuse():
    compared = 0
    for cohort, line in LINES.items():
        found = response_hazard_ratio(histories(cohort), fewest_events=0)
        if number(line["coefficient"]) is None:
            assert found.ratio is None, cohort
            assert found.why
            continue
        for name in ("coefficient", "std_error", "p", "ratio", "lower", "upper"):
            assert getattr(found, name) == pytest.approx(number(line[name]), rel=1e-7, abs=1e-9), (cohort, name)
        compared += 1
    assert compared > 100


def test_an_event_on_the_day_of_the_response_is_that_of_a_non_responder():
    found = mantel_byar([History(10, True, 10), History(20, False, 5)])
    assert (found.responders, found.observed, found.expected) == (1, (1, 0), (0.5, 0.5))
    assert found.chi2 == pytest.approx(1)


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ([], "there are no patients"),
        ([History(5, False)], "nobody has had an event"),
        ([History(5, True)], "nobody was followed beyond a response, so there is nothing to compare"),
        ([History(5, True, 9)], "nobody was followed beyond a response, so there is nothing to compare"),
        ([History(5, True, 0)], "non-responders and responders are never at risk together when an event happens"),
    ],
)
def test_what_cannot_be_compared_says_why(of, why):
    found = mantel_byar(of)
    assert (found.chi2, found.p, found.why) == (None, None, why)
    assert response_hazard_ratio(of).ratio is None
    assert response_hazard_ratio(of).why


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        (History(-1, True), "history 2: follow-up of -1 days must be 0 or more; correct the time"),
        (History(math.nan, True), "history 2: follow-up of nan days must be 0 or more; correct the time"),
        (History(3, True, -2), "history 2: response on day -2 must be on day 0 or later"),
        (History(3, True, math.nan), "history 2: response on day nan must be on day 0 or later"),
    ],
)
def test_a_wrong_history_is_one_sentence(history, sentence):
    with pytest.raises(CohortError) as caught:
        mantel_byar([History(1, True), history])
    assert str(caught.value) == sentence


drawn_histories = st.lists(
    st.builds(History, st.integers(0, 12), st.booleans(), st.none() | st.integers(0, 12)), min_size=1, max_size=30
)


@settings(max_examples=60, derandomize=True)
@given(drawn_histories, st.randoms(use_true_random=False))
def test_neither_order_nor_unit_of_time_matters(drawn, random):
    hours = [
        History(h.time * 24, h.event, None if h.response_time is None else h.response_time * 24)
        for h in random.sample(drawn, len(drawn))
    ]
    assert mantel_byar(hours) == mantel_byar(drawn)


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_if_all_responses_are_on_day_0_it_is_the_log_rank_test(drawn):
    groups = [[(t, e) for t, e, responded in drawn if responded is k] for k in (False, True)]
    plain = logrank([count_times([t for t, _ in rows], [e for _, e in rows]) for rows in groups])
    found = mantel_byar([History(t, e, 0 if responded else None) for t, e, responded in drawn])
    assert found.chi2 == (None if plain.chi2 is None else pytest.approx(plain.chi2, abs=1e-9))
