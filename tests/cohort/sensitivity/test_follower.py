"""What each entry moves: decisions, undo, redo, batches, flags, and entries told of before."""

from __future__ import annotations

import pytest

from hlh_tui.cohort.sensitivity.follower import Follower
from hlh_tui.protocol import load
from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag
from hlh_tui.review.models import Decision
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import create_study
from hlh_tui.study.models import Actor
from tests.cohort.example import READER, example_a, judge

OTHER = Actor("k-tanaka", "K. Tanaka")


@pytest.fixture
def study(tmp_path):
    with example_a(tmp_path) as opened:
        judge(opened, "CR", "c1", "c2", "c3")
        judge(opened, "NR", "d1", "d2")
        yield opened


def test_a_decision_its_undo_and_redo(study) -> None:
    follower = Follower(study)
    saved = decide(study, READER, Decision("d3", "IMP", "read the chart"))
    assert follower.tell(saved.seq).startswith("Response 3/5 → 4/6; remission 3/5 → 3/6")
    back = undo(study, READER, reason="a slip")
    assert follower.tell(back.saved.seq).startswith("Response 4/6 → 3/5; remission 3/6 → 3/5")
    again = redo(study, READER)
    assert follower.tell(again.saved.seq).startswith("Response 3/5 → 4/6")


def test_an_entry_is_told_of_once(study) -> None:
    follower = Follower(study)
    saved = decide(study, READER, Decision("d3", "IMP", "read the chart"))
    assert follower.tell(saved.seq)
    assert follower.tell(saved.seq) == ""
    assert follower.tell(saved.seq - 1) == ""


def test_a_prepared_follower_says_the_same(study) -> None:
    follower = Follower(study)
    follower.prepare()
    saved = decide(study, READER, Decision("d3", "IMP", "read the chart"))
    assert follower.tell(saved.seq).startswith("Response 3/5 → 4/6")


@pytest.mark.parametrize("count", [2, 8])
def test_a_batch_is_told_as_a_whole(study, count) -> None:
    follower = Follower(study)
    follower.prepare()
    patients = ("c4", "h1", "h2", "h3", "h4", "h5", "d3", "d4")[:count]
    for patient in patients:
        saved = decide(study, READER, Decision(patient, "PR", "read the chart"))
    assert follower.tell(saved.seq).startswith(f"Response 3/5 → {3 + count}/{5 + count}")


def test_a_flag_moves_nothing(study) -> None:
    follower = Follower(study)
    assert follower.tell(flag(study, READER, "c1", "look again").seq) == "no headline result has changed"


def test_readers_who_differ_take_a_case_out_and_a_consensus_brings_it_back(study) -> None:
    follower = Follower(study)
    saved = decide(study, OTHER, Decision("c1", "NR", "read the chart"))
    assert follower.tell(saved.seq).startswith("Response 3/5 → 2/4; remission 3/5 → 2/4")
    saved = decide(study, OTHER, Decision("c1", "PR", "talked it over", role="consensus"))
    assert follower.tell(saved.seq).startswith("Response 2/4 → 3/5")


def test_a_blinded_study_tells_nothing(tmp_path) -> None:
    toml = load.read_bundled(load.STUDIES, "song-2024").toml.replace('mode = "open"', 'mode = "phased"')
    criteria = load.read_bundled(load.CRITERIA, "locatelli-2020")
    with create_study(tmp_path / "b.duckdb", load.adopt(toml, "b.toml"), criteria, READER) as study:
        follower = Follower(study)
        follower.prepare()
        assert follower.headline is None
        assert follower.tell(2) == ""
