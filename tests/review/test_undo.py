from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag, unflag
from hlh_tui.review.models import Cited, Decision, Reversal
from hlh_tui.review.queries import open_queries
from hlh_tui.review.queries_answering import raise_query
from hlh_tui.review.state import cases, current_decisions, flags
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from tests.review.small_study import BIANCHI, MEYER, PANEL, slowed, small_study

FERRITIN = Cited("observation", 14.0, "ferritin", "640 µg/L")


def categories(study: Study) -> dict[str, str]:
    return {one.patient_id: one.category for one in current_decisions(study)}


def what(study: Study, reversal: Reversal | None) -> str:
    """The sentence, with the day of the entry, which is a day in UTC, written as <day>."""
    assert reversal is not None
    recorded = entries(study)[0].recorded_at
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return reversal.what.replace(f"{int(recorded[8:10])} {months[int(recorded[5:7]) - 1]} UTC", "<day>")


def test_nothing_done_means_nothing_to_take_back(study: Study) -> None:
    assert undo(study, MEYER, reason="a slip") is None
    assert redo(study, MEYER) is None
    assert len(entries(study)) == 1


def test_a_revised_decision_goes_back_step_by_step(study: Study) -> None:
    decide(study, MEYER, Decision("P05", "CR", ""))
    decide(study, MEYER, Decision("P05", "PR", "Spleen still enlarged."))
    assert what(study, undo(study, MEYER, reason="a slip")) == (
        "decision PR for P05 of <day> taken back; the earlier CR is in force again"
    )
    assert categories(study) == {"P05": "CR"}
    assert what(study, undo(study, MEYER, reason="a slip")) == (
        "decision CR for P05 of <day> taken back; the case is undecided again for you"
    )
    assert categories(study) == {}
    assert what(study, redo(study, MEYER)) == "decision CR for P05 of <day> put back"
    assert what(study, redo(study, MEYER)) == "decision PR for P05 of <day> put back"
    assert redo(study, MEYER) is None
    assert categories(study) == {"P05": "PR"}
    assert [(one.action, one.patient_id) for one in entries(study)[1:]] == [
        ("decided", "P05"),
        ("decided", "P05"),
        ("undone", "P05"),
        ("undone", "P05"),
        ("redone", "P05"),
        ("redone", "P05"),
    ]
    assert {key: entries(study)[3].payload[key] for key in ("undoes", "undone")} == {"undoes": 3, "undone": "decided"}
    assert entries(study)[5].payload["redoes"] == 2


def test_a_new_decision_ends_what_could_be_put_back(study: Study) -> None:
    decide(study, MEYER, Decision("P01", "CR", ""))
    decide(study, MEYER, Decision("P02", "PR", ""))
    undo(study, MEYER, reason="a slip")
    decide(study, MEYER, Decision("P05", "NR", ""))
    assert redo(study, MEYER) is None
    undo(study, MEYER, reason="a slip")
    undo(study, MEYER, reason="a slip")
    assert categories(study) == {}
    assert what(study, redo(study, MEYER)) == "decision CR for P01 of <day> put back"
    assert what(study, redo(study, MEYER)) == "decision NR for P05 of <day> put back"
    assert categories(study) == {"P01": "CR", "P05": "NR"}


def test_readers_take_back_only_their_own(study: Study) -> None:
    decide(study, MEYER, Decision("P01", "CR", ""))
    decide(study, BIANCHI, Decision("P01", "PR", ""))
    undo(study, MEYER, reason="a slip")
    assert [(one.reader, one.category) for one in current_decisions(study)] == [("l-bianchi", "PR")]
    assert undo(study, MEYER, reason="a slip") is None
    assert redo(study, BIANCHI) is None


def test_undo_reaches_back_into_earlier_sessions(tmp_path: Path) -> None:
    path = tmp_path / "small.duckdb"
    with small_study(path) as study:
        decide(study, MEYER, Decision("P01", "CR", ""))
        decide(study, MEYER, Decision("P02", "PR", ""))
    with open_study(path) as study:
        assert undo(study, MEYER, reason="a slip") is not None
        assert categories(study) == {"P01": "CR"}
    with open_study(path) as study:
        assert undo(study, MEYER, reason="a slip") is not None
        assert categories(study) == {}
    with open_study(path) as study:
        assert redo(study, MEYER) is not None
        assert redo(study, MEYER) is not None
        assert categories(study) == {"P01": "CR", "P02": "PR"}


def test_flags_are_a_readers_own_and_go_back_too(study: Study) -> None:
    flag(study, MEYER, "P02", "ask about G-CSF")
    flag(study, MEYER, "P02", "ask about platelets")
    assert [(one.patient_id, one.reader, one.note) for one in flags(study)] == [
        ("P02", "a-meyer", "ask about platelets")
    ]
    assert [row.flagged for row in cases(study, "l-bianchi")] == [False, False, False]
    unflag(study, MEYER, "P02")
    assert flags(study) == ()
    assert what(study, undo(study, MEYER, reason="a slip")) == (
        "removal of the flag on P02 of <day> taken back; it is flagged “ask about platelets” again"
    )
    assert what(study, undo(study, MEYER, reason="a slip")) == (
        "flag on P02 of <day> taken back; it is flagged “ask about G-CSF” again"
    )
    assert (
        what(study, undo(study, MEYER, reason="a slip"))
        == "flag on P02 of <day> taken back; the case is not flagged now"
    )
    assert what(study, redo(study, MEYER)) == "flag on P02 of <day> put back"
    (row,) = [row for row in cases(study, "a-meyer") if row.flagged]
    assert (row.patient_id, row.flag_note) == ("P02", "ask about G-CSF")


def test_a_query_can_be_taken_back(study: Study) -> None:
    raise_query(study, BIANCHI, "P05", FERRITIN, "Is this the value before dialysis?")
    (query,) = open_queries(study)
    assert (query.patient_id, query.about, query.question) == ("P05", FERRITIN, "Is this the value before dialysis?")
    assert [row.open_queries for row in cases(study, "a-meyer")] == [0, 0, 1]
    assert what(study, undo(study, BIANCHI, reason="a slip")) == (
        "query on P05 of <day> taken back; “Is this the value before dialysis?” is no longer asked"
    )
    assert open_queries(study) == ()


def test_a_consensus_taken_back_says_what_is_left(study: Study) -> None:
    decide(study, PANEL, Decision("P05", "PR", "Agreed.", role="consensus"))
    assert what(study, undo(study, PANEL, "consensus", reason="a slip")) == (
        "consensus PR for P05 of <day> taken back; the case has no consensus now"
    )
    assert what(study, redo(study, PANEL, "consensus")) == "consensus PR for P05 of <day> put back"


def test_a_consensus_that_another_replaced_goes_back_without_changing_the_case(study: Study) -> None:
    decide(study, MEYER, Decision("P05", "CR", "First meeting.", role="consensus"))
    decide(study, BIANCHI, Decision("P05", "PR", "Second meeting.", role="consensus"))
    assert what(study, undo(study, MEYER, "consensus", reason="a slip")) == (
        "consensus CR for P05 of <day> taken back; PR, written by L. Bianchi, stays in force"
    )
    assert categories(study) == {"P05": "PR"}
    assert what(study, redo(study, MEYER, "consensus")) == (
        "consensus CR for P05 of <day> put back; PR, written by L. Bianchi, stays in force"
    )
    assert categories(study) == {"P05": "PR"}
    assert what(study, undo(study, BIANCHI, "consensus", reason="a slip")) == (
        "consensus PR for P05 of <day> taken back; the earlier CR is in force again"
    )


def test_each_role_takes_back_its_own_entries(study: Study) -> None:
    decide(study, MEYER, Decision("P01", "CR", ""))
    flag(study, MEYER, "P02", "ask about G-CSF")
    decide(study, MEYER, Decision("P01", "PR", "Agreed at the meeting.", role="consensus"))
    assert (
        what(study, undo(study, MEYER, reason="a slip"))
        == "flag on P02 of <day> taken back; the case is not flagged now"
    )
    assert what(study, undo(study, MEYER, "consensus", reason="a slip")) == (
        "consensus PR for P01 of <day> taken back; the case has no consensus now"
    )
    assert undo(study, MEYER, "consensus", reason="a slip") is None
    assert categories(study) == {"P01": "CR"}
    assert what(study, redo(study, MEYER)) == "flag on P02 of <day> put back"
    assert redo(study, MEYER) is None
    assert what(study, redo(study, MEYER, "consensus")) == "consensus PR for P01 of <day> put back"
    assert redo(study, MEYER, "consensus") is None


def test_two_undos_at_once_take_back_two_decisions(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(study, MEYER, Decision("P01", "CR", ""))
    decide(study, MEYER, Decision("P02", "PR", ""))
    slowed(monkeypatch, "hlh_tui.review.undo.append")
    with ThreadPoolExecutor(2) as readers:
        taken = list(readers.map(lambda _: undo(study, MEYER, reason="a slip"), range(2)))
    assert sorted(reversal.patient_id for reversal in taken if reversal) == ["P01", "P02"]
    assert categories(study) == {}
    with ThreadPoolExecutor(2) as readers:
        put_back = list(readers.map(lambda _: redo(study, MEYER), range(2)))
    assert sorted(reversal.patient_id for reversal in put_back if reversal) == ["P01", "P02"]
    assert categories(study) == {"P01": "CR", "P02": "PR"}


def test_a_flag_with_the_same_note_twice_was_there_all_along(study: Study) -> None:
    flag(study, MEYER, "P02", "ask about G-CSF")
    flag(study, MEYER, "P02", "ask about G-CSF")
    assert (
        what(study, undo(study, MEYER, reason="a slip"))
        == "flag on P02 of <day> taken back; it stays flagged “ask about G-CSF”"
    )


def test_a_reversal_written_for_somebody_else_does_not_count(study: Study) -> None:
    from hlh_tui.study.log import append

    decide(study, MEYER, Decision("P01", "CR", ""))
    append(study, Actor("intruder", "Intruder"), "undone", "P01", {"undoes": 2, "undone": "decided"})
    assert categories(study) == {"P01": "CR"}
