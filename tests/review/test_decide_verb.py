from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.cli.demo_study import make_demo
from hlh_tui.review.state import current_decisions, revealed_cases
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from tests.review.small_study import MEYER, small_study


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "small.duckdb"
    small_study(path).close()
    return path


def test_one_decision(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["decide", str(path), "P05", "CR", "--reader", "A. Meyer", "--reason", "All normal.", "--day", "14"]
    assert main(words) == 0
    said = capsys.readouterr().out
    with open_study(path) as study:
        (current,) = current_decisions(study)
        hash_of_it = study.rows("SELECT hash FROM log WHERE seq = 2")[0][0]
    assert said == f"saved #2 {hash_of_it[:4]}…\n"
    assert (current.patient_id, current.category, current.reader, current.reader_name) == (
        "P05",
        "CR",
        "a-meyer",
        "A. Meyer",
    )
    assert (current.reason, current.day, current.confidence, current.role) == ("All normal.", 14.0, "high", "reader")


def test_a_consensus_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "decide",
        str(path),
        "P05",
        "PR",
        "--reader",
        "Panel",
        "--reason",
        "Agreed.",
        "--role",
        "consensus",
        "--json",
    ]
    assert main(words) == 0
    (said,) = json.loads(capsys.readouterr().out)["decisions"]
    assert re.fullmatch("[0-9a-f]{64}", said.pop("hash"))
    assert said.pop("recorded_at").endswith("Z")
    assert said == {
        "seq": 2,
        "patient_id": "P05",
        "reader": "panel",
        "role": "consensus",
        "category": "PR",
        "already_in_force": False,
    }


def test_a_file(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reads.csv"
    file.write_text("patient_id,reader,category,reason\nP01,A. Meyer,CR,\nP02,A. Meyer,NR,\n", encoding="utf-8")
    assert main(["decide", str(path), "--from", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub("[0-9a-f]{4}…", "<hash>", line) for line in lines] == ["saved #2 <hash>", "saved #3 <hash>"]


def test_a_repeated_command_says_that_the_decision_is_in_force(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["decide", str(path), "P05", "CR", "--reader", "A. Meyer", "--reason", "All normal.", "--day", "14"]
    assert main(words) == 0
    saved = capsys.readouterr().out
    assert main(words) == 0
    assert capsys.readouterr().out == "already in force, #2\n"
    assert main([*words, "--json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)["decisions"]
    assert (said["seq"], said["already_in_force"]) == (2, True)
    assert said["hash"][:4] in saved
    with open_study(path) as study:
        assert [one.action for one in entries(study)] == ["study_created", "decided"]


def test_the_command_reveals_nothing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(path), "P02", "CR", "--reader", "A. Meyer"]) == 0
    assert main(["decide", str(path), "P02", "CR", "--reader", "A. Meyer", "--reason", "Read again."]) == 0
    with open_study(path) as study:
        assert [(one.payload["reveals"], one.payload["proposal_seen"]) for one in entries(study)[1:]] == [
            (False, False),
            (False, False),
        ]
        assert "P02" not in revealed_cases(study, "a-meyer")


def test_the_decisions_of_the_demo_reveal_nothing(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo.duckdb", MEYER, adjudicated=True)
    with open_study(tmp_path / "demo.duckdb") as study:
        decided = [one for one in entries(study) if one.action == "decided"]
        assert len({one.patient_id for one in decided}) == 13
        assert {(one.payload["reveals"], one.payload["proposal_seen"]) for one in decided} == {(False, False)}


def test_refusals_go_to_stderr(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(path), "P05", "XX", "--reader", "A. Meyer"]) == 2
    assert capsys.readouterr().err == ("hlh-tui decide: category 'XX' is not known; use one of CR, PR, IMP, NR, NE\n")
    assert main(["decide", str(path), "P05", "--reader", "A. Meyer"]) == 2
    assert capsys.readouterr().err == "hlh-tui decide: P05 has no category; add one of CR, PR, IMP, NR, NE\n"
    assert main(["decide", str(path)]) == 2
    assert capsys.readouterr().err == "hlh-tui decide: give either a patient and a category, or --from FILE.csv\n"
    file = tmp_path / "reads.csv"
    file.write_text("patient_id,reader,category,reason\nP01,A. Meyer,CR,\nP09,A. Meyer,NR,\n", encoding="utf-8")
    assert main(["decide", str(path), "--from", str(file)]) == 1
    assert capsys.readouterr().err == (
        "hlh-tui decide: one thing is wrong in reads.csv, nothing was recorded; correct it and run the command again\n"
        "reads.csv:3 patient_id: there is no patient 'P09'; the study's 3 patients run from P01 to P05\n"
    )
    with open_study(path) as study:
        assert current_decisions(study) == ()
