"""What stays closed while a blinded study is read, and the acts that open it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.review.chart_text import chart_text
from hlh_tui.review.conduct.blinding import closed, evidence_until, reveal_after_cut_off
from hlh_tui.review.conduct.locks import lock, locks
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.cuts import cuts, make_cut
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import ConductRefused, NotAllowed
from hlh_tui.review.evidence import chart_until
from hlh_tui.review.models import Decision, Seen
from hlh_tui.review.state import current_decisions, revealed_cases
from hlh_tui.review.workflow import workflow
from hlh_tui.study.chart import chart
from hlh_tui.study.file import Study
from hlh_tui.study.log import entries
from tests.review.conduct.blinded import COORDINATOR, LANG, MEYER, blinded_study


@pytest.fixture
def study(tmp_path: Path):
    with blinded_study(tmp_path / "b.duckdb") as opened:
        yield opened


def test_nothing_after_the_cut_off_is_in_the_chart_of_a_reader(study: Study) -> None:
    assert evidence_until(study, MEYER.id, "P05") == 28
    seen = chart_until(chart(study, "P05"), 28)
    assert {each.day for each in chart(study, "P05").observations} - {each.day for each in seen.observations} == {60}
    assert seen.patient.last_contact_day == 28
    assert all(each.end_day is None or each.end_day <= 28 for each in seen.exposures)
    text = chart_text(study, "P05", reader=MEYER)
    assert "310.5" not in text
    assert "last contact: day 28" in text


def test_a_drug_that_went_on_after_the_cut_off_has_no_end_before_it(study: Study) -> None:
    (dexamethasone,) = [each for each in chart_until(chart(study, "P05"), 14).exposures if each.start_day == -5]
    assert dexamethasone.end_day is None


def test_more_of_the_chart_is_an_act_with_a_reason_for_one_reader_and_one_case(study: Study) -> None:
    with pytest.raises(ConductRefused, match="to see P05 after day 28 needs a reason"):
        reveal_after_cut_off(study, MEYER, "P05", "")
    reveal_after_cut_off(study, MEYER, "P05", "was it a relapse?")
    last = entries(study)[-1]
    assert (last.action, last.actor, last.patient_id) == ("revealed", "a-meyer", "P05")
    assert (last.payload["what"], last.payload["until"]) == ("chart after the evidence cut-off", 28)
    assert last.payload["reason"] == "was it a relapse?"
    assert evidence_until(study, MEYER.id, "P05") is None
    assert (evidence_until(study, LANG.id, "P05"), evidence_until(study, MEYER.id, "P02")) == (28, 28)
    assert reveal_after_cut_off(study, MEYER, "P05", "again") is None
    with pytest.raises(NotAllowed, match="may have data after the evidence cut-off shown"):
        reveal_after_cut_off(study, COORDINATOR, "P02", "to look")


def test_no_proposal_before_the_study_is_open(study: Study) -> None:
    decide(study, MEYER, Decision("P05", "CR", ""))
    assert "P05" not in revealed_cases(study, MEYER.id)
    assert current_decisions(study)[0].proposal is None
    for phase in ("compare", "consensus", "open"):
        assert closed(study, "tables") is not None
        move_phase(study, COORDINATOR, phase, "go on")
    assert "P05" in revealed_cases(study, MEYER.id)
    assert closed(study, "tables") is None


def test_the_chart_as_text_keeps_what_others_decided(study: Study) -> None:
    decide(study, LANG, Decision("P05", "CR", "ferritin fell to normal"))
    text = chart_text(study, "P05", reader=MEYER)
    assert "ferritin fell to normal" not in text
    assert "Lang" not in text
    assert "final category" not in text
    assert "ferritin fell to normal" in chart_text(study, "P05", reader=LANG)


def test_what_was_on_the_screen_is_stored_with_the_decision(study: Study) -> None:
    seen = Seen(12.5, ("fever", "ferritin"), (7.0, 14.0), (3.5,), ("ferritin",), whole_course=False)
    decide(study, MEYER, Decision("P05", "CR", "", seen=seen))
    assert entries(study)[-1].payload["seen"] == {
        "seconds": 12.5,
        "items": ["fever", "ferritin"],
        "days": [7, 14],
        "notes": [3.5],
        "sources": ["ferritin"],
        "whole_course": False,
    }
    assert current_decisions(study)[0].seen == seen


def test_locks_of_cases_and_cuts_tell_a_blinded_reader_nothing_of_others(study: Study) -> None:
    lock(study, COORDINATOR, "P02", "both readers called it a relapse")
    make_cut(study, COORDINATOR, "interim", "first look")
    assert (locks(study, MEYER), cuts(study, MEYER)) == ((), ())
    assert [one.patient_id for one in locks(study, COORDINATOR)] == ["P02"]
    assert [one.name for one in cuts(study, COORDINATOR)] == ["interim"]
    shown = workflow(study, MEYER)
    assert (shown.locks, shown.cuts) == ((), ())
    lock(study, COORDINATOR, None, "analysis")
    assert [one.patient_id for one in locks(study, MEYER)] == [None]
    for phase in ("compare", "consensus", "open"):
        move_phase(study, COORDINATOR, phase, "go on")
    assert [one.patient_id for one in locks(study, MEYER)] == [None, "P02"]
    assert len(cuts(study, MEYER)) == 1
