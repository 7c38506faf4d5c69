"""Competing risks of a study: Example A by hand, causes that sum to one, and what stands beside them."""

import pytest

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.incidence import incidence
from hlh_tui.cohort.survival.incidence_json import incidence_json
from hlh_tui.cohort.survival.incidence_text import incidence_text
from tests.cohort.example import add_event, add_patient, example_a, new_study

TWO, FIVE = 60.875, 152.1875


@pytest.fixture
def study(tmp_path):
    with example_a(tmp_path) as study:
        yield study


def percent(share):
    return None if share is None else round(100 * share, 1)


def test_death_transplantation_and_neither_at_two_and_five_months(study):
    result = incidence(study, "to-hsct", at=(TWO, FIVE))
    assert [(cause.cause, cause.label, cause.events) for cause in result.causes] == [
        ("death", "death", 4),
        ("hsct", "HSCT", 5),
    ]
    two, five = result.estimates
    assert [percent(state.probability) for state in two.states] == [25.0, 16.7, 58.3]
    assert [percent(state.probability) for state in five.states] == [33.3, 41.7, 25.0]
    assert [percent(state.naive) for state in two.states[:2]] == [27.1, 20.0]
    assert (two.at_risk, five.at_risk) == (7, 1)


def test_the_shares_sum_to_one_on_every_day(study):
    result = incidence(study, "to-hsct")
    for states in zip(*(each.steps for each in (*result.causes, result.event_free)), strict=True):
        assert sum(state.cif for state in states) == pytest.approx(1)
    assert sum(cause.events for cause in result.causes) + sum(result.censored) == result.n == 13


def test_the_json_is_as_the_format_says(study):
    found = incidence_json(incidence(study, "to-hsct", at=(TWO,)))
    assert [cause["cause"] for cause in found["causes"]] == ["death", "hsct"]
    (estimate,) = found["causes"][1]["estimates"]
    assert list(estimate)[:5] == ["day", "cif", "std_error", "lower", "upper"]
    assert (round(estimate["cif"], 4), round(estimate["naive"], 4)) == (0.1667, 0.2)
    assert round(found["event_free"][0]["probability"], 4) == 0.5833


def test_the_text_calls_one_minus_kaplan_meier_wrong_and_says_why(study):
    text = incidence_text(incidence(study, "to-hsct", at=(TWO,)), 100)
    assert "1 - KM (wrong)" in text
    assert "60.875        7       3     25.0 %" in text
    assert "it censors who had a competing event" in " ".join(text.split())


def test_without_a_rival_there_is_one_cause_and_nothing_to_call_wrong(study):
    text = incidence_text(incidence(study, "overall", at=(FIVE,)), 100)
    assert "Nothing competes with it" in text
    assert "(wrong)" not in text
    assert "55.6 %" in text  # 1 - 44.4


def test_beyond_follow_up_there_is_no_estimate_and_a_note_says_so(study):
    result = incidence(study, "to-hsct", at=(300,))
    assert [state.probability for state in result.estimates[0].states] == [None, None, None]
    assert "No estimate at day 300, follow-up ends on day 200." in result.notes


def test_an_older_protocol_that_only_censors_still_has_its_causes(study):
    import msgspec

    older = msgspec.structs.replace(study.protocol.endpoints[1], competing=())
    protocol = msgspec.structs.replace(study.protocol, endpoints=(older,))
    study.__dict__["protocol"] = protocol
    assert [cause.cause for cause in incidence(study, "to-hsct").causes] == ["death", "hsct"]


def test_on_one_day_death_goes_before_transplantation_and_that_before_censoring(tmp_path):
    with new_study(tmp_path) as study:
        for name in ("A", "B", "C"):
            add_patient(study, name, 40)
        add_event(study, "A", 40, "hsct")
        add_event(study, "A", 40, "death")
        add_event(study, "B", 40, "hsct")
        result = incidence(study, "to-hsct", at=(40,))
    assert [round(state.probability, 4) for state in result.estimates[0].states] == [0.3333, 0.3333, 0.3333]


def test_an_empty_study_is_a_sentence(tmp_path):
    with new_study(tmp_path) as study, pytest.raises(CohortError, match="has no patients yet: import charts first"):
        incidence(study, "to-hsct")
