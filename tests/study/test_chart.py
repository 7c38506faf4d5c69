"""A patient's chart as records, days as plain numbers, and the list of patients."""

import pytest

from hlh_tui.study.chart import chart, patients
from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.log import append
from hlh_tui.study.models import Event, Exposure, Note, Patient

ROWS = """
INSERT INTO source VALUES (1, 'observations.csv', 'ab12', NULL, '2026-11-22T19:00:00Z', 4);
INSERT INTO patient (patient_id, sex, age_years, aetiology, disease_status, onset_day, last_contact_day, attributes)
VALUES ('P02', 'female', 34, 'ebv', 'refractory', -21, 152.5, '{"prior_etoposide":"yes"}'),
       ('P01', 'male', 61, 'lymphoma', 'initial', NULL, 40, '{}');
INSERT INTO observation (patient_id, day, analyte, value, comparator, unit, raw_value, raw_unit, source_id, source_row)
VALUES ('P02', 7, 'ferritin', 2000, '>', 'ug/L', '>2000', 'ng/mL', 1, 3),
       ('P02', 1.25, 'temperature', 39.1, NULL, 'Cel', '39.1', NULL, 1, 2),
       ('P01', 0, 'ferritin', 900, NULL, 'ug/L', '900', NULL, 1, 1),
       ('P02', 7, 'fibrinogen', 1.5, NULL, 'g/L', '150', 'mg/dL', NULL, NULL);
INSERT INTO exposure (patient_id, drug, drug_class, start_day, end_day, dose, dose_unit)
VALUES ('P02', 'ruxolitinib', NULL, 0.5, NULL, 10, 'mg'), ('P02', 'emapalumab', NULL, 0, 0, 1, 'mg/kg');
INSERT INTO event (patient_id, day, end_day, kind, term, grade) VALUES ('P02', 3.5, 4, 'adverse_event', 'fever', 2);
INSERT INTO note (patient_id, day, kind, author, text) VALUES ('P02', 0, 'admission', 'Dr. K', 'Fever for a week.');
"""


@pytest.fixture
def charted(study, anna):
    append(study, anna, "charts_imported", payload={"files": []}, also=lambda cursor: cursor.execute(ROWS))
    return study


def test_patients_come_in_the_order_of_their_ids(charted):
    assert [patient.patient_id for patient in patients(charted)] == ["P01", "P02"]
    assert patients(charted)[1] == Patient(
        "P02", "female", 34.0, "ebv", "refractory", -21.0, 152.5, None, None, None, {"prior_etoposide": "yes"}
    )


def test_chart_holds_one_patient_by_day(charted):
    found = chart(charted, "P02")
    assert found.patient.last_contact_day == 152.5
    assert [(each.day, each.analyte) for each in found.observations] == [
        (1.25, "temperature"),
        (7.0, "ferritin"),
        (7.0, "fibrinogen"),
    ]
    ferritin = found.observations[1]
    assert (ferritin.value, ferritin.comparator, ferritin.raw_value, ferritin.raw_unit) == (2000, ">", ">2000", "ng/mL")
    assert (ferritin.source_file, ferritin.source_row) == ("observations.csv", 3)
    assert found.observations[2].source_file is None
    assert found.exposures == (
        Exposure("emapalumab", None, 0.0, 0.0, 1.0, "mg/kg", None, None),
        Exposure("ruxolitinib", None, 0.5, None, 10.0, "mg", None, None),
    )
    assert found.events == (Event(3.5, 4.0, "adverse_event", "fever", 2, None, None, None),)
    assert found.notes == (Note(0.0, "admission", "Dr. K", "Fever for a week."),)
    assert all(isinstance(each.day, float) for each in found.observations)


def test_unknown_patient_is_refused(charted):
    with pytest.raises(StudyFileError, match=r"there is no patient 'P99' in song\.duckdb"):
        chart(charted, "P99")
