"""``hlh-tui demo --blinded``: the bundled charts read by two blinded readers, ready to be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.cli import main


def test_the_blinded_demo_stands_at_the_comparison(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HLH_TUI_READER", "C. Ordinator")
    path = str(tmp_path / "b.duckdb")
    assert main(["demo", "--blinded", "--no-app", path]) == 0
    assert "13 synthetic patients, 5017 observations, 26 decisions" in capsys.readouterr().out
    assert main(["phase", path, "--json"]) == 0
    standing = json.loads(capsys.readouterr().out)
    assert (standing["phase"], standing["missing_reads"], standing["without_final_category"]) == ("compare", 0, 2)
    assert main(["reader", "list", path, "--json"]) == 0
    roles = {each["name"]: each["role"] for each in json.loads(capsys.readouterr().out)["people"]}
    assert roles == {
        "C. Ordinator": "coordinator",
        "A. Meyer": "reader",
        "K. Tanaka": "reader",
        "R. Novak": "adjudicator",
    }
    assert main(["agreement", path, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert round(found["percent"]["estimate"], 3) == 0.846
    assert main(["table", path, "response"]) == 2
    assert "tables stay closed while the study is in phase compare" in capsys.readouterr().err


def test_who_reads_in_the_demo_does_not_coordinate_it(tmp_path: Path, capsys) -> None:
    path = tmp_path / "b.duckdb"
    assert main(["demo", "--blinded", "--no-app", str(path), "--reader", "A. Meyer"]) == 2
    assert capsys.readouterr().err == (
        "hlh-tui demo: A. Meyer reads cases in this demo; coordinate it under another name, such as"
        ' --reader "C. Ordinator"\n'
    )
    assert not path.exists()
    assert main(["demo", "--blinded", "--adjudicated", "--no-app", str(path)]) == 2
