"""Bring a study back from what is left: its mirror, its database, or both.

The study is made good as a copy in a folder beside it and put in place only when it verifies; the files it
replaces are kept under a new name. Log entries come back as they were, with their numbers and hashes. Charts are
not in the log, so where they were lost with it they are imported again from files with the logged SHA-256; that
import is logged like any other, after the recovered entries, and the old entries stay as they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.study.errors import DamagedStudy, StudyFileError
from hlh_tui.study.file import open_study
from hlh_tui.study.left import Left, find_left
from hlh_tui.study.lock import held
from hlh_tui.study.log import append, log_rows
from hlh_tui.study.mirror import mirror_line, span
from hlh_tui.study.opening import entry_count, require_something
from hlh_tui.study.places import Places, places, require_folder, require_plain_file, sync_folder
from hlh_tui.study.private_folder import private_folder
from hlh_tui.study.rebuild import content_hashes, folders_for, insert_rows, lost_imports, make_database
from hlh_tui.study.verify import verify

if TYPE_CHECKING:
    from hlh_tui.study.models import Actor, Row

ImportCharts = Callable[[Path, Path], None]
"""Imports a folder of charts into the study at a path: (study, folder)."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was done: one sentence, the number of log entries now, and the files that were kept aside."""

    what: str
    entries: int
    kept: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to make the study good: the action to log, the rows that the log gets, and whether charts are needed.

    ``keep_database``: the charts are still there and only log rows are added.
    """

    action: str
    what: str
    rows: tuple[Row, ...]
    added: tuple[Row, ...]
    keep_database: bool


def recover(
    path: Path, actor: Actor, *, charts: Sequence[Path] = (), import_charts: ImportCharts | None = None
) -> Recovery:
    """Make the study at ``path`` whole again from its database and its mirror.

    ``charts``: the folders that were imported once; needed only where charts were lost. Raises ``StudyInUse``,
    ``StudyFileError`` (charts are needed: which) and ``DamagedStudy`` (nothing to recover from, or two histories);
    nothing is changed then.
    """
    where = places(path)
    require_folder(where)
    require_something(where)
    if where.database.exists():
        require_plain_file(where)
    with (
        held(where) as lock,
        private_folder(".hlh-tui-recover-", where.database.parent) as made,
    ):
        try:
            work = places(made / where.database.name)
            left = find_left(where, work)
            plan = make_plan(where, left)
            if plan is None:
                return Recovery(f"nothing is missing from {where.database.name}", len(left.log or ()), ())
            imports = lost_imports(plan.added)
            folders = folders_for(imports, charts)
            if folders and import_charts is None:
                raise StudyFileError("charts must be imported again: run hlh-tui recover")
            build(work, plan)
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
            kept = kept_names(where, stamp)
            record(work, plan, actor, [each.name for each in kept.values()])
            for folder in folders:
                assert import_charts is not None  # noqa: S101  refused above
                import_charts(work.database, folder)
            entries, read_anew = require_good(work, after=len(plan.rows))
            put_in_place(where, work, kept)
        finally:
            lock.release()
    what = plan.what
    if folders and read_anew != content_hashes(plan.added):
        what += (
            ", but this release reads the charts differently from the one that imported them first (the content hashes"
            " in the log differ): compare before going on"
        )
    return Recovery(what, entries, tuple(kept.values()))


def make_plan(where: Places, left: Left) -> Plan | None:
    """What to do with what is left; None if nothing is missing."""
    log, mirror = left.log, left.mirrored
    if log is None or not left.log_whole:
        return plan_rebuild(where, left)
    if not left.mirror_exists or is_beginning(mirror, log):
        if left.mirror_exists and left.mirror_whole:
            return None
        what = f"the mirror was rebuilt from the {entry_count(len(log))} in {where.database.name}"
        return Plan("mirror_rebuilt", what, log, (), keep_database=True)
    if not is_beginning(log, mirror):
        raise DamagedStudy(
            f"{where.database.name} and {where.mirror.name} hold two different histories, each unbroken in itself:"
            " keep both, and put the pair of one backup in their place"
        )
    added = mirror[len(log) :]
    what = f"{span(len(log) + 1, len(mirror), 'was', 'were')} brought back from {where.mirror.name}"
    return Plan("entries_recovered", what + unreadable(left), mirror, added, keep_database=True)


def plan_rebuild(where: Places, left: Left) -> Plan:
    """The plan for a database that is gone, unreadable, or whose log is broken while the mirror's is whole."""
    mirror = left.mirrored
    if not mirror or mirror[0][4] != "study_created":
        raise DamagedStudy(
            f"neither {where.database.name} nor {where.mirror.name} holds an unbroken log: put a backup in its place"
        )
    if left.log is not None and len(left.log) > len(mirror):
        raise DamagedStudy(
            f"the log in {where.database.name} is broken and {where.mirror.name} holds only its first"
            f" {entry_count(len(mirror))}: put a backup in its place"
        )
    what = f"the study was rebuilt with its {entry_count(len(mirror))} from {where.mirror.name}"
    return Plan("entries_recovered", what + unreadable(left), mirror, mirror, keep_database=False)


def unreadable(left: Left) -> str:
    """The end of a sentence, for mirror lines that do not continue the chain."""
    count = left.mirror_lines - len(left.mirrored)
    return f"; {entry_count(count)} of the mirror could not be used (kept aside)" if count > 0 else ""


def is_beginning(short: Sequence[Row], long: Sequence[Row]) -> bool:
    """Whether ``long`` begins with ``short``, row by row.

    Both are unbroken chains, so that a row and its hash say the same; of two texts one may be redacted.
    """
    return len(short) <= len(long) and all(
        a == b or (a[0], a[8]) == (b[0], b[8]) for a, b in zip(short, long, strict=False)
    )


def build(work: Places, plan: Plan) -> None:
    """The good pair of database and mirror in the work folder."""
    if plan.keep_database:
        insert_rows(work, plan.added)
    else:
        for each in work.engine_files:
            each.unlink(missing_ok=True)
        make_database(work, plan.rows)
    work.mirror.write_bytes(b"".join(map(mirror_line, plan.rows)))


def record(work: Places, plan: Plan, actor: Actor, kept: list[str]) -> None:
    """Log the recovery in the recovered study."""
    with open_study(work.database) as study:
        payload = {
            "what": plan.what,
            "entries": len(plan.rows),
            "added": [row[0] for row in plan.added],
            "head": plan.rows[-1][8],
            "kept": kept,
        }
        append(study, actor, plan.action, payload=payload)


def require_good(work: Places, after: int) -> tuple[int, list[str]]:
    """The number of entries of the recovered study, and the content hashes of the imports after entry ``after``.

    ``DamagedStudy`` if the study does not verify.
    """
    with open_study(work.database) as study:
        found = verify(study)
        imports = content_hashes(log_rows(study, after))
    if not found.ok:
        raise DamagedStudy(f"recovery failed ({found.problems[0]}): nothing was changed, put a backup in its place")
    return found.entries, imports


def kept_names(where: Places, stamp: str) -> dict[Path, Path]:
    """Each file of the damaged study, and the name under which it is kept."""
    files = [each for each in where.files if each.exists()]
    return {each: each.with_name(f"{each.name}.kept-{stamp}") for each in files}


def put_in_place(where: Places, work: Places, kept: dict[Path, Path]) -> None:
    """Keep the damaged files aside and move the recovered ones to their names, the mirror first.

    A crash in between leaves the mirror without a database, from which recovery starts again.
    """
    model = where.database if where.database.exists() else where.mirror
    for recovered in (work.database, work.mirror):
        shutil.copymode(model, recovered)
    for each, aside in kept.items():
        each.rename(aside)
    work.mirror.rename(where.mirror)
    sync_folder(where.database.parent)
    for source, place in reversed(list(zip(work.engine_files, where.engine_files, strict=True))):
        if source.exists():
            source.rename(place)
    sync_folder(where.database.parent)
