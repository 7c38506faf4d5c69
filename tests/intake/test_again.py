"""Importing again adds what is new and nothing else; the table stays ordered and the log tells."""

from hlh_tui.intake.bundled import bundled_charts
from hlh_tui.intake.load import import_charts
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from hlh_tui.study.verify import verify

HEAD = "patient_id,day,analyte,value,unit\n"
READER = Actor("a-meyer", "A. Meyer")


def test_the_same_files_add_nothing_and_are_not_logged(bring, study):
    tables = {
        "observations": HEAD + "P01,1,PLT,20,\nP02,1,PLT,30,\n",
        "exposures": "patient_id,drug,start_day\nP01,emapalumab,0\n",
        "events": "patient_id,day,kind\nP01,30,death\n",
        "notes": "patient_id,day,text\nP01,1,Afebrile.\n",
    }
    added = {"patients": 2, "observations": 2, "exposures": 1, "events": 1, "notes": 1}
    first, second = bring(**tables), bring(**tables)
    assert (first.added, second.already) == (added, added)
    assert set(second.added.values()) == set(first.already.values()) == {0}
    assert [entry.action for entry in entries(study)] == ["study_created", "charts_imported"]


def test_only_further_rows_are_added_and_rows_stay_ordered(bring, study):
    bring(observations=HEAD + "P02,5,PLT,20,\nP01,9,PLT,30,\n")
    report = bring(observations=HEAD + "P02,5,PLT,20,\nP01,9,PLT,30,\nP01,1,PLT,10,\nP02,-1,PLT,12,\n")
    assert (report.added["observations"], report.already["observations"]) == (2, 2)
    assert study.rows("SELECT patient_id, day::DOUBLE, source_id FROM observation ORDER BY rowid") == [
        ("P01", 1, 4),
        ("P01", 9, 2),
        ("P02", -1, 4),
        ("P02", 5, 2),
    ]
    assert verify(study).ok


def test_a_row_that_stands_twice_in_a_file_counts_twice(bring, study):
    twice = HEAD + "P01,1,PLT,20,\nP01,1,PLT,20,\n"
    assert bring(observations=twice).added["observations"] == 2
    assert bring(observations=twice).already["observations"] == 2
    assert bring(observations=twice + "P01,1,PLT,20,\n").added["observations"] == 1
    assert len({row[0] for row in study.rows("SELECT row_hash FROM observation")}) == 3


def test_the_same_value_in_another_file_form_or_unit_is_the_same_row(bring):
    bring(observations=HEAD + "P01,1,fibrinogen,1.5,g/L\n")
    again = bring(observations="patient_id;analyte;value;unit;day\nP01;FIB;150.0;mg/dL;1.00\n")
    assert again.already["observations"] == 1


def test_the_log_entry_tells_files_rows_and_content(bring, study):
    bring(observations=HEAD + "P01,1,PLT,20,\n")
    payload = entries(study)[-1].payload
    assert [(each["file"], each["rows"], each["added"]) for each in payload["files"]] == [
        ("patients.csv", 2, 2),
        ("observations.csv", 1, 1),
    ]
    assert payload["added"] == {"patients": 2, "observations": 1, "exposures": 0, "events": 0, "notes": 0}
    assert all(len(each["sha256"]) == 64 for each in payload["files"])
    assert len(payload["content_hash"]) == 64
    assert study.rows("SELECT source_id, file, rows FROM source ORDER BY 1") == [
        (1, "patients.csv", 2),
        (2, "observations.csv", 1),
    ]


def test_the_bundled_charts_import_without_a_doubtful_value(study):
    report = import_charts(study, bundled_charts(), READER)
    assert report.added["patients"] == 13
    assert [warning for warning in report.warnings if "decisions.csv" not in warning] == []


def test_a_failing_write_leaves_nothing(bring, study, monkeypatch):
    import pytest

    from hlh_tui.intake import load

    real = load.writes
    monkeypatch.setattr(load, "writes", lambda *a: [*real(*a), "SELECT error('stop')"])
    with pytest.raises(Exception, match="stop"):
        bring()
    assert study.rows("SELECT (SELECT count(*) FROM patient), (SELECT count(*) FROM source)") == [(0, 0)]
