"""Patients: their columns, attributes, index events and dates."""

import json

import pytest


def test_every_column_of_the_format_and_further_ones_as_attributes(bring, study):
    bring(
        patients="patient_id,sex,age_years,aetiology,disease_status,onset_day,last_contact_day,site,weight_kg,"
        "body_surface_m2,ph.ecog,prior_etoposide\nP01,F,34,ebv,refractory,-12.5,40,Suzhou,60,1.7,1,yes\n"
        "P02,male,,,initial,,30,,,,,no\n"
    )
    first, second = study.rows("SELECT * EXCLUDE (row_hash, source_id) FROM patient ORDER BY patient_id")
    assert [str(value) for value in first[:10]] == [
        "P01", "female", "34.0", "ebv", "refractory", "-12.5000", "40.0000", "Suzhou", "60.0", "1.7"
    ]  # fmt: skip
    assert json.loads(first[10]) == {"ph.ecog": "1", "prior_etoposide": "yes"}
    assert second[10] == '{"prior_etoposide":"no"}'


REFUSED = [
    ("age_years", "150", "age_years: 150 is above 120, expected at most 120"),
    ("age_years", "-1", "age_years: -1 is below 0, expected at least 0"),
    ("age_years", "old", 'age_years: "old" is not a number, expected a number such as 12.5'),
    ("onset_day", "5", "onset_day: 5 is above 0, expected at most 0"),
    ("sex", "girl", 'sex: "girl" is not known, expected female, male, other or unknown'),
    (
        "disease_status",
        "relapsed",
        'disease_status: "relapsed" is not known, expected initial, refractory or relapse',
    ),
    ("weight_kg", "6000", "weight_kg: 6000 is above 500, expected at most 500"),
    (
        "birth_date",
        "1990-04-01",
        'birth_date: "1990-04-01" is an absolute date, which only columns named ..._at may hold,'
        " expected days or birth_date_at",
    ),
    (
        "index_at",
        "45366",
        'index_at: "45366" is the serial number of a spreadsheet, not a date,'
        " expected ISO 8601 such as 2024-03-15 or 2024-03-15T08:30",
    ),
    (
        "index_at",
        "15.03.2024",
        'index_at: "15.03.2024" is not a date, expected ISO 8601 such as 2024-03-15 or 2024-03-15T08:30',
    ),
]


def test_refused_patients(rejected):
    columns = list(dict.fromkeys(column for column, _, _ in REFUSED))
    rows = []
    for number, (column, value, _) in enumerate(REFUSED):
        rows.append(",".join([f"P{number:02}", "30", *[value if column == each else "" for each in columns]]))
    said = rejected(patients="\n".join([f"patient_id,last_contact_day,{','.join(columns)}", *rows]))
    assert said == tuple(f"patients.csv:{line} {sentence}" for line, (_, _, sentence) in enumerate(REFUSED, 2))


def test_missing_last_contact_and_patient_twice(rejected):
    assert rejected(patients="patient_id,last_contact_day\nP01,30\nP01,\n") == (
        'patients.csv:3 patient_id: "P01" stands in row 2 already, expected one row for each patient',
        "patients.csv:3 last_contact_day: is empty, expected days since the index event such as 7 or 1.5",
    )


def test_a_changed_patient_is_refused_with_what_differs(bring, rejected, study):
    bring(patients="patient_id,last_contact_day,age_years,eye\nP01,30,34,blue\n")
    same = "expected the row as it was imported"
    assert rejected(patients="patient_id,last_contact_day,age_years,eye\nP01,31,34,green\nP02,40,2,\n") == (
        f'patients.csv:2 last_contact_day: the file has "31" but the study has "30", {same}',
        f'patients.csv:2 eye: the file has "green" but the study has "blue", {same}',
    )
    assert study.rows("SELECT count(*) FROM patient") == [(1,)]


def test_patients_of_the_study_suffice_later(bring, study, charts):
    bring()
    (charts / "patients.csv").unlink()
    (charts / "notes.csv").write_text("patient_id,day,text\nP01,1,Afebrile.\n", encoding="utf-8")
    from hlh_tui.intake.load import import_charts
    from hlh_tui.study.models import Actor

    assert import_charts(study, charts, Actor("a", "A")).added["notes"] == 1


def test_dates_become_days_and_stay_in_identity(bring, study):
    bring(
        patients="patient_id,index_at,last_contact_at,onset_at,diagnosis_at\n"
        "P01,2024-03-01T10:00,2024-04-01,2024-02-10,2024-02-20T22:00\n",
        observations="patient_id,observed_at,analyte,value\n"
        "P01,2024-03-02T22:00,PLT,20\nP01,2024-03-01,PLT,21\nP01,2024-03-01T10:00:09,PLT,22\n",
        exposures="patient_id,drug,start_at,end_at\nP01,emapalumab,2024-03-01T10:00,2024-03-04T10:00\n",
    )
    assert study.rows("SELECT onset_day::DOUBLE, last_contact_day::DOUBLE, attributes FROM patient") == [
        (-20, 31, '{"diagnosis_day":"-9.5"}')
    ]
    assert study.rows("SELECT value, day::DOUBLE FROM observation ORDER BY source_row") == [
        (20, 1.5),
        (21, 0),
        (22, 0.0001),
    ]
    assert study.rows("SELECT start_day::DOUBLE, end_day::DOUBLE FROM exposure") == [(0, 3)]
    assert [(p, str(at)) for p, at in study.rows("SELECT patient_id, index_at FROM identity")] == [
        ("P01", "2024-03-01 10:00:00")
    ]
    for table in ("patient", "observation", "exposure", "source", "log"):
        assert not any("2024-0" in str(value) for row in study.rows(f"SELECT * FROM {table}") for value in row)


def test_dates_need_an_index_event_of_the_same_kind(rejected):
    said = rejected(
        patients="patient_id,last_contact_day,index_at\nP01,30,\nP02,30,2024-03-01T10:00\n",
        observations="patient_id,at,analyte,value\nP01,2024-03-02,PLT,20\nP02,2024-03-02T10:00+08:00,PLT,20\nP02,3,PLT,20\n",
    )
    assert said == (
        "observations.csv:2 at: there is no index_at for this patient, expected one in patients",
        'observations.csv:3 at: "2024-03-02T10:00+08:00" and index_at of the patient do not both have, or both lack,'
        " an offset from UTC, expected the same in both",
        'observations.csv:4 at: "3" is not a date, expected ISO 8601 such as 2024-03-15 or 2024-03-15T08:30',
    )


def test_offsets_are_counted(bring, study):
    bring(
        patients="patient_id,last_contact_day,index_at\nP01,30,2024-03-01T10:00:00+08:00\n",
        observations="patient_id,day_at,analyte,value\nP01,2024-03-02T02:00:00Z,PLT,20\n",
    )
    assert study.rows("SELECT day::DOUBLE FROM observation") == [(1,)]


def test_index_events_of_the_study_serve_later_imports(bring, study, charts):
    bring(patients="patient_id,last_contact_day,index_at\nP01,30,2024-03-01T10:00\n")
    bring(
        patients="patient_id,last_contact_day\nP01,30\n",
        observations="patient_id,day_at,analyte,value\nP01,2024-03-03T10:00,PLT,20\n",
    )
    assert study.rows("SELECT day::DOUBLE FROM observation") == [(2,)]


def test_columns_that_stand_for_one_thing(rejected):
    said = rejected(patients="patient_id,last_contact_day,Last contact day,eye,eye,scan_at,scan_day\nP01,30,30,a,b,,\n")
    assert said == (
        "patients.csv:1 Last contact day: stands for last_contact_day like last_contact_day, expected one of them",
        "patients.csv:1 eye: stands for eye like eye, expected one of them",
        "patients.csv:1 scan_day: stands for scan_day like scan_at, expected one of them",
    )


@pytest.mark.parametrize(
    "date", ["1990-04-01", "1990/4/1", "01-04-1990", "1/4/1990 08:30", "1 Apr 1990", "01-April-1990", "Apr 1, 1990"]
)
def test_no_date_of_any_spelling_becomes_an_attribute(rejected, date):
    assert rejected(patients=f'patient_id,last_contact_day,born\nP01,30,"{date}"\n') == (
        f'patients.csv:2 born: "{date}" is an absolute date, which only columns named ..._at may hold,'
        " expected days or born_at",
    )


@pytest.mark.parametrize("text", ["1.5", "10-12", "1-2-3", "may 12", "CTCAE 5.0", "12/2024/7", "PD-1 2020"])
def test_other_texts_are_no_dates(bring, text):
    assert bring(patients=f'patient_id,last_contact_day,eye\nP01,30,"{text}"\n').added["patients"] == 1


@pytest.mark.parametrize("name", ["*", "a\tb", 'a"b', "a\\b", "$.x", "ä ö"])
def test_attributes_of_any_name_come_back_and_are_compared(bring, rejected, name):
    head = '"' + name.replace('"', '""') + '"'
    patients = f"patient_id,last_contact_day,{head}\nP01,30,blue\n"
    bring(patients=patients)
    assert bring(patients=patients).already["patients"] == 1
    (said,) = rejected(patients=patients.replace("blue", "green"))
    assert said.endswith('the file has "green" but the study has "blue", expected the row as it was imported')


def test_ids_that_look_alike_are_listed(bring):
    report = bring(patients="patient_id,last_contact_day\nP01,30\nP02,30\np01,30\nP 01,30\nP03,30\n")
    alike = "differ only in case and spaces, perhaps the same patient"
    assert report.warnings == (
        f'patients.csv:4 patient_id: "p01" and "P01" {alike}',
        f'patients.csv:5 patient_id: "P 01" and "P01" {alike}',
    )
    assert bring(patients="patient_id,last_contact_day\np03,30\n").warnings == (
        f'patients.csv:2 patient_id: "p03" and "P03" {alike}',
    )


def test_an_id_spelt_otherwise_is_suggested(rejected):
    assert rejected(observations="patient_id,day,analyte,value\np 01,1,PLT,20\nP1,1,PLT,20\n") == (
        'observations.csv:2 patient_id: "p 01" is not a patient, expected a patient_id of patients or of the study;'
        " did you mean P01",
        'observations.csv:3 patient_id: "P1" is not a patient, expected a patient_id of patients or of the study',
    )


def test_no_text_of_any_table_is_a_date(rejected):
    says = '"2024-03-01" is an absolute date, which only columns named ..._at may hold, expected a text without dates'
    assert rejected(
        patients="patient_id,last_contact_day,site\nP01,30,2024-03-01\n",
        observations="patient_id,day,analyte,value,source_ref\nP01,1,PLT,2,2024-03-01\nP01,1,PLT,3,sheet 2\n",
        events="patient_id,day,kind,term\nP01,1,infection,2024-03-01\n",
        notes="patient_id,day,text\nP01,1,2024-03-01\n",
    ) == (
        f"patients.csv:2 site: {says}",
        f"observations.csv:2 source_ref: {says}",
        f"events.csv:2 term: {says}",
        f"notes.csv:2 text: {says}",
    )
