"""What ``verify`` asks of the charts: whether they are still what the imports in the log wrote.

Somebody who rewrites a row, its hash and the log together is not found here: that takes a log kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import _duckdb as duckdb

from hlh_tui.intake.logged_imports import LoggedFile, LoggedImport, LoggedImports, LoggedPack, logged_imports
from hlh_tui.intake.stage import HERE
from hlh_tui.intake.stored_rows import Rows, changed_rows, hashes_now, pack_hash, row_counts, unlogged_rows
from hlh_tui.intake.tables import tables
from hlh_tui.protocol.errors import HlhError
from hlh_tui.study.verify import Fault

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

SOURCES = "SELECT source_id, file, sha256, rows FROM source ORDER BY source_id"
REMEDY = "put a backup in its place, or import the files anew into a new study"
PACK_REMEDY = "open the pack file in another folder and go on there"
UNREADABLE = (HlhError, duckdb.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What asking a study raises whose log was garbled or whose chart tables were taken apart."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a study holds of its imports: the table source, and by chart table and source the rows and changed rows.

    ``sources``: source -> file, SHA-256, rows; ``hashes``: entry -> both hashes of its import as they are now.
    """

    sources: dict[int, tuple[str, str, int]]
    counts: dict[str, dict[int | None, int]]
    changed: dict[str, dict[int, Rows]]
    hashes: dict[int, tuple[str, str]]


def import_faults(study: Study) -> Iterator[Fault]:
    """Charts that were changed, deleted, added or swapped behind the program: a fault for each import or table.

    Every column of a row is held, but value and unit as charted and the row of the file, and all charts of a pack, only
    where the entry has a ``charted_hash``. The table identity is not looked at.
    """
    try:
        logged = logged_imports(study)
        stored = stored_in(study, logged)
        found = [
            *definition_faults(study),
            *imported_faults(logged, stored),
            *unlogged_faults(study, logged, stored),
            *pack_faults(study, logged.pack),
        ]
    except UNREADABLE:
        found = [Fault(None, f"the charts cannot be held against the log, because one of both was damaged; {REMEDY}")]
    yield from found


def stored_in(study: Study, logged: LoggedImports) -> Stored:
    """What the study holds of the imports."""
    ids = [file.source_id for each in logged.imports for file in each.files]
    return Stored(
        sources={source: (file, sha256, rows) for source, file, sha256, rows in study.rows(SOURCES)},
        counts={name: row_counts(study, name) for name in tables()},
        changed={name: changed_rows(study, name, ids) if ids else {} for name in tables()},
        hashes=hashes_now(study, logged.imports),
    )


def definition_faults(study: Study) -> Iterator[Fault]:
    """Functions and views in the file, which could make tables seem to hold what they do not."""
    for kind, name in study.rows((HERE / "own_definitions.sql").read_text(encoding="utf-8")):
        yield Fault(None, f"the study file defines a {kind} {name}, which no study does; {REMEDY}")


def imported_faults(logged: LoggedImports, stored: Stored) -> Iterator[Fault]:
    """The imports whose rows, or whose lines in the table source, are not what their entry says."""
    for each in logged.imports:
        problems = [problem for file in each.files for problem in file_problems(file, stored)]
        contents, charted = stored.hashes[each.seq]
        if contents != each.content_hash:
            if not is_short(each, stored):
                problems.append("the row hashes, patient by patient, are not those it wrote")
        elif each.charted_hash not in (None, charted):
            problems.append("values or units as charted, or the rows of the files, are not those it wrote")
        if problems:
            said = f"the charts that entry {each.seq} imported are not as it wrote them: {', '.join(problems)}"
            yield Fault(each.seq, f"{said}; {REMEDY}")


def is_short(each: LoggedImport, stored: Stored) -> bool:
    """Whether an import has more or fewer rows than it wrote, which its hash then shows too."""
    return any(stored.counts[file.table].get(file.source_id, 0) != file.added for file in each.files)


def file_problems(file: LoggedFile, stored: Stored) -> Iterator[str]:
    """What is wrong with the rows of one file, as parts of a sentence."""
    changed = stored.changed[file.table].get(file.source_id)
    if changed is not None:
        yield f"{rows_of(changed.rows, file.table)} changed ({changed.whose})"
    more = stored.counts[file.table].get(file.source_id, 0) - file.added
    if more:
        yield f"{rows_of(abs(more), file.table)} {'missing' if more < 0 else 'too many'}"
    if stored.sources.get(file.source_id) != (file.file, file.sha256, file.added):
        yield f"the table source says otherwise of {file.file}"


def unlogged_faults(study: Study, logged: LoggedImports, stored: Stored) -> Iterator[Fault]:
    """Rows and sources of no import, unless the log is silent on one; in a pack no row has a source."""
    if logged.silent:
        return
    known: dict[str, list[int]] = {name: [] for name in tables()}
    for each in logged.imports:
        for file in each.files:
            known[file.table].append(file.source_id)
    without = logged.pack is not None
    for name in tables():
        if {source for source in stored.counts[name] if source is not None or not without} <= set(known[name]):
            continue
        found = unlogged_rows(study, name, known[name], without=without)
        if found is not None:
            said = f"{rows_of(found.rows, name)} ({found.whose}) came with no import that the log holds"
            yield Fault(None, f"{said}; {REMEDY}")
    for source in sorted(stored.sources.keys() - {each for ids in known.values() for each in ids}):
        said = f"the table source lists {stored.sources[source][0]}, which no import that the log holds brought"
        yield Fault(None, f"{said}; {REMEDY}")


def pack_faults(study: Study, pack: LoggedPack | None) -> Iterator[Fault]:
    """A pack that has other charts, or another number of patients, than it was made with."""
    if pack is None:
        return
    ((patients,),) = study.rows("SELECT count(*) FROM patient")
    if patients != pack.cases:
        yield Fault(1, f"the pack was made with {pack.cases} cases and holds {patients}; {PACK_REMEDY}")
    elif pack.charted_hash not in (None, pack_hash(study.rows)):
        yield Fault(1, f"the charts of the pack are not those that it was made with; {PACK_REMEDY}")


def rows_of(count: int, table: str) -> str:
    """``1 row of observations`` or ``3 rows of events``."""
    return f"{count} row{'' if count == 1 else 's'} of {table}"
