"""Role x phase x action: the matrix as a coordinator would recite it, held against what the program refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.review.conduct.authority import matrix, refusal, require
from hlh_tui.review.conduct.locks import lock, unlock
from hlh_tui.review.conduct.models import PHASES, ROLES
from hlh_tui.review.conduct.people import people, register, withdraw
from hlh_tui.review.conduct.phase import move_phase, phase_history, phase_of
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import ConductRefused, DecisionRefused, NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.review.state import cases, current_decisions, final_categories
from hlh_tui.review.undo import undo
from hlh_tui.study.file import Study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, MEYER, OBSERVER, blinded_study

WHO = {"coordinator": COORDINATOR, "reader": MEYER, "adjudicator": ADJUDICATOR, "observer": OBSERVER}

# One letter a role that may: c coordinator, r reader, a adjudicator, o observer.
RECITED = {
    #                read   compare consensus open
    "decide": ("r", "", "", ""),
    "adjudicate": ("", "", "a", ""),
    "settle": ("", "", "", ""),  # two plus one: the third reader adjudicates instead
    "vote": ("", "", "ra", ""),
    "meeting": ("", "", "ca", ""),
    "global_read": ("", "", "", "ra"),
    "undo": ("r", "", "cra", "ra"),
    "flag": ("r", "cra", "cra", "cra"),
    "query_raise": ("cr", "ca", "cra", "cra"),
    "query_answer": ("c", "c", "c", "c"),
    "query_close": ("cr", "ca", "cra", "cra"),
    "reveal": ("r", "", "ra", ""),
    "see_proposal": ("", "", "", "crao"),
    "compare": ("", "ca", "cra", "crao"),
    "agreement": ("", "ca", "cra", "crao"),
    "results": ("", "", "", "crao"),
    "trail": ("", "c", "c", "crao"),
    "sign": ("r", "r", "cra", "cra"),
    "register": ("c", "c", "c", "c"),
    "deal": ("c", "", "", ""),
    "pack": ("c", "", "", ""),
    "merge": ("c", "c", "", ""),
    "move_phase": ("c", "c", "c", ""),
    "lock": ("c", "c", "c", "c"),
    "unlock": ("c", "c", "c", "c"),
    "cut": ("c", "c", "c", "c"),
    "redact": ("c", "c", "c", "c"),
    "import": ("c", "c", "c", "c"),
    "adopt": ("c", "c", "c", ""),
    "export": ("", "", "", "crao"),
    "train": ("crao", "crao", "crao", "crao"),
}


@pytest.fixture
def study(tmp_path: Path):
    with blinded_study(tmp_path / "b.duckdb") as opened:
        yield opened


def test_every_action_is_recited_and_every_recited_one_exists() -> None:
    assert set(RECITED) == set(matrix())


def test_role_by_phase_by_action(study: Study) -> None:
    for at, phase in enumerate(PHASES):
        assert phase_of(study) == phase
        for action, allowed in RECITED.items():
            for role in ROLES:
                expected = role[0] in allowed[at]
                assert (refusal(study, WHO[role], action) is None) is expected, (action, phase, role)
        if phase != "open":
            move_phase(study, COORDINATOR, PHASES[at + 1], "all read")


def test_who_is_nobody_may_do_nothing_and_is_told_what_to_do(study: Study) -> None:
    stranger = Actor("nobody", "N. Obody")
    for action in RECITED:
        with pytest.raises(NotAllowed, match=r"N\. Obody has no role in this study; the coordinator gives one with"):
            require(study, stranger, action)


@pytest.mark.parametrize("role", ["reader", "adjudicator", "consensus", "global"])
def test_a_coordinator_decides_nothing_while_cases_are_read(study: Study, role: str) -> None:
    with pytest.raises(NotAllowed):
        decide(study, COORDINATOR, Decision("P02", "CR", "because", role=role))
    assert current_decisions(study) == ()


def test_a_third_reader_cannot_settle_a_case_of_their_own(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    decide(study, LANG, Decision("P02", "NR", ""))
    move_phase(study, COORDINATOR, "compare", "read")
    register(study, COORDINATOR, MEYER, "adjudicator", "the third reader is ill")
    move_phase(study, COORDINATOR, "consensus", "compared")
    with pytest.raises(NotAllowed, match=r"A\. Meyer has read P02 and cannot settle it: another adjudicator does"):
        decide(study, MEYER, Decision("P02", "CR", "I was right.", role="adjudicator"))
    decide(study, ADJUDICATOR, Decision("P02", "PR", "Platelets were transfused.", role="adjudicator"))
    assert (final_categories(study)["P02"].category, final_categories(study)["P02"].source) == ("PR", "adjudicated")


def test_a_case_needs_both_reads_before_it_has_a_final_category(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    assert (final_categories(study)["P02"].category, final_categories(study)["P02"].source) == (None, "undecided")
    decide(study, LANG, Decision("P02", "CR", ""))
    assert (final_categories(study)["P02"].category, final_categories(study)["P02"].source) == ("CR", "unanimous")
    decide(study, LANG, Decision("P02", "NR", "I looked again."))
    assert (final_categories(study)["P02"].category, final_categories(study)["P02"].source) == (None, "unresolved")


def test_the_list_of_cases_tells_a_reader_nothing_of_others(study: Study) -> None:
    decide(study, LANG, Decision("P02", "CR", ""))
    seen = {row.patient_id: row for row in cases(study, MEYER.id)}
    assert (seen["P02"].readers, seen["P02"].final, seen["P02"].source) == (0, None, "closed")
    assert seen["P02"] == cases(study, MEYER.id, patient_id="P02")[0]
    move_phase(study, COORDINATOR, "compare", "read")
    assert cases(study, COORDINATOR.id, patient_id="P02")[0].readers == 1


def test_a_lock_stops_deciding_and_taking_back_until_it_is_opened_with_a_reason(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    lock(study, COORDINATOR, "P02", "final analysis")
    with pytest.raises(NotAllowed, match=r"P02 is locked by C\. Chair \(final analysis\)"):
        decide(study, MEYER, Decision("P02", "NR", "second thoughts"))
    with pytest.raises(NotAllowed, match="P02 is locked"):
        undo(study, MEYER, reason="a slip")
    with pytest.raises(ConductRefused, match="to unlock P02 needs a reason"):
        unlock(study, COORDINATOR, "P02", " ")
    with pytest.raises(NotAllowed, match="only a coordinator may unlock"):
        unlock(study, MEYER, "P02", "I want to")
    unlock(study, COORDINATOR, "P02", "a value was corrected")
    decide(study, MEYER, Decision("P02", "NR", "second thoughts"))
    lock(study, COORDINATOR, None, "analysis")
    with pytest.raises(NotAllowed, match="the study is locked"):
        decide(study, MEYER, Decision("P05", "NR", ""))


def test_phases_move_one_step_with_a_reason_and_an_open_study_stays_open(study: Study) -> None:
    with pytest.raises(ConductRefused, match="from there it moves to compare"):
        move_phase(study, COORDINATOR, "open", "now")
    with pytest.raises(ConductRefused, match="moving to compare needs a reason"):
        move_phase(study, COORDINATOR, "compare", "")
    for phase in ("compare", "read", "compare", "consensus", "open"):
        move_phase(study, COORDINATOR, phase, f"to {phase}")
    with pytest.raises(ConductRefused, match="what was seen cannot be hidden again"):
        move_phase(study, COORDINATOR, "consensus", "oh")
    moves = phase_history(study)
    assert [(move.old, move.new) for move in moves][:2] == [("read", "compare"), ("compare", "read")]
    assert moves[0].missing == 6
    assert entries(study)[-1].payload["reason"] == "to open"


def test_an_open_protocol_has_no_phases(study: Study, tmp_path: Path) -> None:
    with (
        blinded_study(tmp_path / "o.duckdb", protocol="song-2024", registered=()) as opened,
        pytest.raises(ConductRefused, match="has no phases"),
    ):
        move_phase(opened, COORDINATOR, "compare", "read")


def test_the_last_coordinator_stays(study: Study) -> None:
    with pytest.raises(ConductRefused, match=r"C\. Chair is the only coordinator"):
        withdraw(study, COORDINATOR, COORDINATOR.id, "holiday")
    with pytest.raises(ConductRefused, match=r"C\. Chair is the only coordinator"):
        register(study, COORDINATOR, COORDINATOR, "reader", "wants to read")
    register(study, COORDINATOR, Actor("d", "D. Eputy"), "coordinator", "deputy")
    withdraw(study, COORDINATOR, COORDINATOR.id, "holiday")
    assert set(people(study)) == {"d", MEYER.id, LANG.id, ADJUDICATOR.id, OBSERVER.id}


def test_roles_and_their_changes_are_entries_with_old_and_new(study: Study) -> None:
    register(study, COORDINATOR, OBSERVER, "reader", "joins the readers")
    last = entries(study)[-1]
    assert last.action == "person_registered"
    assert last.payload["old"] == {"role": "observer", "public_key": None}
    assert (last.payload["role"], last.payload["reason"]) == ("reader", "joins the readers")
    with pytest.raises(ConductRefused, match="is a reader already"):
        register(study, COORDINATOR, OBSERVER, "reader", "again")
    with pytest.raises(ConductRefused, match="needs a reason"):
        withdraw(study, COORDINATOR, OBSERVER.id, "")


def test_a_change_still_needs_its_reason(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    with pytest.raises(DecisionRefused, match="P02 needs a reason because it changes your decision CR"):
        decide(study, MEYER, Decision("P02", "NR", ""))


def test_two_people_never_have_one_key(study: Study) -> None:
    key = "ed25519:rZFs84HLiDuGPh9sQRNQdymyylmM5MK4cVqOs8gtxGY="
    register(study, COORDINATOR, MEYER, "reader", "has a key now", key)
    with pytest.raises(ConductRefused, match=r"this is the key of A\. Meyer; each person has a key of their own"):
        register(study, COORDINATOR, LANG, "reader", "has a key now", key)
    withdraw(study, COORDINATOR, MEYER.id, "left")
    with pytest.raises(ConductRefused, match=r"the key of A\. Meyer"):
        register(study, COORDINATOR, LANG, "reader", "has a key now", key)
