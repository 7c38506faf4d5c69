"""A blinded study of eight patients with three readers, and what a reader does in a pack."""

from __future__ import annotations

import shutil
from pathlib import Path

from hlh_tui.protocol import load
from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision, Saved
from hlh_tui.review.packs.packing import pack
from hlh_tui.review.packs.unpacking import unpack
from hlh_tui.study.file import Study, create_study, open_study
from hlh_tui.study.models import Actor

COORDINATOR = Actor("c-ordinator", "C. Ordinator")
MEYER = Actor("a-meyer", "A. Meyer")
BIANCHI = Actor("l-bianchi", "L. Bianchi")
OKAFOR = Actor("n-okafor", "N. Okafor")
READERS = (MEYER, BIANCHI, OKAFOR)

PATIENTS = """
INSERT INTO patient (patient_id, sex, age_years, aetiology, disease_status, onset_day, last_contact_day, site,
                     weight_kg, body_surface_m2, attributes, source_id, source_row, row_hash)
VALUES ('HLH-001', 'female', 61, 'lymphoma', 'refractory', -21, 300, 'Beijing', 52, 1.5,
        '{"prior_etoposide":"yes","ward":"Kardinal-7"}', 1, 2, 'hash-of-a-row'),
       ('HLH-002', 'male', 89, 'ebv', 'initial', -10.5, 28, 'Beijing', NULL, NULL, '{}', 1, 3, 'b'),
       ('HLH-003', 'male', 90, 'ebv', 'relapse', -40, 200, NULL, 70, 1.9, '{}', 1, 4, 'c'),
       ('HLH-004', 'female', 97, 'ebv', 'relapse', -40, 12.5, NULL, 70, 1.9, '{}', 1, 5, 'd'),
       ('HLH-005', 'male', 30, 'ebv', 'relapse', -40, 200, NULL, 70, 1.9, '{}', 1, 6, 'e'),
       ('HLH-006', 'male', 40, 'ebv', 'relapse', -40, 200, NULL, 70, 1.9, '{}', 1, 7, 'f'),
       ('HLH-007', 'male', 50, 'ebv', 'relapse', -40, 200, NULL, 70, 1.9, '{}', 1, 8, 'g'),
       ('HLH-008', 'male', 60, 'ebv', 'relapse', -40, 200, NULL, 70, 1.9, '{}', 1, 9, 'h');
INSERT INTO identity VALUES ('HLH-001', '2021-03-04', 'MRN 778812'), ('HLH-002', '2021-05-06', 'MRN 778813');
INSERT INTO source VALUES (1, 'wards-of-beijing.csv', 'x', NULL, '2026-01-01', 8)
"""

CHARTS = """
INSERT INTO observation (patient_id, day, analyte, value, comparator, unit, raw_value, raw_unit, source_ref, source_id,
                         source_row, row_hash)
SELECT patient_id, day, 'ferritin', 8000 - 100 * day, NULL, 'ug/L', (8000 - 100 * day)::INTEGER::VARCHAR, NULL,
       'lab sheet of ' || patient_id, 1, 5, 'row-' || patient_id
FROM patient, (VALUES (-1.0), (3.0), (7.5), (28.0), (28.0001), (60.0)) AS days(day);
INSERT INTO exposure (patient_id, drug, drug_class, start_day, end_day, dose, dose_unit, route, source_ref)
VALUES ('HLH-001', 'emapalumab', NULL, 0, 0, 1, 'mg/kg', NULL, 'chart of HLH-001'),
       ('HLH-001', 'dexamethasone', 'glucocorticoid', -5, 20, 10, 'mg/m2', 'intravenous', NULL),
       ('HLH-001', 'ruxolitinib', NULL, 2, 45, NULL, NULL, NULL, NULL),
       ('HLH-001', 'etoposide', NULL, 29, 30, NULL, NULL, NULL, NULL);
INSERT INTO event (patient_id, day, end_day, kind, term, grade, relatedness, cause)
VALUES ('HLH-001', 12, 45, 'infection', 'pneumonia of HLH-001', 3, 'possible', NULL),
       ('HLH-001', 13, NULL, 'transfusion', 'platelets', NULL, NULL, NULL),
       ('HLH-001', 200, NULL, 'death', NULL, NULL, NULL, 'sepsis in the end');
INSERT INTO note (patient_id, day, kind, author, text, source_ref)
VALUES ('HLH-001', 2, 'progress', 'Dr Chenlin', 'HLH-001 (mrn 778812): fever gone, unlike hlh-002; 12 mg given.', 'n1'),
       ('HLH-001', 90, 'progress', 'Dr Chenlin', 'Relapse was suspected late.', 'n2')
"""


def blinded_study(path: Path, *, readers: tuple[Actor, ...] = READERS, protocol: str = "song-2024-blinded") -> Study:
    """An open study of HLH-001 to HLH-008, its readers registered, nothing dealt."""
    study = create_study(
        path,
        load.read_bundled(load.STUDIES, protocol),
        load.read_bundled(load.CRITERIA, "locatelli-2020"),
        COORDINATOR,
        synthetic=True,
    )
    cursor = study.connection.cursor()
    cursor.execute(PATIENTS + ";" + CHARTS)
    cursor.close()
    for reader in readers:
        register(study, COORDINATOR, reader, "reader", "reads for the panel")
    return study


def unpacked(study: Study, reader: Actor, folder: Path) -> Path:
    """Write the reader's next pack into ``folder`` and unpack it: the path of the reader's study."""
    folder.mkdir(exist_ok=True)
    return unpack(pack(study, COORDINATOR, reader.id, folder / f"{reader.id}.hlhpack").file).study


def read_all(path: Path, reader: Actor, category: str = "CR") -> list[Saved]:
    """Decide every case of the pack alike."""
    with open_study(path) as study:
        codes = [code for (code,) in study.rows("SELECT patient_id FROM patient ORDER BY patient_id")]
        return [decide(study, reader, Decision(code, category, f"{reader.name} says so")) for code in codes]


def copied(path: Path, into: Path) -> Path:
    """A copy of a closed study with its mirror, in another folder."""
    into.mkdir(parents=True, exist_ok=True)
    mirror = path.with_name(path.name.removesuffix(".duckdb") + ".log.jsonl")
    shutil.copy(mirror, into / mirror.name)
    return Path(shutil.copy(path, into / path.name))
