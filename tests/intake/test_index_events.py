"""A date is counted alike in the first import and in every later one, for which the study keeps the index event."""

from __future__ import annotations

import os
import subprocess
import sys

import duckdb
import pytest

PATIENTS = "patient_id,last_contact_day,index_at\nP01,30,"
WITHOUT = "patient_id,last_contact_day\nP01,30\n"
OBSERVED = "patient_id,day_at,analyte,value\nP01,"
ZONES = "and index_at of the patient do not both have, or both lack, an offset from UTC, expected the same in both"


@pytest.mark.parametrize(
    ("index_at", "observed", "day"),
    [
        ("2024-03-01", "2024-03-02T12:00", 1),
        ("2024-03-01T00:00", "2024-03-02T12:00", 1.5),
        ("2024-03-01T00:00", "2024-03-02", 1),
        ("2024-03-01T10:00", "2024-03-02T22:00", 1.5),
        ("2024-03-01T23:30-05:00", "2024-03-02", 1),
        ("2024-03-01T00:00+08:00", "2024-03-03", 2),
        ("2024-03-01T19:00-05:00", "2024-03-02", 1),
    ],
)
@pytest.mark.parametrize("later", [WITHOUT, None], ids=["patients without dates", "the same patients"])
def test_the_same_row_is_the_same_later(bring, study, index_at, observed, day, later):
    patients = f"{PATIENTS}{index_at}\n"
    bring(patients=patients, observations=f"{OBSERVED}{observed},PLT,20\n")
    report = bring(patients=later or patients, observations=f"{OBSERVED}{observed},PLT,20\n")
    assert (report.added["observations"], report.already["observations"]) == (0, 1)
    assert study.rows("SELECT day::DOUBLE FROM observation") == [(day,)]


def test_a_clock_time_is_counted_from_the_clock_of_the_index_event(bring, study):
    bring(patients=PATIENTS + "2024-03-01T10:00+08:00\n")
    bring(patients=WITHOUT, observations=OBSERVED + "2024-03-02T10:00,PLT,20\n")
    assert study.rows("SELECT day::DOUBLE FROM observation") == [(1,)]


def test_an_index_event_that_was_changed_is_refused(bring, rejected):
    bring(patients=PATIENTS + "2024-03-01T00:00\n")
    said = 'patients.csv:2 index_at: the file has "{}" but the study has "{}", expected the row as it was imported'
    for changed, shown in (
        ("2024-03-01", "2024-03-01"),
        ("2024-03-02", "2024-03-02"),
        ("2024-03-01T08:00", "2024-03-01 08:00:00"),
    ):
        assert rejected(patients=f"{PATIENTS}{changed}\n") == (said.format(shown, "2024-03-01 00:00:00"),)
    assert bring(patients=PATIENTS + "2024-03-01 00:00\n").already["patients"] == 1


def test_a_date_of_an_attribute_has_an_offset_as_the_index_event_has(rejected):
    patients = "patient_id,last_contact_day,index_at,scan_at\nP01,30,2024-03-01T10:00+08:00,2024-02-28T10:00\n"
    assert rejected(patients=patients) == (f'patients.csv:2 scan_at: "2024-02-28T10:00" {ZONES}',)


@pytest.mark.parametrize("offset", ["+99:00", "+15:00", "-14:60", "+0960"])
def test_an_offset_that_no_clock_has(rejected, offset):
    said = rejected(
        patients=PATIENTS + "2024-03-01T10:00Z\n", observations=f"{OBSERVED}2024-03-02T10:00{offset},PLT,20\n"
    )
    assert said == (
        f'observations.csv:2 day_at: "2024-03-02T10:00{offset}" is not a date,'
        " expected ISO 8601 such as 2024-03-15 or 2024-03-15T08:30",
    )


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_instants_of_parquet_are_the_same_wherever_they_are_imported(tmp_path, zone):
    """Parquet keeps an instant without the offset it was charted with; the clock of the machine must not be added."""
    charts = tmp_path / "charts"
    charts.mkdir()
    patients = "'P01' AS patient_id, 30 AS last_contact_day, TIMESTAMPTZ '2024-03-01 23:30:00Z' AS index_at"
    observed = "'P01' AS patient_id, TIMESTAMPTZ '2024-03-02 11:30:00Z' AS day_at, 'PLT' AS analyte, 20 AS value"
    with duckdb.connect() as engine:
        engine.execute(f"COPY (SELECT {patients}) TO '{charts}/patients.parquet'")
        engine.execute(f"COPY (SELECT {observed}) TO '{charts}/observations.parquet'")
    study = tmp_path / "study.duckdb"
    hlh = (sys.executable, "-m", "hlh_tui")
    subprocess.run([*hlh, "new", study], check=True, capture_output=True)
    for place in (zone, "UTC"):
        subprocess.run(
            [*hlh, "import", study, charts], check=True, capture_output=True, env={**os.environ, "TZ": place}
        )
    with duckdb.connect(study, read_only=True) as engine:
        assert engine.execute("SELECT index_at::VARCHAR FROM identity").fetchall() == [("2024-03-01 23:30:00",)]
        assert engine.execute("SELECT day::DOUBLE FROM observation").fetchall() == [(0.5,)]
