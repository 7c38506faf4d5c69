"""Redaction: personal data that somebody typed into the log give way to a marker, and the chain still holds.

The only code that changes a log row. The row keeps its number, its links and its hash; the entry that redacts it
holds the hash and a digest of everything else in the row, so that any other change of it is still found
(ICH E6(R3) 4.2.2(b): personal data recorded in error).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hlh_tui.study.errors import RedactionRefused
from hlh_tui.study.log import COLUMNS, REDACTED, append, canonical_json, is_intact
from hlh_tui.study.schema import TRIGGERS, make_triggers

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Cursor

    from hlh_tui.study.models import Actor, Entry, Row
    from hlh_tui.study.study import Study

FREE_TEXT = frozenset({"reason", "note", "question", "answer", "text"})
"""The last name of a field that people type or that quotes a chart's words; nothing else can be redacted."""

DEEPEST = 6
"""Names in the longest path of a field."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """What entry ``seq`` redacted: ``fields`` of ``entry`` (dotted paths into its payload), and what vouches for it."""

    seq: int
    entry: int
    fields: tuple[str, ...]
    entry_hash: str
    rest_sha256: str

    @property
    def marker(self) -> str:
        """What stands in the place of the text."""
        return f"[redacted by entry {self.seq}]"


Redactions = Mapping[int, Sequence[Redaction]]
"""Entry number -> its redactions, in the order of the log."""


def redactions_in(rows: Iterable[Row]) -> dict[int, list[Redaction]]:
    """The redactions among log rows, by the entry they redact; an entry that is no well-formed one is left out."""
    found: dict[int, list[Redaction]] = {}
    for row in rows:
        if row[4] != REDACTED:
            continue
        redaction = redaction_of(row)
        if redaction is not None:
            found.setdefault(redaction.entry, []).append(redaction)
    return found


def redaction_of(row: Row) -> Redaction | None:
    """The redaction that a log row records; None if it is not well formed, or names a later entry or other fields."""
    try:
        said = json.loads(row[6])
        redaction = Redaction(row[0], said["entry"], tuple(said["fields"]), said["entry_hash"], said["rest_sha256"])
        fits = type(redaction.entry) is int and redaction.entry < redaction.seq and bool(redaction.fields)
        return redaction if fits and all(map(is_free_text, redaction.fields)) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def is_free_text(field: object) -> bool:
    """Whether the dotted path names a field that may be redacted."""
    if not isinstance(field, str):
        return False
    names = field.split(".")
    return names[-1] in FREE_TEXT and len(names) <= DEEPEST


def explained(row: Row, redactions: Redactions) -> bool:
    """Whether a row that does not give its hash is what its redactions left of it, and nothing else was changed.

    ``row``: a row of the log table as ``study.log.log_rows`` gives it; ``redactions``: ``redactions_in`` of the whole
    log. True only if every redaction of the row names its hash, each redacted field holds the marker of the entry
    that redacted it, and the digest in the last one is that of the row with those fields blanked. False for a row
    without a redaction. What it does not say: whether a redacting entry is itself intact; the chain says that.
    """
    mine = redactions.get(row[0], ())
    if not mine:
        return False
    try:
        payload = json.loads(row[6])
        if canonical_json(payload) != row[6] or any(each.entry_hash != row[8] for each in mine):
            return False
        held = all(text_at(payload, field) == each.marker for each in mine for field in each.fields)
        return held and mine[-1].rest_sha256 == rest_sha256(row, [field for each in mine for field in each.fields])
    except (ValueError, TypeError, RecursionError):
        return False


def rest_sha256(row: Row, fields: Iterable[str]) -> str:
    """SHA-256 (hex) of the canonical JSON of all nine fields of the row, the redacted ones of its payload blank."""
    named = dict(zip(COLUMNS.split(", "), row, strict=True))
    named["payload"] = with_texts(json.loads(row[6]), dict.fromkeys(fields, ""))
    return hashlib.sha256(canonical_json(named).encode("utf-8")).hexdigest()


def redacted_text(row: Row, redactions: Iterable[Redaction]) -> str:
    """The payload of the row as canonical JSON, a marker in the place of each redacted text."""
    texts = {field: each.marker for each in redactions for field in each.fields}
    return canonical_json(with_texts(json.loads(row[6]), texts))


def text_at(payload: Any, field: str) -> str | None:
    """The text at the dotted path, a number standing for a place in a list; None where there is no text."""
    for name in field.split("."):
        if isinstance(payload, dict):
            payload = payload.get(name)
        elif isinstance(payload, list) and name.isascii() and name.isdecimal() and int(name) < len(payload):
            payload = payload[int(name)]
        else:
            return None
    return payload if isinstance(payload, str) else None


def with_texts(payload: Any, texts: Mapping[str, str]) -> Any:
    """A copy of the payload with other texts at the dotted paths; ``ValueError`` where one leads to no text."""
    copy = json.loads(json.dumps(payload))
    for field, text in texts.items():
        if text_at(copy, field) is None:
            raise ValueError(f"{field} is no text")
        *above, last = field.split(".")
        inner = copy
        for name in above:
            inner = inner[int(name)] if isinstance(inner, list) else inner[name]
        inner[int(last) if isinstance(inner, list) else last] = text
    return copy


def redact(study: Study, actor: Actor, seq: int, fields: Sequence[str], reason: str) -> Entry:
    """Put a marker in the place of texts in entry ``seq``, in database and mirror, and return the redacting entry.

    The row changes in the transaction that appends the entry, and the mirror is written anew as a whole, so that a
    crash leaves either everything or nothing; a mirror that was not reached is completed at the next opening.
    ``RedactionRefused``: no reason, no such entry, a field that holds no typed text or is redacted already, or an
    entry that is not as it was written. Otherwise raises as ``append`` does.
    """
    if not reason.strip():
        raise RedactionRefused("a redaction needs a reason: say in a sentence why the text must go")
    with study.writing:
        row, before = row_to_redact(study, seq)
        refuse_unfit(row, fields, before)
        every = [field for each in before for field in each.fields] + list(fields)
        made = Redaction(study.head[0] + 1, seq, tuple(fields), row[8], rest_sha256(row, every))
        payload = {
            "entry": seq,
            "fields": list(fields),
            "entry_hash": made.entry_hash,
            "rest_sha256": made.rest_sha256,
            "reason": reason.strip(),
        }
        return append(study, actor, REDACTED, row[5], payload, also=lambda cursor: blank(cursor, [(row, [made])]))


def row_to_redact(study: Study, seq: int) -> tuple[Row, Sequence[Redaction]]:
    """The log row and its redactions so far; ``RedactionRefused`` if it is not there or not as it was written."""
    rows = study.rows(f"SELECT {COLUMNS} FROM log WHERE seq = ?", [seq])
    if not rows:
        raise RedactionRefused(f"there is no entry {seq}: the log runs from entry 1 to entry {study.head[0]}")
    known = redactions_in(study.rows(f"SELECT {COLUMNS} FROM log WHERE action = ? ORDER BY seq", [REDACTED]))
    if not is_intact(rows[0]) and not explained(rows[0], known):
        raise RedactionRefused(f"entry {seq} is not what was written: run hlh-tui verify before anything is redacted")
    return rows[0], known.get(seq, ())


def refuse_unfit(row: Row, fields: Sequence[str], before: Sequence[Redaction]) -> None:
    """Raise ``RedactionRefused`` for the first field that cannot be redacted."""
    gone = {field: each.seq for each in before for field in each.fields}
    payload = json.loads(row[6])
    there = [name for name in free_texts(payload) if name not in gone]
    choice = f"it has {', '.join(there)}" if there else "it holds no text that somebody typed"
    if not fields or len(set(fields)) != len(fields):
        raise RedactionRefused(f"name each field of entry {row[0]} that must go, once; {choice}")
    for field in fields:
        if field in gone:
            raise RedactionRefused(f"{field} of entry {row[0]} was redacted by entry {gone[field]}")
        if field not in there:
            raise RedactionRefused(f"entry {row[0]} has no text {field!r} that could be redacted; {choice}")


def free_texts(payload: Any, under: str = "") -> list[str]:
    """The dotted paths of the texts in a payload that may be redacted, empty ones left out."""
    found: list[str] = []
    pairs = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for name, value in pairs:
        path = f"{under}{name}"
        if "." in str(name):
            continue
        if isinstance(value, str) and value and is_free_text(path):
            found.append(path)
        elif isinstance(value, dict | list) and path.count(".") < DEEPEST - 1:
            found += free_texts(value, f"{path}.")
    return found


def blank(cursor: Cursor, rows: Iterable[tuple[Row, Sequence[Redaction]]]) -> None:
    """Replace the redacted texts of log rows in the cursor's transaction; after it the triggers stand again."""
    for name in TRIGGERS:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON log")
    for row, redactions in rows:
        given = [redacted_text(row, redactions), row[0], row[8]]
        cursor.execute("UPDATE log SET payload = ? WHERE seq = ? AND hash = ?", given).fetchall()
    make_triggers(cursor)
