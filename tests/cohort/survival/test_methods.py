"""Responders against non-responders: landmark, Mantel-Byar, Simon-Makuch, and the naive comparison with its warning."""

import pytest

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.curves import survival
from hlh_tui.cohort.survival.curves_json import survival_json
from hlh_tui.cohort.survival.curves_text import survival_text
from hlh_tui.cohort.survival.models import RiskCount
from hlh_tui.cohort.survival.risk import risk_counts
from tests.cohort.example import add_event, add_patient, judge, new_study


def fill(study):
    """Four who respond on days 10, 20, 30 and never; deaths on days 15, 25, 40 and 12; one undated, one undecided."""
    for name, last in (("A", 15), ("B", 25), ("C", 40), ("D", 12), ("E", 50), ("U", 60), ("V", 70)):
        add_patient(study, name, last)
        if name in "ABCD":
            add_event(study, name, last, "death")
    judge(study, "CR", "A", day=10)
    judge(study, "PR", "B", day=20)
    judge(study, "IMP", "C", day=30)
    judge(study, "NR", "D", "E")
    judge(study, "PR", "U")


@pytest.fixture
def study(tmp_path):
    with new_study(tmp_path) as study:
        fill(study)
        yield study


def test_mantel_byar_moves_patients_on_the_day_of_the_response(study):
    result = survival(study, "overall", by="response", method="mantel-byar")
    # By hand, deaths on days 12, 15, 25, 40; at risk as (non-responders, responders): (4,1) (3,1) (2,1) (1,1).
    # Responders: observed 3, expected 1/5 + 1/4 + 1/3 + 1/2; variance 4/25 + 3/16 + 2/9 + 1/4.
    expected, variance = 1 / 5 + 1 / 4 + 1 / 3 + 1 / 2, 4 / 25 + 3 / 16 + 2 / 9 + 1 / 4
    assert result.logrank.chi2 == pytest.approx((3 - expected) ** 2 / variance)
    assert (result.method, result.contrast) == ("mantel-byar", ("response", "no response"))
    none, response = result.strata
    assert [(step.day, step.events, step.censored) for step in none.steps] == [
        (10, 0, 1), (12, 1, 0), (20, 0, 1), (30, 0, 1), (50, 0, 1)
    ]  # fmt: skip
    assert [(step.day, step.at_risk, step.events) for step in response.steps] == [(15, 1, 1), (25, 1, 1), (40, 1, 1)]
    text = "\n".join(result.notes)
    assert "Left out, the day of the response is not recorded: U." in text
    assert "Left out, no final category yet: V." in text


def test_the_numbers_at_risk_follow_who_enters_late(study):
    none, response = survival(study, "overall", by="response", method="simon-makuch").strata
    assert risk_counts(response, (0, 12, 25, 26)) == (
        RiskCount(0, 0, 0, 0),
        RiskCount(12, 1, 0, 0),
        RiskCount(25, 1, 2, 0),
        RiskCount(26, 0, 2, 0),
    )
    assert [count.at_risk for count in risk_counts(none, (0, 12, 25))] == [5, 4, 2]


def test_curves_of_simon_and_makuch_may_start_at_a_landmark(study):
    result = survival(study, "overall", by="response", method="simon-makuch", landmark=12)
    assert result.landmark_day == 12
    assert [stratum.n for stratum in result.strata] == [3, 3]
    assert "The curves start on day 12; left out, gone by then: D." in result.notes


def test_the_naive_comparison_begins_with_a_warning(study):
    result = survival(study, "overall", by="response", method="naive")
    assert (result.landmark_day, [stratum.n for stratum in result.strata]) == (None, [4, 2])
    assert result.notes[0].startswith("WARNING, naive comparison: responders are credited with the days")
    assert survival_text(result, 100).startswith("WARNING, naive comparison")
    assert survival_json(result)["warning"] == result.notes[0]
    assert survival_json(survival(study, "overall", by="response"))["warning"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"by": "response", "method": "cox"}, "there is no method 'cox': choose one of landmark, mantel-byar,"),
        ({"method": "naive"}, "the method naive compares groups by response: say with --by which"),
        ({"by": "sex", "method": "mantel-byar"}, "the method mantel-byar compares by a response that begins after"),
        ({"by": "category", "method": "mantel-byar"}, "divide by a collapse such as response, or use landmark"),
        ({"by": "response", "method": "mantel-byar", "landmark": 7}, "the Mantel-Byar test counts from day 0"),
        ({"by": "response", "method": "naive", "landmark": 7}, "the naive comparison has no landmark"),
        (
            {"by": "response", "method": "mantel-byar", "rmst": 7},
            "mantel-byar has no stratified test and no restricted",
        ),
        ({"by": "response", "endpoint": "time-to-response"}, "time to response cannot be divided by response"),
        ({"rmst": 0}, "there is no mean up to day 0: give a day after the clock's start"),
        ({"rmst": float("nan")}, "there is no mean up to day nan"),
        ({"stratify": "sex"}, "a stratified test compares groups: say with --by which"),
        ({"by": "sex", "stratify": "response"}, "response is known only after the index event: stratify by a baseline"),
    ],
)
def test_what_has_no_meaning_is_refused_in_one_sentence(study, arguments, sentence):
    with pytest.raises(CohortError) as caught:
        survival(study, **{"endpoint": "overall", **arguments})
    assert sentence in str(caught.value)


def test_after_the_response_groups_need_no_landmark(study):
    result = survival(study, "relapse-free", by="category")
    assert (result.method, result.landmark_day) == ("", None)
    assert [stratum.label for stratum in result.strata] == ["CR", "PR", "IMP"]


def test_a_stratified_test_and_the_restricted_means(tmp_path):
    with new_study(tmp_path) as study:
        for name, site, status, last, died in (
            ("A", "x", "initial", 10, True), ("B", "x", "initial", 30, False), ("C", "x", "relapse", 5, True),
            ("D", "y", "initial", 20, True), ("E", "y", "relapse", 15, True), ("F", "y", "relapse", 40, False),
        ):  # fmt: skip
            add_patient(study, name, last, site=site, disease_status=status)
            if died:
                add_event(study, name, last, "death")
        result = survival(study, "overall", by="disease_status", stratify="site", rmst=20)
    # Initial against relapse. Site x: days 5 (2 of 3 at risk) and 10 (all of 2); site y: days 15 (1 of 3), 20 (1 of 2).
    expected, variance = 2 / 3 + 1 + 1 / 3 + 1 / 2, 2 / 9 + 2 / 9 + 1 / 4
    assert result.stratified.chi2 == pytest.approx((2 - expected) ** 2 / variance)
    initial, relapse = (stratum.restricted.estimate for stratum in result.strata)
    assert (initial, relapse) == (pytest.approx(50 / 3), pytest.approx(40 / 3))
    assert result.contrast == ("relapse", "initial")
    assert result.restricted_difference.estimate == pytest.approx(-10 / 3)
    assert result.hazard_ratio.why == "4 events in all are too few for a hazard ratio: at least 10 are asked for"
    text = survival_text(result, 100)
    assert "log-rank test stratified by site: chi-squared" in text
    assert "difference of restricted means to day 20, relapse less initial: -3.3 days" in text
