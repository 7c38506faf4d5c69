"""One patient's chart, and the list of patients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.models import Chart, Event, Exposure, Note, Observation, Patient

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

PATIENT = """
SELECT patient_id, sex, age_years, aetiology, disease_status, onset_day::DOUBLE, last_contact_day::DOUBLE, site,
       weight_kg, body_surface_m2, attributes
FROM patient"""

OBSERVATIONS = """
SELECT o.day::DOUBLE, o.analyte, o.value, o.comparator, o.unit, o.raw_value, o.raw_unit, o.lower, o.upper, o.assay,
       o.specimen, o.method, o.source_ref, s.file, o.source_row
FROM observation o LEFT JOIN source s USING (source_id)
WHERE o.patient_id = ? ORDER BY o.day, o.rowid"""

EXPOSURES = """
SELECT drug, drug_class, start_day::DOUBLE, end_day::DOUBLE, dose, dose_unit, route, source_ref
FROM exposure WHERE patient_id = ? ORDER BY start_day, rowid"""

EVENTS = """
SELECT day::DOUBLE, end_day::DOUBLE, kind, term, grade, relatedness, cause, source_ref
FROM event WHERE patient_id = ? ORDER BY day, rowid"""

NOTES = "SELECT day::DOUBLE, kind, author, text FROM note WHERE patient_id = ? ORDER BY day, rowid"


def patients(study: Study) -> tuple[Patient, ...]:
    """Every patient of the study, in the order of their ids."""
    return tuple(map(patient_record, study.rows(f"{PATIENT} ORDER BY patient_id")))


def chart(study: Study, patient_id: str) -> Chart:
    """Everything charted for one patient, each list by day (rows of one day as imported).

    ``StudyFileError`` if the study has no such patient.
    """
    found = study.rows(f"{PATIENT} WHERE patient_id = ?", [patient_id])
    if not found:
        raise StudyFileError(f"there is no patient {patient_id!r} in {study.path.name}: check the id")
    return Chart(
        patient=patient_record(found[0]),
        observations=tuple(Observation(*row) for row in study.rows(OBSERVATIONS, [patient_id])),
        exposures=tuple(Exposure(*row) for row in study.rows(EXPOSURES, [patient_id])),
        events=tuple(Event(*row) for row in study.rows(EVENTS, [patient_id])),
        notes=tuple(Note(*row) for row in study.rows(NOTES, [patient_id])),
    )


def patient_record(row: tuple[Any, ...]) -> Patient:
    """A row of the table patient as a record, its attributes decoded."""
    return Patient(*(*row[:-1], json.loads(row[-1])))
