"""What is kept of follow-up gives the same curves as the engine counting anew."""

import random

import pytest

from hlh_tui.cohort import charts_alone
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival import divided_anew
from hlh_tui.cohort.survival.curves import survival
from tests.cohort.example import add_event, add_patient, judge, new_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    draw = random.Random(5)
    with new_study(tmp_path_factory.mktemp("divided")) as study:
        for number in range(60):
            name, last = f"p{number:02d}", draw.choice((5, 14, 20, 40, 40, 90))
            add_patient(study, name, last)
            if draw.random() < 0.4:
                add_event(study, name, draw.choice((last, min(last, 14))), "death")
            if draw.random() < 0.2:
                add_event(study, name, min(last, 30), "hsct")
        for number in range(60):
            if number % 7:
                judge(study, draw.choice(("CR", "PR", "IMP", "NR", "NE")), f"p{number:02d}")
        yield study


@pytest.mark.parametrize("by", ["response", "remission", "category"])
@pytest.mark.parametrize("endpoint", ["overall", "to-hsct", "event-free"])
@pytest.mark.parametrize("method", [{}, {"landmark": 7}, {"method": "naive"}])
def test_curves_notes_and_tests_are_the_engines(study, monkeypatch, by, endpoint, method):
    charts_alone._kept.pop(study, None)
    divided = survival(study, endpoint, by=by, **method)
    assert any(place[1] == ("followed", endpoint) for place in charts_alone._kept[study])
    charts_alone._kept.pop(study, None)
    monkeypatch.setattr(divided_anew, "MOST_PATIENTS", 0)
    assert divided == survival(study, endpoint, by=by, **method)
    assert sum(stratum.n for stratum in divided.strata) > 20
    charts_alone._kept.pop(study, None)


def test_a_decision_moves_a_patient(tmp_path):
    with new_study(tmp_path) as study:
        for name in ("a", "b", "c"):
            add_patient(study, name, 50)
        judge(study, "CR", "a")
        judge(study, "NR", "b")
        assert [stratum.patients for stratum in survival(study, "overall", by="response", names=True).strata] == [
            ("a",),
            ("b",),
        ]
        judge(study, "PR", "c")
        assert [stratum.n for stratum in survival(study, "overall", by="response").strata] == [2, 1]


def test_a_death_before_the_index_event_is_still_refused(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "a", 50)
        add_event(study, "a", -3, "death")
        judge(study, "CR", "a")
        with pytest.raises(
            CohortError, match="a is followed to day -3 only, before the index event: correct the chart"
        ):
            survival(study, "overall", by="response")
