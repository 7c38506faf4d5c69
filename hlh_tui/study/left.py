"""What is left of a damaged study: the log rows its database still holds and those its mirror holds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

import _duckdb as duckdb

from hlh_tui.study.engine import connect
from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.log import COLUMNS, canonical_json
from hlh_tui.study.mirror import mirror_line, read_mirror
from hlh_tui.study.models import Row
from hlh_tui.study.places import Places
from hlh_tui.study.verify import chain_faults


@dataclass(frozen=True, slots=True)
class Left:
    """``log``: rows in the database, None if it cannot be read; ``log_whole``: they are an unbroken chain.

    ``mirrored``: the unbroken chain with which the mirror begins; ``mirror_lines``: how many lines it has, a torn
    one included; ``mirror_whole``: all of them are that chain.
    """

    log: tuple[Row, ...] | None
    log_whole: bool
    mirror_exists: bool
    mirrored: tuple[Row, ...]
    mirror_lines: int

    @property
    def mirror_whole(self) -> bool:
        """Whether every line of the mirror can be used."""
        return self.mirror_lines == len(self.mirrored)


def find_left(where: Places, work: Places) -> Left:
    """Copy database and write-ahead log to ``work`` and read what they and the mirror hold; the study stays untouched.

    If the write-ahead log keeps the engine from opening the copy, ``work`` is left without it.
    """
    for source, copy in zip(where.engine_files, work.engine_files, strict=True):
        if source.exists() and where.database.exists():
            shutil.copyfile(source, copy)
    log = read_log(work)
    if log is None and work.wal.exists():
        for each in work.engine_files[1:]:
            each.unlink(missing_ok=True)
        log = read_log(work)
    text = read_mirror(where.mirror)
    lines = text.lines if text is not None else ()
    torn = text is not None and bool(text.torn)
    return Left(
        log=log,
        log_whole=log is not None and unbroken(log) == len(log) > 0,
        mirror_exists=text is not None,
        mirrored=mirror_rows(lines),
        mirror_lines=len(lines) + torn,
    )


def read_log(work: Places) -> tuple[Row, ...] | None:
    """The rows of the log in the database at ``work``; None if it is not there or cannot be read."""
    if not work.database.exists():
        return None
    try:
        connection = connect(work, read_only=True)
    except StudyFileError:
        return None
    try:
        return tuple(connection.cursor().execute(f"SELECT {COLUMNS} FROM log ORDER BY seq").fetchall())
    except duckdb.Error:
        return None
    finally:
        connection.close()


def mirror_rows(lines: Sequence[bytes]) -> tuple[Row, ...]:
    """The log rows in the lines of a mirror, as far as they are an unbroken chain from entry 1."""
    rows: list[Row] = []
    for line in lines:
        row = parse_line(line)
        if row is None:
            break
        rows.append(row)
    return tuple(rows[: unbroken(rows)])


def parse_line(line: bytes) -> Row | None:
    """The log row that a mirror line was written from; None if the line is not exactly such a line."""
    try:
        entry = json.loads(line)
        fields = [entry[name] for name in COLUMNS.split(", ")]
        fields[6] = canonical_json(fields[6])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    row = tuple(fields)
    return row if mirror_line(row)[:-1] == line else None


def unbroken(rows: Sequence[Row]) -> int:
    """How many rows from the first on are an unbroken chain."""
    bad = [fault.seq for fault in chain_faults(rows) if fault.seq is not None]
    if not bad:
        return len(rows)
    return sum(1 for row in rows if row[0] < min(bad))
