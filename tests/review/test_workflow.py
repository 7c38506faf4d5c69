"""Where a study stands, and how much of it each role sees in each phase."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.review.conduct.locks import lock
from hlh_tui.review.conduct.people import register, withdraw
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.cuts import make_cut
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Cited, Decision
from hlh_tui.review.packs.dealing import deal
from hlh_tui.review.workflow import Progress, workflow
from hlh_tui.study.file import Study
from hlh_tui.study.models import Actor
from tests.review.small_study import BIANCHI, MEYER
from tests.review.test_cuts import COORDINATOR, blinded

CHEN = Actor("chen", "Chen")


@pytest.fixture
def reading(tmp_path: Path):
    """A blinded study of three patients; A. Meyer has read two, L. Bianchi one of them otherwise."""
    with blinded(tmp_path / "b.duckdb") as study:
        decide(study, MEYER, Decision("P01", "CR", "as charted"))
        decide(study, MEYER, Decision("P02", "NR", "as charted"))
        decide(study, BIANCHI, Decision("P01", "PR", "spleen enlarged"))
        yield study


def test_the_coordinator_sees_every_readers_progress_and_no_disagreement_while_it_is_read(reading: Study) -> None:
    found = workflow(reading, COORDINATOR)
    assert (found.phased, found.phase, found.topology, found.role) == (True, "read", "two_plus_one", "coordinator")
    assert found.progress == (Progress("a-meyer", "A. Meyer", 3, 2), Progress("l-bianchi", "L. Bianchi", 3, 1))
    assert found.missing_reads == 3
    assert found.unresolved is None
    move_phase(reading, COORDINATOR, "compare", "enough for now")
    found = workflow(reading, COORDINATOR)
    assert found.unresolved == 1
    assert [(move.old, move.new, move.missing) for move in found.moves] == [("read", "compare", 3)]


def test_c14_a_reader_sees_their_own_progress_alone_until_it_is_open(reading: Study) -> None:
    for phase in ("read", "compare"):
        found = workflow(reading, MEYER)
        assert found.progress == (Progress("a-meyer", "A. Meyer", 3, 2),)
        assert (found.missing_reads, found.unresolved) == (None, None)
        if phase == "read":
            move_phase(reading, COORDINATOR, "compare", "next")
    for phase in ("consensus", "open"):
        move_phase(reading, COORDINATOR, phase, "next")
    found = workflow(reading, MEYER)
    assert len(found.progress) == 2
    assert found.unresolved == 1


def test_how_many_of_the_cases_are_repeats_stays_hidden_from_their_reader(tmp_path: Path) -> None:
    with blinded(tmp_path / "b.duckdb") as study:
        more = ", ".join(f"('Q{number:02d}', 90)" for number in range(7))
        study.connection.cursor().execute(f"INSERT INTO patient (patient_id, last_contact_day) VALUES {more}")
        deal(study, COORDINATOR, seed=1)
        pack = workflow(study, COORDINATOR).packs[0]
        assert (pack.cases, pack.repeats, pack.written_at, pack.merged_at) == (10, 1, None, None)
        (own,) = workflow(study, MEYER).packs
        assert (own.name, own.cases, own.repeats) == ("A. Meyer", 11, 0)
        assert workflow(study, MEYER).progress == (Progress("a-meyer", "A. Meyer", 11, 0),)


def test_c13_who_may_do_what_is_said_before_the_key(reading: Study) -> None:
    assert set(workflow(reading, COORDINATOR).refusals.values()) == {None}
    for action, why in workflow(reading, MEYER).refusals.items():
        assert why is not None, action
        assert "only a coordinator may" in why
    assert "has no role in this study" in str(workflow(reading, CHEN).refusals["cut"])


def test_people_locks_and_cuts_stand_as_the_log_has_them(reading: Study) -> None:
    register(reading, COORDINATOR, CHEN, "adjudicator", "settles")
    withdraw(reading, COORDINATOR, BIANCHI.id, "left the hospital")
    lock(reading, COORDINATOR, "P01", "adjudicated")
    lock(reading, COORDINATOR, None, "closed")
    make_cut(reading, COORDINATOR, "interim", "for the board")
    found = workflow(reading, COORDINATOR)
    assert [(one.name, one.role) for one in found.people] == [
        ("C. Ordinator", "coordinator"), ("A. Meyer", "reader"), ("Chen", "adjudicator")
    ]  # fmt: skip
    assert [one.name for one in found.withdrawn] == ["L. Bianchi"]
    assert [one.patient_id for one in found.locks] == [None, "P01"]
    assert [one.name for one in found.cuts] == ["interim"]
    assert Progress("l-bianchi", "L. Bianchi", 3, 1) in found.progress, "what a withdrawn reader decided stays"


def test_open_data_queries_are_counted(reading: Study) -> None:
    from hlh_tui.review.queries_answering import raise_query

    raise_query(reading, MEYER, "P01", Cited("observation", 7.0, "ferritin", "640 µg/L"), "which assay?")
    assert workflow(reading, COORDINATOR).open_queries == 1
    assert workflow(reading, BIANCHI).open_queries == 0


def test_an_open_study_needs_no_conducting_and_nobody_is_refused(study: Study) -> None:
    decide(study, MEYER, Decision("P01", "CR", "as charted"))
    found = workflow(study, BIANCHI)
    assert (found.phased, found.phase, found.role) == (False, "open", None)
    assert found.progress == (Progress("a-meyer", "A. Meyer", 3, 1),)
    assert set(found.refusals.values()) == {None}


def test_a_study_without_patients_stands_somewhere_too(tmp_path: Path) -> None:
    from tests.cohort.example import new_study

    with new_study(tmp_path) as study:
        found = workflow(study, MEYER)
        assert (found.patients, found.progress, found.missing_reads, found.unresolved) == (0, (), 0, 0)
