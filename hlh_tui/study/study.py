"""An open study: reading it from any thread, its transactions, and closing it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import _duckdb as duckdb

from hlh_tui.study.engine import connect, told
from hlh_tui.study.errors import DamagedStudy, NotSaved, StudyFileError
from hlh_tui.study.lock import Lock
from hlh_tui.study.mirror import Mirror
from hlh_tui.study.places import Places

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Adopted, StudyProtocol
    from hlh_tui.study.models import Entry

Cursor = duckdb.DuckDBPyConnection
PATIENCE, AGAIN = 100, 0.05
"""How often closing tells readers to stop, and the seconds between."""


class Study:
    """An open study. Read with ``rows`` from any thread; write with ``log.append`` alone.

    ``facts`` is the table study (schema_version, study_id, title, synthetic, created_at); ``notice`` is one
    sentence about what opening found and mended, or None; ``head`` is seq and hash of the last log entry.
    """

    def __init__(
        self,
        where: Places,
        lock: Lock,
        connection: Cursor,
        facts: dict[str, str],
        *,
        read_only: bool,
        staging: Path | None = None,
    ) -> None:
        self.where = where
        self.path = where.database
        self.lock = lock
        self.connection = connection
        self.facts = facts
        self.read_only = read_only
        self.staging = staging
        self.notice: str | None = None
        self.mirror: Mirror | None = None
        self.head: tuple[int, str] = (0, "")
        self.missing_triggers: tuple[str, ...] = ()
        self.session = new_session()
        self.writing = threading.RLock()
        self.readers: set[Cursor] = set()
        self.read = threading.Condition()
        self.closed = False

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, fetched whole on a cursor of its own; safe from several threads."""
        cursor = self.connection.cursor()
        with self.read:
            self.readers.add(cursor)
        try:
            return cursor.execute(sql, params).fetchall()
        except duckdb.Error as error:
            raise told(error, self.where) or error from error
        finally:
            cursor.close()
            with self.read:
                self.readers.discard(cursor)
                self.read.notify_all()

    def transaction(self, write: Callable[[Cursor], None], entry: Entry) -> None:
        """Run ``write`` as one transaction that ends with the log row of ``entry``; on disk when this returns.

        ``NotSaved`` if the engine could not store it (disk full); what ``write`` raises comes through.
        """
        cursor = self.connection.cursor()
        try:
            cursor.begin()
            write(cursor)
            cursor.commit()
        except duckdb.FatalException as error:
            self.reopen(cursor)
            self.require_saved(entry, error)
        except duckdb.Error as error:
            roll_back(cursor)
            if "space" not in str(error).lower() and "write" not in str(error).lower():
                raise
            self.require_saved(entry, error)
        except BaseException:
            roll_back(cursor)
            raise
        finally:
            cursor.close()

    def require_saved(self, entry: Entry, error: duckdb.Error) -> None:
        """``NotSaved`` unless the entry is in the log in spite of the engine's error."""
        try:
            saved = self.rows("SELECT hash FROM log WHERE seq = ?", [entry.seq]) == [(entry.hash,)]
        except duckdb.Error:
            saved = False
        if not saved:
            free = os.statvfs(self.path.parent)
            room = free.f_bavail * free.f_frsize // 1_000_000
            raise NotSaved(
                f"{entry.action} was NOT saved, everything before it is: the disk refused it ({room} MB free at"
                f" {self.path.parent}); make room and do it again"
            ) from error

    def reopen(self, *cursors: Cursor) -> None:
        """Connect anew after the engine has given up this connection (its checkpoint met a full disk)."""
        for each in (*cursors, self.connection):
            with contextlib.suppress(duckdb.Error):
                each.close()
        try:
            self.connection = connect(self.where, staging=self.staging)
        except StudyFileError as error:
            raise NotSaved(
                f"the disk is full and {self.path.name} could not go on: make room, then close hlh-tui and open the"
                " study again; everything that was confirmed as saved is in it"
            ) from error

    @property
    def synthetic(self) -> bool:
        """Whether the study's patients are constructed, not real."""
        return self.facts.get("synthetic") == "true"

    @cached_property
    def protocol_document(self) -> Adopted:
        """The study protocol as adopted (latest version)."""
        return self.adopted("study")

    @cached_property
    def criteria_document(self) -> Adopted:
        """The criteria set as adopted (latest version)."""
        return self.adopted("criteria")

    @cached_property
    def protocol(self) -> StudyProtocol:
        """The study protocol as a record."""
        from hlh_tui.protocol.load import study_protocol

        return study_protocol(self.protocol_document)

    def adopted(self, kind: str) -> Adopted:
        """The latest document of ``kind`` (study or criteria) in the table protocol."""
        from hlh_tui.protocol.models import Adopted

        rows = self.rows(
            "SELECT id, version, hash, toml FROM protocol WHERE kind = ? ORDER BY adopted_at DESC, rowid DESC LIMIT 1",
            [kind],
        )
        if not rows:
            raise DamagedStudy(f"{self.path.name} holds no {kind} protocol: put a backup in its place")
        return Adopted(*rows[0])

    def close(self) -> None:
        """Fold the write-ahead log into the file, close it and let the next process in; a second call does nothing."""
        with self.writing:
            if self.closed:
                return
            self.closed = True
            self._stop_readers()
            with contextlib.suppress(duckdb.Error):
                self.connection.close()  # the engine checkpoints when its last connection closes
            if self.mirror is not None:
                self.mirror.close()
            self.lock.release()

    def _stop_readers(self) -> None:
        """End what is still being read ahead: the engine closes its file only with the last reader.

        An interrupt that comes before the query has begun is lost, so it is said again.
        """
        with self.read:
            for _ in range(PATIENCE):
                for cursor in self.readers:
                    with contextlib.suppress(duckdb.Error):
                        cursor.interrupt()
                if self.read.wait_for(lambda: not self.readers, timeout=AGAIN):
                    return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def new_session() -> str:
    """A random name for what one process does in a study, from opening to closing."""
    return os.urandom(6).hex()


def roll_back(cursor: Cursor) -> None:
    """Undo the open transaction, if there still is one."""
    with contextlib.suppress(duckdb.Error):
        cursor.rollback()


def checkpoint(study: Study) -> None:
    """Fold the write-ahead log into the file now (after an import, when idle), so that a lost one loses nothing."""
    if study.read_only:
        return
    with study.writing, contextlib.suppress(duckdb.TransactionException):  # a reader in mid query: the close does it
        cursor = study.connection.cursor()
        try:
            cursor.execute("CHECKPOINT")
        finally:
            cursor.close()
