"""C8: any past state can be shown; what replay says of it is what was true then."""

import json
import random

import pytest

from hlh_tui.assess.reading import choose_reading
from hlh_tui.cli import main
from hlh_tui.protocol.errors import HlhError
from hlh_tui.review.conduct.locks import lock, unlock
from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag, unflag
from hlh_tui.review.models import Decision
from hlh_tui.review.trail.moments import TimeRefused
from hlh_tui.review.trail.replay import ReplayRefused, replay
from hlh_tui.review.trail.replay_text import past_lines
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, entries
from tests.review.small_study import BIANCHI, MEYER, small_study
from tests.review.trail.ward_of_readers import COORDINATOR, ward_of_readers


@pytest.fixture
def study(tmp_path):
    with small_study(tmp_path / "small.duckdb") as made:
        yield made


def test_c2_every_past_state_is_what_was_true_then(study):
    """Acts by chance; after each the state is kept, and at the end its entry, or its time, gives it again."""
    chance = random.Random(20241123)
    kept = {}
    for number in range(30):
        who, case = chance.choice((MEYER, BIANCHI)), chance.choice(("P01", "P02", "P05"))
        act = chance.choice(("decide", "decide", "flag", "unflag", "undo", "redo", "lock", "unlock", "read"))
        try:
            if act == "decide":
                category = chance.choice(("CR", "PR", "NR"))
                decide(study, who, Decision(case, category, f"reason {number}", day=chance.choice((None, 7.0, 14.0))))
            elif act == "flag":
                flag(study, who, case, f"note {number}")
            elif act == "unflag":
                unflag(study, who, case)
            elif act in ("undo", "redo"):
                (undo if act == "undo" else redo)(study, who)
            elif act == "lock":
                lock(study, MEYER, chance.choice((case, None)), f"why {number}")
            elif act == "unlock":
                unlock(study, MEYER, chance.choice((case, None)), f"why {number}")
            else:
                choose_reading(study, MEYER, {"missing": chance.choice(("strict", "best"))}, f"why {number}")
        except HlhError:
            continue  # what is refused changes nothing
        kept[study.head[0]] = replay(study, MEYER, str(study.head[0]))
    assert len(kept) > 12
    assert any(past.locks for past in kept.values())
    for seq, past in kept.items():
        assert replay(study, MEYER, str(seq)) == past
        assert seq % 5 or replay(study, MEYER, past.recorded_at) == past


def test_a_past_state_in_words(study):
    decide(study, MEYER, Decision("P05", "CR", "fever gone", day=14.0))
    decide(study, BIANCHI, Decision("P05", "PR", "spleen"))
    flag(study, BIANCHI, "P01", "odd ferritin")
    choose_reading(study, MEYER, {"missing": "best"}, "as agreed")
    lock(study, MEYER, None, "final")
    words = "\n".join(past_lines(replay(study, MEYER, "4"))).splitlines()
    assert words[0].startswith("after entry 4 of 20")
    assert "phase      open" in words
    assert "locks      none" in words
    assert words[-6:] == [
        "P01  undecided",
        "    entry 4: flag of L. Bianchi: “odd ferritin”",
        "P02  undecided",
        "P05  unresolved",
        "    entry 2: A. Meyer: CR from day 14, high confidence: fever gone",
        "    entry 3: L. Bianchi: PR, high confidence: spleen",
    ]
    later = list(past_lines(replay(study, MEYER, "6")))
    assert any(line.startswith("locks      the whole study, by A. Meyer since ") for line in later)
    assert any("missing best" in line for line in later)


def test_the_phase_people_and_locks_of_a_blinded_study_then(tmp_path):
    with ward_of_readers(tmp_path / "ward.duckdb") as study:
        locked = next(entry.seq for entry in entries(study) if entry.action == "locked" and entry.patient_id is None)
        append(study, COORDINATOR, "phase_moved", None, {"old": "read", "new": "compare", "reason": "all in"})
        past = replay(study, COORDINATOR, str(locked))
        assert (past.whole, past.phase) == (True, "read")
        assert [(one.id, one.role) for one in past.people] == [
            ("c-ordinator", "coordinator"),
            ("a-meyer", "reader"),
            ("q-nakamura", "adjudicator"),
        ]
        assert [(one.patient_id, one.reason) for one in past.locks] == [("P05", "XSECRETREASON"), (None, "maintenance")]
        now = replay(study, COORDINATOR, str(study.head[0]))
        assert now.phase == "compare"
        assert [one.patient_id for one in now.locks] == ["P05"]
        assert replay(study, COORDINATOR, "1").people[0].name == "C. Ordinator"


def test_patients_imported_later_are_left_out(study):
    append(
        study,
        MEYER,
        "charts_imported",
        also=lambda cursor: cursor.execute(
            "INSERT INTO source VALUES (1, 'p.csv', 'aa', NULL, '2099-01-01T00:00:00.000000Z', 1);"
            "UPDATE patient SET source_id = 1 WHERE patient_id = 'P02'"
        ),
    )
    assert [case.patient_id for case in replay(study, MEYER, "2").cases] == ["P01", "P05"]


def test_what_cannot_be_replayed_is_said(study):
    for at, why in (
        ("2020-01-01", "the study was made later, at 20"),
        ("99", "there is no entry 99; they run from 1 to 1"),
        ("0", "there is no entry 0; they run from 1 to 1"),
        ("9" * 30, "they run from 1 to 1"),
        ("never", "'never' is no time"),
        ("", "'' is no time"),
    ):
        with pytest.raises((ReplayRefused, TimeRefused), match=why):
            replay(study, MEYER, at)
    assert replay(study, MEYER, "2099-01-01").number == 1


def test_the_command_line_prints_text_and_json(study, capsys, monkeypatch):
    decide(study, MEYER, Decision("P05", "CR", "fever gone"))
    path, at = study.path, entries(study)[1].recorded_at
    study.close()
    monkeypatch.setenv("HLH_TUI_READER", "A. Meyer")
    assert main(["replay", str(path), "--at", at]) == 0
    assert "P05  CR, single, high confidence" in capsys.readouterr().out
    assert main(["replay", str(path), "--at", "2", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["number"], said["phase"], said["synthetic"]) == (2, "open", True)
    assert said["cases"][2]["decisions"][0]["category"] == "CR"
    assert said["cases"][2]["final"]["source"] == "single"
    assert main(["replay", str(path), "--at", "3"]) == 2
    assert capsys.readouterr().err == "hlh-tui replay: there is no entry 3; they run from 1 to 2\n"


def test_a_snapshot_can_be_replayed_too(study):
    decide(study, MEYER, Decision("P05", "CR", "fever gone"))
    path, past = study.path, replay(study, MEYER, "2")
    study.close()
    with open_study(path, read_only=True) as again:
        assert replay(again, MEYER, "2") == past
