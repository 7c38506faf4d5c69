"""``hlh-tui cut``, ``diff``, ``lock`` and ``unlock``: the coordinator's verbs, each with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.protocol.load import STUDIES, read_bundled
from hlh_tui.study.file import open_study
from tests.ui.ward import make_ward

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_ward(tmp_path / "ward.duckdb", decided=9)


def hlh(verb: str, *words: object) -> int:
    return main([verb, *map(str, words)])


def meyer(verb: str, *words: object) -> int:
    return hlh(verb, *words, "--reader", "A. Meyer")


def test_a_cut_is_made_listed_written_and_compared(study: Path, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "interim.json"
    assert meyer("cut", study, "interim", "--reason", "for the board", "-o", file) == 0
    assert capsys.readouterr().out.startswith("cut 'interim': 11 entries, head ")
    assert json.loads(file.read_text(encoding="utf-8"))["entries"] == 11
    assert hlh("cut", study, "--list") == 0
    assert "interim  11 entries, head" in capsys.readouterr().out
    assert meyer("decide", study, "P01", "CR", "--reason", "read again") == 0
    capsys.readouterr()
    assert hlh("diff", study, "interim") == 0
    out = capsys.readouterr().out
    assert "P01  A. Meyer  NR → CR  #13" in out
    assert "The patients of this study are synthetic." in out
    assert hlh("diff", study, "interim", "now", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [each["patient_id"] for each in said["decisions"]] == ["P01"]


def test_a_cut_can_be_told_in_json_and_an_empty_list_in_words(study: Path, capsys: Capture) -> None:
    assert hlh("cut", study, "--list") == 0
    assert capsys.readouterr().out == "no cut was made yet\n"
    assert meyer("cut", study, "interim", "--reason", "for the board", "--json") == 0
    assert json.loads(capsys.readouterr().out)["finals"]["categories"]["PR"] == 3


@pytest.mark.parametrize(
    ("verb", "words", "said"),
    [
        ("cut", ("interim",), "the cut 'interim' needs a reason"),
        ("cut", ("interim", "--list"), "give the name of a new cut, or --list"),
        ("cut", (), "give the name of a new cut, or --list"),
        ("cut", ("7", "--reason", "x"), "'7' cannot name a cut"),
        ("diff", ("nowhere",), "has no cut 'nowhere'; it has none yet"),
        ("diff", ("1", "99"), "there is no entry 99"),
        ("lock", ("P01",), "to lock P01 needs a reason"),
        ("lock", ("P99", "--reason", "x"), "there is no patient 'P99'"),
        ("unlock", ("P01", "--reason", "x"), "P01 is not locked"),
    ],
)
def test_c4_what_cannot_be_is_one_sentence_and_changes_nothing(
    study: Path, capsys: Capture, verb: str, words: tuple[str, ...], said: str
) -> None:
    assert hlh(verb, study, *words) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert said in line
    with open_study(study) as opened:
        assert opened.head[0] == 11


def test_c12_a_locked_case_is_not_decided_until_it_is_unlocked_with_a_reason(study: Path, capsys: Capture) -> None:
    assert meyer("lock", study, "P01", "--reason", "adjudicated") == 0
    assert "P01 locked, saved #12" in capsys.readouterr().out
    assert meyer("decide", study, "P01", "CR", "--reason", "read again") == 2
    assert "P01 is locked by A. Meyer (adjudicated)" in capsys.readouterr().err
    assert meyer("unlock", study, "P01") == 2
    assert "needs a reason" in capsys.readouterr().err
    assert meyer("unlock", study, "P01", "--reason", "a chart came in late") == 0
    assert "nothing is locked" in capsys.readouterr().out
    assert meyer("decide", study, "P01", "CR", "--reason", "read again") == 0


def test_c12_the_whole_study_is_locked_and_listed(study: Path, capsys: Capture) -> None:
    assert meyer("lock", study, "--reason", "database lock", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["saved"]["action"], said["locks"][0]["patient_id"]) == ("locked", None)
    assert hlh("lock", study, "--list") == 0
    assert capsys.readouterr().out.startswith("whole study  locked 20")
    assert meyer("decide", study, "P10", "CR", "--reason", "late") == 2
    assert "the study is locked by A. Meyer (database lock)" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("lock", "P01"), ("lock",), ("unlock", "P01"), ("cut", "mine")])
def test_c12_in_a_blinded_study_only_the_coordinator_locks_and_cuts(
    tmp_path: Path, capsys: Capture, words: tuple[str, ...]
) -> None:
    path = make_ward(tmp_path / "ward.duckdb", protocol=read_bundled(STUDIES, "song-2024-blinded"))
    assert meyer("reader", "add", path, "L. Bianchi", "--reason", "reads all cases") == 0
    assert meyer("lock", path, "P01", "--reason", "adjudicated") == 0
    with open_study(path) as opened:
        before = opened.head
    capsys.readouterr()
    verb, *rest = words
    assert hlh(verb, path, *rest, "--reason", "I want to", "--reader", "L. Bianchi") == 2
    assert "only a coordinator may" in capsys.readouterr().err
    assert hlh(verb, path, *rest, "--reason", "I want to", "--reader", "Nobody") == 2
    assert "Nobody has no role in this study" in capsys.readouterr().err
    with open_study(path) as opened:
        assert opened.head == before


def test_c7_a_study_is_verified_against_a_cut_made_before(study: Path, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "interim.json"
    assert meyer("cut", study, "interim", "--reason", "for the board", "-o", file) == 0
    assert meyer("decide", study, "P10", "CR", "--reason", "read") == 0
    assert hlh("verify", study, "--against", file) == 0
    said = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(said | {"entries": 99}), encoding="utf-8")
    assert hlh("verify", study, "--against", file) == 1
    capsys.readouterr()
