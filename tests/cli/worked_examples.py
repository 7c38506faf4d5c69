"""The worked examples of the response criteria as charts in CSV, one patient each."""

from __future__ import annotations

import csv
from pathlib import Path

Row = tuple[str, float, str, float | str]

ABNORMAL: dict[str, float | str] = {
    "temperature": 39.5,
    "spleen_below_margin": 6,
    "neutrophils": 0.5,
    "platelets": 40,
    "ferritin": 10000,
    "fibrinogen": 0.8,
    "d_dimer": 6000,
    "cns_involvement": "present",
}
NORMAL: dict[str, float | str] = {
    "temperature": 36.6,
    "spleen_below_margin": 0,
    "neutrophils": 2.2,
    "platelets": 150,
    "ferritin": 640,
    "fibrinogen": 2.4,
    "d_dimer": 300,
    "cns_involvement": "absent",
}
FOUR_FALLEN: dict[str, float | str] = {
    "temperature": 39.4,
    "spleen_below_margin": 2,
    "neutrophils": 0.85,
    "platelets": 68,
    "ferritin": 3500,
    "fibrinogen": 0.9,
    "d_dimer": 2000,
    "cns_involvement": "present",
}
"""Fever persists; spleen, counts, ferritin and D-dimer have changed by 60 to 70 % without normalising."""

WEEK = (7, 10, 14)


def panel(patient: str, days: tuple[float, ...], values: dict[str, float | str], **changed: float | str) -> list[Row]:
    """The results of one patient on these days."""
    return [(patient, day, analyte, value) for day in days for analyte, value in (values | changed).items()]


def observations() -> list[Row]:
    """All results: an abnormal panel on day 0 for everybody, and what each example says of the days after."""
    after = {
        "normal": panel("normal", WEEK, NORMAL),
        "ferritin-5000": panel("ferritin-5000", WEEK, NORMAL, ferritin=5000),
        "day-7-alone": panel("day-7-alone", (7,), NORMAL) + panel("day-7-alone", (10, 14), ABNORMAL),
        "transfused": panel("transfused", WEEK, NORMAL),
        "ferritin-2000": panel("ferritin-2000", WEEK, NORMAL, ferritin=2000),
        "ferritin-1999": panel("ferritin-1999", WEEK, NORMAL, ferritin=1999),
        "fever-persists": panel("fever-persists", WEEK, FOUR_FALLEN),
        "scd25": [("scd25", 0, "scd25", 4000), *panel("scd25", WEEK, NORMAL, scd25=9000)],
        "no-value": [],
    }
    return [row for name, rows in after.items() for row in (*panel(name, (0,), ABNORMAL), *rows)]


def write_charts(folder: Path) -> Path:
    """The folder with patients, observations and events as CSV, with the required columns alone."""
    folder.mkdir()
    rows = observations()
    patients = dict.fromkeys(row[0] for row in rows)
    transfusions = [("transfused", day, "transfusion", "platelets") for day in range(1, 15, 2)]
    write(folder / "patients.csv", ("patient_id", "last_contact_day"), [(name, 60) for name in patients])
    write(folder / "observations.csv", ("patient_id", "day", "analyte", "value"), rows)
    write(folder / "events.csv", ("patient_id", "day", "kind", "term"), transfusions)
    return folder


def write(
    file: Path, header: tuple[str, ...], rows: list[tuple[str, int]] | list[Row] | list[tuple[object, ...]]
) -> None:
    """A CSV file."""
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
