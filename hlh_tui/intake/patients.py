"""The patients: their typed rows, their index events, and what the study holds of them already."""

from __future__ import annotations

import json
from pathlib import Path

from hlh_tui.intake.models import Check, Layout
from hlh_tui.intake.stage import HERE, Cursor, literal, write_parquet
from hlh_tui.intake.tables import tables
from hlh_tui.intake.typed import fingerprint, typed_select
from hlh_tui.study.file import Study


def read_study_patients(connection: Cursor, study: Study, work: Path) -> int:
    """Make the view study_patient of what the study holds (``index_at`` included); how many they are."""
    into = work / "study_patient.parquet"
    select = "SELECT p.*, i.index_at FROM patient AS p LEFT JOIN identity AS i USING (patient_id)"
    study.rows(f"COPY ({select}) TO {literal(into)} (FORMAT parquet)")
    connection.execute(f"CREATE VIEW study_patient AS SELECT * FROM read_parquet({literal(into)})")
    return int(connection.execute("SELECT count(*) FROM study_patient").fetchall()[0][0])


def type_patients(connection: Cursor, layout: Layout, work: Path) -> None:
    """Make the view patients: the typed rows with their attributes and content hash."""
    into = work / "patients.typed.parquet"
    attributes = f"{attributes_json(layout)} AS attributes"
    content = fingerprint("patients")
    select = f"SELECT *, {content} AS content FROM (SELECT *, {attributes} FROM ({typed_select(layout)}))"
    write_parquet(connection, select, into)
    connection.execute(f"CREATE VIEW patients AS SELECT * FROM read_parquet({literal(into)})")


def make_patient_days(connection: Cursor, *, charted: bool) -> None:
    """Make the table patient_day: index event and last contact of every patient; ``charted``: a file gave some."""
    script = (HERE / "patient_day.sql").read_text(encoding="utf-8")
    if not charted:
        connection.execute((HERE / "no_patients.sql").read_text(encoding="utf-8"))
    connection.execute(script)


def attributes_json(layout: Layout) -> str:
    """SQL for the canonical JSON object of the further columns: keys sorted, empty cells left out, dates as days."""
    parts = []
    for name, value in sorted(attribute_cells(layout).items()):
        key = json.dumps(name, ensure_ascii=False)
        parts.append(f"{literal(key + ':')} || to_json({value}::VARCHAR)::VARCHAR")
    return f"'{{' || concat_ws(',', {', '.join(parts)}) || '}}'" if parts else "'{}'"


def attribute_cells(layout: Layout) -> dict[str, str]:
    """Attribute -> SQL of its text; a column ``..._at`` becomes ``..._day``."""
    cells = {}
    for number, name in enumerate(layout.attributes):
        if is_date_attribute(name):
            days = f"days_from(index_at, index_date, index_dated, x{number})"
            cells[name[:-3] + "_day"] = f"plain({days})"
        else:
            cells[name] = f"x{number}"
    return cells


def is_date_attribute(name: str) -> bool:
    """Whether a further column holds dates to be counted from the index event."""
    return name.casefold().endswith("_at")


def patient_checks(layout: Layout) -> list[Check]:
    """The checks of patients beyond tables.toml: index events and dates in attributes."""
    from hlh_tui.intake.checks import DATE, absolute_date, not_a_date, other_offset

    found = [not_a_date("index_at", "r_index_at")]
    for number, name in enumerate(layout.attributes):
        cell = f"x{number}"
        if is_date_attribute(name):
            found.append(not_a_date(name, cell))
            found.append(other_offset(name, cell))
            when = f"moment({cell}) IS NOT NULL AND index_at IS NULL"
            found.append(Check(name, when, literal(f"there is no index_at in this row, expected one such as {DATE}")))
        else:
            found.append(absolute_date(name, cell, f"days or {name}_at"))
    return found


def conflict_checks(layout: Layout) -> list[Check]:
    """Columns in which a patient of the study differs from the file; a column the file lacks says nothing."""
    found = []
    for column in tables()["patients"].columns:
        if column.name != "patient_id" and column.name in layout.shown:
            shown = "{}" if column.kind in ("text", "word") else "plain({})"
            found.append(differs(column.name, f"n.{column.name}", f"old.{column.name}", shown))
    if "index_at" in layout.cells:
        found.append(differs("index_at", "n.index_kept", "old.index_at", "index_shown({})"))
    for name in attribute_cells(layout):
        new, old = (f"CAST({row}.attributes::JSON AS MAP(VARCHAR, VARCHAR))[{literal(name)}]" for row in ("n", "old"))
        found.append(differs(name, new, old, "{}"))
    return found


def differs(column: str, new: str, old: str, shown: str) -> Check:
    """A difference between a row and the study; both sides said."""

    def side(value: str) -> str:
        return f"coalesce(quoted({shown.format(value)}), 'nothing')"

    says = (
        f"the file has ' || {side('(' + new + ')')} || ' but the study has ' || {side('(' + old + ')')}"
        " || ', expected the row as it was imported"
    )
    return Check(column, f"({new}) IS DISTINCT FROM ({old})", f"'{says}'")
