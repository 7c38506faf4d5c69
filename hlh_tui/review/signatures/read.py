"""Signatures and the decisions under them, as the log holds them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from hlh_tui.review.signatures.models import Signed, SignedEntry

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

SIGNED = """
SELECT seq, recorded_at, actor, actor_name, coalesce(patient_id, ''), payload, prev_hash, hash
FROM log
WHERE action = 'signed' AND (CAST($1 AS VARCHAR) IS NULL OR patient_id = CAST($1 AS VARCHAR))
ORDER BY seq"""

DECIDED = """
SELECT seq, hash, coalesce(patient_id, ''), actor, actor_name, recorded_at,
       payload ->> '$.pack.id', payload ->> '$.pack.hash', payload ->> '$.category', payload ->> '$.role'
FROM log
WHERE action = 'decided' AND (CAST($1 AS VARCHAR) IS NULL OR patient_id = CAST($1 AS VARCHAR))
ORDER BY seq"""

FIRST_KEYS = """
SELECT actor, arg_min(payload ->> '$.public_key', seq)
FROM log
WHERE action = 'signed'
GROUP BY actor"""

HASHES = "SELECT seq, hash FROM log WHERE action = 'decided'"


@dataclass(frozen=True, slots=True)
class DecidedEntry:
    """A ``decided`` entry as far as a signature needs it; ``pack_id`` and ``pack_hash`` where it was merged."""

    seq: int
    hash: str
    patient_id: str
    reader: str
    reader_name: str
    recorded_at: str
    pack_id: str | None
    pack_hash: str | None
    category: str
    role: str


def signed_entries(study: Study, patient_id: str | None = None) -> tuple[SignedEntry, ...]:
    """Every ``signed`` entry, of one case or of all, in the order of the log."""
    return tuple(signed_entry(row) for row in study.rows(SIGNED, (patient_id,)))


def signed_entry(row: tuple[Any, ...]) -> SignedEntry:
    """A row of ``SIGNED`` as a record."""
    seq, recorded_at, actor, actor_name, patient_id, text, prev_hash, digest = row
    payload: dict[str, Any] = json.loads(text)
    pack = payload.get("pack")
    merged_from = pack["id"] if isinstance(pack, dict) and isinstance(pack.get("id"), str) else None
    try:
        signed = msgspec.convert(payload, Signed)
    except msgspec.ValidationError:
        signed = None
    return SignedEntry(seq, recorded_at, actor, actor_name, patient_id, prev_hash, digest, merged_from, signed, payload)


def decided_entries(study: Study, patient_id: str | None = None) -> tuple[DecidedEntry, ...]:
    """Every ``decided`` entry, of one case or of all, in the order of the log, also those that count no longer."""
    return tuple(DecidedEntry(*row) for row in study.rows(DECIDED, (patient_id,)))


def first_keys(study: Study) -> dict[str, str | None]:
    """Signer -> the public key of their first signature, by which an open study knows who was not registered."""
    return dict(study.rows(FIRST_KEYS))


def decision_hashes(study: Study) -> dict[int, str]:
    """Number -> hash of every ``decided`` entry."""
    return dict(study.rows(HASHES))
