"""What somebody says to ignore: unknown analytes and units alone, counted, listed and kept in the log."""

from __future__ import annotations

import json

import pytest

from hlh_tui.cli import main
from hlh_tui.intake.errors import ImportRejected
from hlh_tui.intake.load import import_charts
from tests.intake.conftest import PATIENTS, READER

OBSERVED = (
    "patient_id,day,analyte,value,unit\nP01,1,PLT,20,\nP01,1,Vitamin D,30,ng/mL\nP02,2,vitamin-d,31,ng/mL\n"
    "P01,1,hb,12,furlong\nP01,1,Zinc,high,\n"
)


@pytest.fixture
def folder(charts):
    (charts / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    (charts / "observations.csv").write_text(OBSERVED, encoding="utf-8")
    return charts


def test_unknown_names_and_units_are_left_out_and_told(study, folder):
    report = import_charts(study, folder, READER, ignore=("vitamin d", "furlong", "zinc"))
    assert report.added["observations"] == 1
    assert report.warnings == (
        'observations.csv: 1 row of "Vitamin D" in "ng/mL" was left out, as was asked',
        'observations.csv: 1 row of "Zinc" was left out, as was asked',
        'observations.csv: 1 row of "hb" in "furlong" was left out, as was asked',
        'observations.csv: 1 row of "vitamin-d" in "ng/mL" was left out, as was asked',
    )
    ((payload,),) = study.rows("SELECT payload FROM log WHERE action = 'charts_imported'")
    assert json.loads(payload)["ignored"] == [
        {"analyte": "Vitamin D", "unit": "ng/mL", "rows": 1},
        {"analyte": "Zinc", "unit": "", "rows": 1},
        {"analyte": "hb", "unit": "furlong", "rows": 1},
        {"analyte": "vitamin-d", "unit": "ng/mL", "rows": 1},
    ]
    assert not any(import_charts(study, folder, READER, ignore=("vitamin d", "furlong", "zinc")).added.values())
    assert study.rows("SELECT count(*) FROM log") == [(2,)]


def test_the_others_still_stop_the_import(study, folder):
    with pytest.raises(ImportRejected) as caught:
        import_charts(study, folder, READER, ignore=("zinc", "furlong"))
    assert [line.split(" is ")[0] for line in caught.value.rejected] == [
        'observations.csv:3 analyte: "Vitamin D"',
        'observations.csv:4 analyte: "vitamin-d"',
    ]


def test_what_is_known_is_never_ignored(study, folder):
    report = import_charts(study, folder, READER, ignore=("vitamin d", "furlong", "zinc", "platelets", "copper"))
    assert report.added["observations"] == 1
    assert report.warnings[-2:] == (
        'observations.csv: nothing was left out for "platelets", because only unknown analytes and units are',
        'observations.csv: nothing was left out for "copper", because only unknown analytes and units are',
    )


def test_the_command_line_takes_several(tmp_path, folder, capsys):
    study = tmp_path / "by-command.duckdb"
    assert main(["new", str(study)]) == 0
    words = ["import", str(study), str(folder), "--ignore", "vitamin d", "zinc", "--ignore", "furlong", "--json"]
    capsys.readouterr()
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["added"]["observations"], len(found["warnings"])) == (1, 4)
    assert main(["verify", str(study)]) == 0
