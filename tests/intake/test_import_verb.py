"""The command line: what it prints, where, and its exit codes."""

import json

import pytest

from hlh_tui.cli import main

PATIENTS = "patient_id,last_contact_day\nP01,30\n"


@pytest.fixture
def made(tmp_path, capsys):
    path = tmp_path / "s.duckdb"
    assert main(["new", str(path), "--reader", "A. Meyer"]) == 0
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    capsys.readouterr()
    return str(path), tmp_path / "charts"


def test_text_and_json(made, capsys):
    study, charts = made
    assert main(["import", study, str(charts), "--reader", "A. Meyer"]) == 0
    assert capsys.readouterr().out == f"imported into {study}\n  patients             1 added         0 already there\n"
    assert main(["import", study, str(charts)]) == 0
    assert capsys.readouterr().out.startswith(f"nothing new for {study}: every row is in it already\n")
    assert main(["import", study, str(charts), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "added": {"patients": 0, "observations": 0, "exposures": 0, "events": 0, "notes": 0},
        "already": {"patients": 1, "observations": 0, "exposures": 0, "events": 0, "notes": 0},
        "warnings": [],
        "rejected": [],
    }


def test_rejected_rows_go_to_stderr_with_exit_code_1(made, capsys):
    study, charts = made
    (charts / "notes.csv").write_text("patient_id,day,text\nP02,1,x\nP01,1,\n", encoding="utf-8")
    assert main(["import", study, str(charts), "--json"]) == 1
    out, err = capsys.readouterr()
    lines = [
        'notes.csv:2 patient_id: "P02" is not a patient, expected a patient_id of patients or of the study',
        "notes.csv:3 text: is empty, expected a text",
    ]
    first = "hlh-tui import: 2 rows were rejected and nothing was imported: correct the listed cells and import again"
    assert err.splitlines() == [first, *lines]
    assert json.loads(out)["rejected"] == lines


def test_an_unusable_folder_is_exit_code_2(made, capsys, tmp_path):
    assert main(["import", made[0], str(tmp_path / "gone")]) == 2
    assert capsys.readouterr().err == (
        f"hlh-tui import: there is no folder {tmp_path}/gone:"
        " name the folder that holds patients.csv and the other tables\n"
    )
