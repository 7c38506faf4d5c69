"""``hlh-tui reproduce`` as typed: the bundled cohort, a study of one's own, and what it refuses."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from hlh_tui.cli import main
from tests.cohort.example import example_a

Capture = pytest.CaptureFixture[str]
OVERALL = """
[[figure]]
id = "overall"
where = "Fig. 1"
text = "44.4 %"
value = {value}
unit = "%"
from = {{ survival = "overall", at_month = 5 }}
"""


def own_file(folder: Path, value: str) -> Path:
    path = folder / "own.toml"
    path.write_text(OVERALL.format(value=value), encoding="utf-8")
    return path


def test_without_a_study_it_is_the_bundled_cohort_and_leaves_nothing_behind(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["reproduce", "--json"]) == 1
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    found = json.loads(out)
    assert found["counts"] == {"match": 90, "differs": 1, "not_reproducible": 10}
    assert [claim["id"] for claim in found["claims"] if claim["verdict"] == "differs"] == ["aetiology_header_stray"]
    assert found["study"] == "the bundled synthetic cohort with its decisions"
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_ones_own_against_a_study_of_ones_own(capsys: Capture, tmp_path: Path) -> None:
    with example_a(tmp_path) as study:
        path = str(study.path)
    assert main(["reproduce", path, "--published", str(own_file(tmp_path, "44.4"))]) == 0
    out = capsys.readouterr().out
    assert "match  overall: printed 44.4 %; computed 44.4 %" in out
    assert "1 figure: 1 match, 0 differ, 0 not reproducible." in out
    assert "synthetic" not in out
    assert main(["reproduce", path, "--published", str(own_file(tmp_path, "44.5"))]) == 1
    assert "DIFFERS  overall: printed 44.5 %; computed 44.4 %" in capsys.readouterr().out


def refusal(capsys: Capture, *words: str | Path) -> str:
    assert main(["reproduce", *map(str, words)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    return err


def test_what_cannot_be_used_is_one_sentence_and_exit_2(capsys: Capture, tmp_path: Path) -> None:
    with example_a(tmp_path) as study:
        path = study.path
    wrong = own_file(tmp_path, "44.4")
    wrong.write_text(wrong.read_text(encoding="utf-8").replace('"overall", at', '"os", at'), encoding="utf-8")
    expected = (
        "hlh-tui reproduce: own.toml: figure.overall.from.survival: there is no endpoint 'os'; use one of overall,"
    )
    assert refusal(capsys, path, "--published", wrong).startswith(expected)
    assert "cannot be read" in refusal(capsys, path, "--published", tmp_path / "none.toml")
    assert "there is no study at" in refusal(capsys, tmp_path / "none.duckdb")
