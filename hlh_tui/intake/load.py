"""Import a folder of charts into a study: all of its rows, or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hlh_tui.intake.checks import row_checks, row_warnings
from hlh_tui.intake.course_checks import course_checks, make_known_events, with_death
from hlh_tui.intake.errors import ImportRejected, IntakeError
from hlh_tui.intake.folder import find_sources
from hlh_tui.intake.header import read_layout
from hlh_tui.intake.models import ImportReport, Layout
from hlh_tui.intake.observations import panel_pairs, type_observations
from hlh_tui.intake.patients import (
    conflict_checks,
    make_patient_days,
    patient_checks,
    read_study_patients,
    type_patients,
)
from hlh_tui.intake.problems import (
    assay_warnings,
    collect,
    collect_alike,
    collect_duplicates,
    collect_observations,
    collect_ragged,
    ignored_rows,
    ignored_warnings,
    limit_warnings,
    listed,
    make_problems,
)
from hlh_tui.intake.rows import Fresh, add_content, content_hashes, fresh_patients, fresh_rows, merge
from hlh_tui.intake.stage import Cursor, engine, literal, stage
from hlh_tui.intake.tables import tables
from hlh_tui.intake.typed import typed_select
from hlh_tui.study.errors import ReadOnlyStudy
from hlh_tui.study.file import Study, checkpoint
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor


def import_charts(study: Study, folder: Path, actor: Actor, ignore: Sequence[str] = ()) -> ImportReport:
    """Read the chart tables of ``folder`` (or of one workbook) and add their new rows to the study, as one log entry.

    Rows of unknown analytes and units that ``ignore`` names are left out, and the log says so. The study must have been
    opened with ``staging=``, a private folder that absolute dates pass through and leave.
    Raises ``IntakeError`` when something cannot be read as charts, and ``ImportRejected`` with every refused row;
    nothing is imported then. Importing the same rows again adds nothing and is not logged.
    """
    if study.read_only:
        raise ReadOnlyStudy(f"{study.path.name} is open for reading only: import into the study itself")
    if study.staging is None:
        raise IntakeError(f"{study.path.name} was opened without a staging folder: open it with one to import charts")
    work = Path(tempfile.mkdtemp(prefix="import-", dir=study.staging))
    connection = engine(work)
    try:
        sources, unread = find_sources(folder, study.path)
        layouts = read_layouts(connection, [stage(connection, source, work) for source in sources])
        warnings = check(connection, study, layouts, ignore, work)
        return take_over(connection, study, layouts, actor, (*unread, *warnings), work)
    finally:
        connection.close()
        shutil.rmtree(work, ignore_errors=True)


def read_layouts(connection: Cursor, staged: list[Any]) -> dict[str, Layout]:
    """The layout of each table; ``ImportRejected`` lists what is wrong with the headers."""
    layouts, rejected, files = {}, [], 0
    for each in staged:
        layout, problems = read_layout(connection, each)
        layouts[each.source.table] = layout
        rejected += problems
        files += bool(problems)
    if rejected:
        raise ImportRejected(tuple(rejected), files)
    return layouts


def check(
    connection: Cursor, study: Study, layouts: dict[str, Layout], ignore: Sequence[str], work: Path
) -> tuple[str, ...]:
    """Type and check every table; the warnings. ``ImportRejected`` lists all refused rows."""
    known = read_study_patients(connection, study, work)
    make_problems(connection)
    patients = layouts.get("patients")
    if patients:
        check_patients(connection, patients, work)
    make_patient_days(connection, charted=patients is not None)
    if patients:
        collect_alike(connection, patients)
    for layout in layouts.values():
        collect_ragged(connection, layout.staged)
    if not known and not connection.execute("SELECT 1 FROM patients LIMIT 1").fetchall():
        refuse(connection)
        name = patients.staged.source.name if patients else "patients"
        what = "has no rows" if patients else "is not among the charts"
        raise IntakeError(f"{name} {what} and the study has no patients yet: give at least one patient")
    warnings: list[str] = []
    for name, layout in layouts.items():
        if name == "patients":
            continue
        if name == "observations":
            panel_pairs(connection)
            type_observations(connection, layout, work, ignore)
            collect_observations(connection, layout)
            warnings += assay_warnings(connection, layout)
            warnings += limit_warnings(connection, layout)
            warnings += ignored_warnings(connection, layout, ignore)
        else:
            add_content(connection, layout, typed_select(layout), work)
        collect(connection, layout, row_checks(layout))
        collect(connection, layout, row_warnings(layout), warning=True)
    refuse(connection)
    warn_of_course(connection, study, layouts, work)
    return (*listed(connection, warning=True)[0], *warnings)


def warn_of_course(connection: Cursor, study: Study, layouts: dict[str, Layout], work: Path) -> None:
    """Collect the warnings that need the events of all files: rows after death or last contact, missing events."""
    make_known_events(connection, study, work, charted="events" in layouts)
    for name, layout in layouts.items():
        if name != "patients":
            collect(connection, layout, course_checks(study, name), warning=True, source=with_death(name))


def refuse(connection: Cursor) -> None:
    """``ImportRejected`` with the problems found so far, if there are any."""
    rejected, rows = listed(connection, warning=False)
    if rejected:
        raise ImportRejected(rejected, rows)


def check_patients(connection: Cursor, layout: Layout, work: Path) -> None:
    """Type the patients and check them among themselves and against those of the study."""
    type_patients(connection, layout, work)
    collect(connection, layout, [*row_checks(layout), *patient_checks(layout)])
    collect_duplicates(connection, layout)
    both = "patients AS n JOIN study_patient AS old ON old.patient_id = n.patient_id"
    collect(connection, layout, conflict_checks(layout), source=both)


def take_over(
    connection: Cursor, study: Study, layouts: dict[str, Layout], actor: Actor, warnings: tuple[str, ...], work: Path
) -> ImportReport:
    """Hand the new rows to the study in one logged transaction; the report."""
    with study.writing:
        first = study.rows("SELECT coalesce(max(source_id), 0) + 1 FROM source")[0][0]
        fresh = [
            fresh_patients(connection, layout, first + number, work)
            if name == "patients"
            else fresh_rows(connection, study, layout, first + number, work)
            for number, (name, layout) in enumerate(layouts.items())
        ]
        counts = {each.layout.staged.source.table: each for each in fresh}
        report = ImportReport(
            {name: counts[name].added if name in counts else 0 for name in tables()},
            {name: counts[name].already if name in counts else 0 for name in tables()},
            warnings,
        )
        new = [each for each in fresh if each.added]
        if new:
            statements = [statement for each in new for statement in writes(connection, study, each, work)]

            def insert(cursor: Cursor) -> None:
                for statement in statements:
                    cursor.execute(statement)

            append(study, actor, "charts_imported", payload=payload(connection, fresh, report), also=insert)
            checkpoint(study)
    return report


def writes(connection: Cursor, study: Study, fresh: Fresh, work: Path) -> list[str]:
    """The statements that write one source and its rows, in order."""
    staged = fresh.layout.staged
    table = tables()[staged.source.table]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    source = (
        "INSERT INTO source (source_id, file, sha256, imported_at, rows) VALUES"
        f" ({fresh.source_id}, {literal(staged.source.name)}, {literal(staged.sha256)}, '{now}', {fresh.added})"
    )
    if table.into == "patient":
        rows = f"FROM read_parquet({literal(fresh.parquet)})"
        return [
            source,
            f"INSERT INTO patient BY NAME SELECT * EXCLUDE (index_at) {rows}",
            f"INSERT INTO identity BY NAME SELECT patient_id, index_at {rows} WHERE index_at IS NOT NULL",
        ]
    merged, replaces = merge(connection, study, fresh, work)
    insert = f"INSERT INTO {table.into} BY NAME SELECT * FROM read_parquet({literal(merged)})"
    return [source, *([f"DELETE FROM {table.into}"] if replaces else []), insert]


def payload(connection: Cursor, fresh: list[Fresh], report: ImportReport) -> dict[str, Any]:
    """What the log entry says: each file with its hash and rows, the rows added, and two hashes over them."""
    files = [
        {
            "file": each.layout.staged.source.name,
            "sha256": each.layout.staged.sha256,
            "rows": each.added + each.already,
            "added": each.added,
        }
        for each in fresh
    ]
    content_hash, charted_hash = content_hashes(connection, [each for each in fresh if each.added])
    said = {"files": files, "added": report.added, "content_hash": content_hash, "charted_hash": charted_hash}
    observed = any(each.layout.staged.source.table == "observations" for each in fresh)
    ignored = ignored_rows(connection) if observed else []
    return said | ({"ignored": ignored} if ignored else {})
