"""The state that SQL reads from the log is the state that the readers' acts, undone and redone, leave behind."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag, unflag
from hlh_tui.review.models import Cited, Decision
from hlh_tui.review.queries import open_queries
from hlh_tui.review.queries_answering import raise_query
from hlh_tui.review.state import (
    cases,
    current_decisions,
    final_categories,
    flags,
    revealed_cases,
)
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import Study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor, Entry
from tests.review.small_study import BIANCHI, MEYER, small_study

READERS = (MEYER, BIANCHI)
PATIENTS = ("P01", "P02", "P05")
ABOUT = Cited("note", 1.0, "note", "unclear")

ACTIONS = st.tuples(
    st.sampled_from(
        [
            *("decide", "decide", "decide", "script", "consensus", "flag", "unflag", "query"),
            *("undo", "undo", "redo", "undo consensus", "redo consensus"),
        ]
    ),
    st.sampled_from(READERS),
    st.sampled_from(PATIENTS),
    st.sampled_from(["CR", "PR", "NR"]),
    st.sampled_from(["low", "high"]),
)


@dataclass
class Desk:
    """What one reader could take back and put back in one role: two plain piles."""

    done: list[int] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)


def act(study: Study, desk: Desk, action: str, reader: Actor, patient: str, category: str, confidence: str) -> None:
    """Do one thing and keep the piles as any editor would."""
    role = "consensus" if "consensus" in action else "reader"
    if action.startswith("undo"):
        reversal = undo(study, reader, role, reason="a slip")
        assert (reversal is None) == (not desk.done)
        if desk.done:
            desk.undone.append(desk.done.pop())
        return
    if action.startswith("redo"):
        reversal = redo(study, reader, role)
        assert (reversal is None) == (not desk.undone)
        if desk.undone:
            desk.done.append(desk.undone.pop())
        return
    if action == "unflag" and not any(one.reader == reader.id for one in flags(study, patient)):
        return
    saved = {
        "decide": lambda: decide(study, reader, Decision(patient, category, "Seen.", confidence)),
        "script": lambda: decide(study, reader, Decision(patient, category, "Seen.", confidence), reveals=False),
        "consensus": lambda: decide(
            study, reader, Decision(patient, category, "Agreed.", confidence, role="consensus")
        ),
        "flag": lambda: flag(study, reader, patient, f"{category}?"),
        "unflag": lambda: unflag(study, reader, patient),
        "query": lambda: raise_query(study, reader, patient, ABOUT, f"{category}?"),
    }[action]()
    if saved.already:
        assert saved.seq in desk.done
        return
    desk.done.append(saved.seq)
    desk.undone.clear()


def standing_after(log: tuple[Entry, ...]) -> list[Entry]:
    """The acts that count, by walking the log once."""
    counts: dict[int, bool] = {}
    for entry in log:
        if entry.action == "undone":
            counts[entry.payload["undoes"]] = False
        elif entry.action == "redone":
            counts[entry.payload["redoes"]] = True
        elif entry.action != "study_created":
            counts[entry.seq] = True
    return [entry for entry in log if counts.get(entry.seq)]


def final_of(patient: str, decisions: list[Entry]) -> tuple[str | None, str, str | None, int]:
    """Category, source, confidence and readers by the rules of the protocol, in words."""
    of_case = [entry for entry in decisions if entry.patient_id == patient]
    reads = {entry.actor: entry.payload for entry in of_case if entry.payload["role"] == "reader"}
    agreed = [entry.payload for entry in of_case if entry.payload["role"] == "consensus"]
    if agreed:
        return agreed[-1]["category"], "consensus", agreed[-1]["confidence"], len(reads)
    found = {payload["category"] for payload in reads.values()}
    if not found:
        return None, "undecided", None, 0
    if len(found) > 1:
        return None, "unresolved", None, len(reads)
    sure = "low" if any(payload["confidence"] == "low" for payload in reads.values()) else "high"
    return found.pop(), "single" if len(reads) == 1 else "unanimous", sure, len(reads)


@given(st.lists(ACTIONS, max_size=25))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_c2_replaying_the_log_gives_the_current_state(actions: list[tuple[str, Actor, str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, small_study(Path(folder) / "small.duckdb") as study:
        desks = {(reader.id, meeting): Desk() for reader in READERS for meeting in (False, True)}
        for action, reader, patient, category, confidence in actions:
            act(study, desks[reader.id, "consensus" in action], action, reader, patient, category, confidence)
        log = entries(study)
        standing = standing_after(log)
        assert [entry.seq for entry in standing] == sorted(seq for desk in desks.values() for seq in desk.done)
        require_state(study, log, standing)


def require_state(study: Study, log: tuple[Entry, ...], standing: list[Entry]) -> None:
    decisions = [entry for entry in standing if entry.action == "decided"]
    in_force = {
        (one.patient_id, one.payload["role"], "" if one.payload["role"] == "consensus" else one.actor): one.seq
        for one in decisions
    }
    assert sorted(one.seq for one in current_decisions(study)) == sorted(in_force.values())
    final = {
        one.patient_id: (one.category, one.source, one.confidence, one.readers)
        for one in final_categories(study).values()
    }
    assert final == {patient: final_of(patient, decisions) for patient in PATIENTS}
    marks = {(one.patient_id, one.actor): one for one in standing if one.action in ("flagged", "unflagged")}
    flagged = {key: one.payload["note"] for key, one in marks.items() if one.action == "flagged"}
    assert {(one.patient_id, one.reader): one.note for one in flags(study)} == flagged
    asked = [one.seq for one in standing if one.action == "query_raised"]
    assert sorted(one.seq for one in open_queries(study)) == asked
    seen = {(one.actor, one.patient_id) for one in log if one.action == "decided" and one.payload["reveals"]}
    require_old(study, [entry for entry in log if entry.action == "decided"])
    for reader in READERS:
        require_list(study, reader, seen, in_force, flagged, {one.seq: one for one in log})


def require_old(study: Study, decided: list[Entry]) -> None:
    """Each decision names the one it replaced, as SQL finds it in the log up to then."""
    for entry in decided:
        role = entry.payload["role"]
        before = [
            one.seq
            for one in current_decisions(study, entry.patient_id, upto=entry.seq - 1)
            if one.role == role and (role == "consensus" or one.reader == entry.actor)
        ]
        old = entry.payload["old"]
        assert ([] if old is None else [old["seq"]]) == before


def require_list(
    study: Study,
    reader: Actor,
    seen: set[tuple[str, str | None]],
    in_force: dict[tuple[str | None, str, str], int],
    flagged: dict[tuple[str | None, str], str],
    log: dict[int, Entry],
) -> None:
    """The reader's list of cases says the same."""
    for row in cases(study, reader.id):
        mine = in_force.get((row.patient_id, "reader", reader.id))
        assert row.mine == (None if mine is None else log[mine].payload["category"])
        assert row.confidence == (None if mine is None else log[mine].payload["confidence"])
        assert row.revealed == (row.patient_id in revealed_cases(study, reader.id))
        assert row.revealed == ((reader.id, row.patient_id) in seen)
        assert row.flag_note == flagged.get((row.patient_id, reader.id))
        assert row.flagged == ((row.patient_id, reader.id) in flagged)
        final = final_categories(study)[row.patient_id]
        assert (row.final, row.source, row.readers) == (final.category, final.source, final.readers)
