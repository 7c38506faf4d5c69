"""compare, minutes and query on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hlh_tui.cli import main
from hlh_tui.review.state import cases
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from tests.review.consensus.panel import FERRITIN, advance, blinded_study, read
from tests.review.small_study import BIANCHI, MEYER, small_study


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with small_study(tmp_path / "small.duckdb") as study:
        read(study, MEYER, "P05", "CR", FERRITIN, day=14)
        read(study, BIANCHI, "P05", "NR", reason="Ferritin\nstays high.")
        read(study, MEYER, "P01", "PR")
        read(study, BIANCHI, "P01", "PR", confidence="low")
    return tmp_path / "small.duckdb"


def said(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> str:
    assert main([str(word) for word in words]) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def answered(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(capsys, *words, "--json"))
    return found


def test_compare_lists_the_worst_first(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "compare", path, "--reader", "A. Meyer").splitlines()
    assert lines[0].split() == ["case", "state", "reads", "how", "far", "final", "source"]
    assert lines[1].startswith("P05   open")
    assert "3 ranks" in lines[1]
    assert lines[1].endswith("unresolved")
    assert lines[2].startswith("P01   agreed")
    assert said(capsys, "compare", path, "--only", "settled") == "no settled case is among those compared\n"
    assert [one["patient_id"] for one in answered(capsys, "compare", path)["cases"]] == ["P05", "P01"]


def test_compare_shows_a_case_side_by_side(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "compare", path, "P05")
    assert "P05: open, 3 ranks; final - (unresolved)" in text
    assert "  Ferritin stays high.\n" in text
    assert "ferritin 640 µg/L (day 14): " in text
    assert "Meyer" not in text
    found = answered(capsys, "compare", path, "P05")
    assert {one["category"] for one in found["reads"]} == {"CR", "NR"}
    assert [one["name"] for one in found["evidence"]] == ["ferritin"]
    assert "criteria: no day of the chart could be evaluated" in text
    assert "there is no patient 'P99'" in said(capsys, "compare", path, "P99", code=2)


def test_compare_settles_with_a_reason_and_a_kind(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settle = ("compare", path, "P05", "--reader", "L. Bianchi", "--new", "IMP")
    assert "names the kind of disagreement" in said(capsys, *settle, "--reason", "Seen together.", code=2)
    assert "P05 needs a reason" in said(capsys, *settle, "--type", "edge", code=2)
    assert said(capsys, *settle, "--type", "edge", "--reason", "Seen together.").startswith("saved #")
    text = said(capsys, "compare", path, "P05")
    assert "settled: IMP by L. Bianchi (consensus), a new category, edge case, high confidence: Seen together." in text
    assert "name it after the study" in said(capsys, "compare", path, "--new", "IMP", code=2)


def test_a_meeting_on_the_command_line(path: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    vote = ("compare", path, "P05", "--vote")
    assert "hidden until revealed; waiting for L. Bianchi" in said(capsys, *vote, "PR", "--reader", "A. Meyer")
    assert "PR" not in said(capsys, "minutes", path).split("P05", 1)[1].split("Voted so far", 1)[1]
    assert "the votes are revealed" in said(capsys, *vote, "NR", "--reader", "L. Bianchi")
    said(capsys, "compare", path, "P05", "--discuss", "Ferritin overlooked.", "--reader", "A. Meyer")
    for ending, start in (("txt", "Minutes"), ("md", "# Minutes"), ("html", "<!doctype html>")):
        file = tmp_path / f"minutes.{ending}"
        assert said(capsys, "minutes", path, "-o", file) == f"wrote {file}\n"
        assert file.read_text().startswith(start)
        assert "exists already" in said(capsys, "minutes", path, "-o", file, code=2)
    (meeting,) = answered(capsys, "minutes", path)["meetings"]
    assert [one["category"] for one in meeting["cases"][0]["blind"]] == ["PR", "NR"]
    assert "says no format" in said(capsys, "minutes", path, "-o", tmp_path / "minutes.pdf", code=2)


def test_a_query_from_asking_to_reopening(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "query", path) == "no data queries\n"
    ask = ("query", path, "raise", "P05", "Before dialysis?", "--about", "ferritin", "--day", "14")
    said(capsys, *ask, "--reader", "A. Meyer", "--owner", "D. Ata")
    (one,) = answered(capsys, "query", path)["queries"]
    assert (one["state"], one["owner"], one["age_days"], one["about"]["name"]) == ("open", "D. Ata", 0, "ferritin")
    number = str(one["number"])
    said(capsys, "query", path, "answer", number, "After.", "--reader", "D. Ata")
    assert "closing query" in said(capsys, "query", path, "close", number, code=2)
    said(capsys, "query", path, "close", number, "--reason", "Answered.", "--reader", "A. Meyer")
    assert said(capsys, "query", path, "--open") == "no data queries\n"
    said(capsys, "query", path, "reopen", number, "Still unclear.", "--reader", "A. Meyer")
    text = said(capsys, "query", path, "list", "P05")
    assert f"{number}  P05  reopened, 0 days, for D. Ata: ferritin" in text
    assert [line.split(": ")[1] for line in text.splitlines()[1:]] == [
        "Before dialysis?",
        "After.",
        "Answered.",
        "Still unclear.",
    ]


@pytest.mark.parametrize("words", [("answer",), ("answer", "x"), ("close", "9" * 30), ("close", "²"), ("raise",)])
def test_queries_that_cannot_be_understood(
    path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    error = said(capsys, "query", path, *words, code=2)
    assert error.startswith("hlh-tui query: ")
    assert error.count("\n") == 1


def test_c13_the_command_line_refuses_as_the_app_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "blinded.duckdb"
    with blinded_study(path) as study:
        read(study, MEYER, "P05", "CR")
        read(study, BIANCHI, "P05", "NR")
    for verb in (("compare",), ("minutes",), ("compare", "P05")):
        words = (verb[0], path, *verb[1:], "--reader", "A. Meyer")
        assert "a reader may compare the readers in phase" in said(capsys, *words, code=2)
    said(capsys, "query", path, "raise", "P05", "Is IMP possible?", "--reader", "A. Meyer")
    assert "Is IMP possible?" in said(capsys, "query", path, "--reader", "A. Meyer")
    assert "Is IMP possible?" in said(capsys, "query", path, "--reader", "C. Ordinator"), "who has to answer sees it"
    assert said(capsys, "query", path, "--reader", "L. Bianchi") == "no data queries\n"
    with open_study(path) as study:
        asked = {reader: [row.open_queries for row in cases(study, reader)] for reader in ("c-ordinator", "l-bianchi")}
        assert asked == {"c-ordinator": [0, 0, 1], "l-bianchi": [0, 0, 0]}
    with open_study(path) as study:
        number = str(entries(study)[-1].seq)
    assert f"there is no query {number}" in said(
        capsys, "query", path, "close", number, "--reason", "x", "--reader", "L. Bianchi", code=2
    )
    with open_study(path) as study:
        advance(study, "compare", "consensus")
    assert "P05" in said(capsys, "compare", path, "--reader", "A. Meyer")
    refused = said(
        capsys,
        "compare",
        path,
        "P05",
        "--accept",
        "1",
        "--type",
        "edge",
        "--reason",
        "x",
        "--reader",
        "A. Meyer",
        code=2,
    )
    assert "settle a disagreement as the third reader" in refused
