"""A study of three patients, small enough to follow by eye."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from hlh_tui.protocol import load
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor

MEYER = Actor("a-meyer", "A. Meyer")
BIANCHI = Actor("l-bianchi", "L. Bianchi")
PANEL = Actor("panel", "Consensus panel")

PATIENTS = """
INSERT INTO patient (patient_id, sex, age_years, aetiology, disease_status, onset_day, last_contact_day, site,
                     weight_kg, body_surface_m2, attributes)
VALUES ('P01', 'female', 61, 'lymphoma', 'refractory', -21, 300, 'Beijing', 52, 1.5, '{"prior_etoposide":"yes"}'),
       ('P02', 'male', 34, 'ebv', 'initial', -10.5, 28, NULL, NULL, NULL, '{"prior_etoposide":"no"}'),
       ('P05', 'male', 27, 'ebv', 'relapse', -40, 200, NULL, 70, 1.9, '{}')
"""

CHARTS = """
INSERT INTO observation (patient_id, day, analyte, value, comparator, unit, raw_value, raw_unit, assay)
VALUES ('P05', -1, 'temperature', 39.6, NULL, 'Cel', '39.6', NULL, NULL),
       ('P05', 1, 'temperature', 36.8, NULL, 'Cel', '36.8', NULL, NULL),
       ('P05', -1, 'ferritin', 8420, NULL, 'ug/L', '8420', NULL, NULL),
       ('P05', 14, 'ferritin', 640, NULL, 'ug/L', '640', 'ng/mL', NULL),
       ('P05', 60, 'ferritin', 310.5, NULL, 'ug/L', '310.5', NULL, NULL),
       ('P05', -1, 'haemoglobin', 82, NULL, 'g/L', '8.2', 'g/dL', NULL),
       ('P05', 7, 'd_dimer', 200, '<', 'ug/L{FEU}', '<200', NULL, NULL),
       ('P05', -1, 'splenomegaly', 1, NULL, '1', 'present', NULL, NULL);
INSERT INTO exposure (patient_id, drug, drug_class, start_day, end_day, dose, dose_unit, route)
VALUES ('P05', 'dexamethasone', 'glucocorticoid', -5, 20, 10, 'mg/m2', 'intravenous'),
       ('P05', 'emapalumab', NULL, 0, 0, 1, 'mg/kg', NULL),
       ('P05', 'ruxolitinib', NULL, 2, NULL, NULL, NULL, NULL);
INSERT INTO event (patient_id, day, end_day, kind, term, grade, relatedness, cause)
VALUES ('P05', 3, NULL, 'transfusion', 'platelets', NULL, NULL, NULL),
       ('P05', 12, 15, 'adverse_event', 'pneumonia', 3, 'possible', NULL),
       ('P05', 200, NULL, 'death', NULL, NULL, NULL, 'sepsis');
INSERT INTO note (patient_id, day, kind, author, text)
VALUES ('P05', 2, 'progress', 'Dr Chen', 'Fever gone since
this morning.');
"""


def small_study(path: Path, *, synthetic: bool = True, charts: str = "") -> Study:
    """An open study of P01, P02 and P05 under song-2024."""
    study = create_study(
        path,
        load.read_bundled(load.STUDIES, "song-2024"),
        load.read_bundled(load.CRITERIA, "locatelli-2020"),
        Actor("coordinator", "C. Ordinator"),
        synthetic=synthetic,
    )
    cursor = study.connection.cursor()
    cursor.execute(PATIENTS + (";" + charts if charts else ""))
    cursor.close()
    return study


def log_import(study: Study) -> None:
    """Log that the charts came in, without what they were: ``verify`` asks where charts are from."""
    append(study, MEYER, "charts_imported", payload={"added": {}})


def slowed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let every entry that the append called ``name`` writes take long enough for another thread to look at the log."""

    def slow(*given: Any, **named: Any) -> object:
        time.sleep(0.05)
        return append(*given, **named)

    monkeypatch.setattr(name, slow)
