"""Simulated charts from the command line, imported and assessed."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from hlh_tui.cli import main


def test_simulated_charts_go_into_a_study_and_have_their_categories(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    charts, study = tmp_path / "charts", tmp_path / "simulated.duckdb"
    assert main(["simulate", str(charts), "--patients", "60", "--seed", "3"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"wrote {charts}: 60 SYNTHETIC patients with ")
    assert "(seed 3), their categories in truth.parquet; next: hlh-tui new STUDY --synthetic, hlh-tui" in said
    assert main(["new", str(study), "--synthetic", "--reader", "A. Meyer"]) == 0
    assert "for SYNTHETIC patients" in capsys.readouterr().out
    assert main(["import", str(study), str(charts), "--reader", "A. Meyer"]) == 0
    assert "marked synthetic" not in capsys.readouterr().out
    real = tmp_path / "real.duckdb"
    assert main(["new", str(real), "--reader", "A. Meyer"]) == 0
    assert main(["import", str(real), str(charts), "--reader", "A. Meyer"]) == 0
    said = capsys.readouterr().out
    assert "60 patients are marked synthetic and this study is not" in said
    assert "README" not in said
    assert main(["assess", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    truth = duckdb.connect().execute(f"SELECT patient_id, category FROM '{charts / 'truth.parquet'}'").fetchall()
    assert [(each["patient_id"], each["best"]["category"]) for each in found["patients"]] == truth


def test_a_used_folder_and_impossible_numbers_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["simulate", str(tmp_path)]) == 2
    assert "is not empty: name a new or empty folder" in capsys.readouterr().err
    for number, says in (("0", "0 patients cannot be simulated"), ("many", "invalid int value: 'many'")):
        assert main(["simulate", str(tmp_path / "new"), "--patients", number]) == 2
        err = capsys.readouterr().err
        assert says in err
        assert err.count("\n") == 1
