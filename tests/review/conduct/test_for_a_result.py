"""Who wants another result: reads taken back after the unblinding, agreement overruled, a consensus of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.review.conduct.authority import refusal
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import DecisionRefused, NotAllowed
from hlh_tui.review.marks import flag
from hlh_tui.review.models import Decision
from hlh_tui.review.state import final_categories
from hlh_tui.review.undo import redo, undo, undoable
from hlh_tui.study.file import Study
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, MEYER, blinded_study
from tests.review.conduct.test_topologies import study_with, to_consensus


@pytest.fixture
def study(tmp_path: Path):
    with blinded_study(tmp_path / "b.duckdb") as opened:
        decide(opened, MEYER, Decision("P02", "PR", ""))
        decide(opened, LANG, Decision("P02", "PR", ""))
        decide(opened, LANG, Decision("P05", "NR", ""))
        decide(opened, MEYER, Decision("P05", "CR", ""))
        move_phase(opened, COORDINATOR, "compare", "both have read")
        yield opened


def test_an_independent_read_is_not_taken_back_once_others_are_seen(study: Study) -> None:
    for phase in ("consensus", "open"):
        move_phase(study, COORDINATOR, phase, "next")
        for act in (undoable, undo):
            with pytest.raises(NotAllowed, match=f"may decide a case in phase read, and the study is in phase {phase}"):
                act(study, MEYER, reason="it spoils the result") if act is undo else act(study, MEYER)
    assert final_categories(study)["P02"].source == "unanimous"
    assert final_categories(study)["P05"].readers == 2


def test_a_read_taken_back_in_time_is_not_put_back_later(study: Study) -> None:
    move_phase(study, COORDINATOR, "read", "A. Meyer looks again")
    assert undo(study, MEYER, reason="a slip") is not None
    for phase in ("compare", "consensus"):
        move_phase(study, COORDINATOR, phase, "next")
    with pytest.raises(NotAllowed, match="may decide a case in phase read"):
        redo(study, MEYER)


def test_what_one_may_still_do_one_may_still_take_back(study: Study) -> None:
    flag(study, ADJUDICATOR, "P05", "look at the notes")
    move_phase(study, COORDINATOR, "consensus", "next")
    assert undo(study, ADJUDICATOR) is not None
    decide(study, ADJUDICATOR, Decision("P05", "PR", "Platelets were transfused.", role="adjudicator"))
    taken = undo(study, ADJUDICATOR, "adjudicator", "wrong case")
    assert taken is not None
    assert taken.patient_id == "P05"


def test_nobody_overrules_readers_who_agree(study: Study) -> None:
    move_phase(study, COORDINATOR, "consensus", "next")
    with pytest.raises(DecisionRefused, match="the readers of P02 agree on PR: there is nothing to settle"):
        decide(study, ADJUDICATOR, Decision("P02", "CR", "I want it.", role="adjudicator"))
    assert (final_categories(study)["P02"].category, final_categories(study)["P02"].source) == ("PR", "unanimous")


def test_a_case_with_one_read_is_not_settled(study: Study) -> None:
    move_phase(study, COORDINATOR, "read", "one more case")
    decide(study, LANG, Decision("P01", "NR", ""))
    for phase in ("compare", "consensus"):
        move_phase(study, COORDINATOR, phase, "next")
    with pytest.raises(DecisionRefused, match="P01 cannot be compared: one reader has decided it"):
        decide(study, ADJUDICATOR, Decision("P01", "CR", "I want it.", role="adjudicator"))


@pytest.mark.parametrize("who", [MEYER, COORDINATOR, ADJUDICATOR])
def test_where_a_third_reader_settles_nobody_writes_a_consensus_instead(study: Study, who) -> None:
    move_phase(study, COORDINATOR, "consensus", "next")
    with pytest.raises(NotAllowed, match="leaves differences to the third reader; an adjudicator settles them"):
        decide(study, who, Decision("P05", "CR", "I was right.", role="consensus"))
    assert final_categories(study)["P05"].source == "unresolved"


def test_a_pair_and_its_coordinator_write_down_their_consensus(tmp_path: Path) -> None:
    with study_with(tmp_path / "s.duckdb", "paired_consensus", 2) as pair:
        assert refusal(pair, MEYER, "settle") is not None
        to_consensus(pair)
        for who in (MEYER, LANG, COORDINATOR):
            assert refusal(pair, who, "settle") is None
