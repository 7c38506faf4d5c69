"""Ten thousand patients: every table is counted in a part of a second."""

import time

import pytest

from hlh_tui.cohort.tables.table import TABLES, table
from tests.cohort.example import new_study

PATIENTS = 10_000
SECONDS = 2.0
"""Five times what a table takes on a busy machine; one query too many for each patient takes 3 at least."""
FILL = f"""
INSERT INTO patient
    (patient_id, sex, age_years, disease_status, last_contact_day, weight_kg, body_surface_m2, attributes)
SELECT format('P{{:05d}}', n), ['male', 'female'][n % 2 + 1], n % 90, ['initial', 'refractory', 'relapse'][n % 3 + 1],
       20 + n % 300, 50 + n % 40, 1.5, '{{"prior_etoposide":"yes"}}'
FROM range({PATIENTS}) AS t(n);
INSERT INTO observation (patient_id, day, analyte, value, unit, raw_value)
SELECT format('P{{:05d}}', n), day, analyte, 1 + (n * 7 + day * 3) % 50, unit, ''
FROM range({PATIENTS}) AS t(n), (VALUES (-0.5), (1), (3), (7), (14)) AS d(day),
     (VALUES ('temperature', 'Cel'), ('ferritin', 'ug/L'), ('platelets', '10*9/L'), ('neutrophils', '10*9/L'),
             ('fibrinogen', 'g/L'), ('il6', 'pg/mL'), ('d_dimer', 'ug/L{{FEU}}')) AS a(analyte, unit);
INSERT INTO exposure (patient_id, drug, start_day, end_day, dose, dose_unit)
SELECT format('P{{:05d}}', n), drug, start_day, start_day + 1, 100, 'mg'
FROM range({PATIENTS}) AS t(n), (VALUES ('emapalumab', 0), ('ruxolitinib', 0), ('etoposide', 2)) AS e(drug, start_day);
INSERT INTO event (patient_id, day, kind, term, grade)
SELECT format('P{{:05d}}', n), 5 + n % 10, ['hsct', 'death', 'relapse', 'chemotherapy', 'adverse_event'][n % 5 + 1],
       'x', 2
FROM range({PATIENTS}) AS t(n);
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    with new_study(tmp_path_factory.mktemp("many")) as study:
        study.connection.cursor().execute(FILL)
        yield study


@pytest.mark.parametrize("name", list(TABLES))
def test_ten_thousand_patients(many, name):
    table(many, name, "prior_treatment")
    start = time.process_time()
    found = table(many, name, "prior_treatment")
    assert time.process_time() - start < SECONDS
    assert found.rows
