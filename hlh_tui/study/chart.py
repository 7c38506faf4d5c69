"""One patient's chart, and the list of patients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.models import Chart, Event, Exposure, Note, Observation, Patient

if TYPE_CHECKING:
    from hlh_tui.study.study import Study

PATIENT = """
SELECT patient_id, sex, age_years, aetiology, disease_status, onset_day::DOUBLE, last_contact_day::DOUBLE, site,
       weight_kg, body_surface_m2, attributes
FROM patient"""

OBSERVATIONS = """
SELECT day::DOUBLE, analyte, value, comparator, unit, raw_value, raw_unit, lower, upper, assay, specimen, method,
       source_ref, source_id, source_row
FROM observation WHERE patient_id = ? ORDER BY day, rowid"""

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
    # Joining the few files here is a third faster than in the query for the observations.
    files: dict[int, str] = dict(study.rows("SELECT source_id, file FROM source"))
    return Chart(
        patient=patient_record(found[0]),
        observations=tuple(
            Observation(*(*values, files.get(source_id), source_row))
            for *values, source_id, source_row in study.rows(OBSERVATIONS, [patient_id])
        ),
        exposures=tuple(Exposure(*row) for row in study.rows(EXPOSURES, [patient_id])),
        events=tuple(Event(*row) for row in study.rows(EVENTS, [patient_id])),
        notes=tuple(Note(*row) for row in study.rows(NOTES, [patient_id])),
    )


def patient_record(row: tuple[Any, ...]) -> Patient:
    """A row of the table patient as a record, its attributes decoded."""
    return Patient(*(*row[:-1], json.loads(row[-1])))
