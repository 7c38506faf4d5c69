"""Tell new rows from those the study holds, and write what the study will take over as sorted Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hlh_tui.intake.models import Layout
from hlh_tui.intake.stage import HERE, Cursor, literal, write_parquet
from hlh_tui.intake.tables import tables
from hlh_tui.intake.typed import charted_text, fingerprint
from hlh_tui.study.file import Study


@dataclass(frozen=True, slots=True)
class Fresh:
    """The new rows of one source: ``added`` of them in ``parquet``, ``already`` others in the study."""

    layout: Layout
    source_id: int
    parquet: Path
    added: int
    already: int


def add_content(connection: Cursor, layout: Layout, select: str, work: Path) -> None:
    """Make the typed view of exposures, events or notes, with the content hash of each row."""
    name = layout.staged.source.table
    into = work / f"{name}.typed.parquet"
    write_parquet(connection, f"SELECT *, {fingerprint(name)} AS content FROM ({select})", into)
    connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({literal(into)})")


def fresh_rows(connection: Cursor, study: Study, layout: Layout, source_id: int, work: Path) -> Fresh:
    """The rows of a table that the study does not hold; a row that stands twice in a file counts twice."""
    name = layout.staged.source.table
    held = work / f"{name}.held.parquet"
    study.rows(f"COPY (SELECT row_hash FROM {tables()[name].into}) TO {literal(held)} (FORMAT parquet)")
    script = (HERE / "fresh.sql").read_text(encoding="utf-8")
    into = work / f"{name}.fresh.parquet"
    select = script.format(columns=study_columns(name), table=name, held=literal(held), source_id=source_id)
    write_parquet(connection, select, into)
    return counted(connection, layout, source_id, into)


def fresh_patients(connection: Cursor, layout: Layout, source_id: int, work: Path) -> Fresh:
    """The patients that the study does not hold."""
    into = work / "patients.fresh.parquet"
    select = (
        f"SELECT {study_columns('patients')}, attributes, index_kept AS index_at, {source_id} AS source_id,"
        " row AS source_row, content AS row_hash FROM patients"
        " WHERE patient_id NOT IN (SELECT patient_id FROM study_patient) ORDER BY patient_id"
    )
    write_parquet(connection, select, into)
    return counted(connection, layout, source_id, into)


def counted(connection: Cursor, layout: Layout, source_id: int, parquet: Path) -> Fresh:
    """The new rows with their number, and that of the rows which are in the study already."""
    added = connection.execute(f"SELECT count(*) FROM read_parquet({literal(parquet)})").fetchall()[0][0]
    rows = connection.execute(f"SELECT count(*) FROM {layout.staged.source.table}").fetchall()[0][0]
    return Fresh(layout, source_id, parquet, added, rows - added)


def study_columns(name: str) -> str:
    """The columns of a study table that come from typed ones, as SQL."""
    columns = [column.name for column in tables()[name].columns]
    if name == "observations":
        columns += ["comparator", "r_value AS raw_value", "r_unit AS raw_unit"]
    return ", ".join(columns)


def merge(connection: Cursor, study: Study, fresh: Fresh, work: Path) -> tuple[Path, bool]:
    """The sorted rows to write, and whether they replace the table because it held others before.

    Rows stay stored by patient and day, so that one patient's chart is one stretch of the file.
    """
    name = fresh.layout.staged.source.table
    into = tables()[name].into
    sources = [str(fresh.parquet)]
    held = study.rows(f"SELECT count(*) FROM {into}")[0][0]
    if held:
        old = work / f"{name}.old.parquet"
        study.rows(f"COPY {into} TO {literal(old)} (FORMAT parquet)")
        sources.append(str(old))
    day = next(column.name for column in tables()[name].columns if column.kind == "day")
    listed = ", ".join(literal(source) for source in sources)
    merged = work / f"{name}.sorted.parquet"
    write_parquet(
        connection,
        f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"
        f" ORDER BY patient_id, {day}, source_id, source_row",
        merged,
    )
    return merged, bool(held)


def content_hashes(connection: Cursor, fresh: list[Fresh]) -> tuple[str, str]:
    """Two hashes of the rows of an import: of what they mean, and of that with how it was charted.

    Both can be computed again from the study. Each is SHA-256 over the patients in order of the SHA-256 over their
    rows in order of the row hashes, written in hex and joined: first of the row hashes alone, then of
    ``typed.charted_text``, which U+001E separates.
    """
    rows = " UNION ALL ".join(
        f"SELECT patient_id, {charted_text(each.layout.staged.source.table)} AS charted"
        f" FROM read_parquet({literal(each.parquet)})"
        for each in fresh
    )
    script = (HERE / "content_hash.sql").read_text(encoding="utf-8")
    ((contents, charted),) = connection.execute(script.format(rows=rows)).fetchall()
    return contents, charted
