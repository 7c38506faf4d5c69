"""Rows of a chart as a test needs them, and cells by the words around them."""

from hlh_tui.cohort.tables.models import Cell, Table
from hlh_tui.study.file import Study


def observe(
    study: Study,
    patient: str,
    day: float,
    analyte: str,
    value: float,
    comparator: str | None = None,
    unit: str = "ug/L",
    assay: str | None = None,
) -> None:
    study.connection.cursor().execute(
        "INSERT INTO observation (patient_id, day, analyte, value, comparator, unit, raw_value, assay)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [patient, day, analyte, value, comparator, unit, f"{comparator or ''}{value}", assay],
    )


def expose(
    study: Study,
    patient: str,
    drug: str,
    start: float,
    end: float | None = None,
    dose: float | None = None,
    unit: str | None = None,
    drug_class: str | None = None,
) -> None:
    study.connection.cursor().execute(
        "INSERT INTO exposure (patient_id, drug, start_day, end_day, dose, dose_unit, drug_class)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [patient, drug, start, end, dose, unit, drug_class],
    )


def event(
    study: Study,
    patient: str,
    day: float,
    kind: str,
    term: str | None = None,
    grade: int | None = None,
    relatedness: str | None = None,
    cause: str | None = None,
) -> None:
    study.connection.cursor().execute(
        "INSERT INTO event (patient_id, day, kind, term, grade, relatedness, cause) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [patient, day, kind, term, grade, relatedness, cause],
    )


def at(table: Table, level: str, column: str | int = 0, label: str | None = None) -> Cell:
    """The cell of the one row with that level (or, for a heading, that label)."""
    place = table.columns.index(column) if isinstance(column, str) else column
    rows = [row for row in table.rows if (row.level or row.label) == level and label in (None, row.label)]
    assert len(rows) == 1, [(row.label, row.level) for row in table.rows]
    return rows[0].cells[place]
