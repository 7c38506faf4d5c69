"""The log: the only thing people write, one hash-chained entry for each thing somebody did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hlh_tui import __version__
from hlh_tui.study.errors import ReadOnlyStudy, StudyFileError
from hlh_tui.study.mirror import mirror_line, not_written
from hlh_tui.study.models import Act, Actor, Entry, Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Cursor

    from hlh_tui.study.mirror import Mirror
    from hlh_tui.study.study import Study

FIRST_PREV = "0" * 64
"""``prev_hash`` of entry 1."""

REDACTED = "redacted"
"""The action of an entry that took text out of an earlier one; see ``study.redaction``."""

COLUMNS = "seq, recorded_at, actor, actor_name, action, patient_id, payload, prev_hash, hash"
INSERT = f"INSERT INTO log ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_ALL = f"INSERT INTO log ({COLUMNS}) SELECT unnest(?::BIGINT[]), {', '.join(['unnest(?::VARCHAR[])'] * 8)}"
AT_ONCE = 10_000


def canonical_json(obj: object) -> str:
    """``obj`` as JSON with sorted keys, no spaces, UTF-8: the same object always gives the same text to hash.

    ``ValueError`` for NaN, infinity or a lone surrogate; ``TypeError`` for what JSON does not know.
    """
    text = json.dumps(obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    text.encode("utf-8")
    return text


def entry_hash(
    *,
    seq: int,
    recorded_at: str,
    actor: str,
    actor_name: str,
    action: str,
    patient_id: str | None,
    payload: Mapping[str, Any],
    prev_hash: str,
) -> str:
    """SHA-256 (hex) of ``prev_hash`` followed by the canonical JSON of the other seven fields, in UTF-8."""
    fields = {
        "seq": seq,
        "recorded_at": recorded_at,
        "actor": actor,
        "actor_name": actor_name,
        "action": action,
        "patient_id": patient_id,
        "payload": dict(payload),
    }
    return hashlib.sha256((prev_hash + canonical_json(fields)).encode("utf-8")).hexdigest()


def is_intact(row: Row) -> bool:
    """Whether a log row's content gives its hash, its payload being written canonically."""
    seq, recorded_at, actor, actor_name, action, patient_id, text, prev_hash, digest = row
    try:
        payload = json.loads(text)
        if not isinstance(payload, dict) or canonical_json(payload) != text:
            return False
        expected = entry_hash(
            seq=seq,
            recorded_at=recorded_at,
            actor=actor,
            actor_name=actor_name,
            action=action,
            patient_id=patient_id,
            payload=payload,
            prev_hash=prev_hash,
        )
    except (TypeError, ValueError, RecursionError):
        return False
    return bool(digest == expected)


def append(
    study: Study,
    actor: Actor,
    action: str,
    patient_id: str | None = None,
    payload: Mapping[str, Any] | None = None,
    also: Callable[[Cursor], None] | None = None,
) -> Entry:
    """Record one thing somebody did and return its entry, which is then on disk and in the mirror.

    One transaction: first ``also`` (other rows that belong to the entry), then the entry. ``payload`` is any JSON
    object; the version of hlh-tui, the session and the hashes of the protocol and criteria in force are added to it.
    Safe from several threads.
    Raises ``ReadOnlyStudy``; ``NotSaved`` (nothing was recorded); ``MirrorNotWritten`` (it is in the database);
    and whatever ``also`` raises, in which case nothing was recorded.
    """
    require_writable(study)
    with study.writing:
        full = {**(payload or {}), **stamp(study)}
        entry = next_entry(study.head, actor, action, patient_id, full)
        row = entry_row(entry)

        def write(cursor: Cursor) -> None:
            if also is not None:
                also(cursor)
            # Last, because the engine answers COMMIT of a failed transaction with a silent rollback:
            # this statement raises if anything before it failed.
            cursor.execute(INSERT, row)

        study.transaction(write, entry)
        study.head = (entry.seq, entry.hash)
        mirror_entry(study, row)
    return entry


def append_all(study: Study, acts: Iterable[Act | Callable[[str], Act]]) -> tuple[Entry, ...]:
    """Record many acts in one transaction: all of them, or none; their entries, which are then on disk.

    An act that has to name the entry before it, such as a signature, is given as a function of that entry's hash.

    What ``append`` would add to a payload is added where the payload does not say it already, so that an entry that
    was made elsewhere keeps the version and session it was made with. Raises what ``append`` raises.
    """
    require_writable(study)
    with study.writing:
        common, head = stamp(study), study.head
        made: list[Entry] = []
        for given in acts:
            act = given(head[1]) if callable(given) else given
            full = {**common, **act.payload}
            made.append(next_entry(head, act.actor, act.action, act.patient_id, full))
            head = (made[-1].seq, made[-1].hash)
        if not made:
            return ()
        rows = [entry_row(entry) for entry in made]
        study.transaction(lambda cursor: insert_all(cursor, rows), made[-1])
        study.head = head
        mirror_entry(study, rows[-1])
    return tuple(made)


def insert_all(cursor: Cursor, rows: Sequence[Row]) -> None:
    """Insert log rows, many at once."""
    for first in range(0, len(rows), AT_ONCE):
        cursor.execute(INSERT_ALL, [list(column) for column in zip(*rows[first : first + AT_ONCE], strict=True)])


def require_writable(study: Study) -> None:
    """``ReadOnlyStudy`` if nothing can be recorded in it."""
    if study.read_only or study.mirror is None:
        raise ReadOnlyStudy(f"{study.path.name} is open for reading only: record this in the study itself")


def stamp(study: Study) -> dict[str, str]:
    """What every payload carries: version, session, and the hashes of the protocol and criteria in force."""
    return {
        "app_version": __version__,
        "session": study.session,
        "protocol_hash": study.protocol_document.hash,
        "criteria_hash": study.criteria_document.hash,
    }


def utc_now() -> str:
    """The present time in UTC, to the microsecond, as the log writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_in_words(recorded_at: str) -> str:
    """A time of the log as people write it, to the minute: ``2026-11-23 05:10 UTC``."""
    return f"{recorded_at[:10]} {recorded_at[11:16]} UTC"


def next_entry(
    head: tuple[int, str], actor: Actor, action: str, patient_id: str | None, payload: dict[str, Any]
) -> Entry:
    """The entry that follows ``head`` (seq and hash); ``StudyFileError`` if the payload is not plain JSON."""
    last, prev_hash = head
    recorded_at = utc_now()
    try:
        payload = json.loads(canonical_json(payload))  # what a reader of the log will get, e.g. lists for tuples
        digest = entry_hash(
            seq=last + 1,
            recorded_at=recorded_at,
            actor=actor.id,
            actor_name=actor.name,
            action=action,
            patient_id=patient_id,
            payload=payload,
            prev_hash=prev_hash,
        )
    except (TypeError, ValueError) as error:
        raise StudyFileError(f"{action} was not recorded: its text or numbers cannot be stored ({error})") from error
    return Entry(last + 1, recorded_at, actor.id, actor.name, action, patient_id, payload, prev_hash, digest)


def entry_row(entry: Entry) -> Row:
    """The entry as the log table holds it (payload as text)."""
    return (
        entry.seq,
        entry.recorded_at,
        entry.actor,
        entry.actor_name,
        entry.action,
        entry.patient_id,
        canonical_json(entry.payload),
        entry.prev_hash,
        entry.hash,
    )


def mirror_entry(study: Study, row: Row) -> None:
    """Write the committed row to the mirror, with any earlier ones that could not be written; ``MirrorNotWritten``."""
    mirror = study.mirror
    assert mirror is not None  # noqa: S101  append has refused read-only studies
    rows = [row] if mirror.count == row[0] - 1 else log_rows(study, after=mirror.count)
    try:
        write_mirror(study, mirror, rows)
    except OSError as error:
        raise not_written(mirror.path, row[0], error) from error


def write_mirror(study: Study, mirror: Mirror, rows: list[Row]) -> None:
    """Write the rows that the mirror lacks; all of it anew where one of them redacted an earlier one. ``OSError``.

    So the mirror holds a redacting entry only together with the redacted line.
    """
    if any(row[4] == REDACTED for row in rows):
        mirror.replace([mirror_line(each) for each in log_rows(study)])
    else:
        mirror.write([mirror_line(each) for each in rows])


def log_rows(study: Study, after: int = 0) -> list[Row]:
    """The rows of the log table after entry ``after``, in order, payload as text."""
    return study.rows(f"SELECT {COLUMNS} FROM log WHERE seq > ? ORDER BY seq", [after])


def entries(study: Study, *, patient_id: str | None = None, after: int = 0) -> tuple[Entry, ...]:
    """The entries after number ``after``, of one patient or of all, in order."""
    where, params = ("", [after]) if patient_id is None else (" AND patient_id = ?", [after, patient_id])
    rows = study.rows(f"SELECT {COLUMNS} FROM log WHERE seq > ?{where} ORDER BY seq", params)
    return tuple(entry_from(row) for row in rows)


def entry_from(row: Row) -> Entry:
    """A row of the log table as an entry, its payload decoded."""
    seq, recorded_at, actor, actor_name, action, patient_id, payload, prev_hash, digest = row
    return Entry(seq, recorded_at, actor, actor_name, action, patient_id, json.loads(payload), prev_hash, digest)
