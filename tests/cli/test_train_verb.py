"""``hlh-tui train``: from a file of decisions to a certificate, and into the study that was trained for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.review.training.record import certificates
from hlh_tui.study.file import open_study

Capture = pytest.CaptureFixture[str]
WRONG = {"CR": "PR", "PR": "CR", "IMP": "PR", "NR": "CR", "NE": "NR"}
SEED_1 = ("NR", "PR", "PR", "NR", "IMP", "CR", "NE", "PR")
"""The answers of the eight cases that seed 1 deals."""


def decisions(folder: Path, wrong: int = 0, reader: str = "A. Meyer", cases: int = 8) -> Path:
    file = folder / f"decisions-{wrong}-{cases}.csv"
    rows = ["patient_id,reader,category,reason"]
    for number, answer in enumerate(SEED_1[:cases], 1):
        rows.append(f"T0{number},{reader},{WRONG[answer] if number <= wrong else answer},as the criteria say")
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def train(*words: object) -> int:
    return main(["train", "--reader", "A. Meyer", *map(str, words)])


def test_a_passed_training_prints_feedback_and_the_certificate(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "certificate.json"
    assert train("--seed", 1, "--from", decisions(tmp_path, wrong=1), "--certificate", file) == 0
    out = capsys.readouterr().out
    assert "training of A. Meyer: 8 synthetic cases, seed 1\n" in out
    assert "T01: wrong, you decided CR and the answer is NR (normal only after other treatment)" in out
    assert "T02: right, PR (the spleen taken out)" in out
    assert "result        7 of 8 right, pass mark 80 %: passed" in out
    said = json.loads(file.read_text(encoding="utf-8"))
    assert (said["right"], said["passed"], said["by_category"]["NR"]) == (7, True, {"cases": 2, "right": 1})


def test_a_failed_training_ends_with_1(tmp_path: Path, capsys: Capture) -> None:
    assert train("--seed", 1, "--from", decisions(tmp_path, wrong=2)) == 1
    assert "6 of 8 right, pass mark 80 %: NOT passed" in capsys.readouterr().out


def test_json_holds_every_answer_and_the_certificate(tmp_path: Path, capsys: Capture) -> None:
    assert train("--seed", 1, "--from", decisions(tmp_path, wrong=1), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [each["right"] for each in said["answers"]] == [False, *[True] * 7]
    assert said["answers"][0]["decided"] == "CR"
    assert said["answers"][0]["overlooked"][0] == "Overlooked: what happened before the normal values."
    assert said["certificate"]["seed"] == 1
    assert said["recorded"] is None


def test_a_training_is_kept_and_gone_on_with_in_a_named_place(tmp_path: Path, capsys: Capture) -> None:
    place = tmp_path / "training.duckdb"
    assert train("--seed", 1, "--in", place, "--no-app") == 0
    assert train("--in", place, "--from", decisions(tmp_path, cases=3)) == 1
    assert "3 of 8 cases decided, 3 right so far; pass mark 80 %" in capsys.readouterr().out
    assert train("--in", place, "--from", decisions(tmp_path)) == 0
    assert "8 of 8 right" in capsys.readouterr().out
    assert train("--in", place) == 0, "a finished training needs no app"
    assert "8 of 8 right" in capsys.readouterr().out


def test_the_certificate_goes_into_the_study_trained_for_and_no_decision_does(tmp_path: Path, capsys: Capture) -> None:
    study = tmp_path / "s.duckdb"
    assert main(["new", str(study), "--protocol", "song-2024-blinded", "--synthetic", "--reader", "A. Meyer"]) == 0
    assert train("--seed", 1, "--study", study, "--from", decisions(tmp_path)) == 0
    out = capsys.readouterr().out
    assert f"recorded in {study} as entry #2" in out
    with open_study(study) as opened:
        (said,) = certificates(opened)
        assert said["trained_for"] == opened.facts["study_id"]
        assert opened.rows("SELECT action FROM log ORDER BY seq") == [("study_created",), ("trained",)]
        assert opened.rows("SELECT count(*) FROM patient") == [(0,)]


def test_who_has_no_role_is_told_before_the_work(tmp_path: Path, capsys: Capture) -> None:
    study = tmp_path / "s.duckdb"
    assert main(["new", str(study), "--protocol", "song-2024-blinded", "--synthetic", "--reader", "C. Ordinator"]) == 0
    assert train("--seed", 1, "--study", study, "--from", decisions(tmp_path)) == 2
    captured = capsys.readouterr()
    assert "A. Meyer has no role in this study" in captured.err
    assert "T01" not in captured.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cases", "3"), "ask for 5 (one of each category) to 45"),
        (("--seed", "-1"), "the seed -1 cannot be used"),
        (("--study", "nowhere.duckdb"), "nowhere.duckdb"),
        (("--from", "nothing.csv"), "nothing.csv"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, capsys: Capture, words: tuple[str, ...], said: str) -> None:
    assert train("--no-app", *words) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert said in line


def test_another_reader_neither_goes_on_nor_decides(tmp_path: Path, capsys: Capture) -> None:
    place = tmp_path / "training.duckdb"
    assert train("--seed", 1, "--in", place, "--no-app") == 0
    assert main(["train", "--reader", "L. Bianchi", "--in", str(place), "--no-app"]) == 2
    assert "is the training of A. Meyer" in capsys.readouterr().err
    assert train("--in", place, "--from", decisions(tmp_path, reader="L. Bianchi")) == 2
    assert "a training is of one reader, here A. Meyer" in capsys.readouterr().err


def test_a_study_is_not_taken_for_a_training_and_a_seed_not_for_another(tmp_path: Path, capsys: Capture) -> None:
    study, place = tmp_path / "s.duckdb", tmp_path / "training.duckdb"
    assert main(["new", str(study), "--reader", "A. Meyer"]) == 0
    assert train("--in", study, "--no-app") == 2
    assert "s.duckdb is not a training study" in capsys.readouterr().err
    assert train("--seed", 1, "--in", place, "--no-app") == 0
    assert train("--seed", 2, "--in", place, "--no-app") == 2
    assert "holds a training already" in capsys.readouterr().err
    assert train("--study", place, "--no-app") == 2
    assert "is a training study itself" in capsys.readouterr().err


def test_a_training_for_one_study_is_not_gone_on_with_for_another(tmp_path: Path, capsys: Capture) -> None:
    study, other, place = (tmp_path / name for name in ("s.duckdb", "o.duckdb", "training.duckdb"))
    for path in (study, other):
        assert main(["new", str(path), "--reader", "A. Meyer"]) == 0
    assert train("--seed", 1, "--in", place, "--study", study, "--no-app") == 0
    assert train("--in", place, "--study", other, "--from", decisions(tmp_path)) == 2
    assert "is not for" in capsys.readouterr().err
    assert train("--in", place, "--study", study, "--from", decisions(tmp_path)) == 0


def test_a_certificate_that_could_not_be_kept_is_refused_before_the_work(tmp_path: Path, capsys: Capture) -> None:
    for file in (tmp_path / "nowhere" / "c.json", tmp_path):
        assert train("--seed", 1, "--from", decisions(tmp_path), "--certificate", file) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("assess", "T"),
        ("table", "T", "response"),
        ("survival", "T", "overall"),
        ("sensitivity", "T"),
        ("reproduce", "T"),
        ("export", "T", "OUT"),
        ("import", "T", "OUT"),
        ("pack", "T", "--reader", "A. Meyer", "--coordinator", "A. Meyer"),
        ("merge", "T", "OUT"),
        ("cut", "T", "interim", "--reason", "why not"),
        ("criteria", "adopt", "T", "hlh-jak", "--reason", "why not"),
    ],
)
def test_a_training_gives_no_results_and_takes_in_nothing(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("HLH_TUI_READER", "A. Meyer")
    place = tmp_path / "training.duckdb"
    assert train("--seed", 1, "--in", place, "--from", decisions(tmp_path)) == 0
    capsys.readouterr()
    with open_study(place) as study:
        before = study.head
    named = {"T": str(place), "OUT": str(tmp_path / "out")}
    assert main([named.get(word, word) for word in words]) == 2
    captured = capsys.readouterr()
    assert "training study" in captured.err or "is open: everybody reads every case" in captured.err
    assert captured.out == ""
    assert not (tmp_path / "out").exists()
    with open_study(place) as study:
        assert study.head == before


def test_c7_a_kept_training_is_verified_against_its_certificate(tmp_path: Path, capsys: Capture) -> None:
    place, file = tmp_path / "training.duckdb", tmp_path / "certificate.json"
    assert train("--seed", 1, "--in", place, "--from", decisions(tmp_path), "--certificate", file) == 0
    assert main(["verify", str(place), "--against", str(file)]) == 0
    said = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(said | {"head": "0" * 64}), encoding="utf-8")
    assert main(["verify", str(place), "--against", str(file)]) == 1
    capsys.readouterr()
