"""An entry of a pack as an entry of the study, and back: nothing of what the reader recorded is lost.

Code becomes patient, numbers of entries become those of the study, and a decision on a hidden repeat gets the role
``repeat``. Under ``pack`` stay the entry's own number, hash and time, its code, and whatever was changed, so that the
original can be made again and its hash recomputed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hlh_tui.study.log import COLUMNS, REDACTED, canonical_json, entry_from, entry_row, is_intact
from hlh_tui.study.models import Act, Actor, Entry, Row
from hlh_tui.study.redaction import explained, redactions_in

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

KEPT = "pack_entry"
"""The action of an entry that has no effect on the study: what happened to the pack's own file."""
NUMBERS = {
    "decided": "old.seq",
    "undone": "undoes",
    "redone": "redoes",
    "query_closed": "query",
    "query_reopened": "query",
    "signed": "decision.seq",
}
"""Where the payload of an action names another entry by its number."""
MARKS = ("flagged", "unflagged")
STAMP = ("app_version", "session", "protocol_hash", "criteria_hash")
"""What the log adds to a payload that does not say it."""

Cases = Mapping[str, tuple[str, bool]]
"""Code -> patient id, and whether the case is a hidden repeat."""

MERGED = """
SELECT seq, recorded_at, actor, actor_name, action, patient_id, payload, prev_hash, hash
FROM log
WHERE json_extract_string(payload, '$.pack.id') = $1
ORDER BY CAST(json_extract_string(payload, '$.pack.seq') AS BIGINT)"""

REDACTIONS = f"SELECT {COLUMNS} FROM log WHERE action = $1 ORDER BY seq"


def translated(row: Row, pack_id: str, cases: Cases, numbers: Mapping[int, int], *, effective: bool) -> Act:
    """The act to record for a pack's log row; ``numbers``: entry of the pack -> entry of the study.

    An entry that is not ``effective`` is kept whole under ``pack_entry``.
    """
    seq, recorded_at, actor, actor_name, action, code, text, prev_hash, digest = row
    origin = {"id": pack_id, "seq": seq, "hash": digest, "prev_hash": prev_hash, "recorded_at": recorded_at}
    patient, repeat = (None, False) if code is None else cases[code]
    payload = json.loads(text)
    was: dict[str, Any] = {}
    added: list[str] = []
    if effective:
        added += [name for name in STAMP if name not in payload]
        path = NUMBERS.get(action)
        number = None if path is None else value_at(payload, path)
        if path is not None and number is not None:
            was[path] = number
            put_at(payload, path, numbers[number])
        if repeat and action == "decided":
            was["role"], payload["role"] = payload["role"], "repeat"
        if repeat and action in MARKS:
            added.append("role")
            payload["role"] = "repeat"
    else:
        payload = {"action": action, "payload": payload}
    payload["pack"] = {**origin, "case": code, "was": was, "added": added}
    return Act(Actor(actor, actor_name), action if effective else KEPT, patient, payload)


def original(entry: Entry) -> Row:
    """The log row of the pack that an entry was merged from; ``KeyError`` or ``TypeError`` if it was not."""
    said = entry.payload["pack"]
    action, payload = entry.action, {name: value for name, value in entry.payload.items() if name != "pack"}
    if action == KEPT:
        action, payload = payload["action"], payload["payload"]
    payload = json.loads(canonical_json(payload))
    for name in said["added"]:
        payload.pop(name, None)
    for path, value in said["was"].items():
        put_at(payload, path, value)
    return (
        said["seq"],
        said["recorded_at"],
        entry.actor,
        entry.actor_name,
        action,
        said["case"],
        canonical_json(payload),
        said["prev_hash"],
        said["hash"],
    )


def merged_entries(study: Study, pack_id: str) -> tuple[Entry, ...]:
    """The study's entries that came from a pack, in the order of the pack."""
    return tuple(map(entry_from, study.rows(MERGED, (pack_id,))))


def faults(study: Study, pack_id: str) -> Iterator[tuple[int, str]]:
    """Merged entries (number, what is wrong) from which the reader's own entry cannot be made again.

    One that was redacted cannot be either; its redaction vouches for the rest of it.
    """
    redacted = redactions_in(study.rows(REDACTIONS, (REDACTED,)))
    for entry in merged_entries(study, pack_id):
        if entry.seq in redacted and explained(entry_row(entry), redacted):
            continue
        row = original(entry)
        if not is_intact(row):
            yield entry.seq, f"entry {entry.seq} is not what entry {row[0]} of the pack of {row[3]} says"


def value_at(payload: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    found: Any = payload
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def put_at(payload: dict[str, Any], path: str, value: object) -> None:
    """Put a value at a dotted path that is there."""
    *above, last = path.split(".")
    inner = payload
    for name in above:
        inner = inner[name]
    inner[last] = value
