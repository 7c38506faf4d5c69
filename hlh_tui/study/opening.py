"""Opening a study: what must hold before anything is written, and what is mended without loss."""

from __future__ import annotations

import os
from pathlib import Path

import _duckdb as duckdb

from hlh_tui.study.engine import connect, require_engine_file
from hlh_tui.study.errors import DamagedStudy, NewerStudy, StudyFileError
from hlh_tui.study.lock import Lock
from hlh_tui.study.log import FIRST_PREV, append, log_rows, write_mirror
from hlh_tui.study.mirror import MirrorText, open_mirror, read_mirror, require_agreement
from hlh_tui.study.models import Actor
from hlh_tui.study.places import Places, require_plain_file
from hlh_tui.study.schema import SCHEMA_VERSION, make_triggers, missing_triggers
from hlh_tui.study.study import Study

PROGRAM = Actor("hlh-tui", "hlh-tui")
"""Who acts when the program itself records something."""


def require_something(where: Places) -> None:
    """``StudyFileError`` if there is neither a study nor anything left of one."""
    if not any(each.exists() for each in (where.database, where.wal, where.mirror)):
        raise StudyFileError(
            f"there is no study at {where.database}: check the name, or make one with hlh-tui new {where.database}"
        )


def require_database(where: Places) -> None:
    """``DamagedStudy`` if only the write-ahead log or the mirror of the study is there.

    The engine would make an empty database and delete the write-ahead log.
    """
    if where.database.exists():
        return
    mirror = read_mirror(where.mirror)
    left = [f"its write-ahead log {where.wal.name} is there"] if where.wal.exists() else []
    if mirror is not None:
        left.append(f"its {len(mirror.lines)} log entries are in {where.mirror.name}")
    raise DamagedStudy(
        f"{where.database.name} is missing, while {' and '.join(left)}: put the file back, or run"
        f" hlh-tui recover {where.database}"
    )


def is_write_protected(where: Places) -> bool:
    """Whether the database may only be read: no write permission for anybody, or none for this user."""
    try:
        return not where.database.stat().st_mode & 0o222 or not os.access(where.database, os.W_OK)
    except FileNotFoundError:
        return False


def open_held(where: Places, lock: Lock, *, read_only: bool, staging: Path | None) -> Study:
    """The study, opened under ``lock``; every refusal leaves its files as they were."""
    require_database(where)
    require_plain_file(where)
    require_engine_file(where)
    mirror = read_mirror(where.mirror)
    if not read_only and where.wal.exists():
        # Opening for writing deletes a damaged write-ahead log: look first, without touching anything.
        look(where, mirror)
    connection = connect(where, read_only=read_only, staging=staging)
    try:
        return admit(where, lock, connection, mirror, read_only=read_only, staging=staging)
    except BaseException:
        connection.close()
        raise


def look(where: Places, mirror: MirrorText | None) -> None:
    """Check the log against the mirror through a read-only connection."""
    connection = connect(where, read_only=True)
    try:
        read_facts(connection, where, mirror)
        require_agreement(where, log_heads(connection), mirror)
    finally:
        connection.close()


def admit(
    where: Places,
    lock: Lock,
    connection: duckdb.DuckDBPyConnection,
    mirror: MirrorText | None,
    *,
    read_only: bool,
    staging: Path | None,
) -> Study:
    """The study on an open connection, checked, its mirror completed and its triggers in place."""
    facts = read_facts(connection, where, mirror)
    log = log_heads(connection)
    require_agreement(where, log, mirror)
    assert mirror is not None  # noqa: S101  require_agreement has refused that
    study = Study(where, lock, connection, facts, read_only=read_only or "snapshot_at" in facts, staging=staging)
    study.head = log[-1] if log else (0, FIRST_PREV)
    study.missing_triggers = missing_triggers(connection)
    notices: list[str | None] = [snapshot_notice(facts)] if "snapshot_at" in facts else []
    if study.read_only:
        lacking = len(log) - len(mirror.lines)
        notices += [f"{where.mirror.name} lacks the last {entry_count(lacking)}"] if lacking else []
    else:
        notices += [complete_mirror(study, mirror), restore_triggers(study)]
    study.notice = "; ".join(filter(None, notices)) or None
    return study


def read_facts(connection: duckdb.DuckDBPyConnection, where: Places, mirror: MirrorText | None) -> dict[str, str]:
    """The table study as a mapping; refuses a database that is no study, and one from a newer hlh-tui."""
    try:
        facts = dict(connection.cursor().execute("SELECT key, value FROM study").fetchall())
    except duckdb.CatalogException as error:
        if mirror is not None and mirror.lines:
            raise DamagedStudy(
                f"{where.database.name} holds no study, while {len(mirror.lines)} log entries are in"
                f" {where.mirror.name}: run hlh-tui recover {where.database}"
            ) from error
        raise StudyFileError(
            f"{where.database} is a DuckDB file but not a study: name a study made by hlh-tui new"
        ) from error
    version = facts.get("schema_version", "")
    if not version.isdecimal() or int(version) > SCHEMA_VERSION:
        raise NewerStudy(
            f"{where.database} was written by a newer hlh-tui (file version {version or 'unknown'}, this one reads"
            f" up to {SCHEMA_VERSION}): install the newer hlh-tui"
        )
    return facts


def log_heads(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Seq and hash of every log entry, in order."""
    return connection.cursor().execute("SELECT seq, hash FROM log ORDER BY seq").fetchall()


def complete_mirror(study: Study, text: MirrorText) -> str | None:
    """Open the mirror, write the entries it lacks (a crash came between commit and mirror), and say so."""
    study.mirror = open_mirror(study.where.mirror, text)
    rows = log_rows(study, after=study.mirror.count)
    if not rows:
        return None
    try:
        write_mirror(study, study.mirror, rows)
    except OSError as error:
        return f"{study.mirror.path.name} lacks the last {entry_count(len(rows))} ({error.strerror})"
    how = " after a torn line was cut off" if text.torn else ""
    return f"the log mirror was completed by {entry_count(len(rows))}{how}"


def entry_count(number: int) -> str:
    """``1 entry`` or ``3 entries``."""
    return "1 entry" if number == 1 else f"{number} entries"


def restore_triggers(study: Study) -> str | None:
    """Put missing triggers back, record that in the log, and say so."""
    missing = study.missing_triggers
    if not missing:
        return None
    append(
        study,
        PROGRAM,
        "triggers_restored",
        payload={"missing": list(missing)},
        also=make_triggers,
    )
    return "the triggers that keep the log append-only were missing; they were put back and the log says so"


def snapshot_notice(facts: dict[str, str]) -> str:
    """What a snapshot says about itself."""
    taken = facts["snapshot_at"].replace("T", " ").removesuffix("Z")
    return f"read-only copy of {facts.get('snapshot_of', 'a study')}, taken {taken} UTC"
