"""Small studies with literal patients: Example A of the published bookkeeping, and cohorts of a test's own."""

import json
from pathlib import Path

from hlh_tui.protocol import load
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.models import Actor

READER = Actor("a-meyer", "A. Meyer")

# id: day of HSCT, last day, died; 72.9 % to HSCT at 2 months and 44.4 % overall at 5 months.
EXAMPLE_A = {
    "c1": (None, 12, False),
    "d1": (None, 18, True),
    "d2": (None, 27, True),
    "h1": (35, 177, False),
    "h2": (41, 151, True),
    "d3": (None, 55, True),
    "h3": (70, 152, True),
    "d4": (None, 95, True),
    "c2": (None, 148, False),
    "c3": (None, 150, False),
    "c4": (None, 200, False),
    "h4": (80, 210, False),
    "h5": (90, 233, False),
}


def new_study(folder: Path) -> Study:
    protocol = load.read_bundled(load.STUDIES, "song-2024")
    criteria = load.read_bundled(load.CRITERIA, "locatelli-2020")
    return create_study(folder / "cohort.duckdb", protocol, criteria, READER)


def add_patient(study: Study, patient_id: str, last_contact_day: float, **columns: object) -> None:
    """A patient row; what is no column of the table becomes an attribute."""
    known = ("sex", "age_years", "aetiology", "disease_status", "onset_day", "site", "weight_kg", "body_surface_m2")
    attributes = {key: value for key, value in columns.items() if key not in known}
    values = [patient_id, last_contact_day, json.dumps(attributes), *(columns.get(key) for key in known)]
    study.connection.cursor().execute(
        f"INSERT INTO patient (patient_id, last_contact_day, attributes, {', '.join(known)})"
        f" VALUES (?, ?, ?{', ?' * len(known)})",
        values,
    )


def add_event(study: Study, patient_id: str, day: float, kind: str) -> None:
    study.connection.cursor().execute(
        "INSERT INTO event (patient_id, day, kind) VALUES (?, ?, ?)", [patient_id, day, kind]
    )


def example_a(folder: Path) -> Study:
    study = new_study(folder)
    for patient_id, (hsct, last, died) in EXAMPLE_A.items():
        add_patient(study, patient_id, last)
        if hsct is not None:
            add_event(study, patient_id, hsct, "hsct")
        if died:
            add_event(study, patient_id, last, "death")
    return study


def judge(study: Study, category: str, *patients: str, day: float | None = None) -> None:
    for patient_id in patients:
        decide(study, READER, Decision(patient_id, category, "read the chart", day=day))
