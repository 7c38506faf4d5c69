"""Who took part in a study: one row for each person, and one for each change of a role (ICH E6(R3) 4.2.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hlh_tui.review.signatures.errors import KeyRefused
from hlh_tui.review.signatures.public_keys import public_bytes

if TYPE_CHECKING:
    from hlh_tui.export.record import Done, Record, Rows

ROLE_CHANGES = ("study_created", "person_registered", "person_withdrawn")
CHANGE = {"study_created": "made the study", "person_registered": "registered", "person_withdrawn": "withdrawn"}


@dataclass(slots=True)
class Known:
    """What the log says of one person so far."""

    name: str
    role: str | None = None
    since: str | None = None
    until: str | None = None
    key: str | None = None
    entries: int = 0
    first: str | None = None
    last: str | None = None
    training: list[bool] = field(default_factory=list)
    signed: list[bool] = field(default_factory=list)
    genuine: bool = False


def key_fingerprint(public_key: str | None) -> str | None:
    """SHA-256 (hex) of the 32 bytes of a public key; None where there is none, or none that can be read."""
    try:
        return None if public_key is None else hashlib.sha256(public_bytes(public_key)).hexdigest()
    except KeyRefused:
        return None


def role_changes(record: Record) -> tuple[Done, ...]:
    """The entries that gave, changed or took a role, in order; making a study makes its first coordinator."""
    return tuple(one for one in record.of(*ROLE_CHANGES) if one.said.get("pack") is None)


def people_rows(record: Record) -> Rows:
    """Everybody who has or had a role, or is named as the author of an entry, by id; columns of dictionary.toml."""
    known: dict[str, Known] = {}
    for change in role_changes(record):
        _take(known, change)
    for row in record.log:
        _, recorded_at, actor, name = row[:4]
        one = known.setdefault(actor, Known(name))
        one.entries += 1
        one.first, one.last = one.first or recorded_at, recorded_at
    for certificate in record.certificates:
        reader = certificate["reader"]
        known.setdefault(reader["id"], Known(reader["name"])).training.append(bool(certificate["passed"]))
    for each in record.signatures:
        one = known.setdefault(each.signer, Known(each.printed_name))
        one.signed.append(each.valid)
        one.genuine = one.genuine or each.genuine
    return [_row(person, one) for person, one in sorted(known.items())]


def _take(known: dict[str, Known], change: Done) -> None:
    said = change.said
    if change.action == "study_created":
        known[change.actor] = Known(change.actor_name, "coordinator", change.recorded_at)
        return
    person = said["person"]
    one = known.setdefault(person["id"], Known(person["name"]))
    one.name = person["name"]
    if change.action == "person_withdrawn":
        one.until = change.recorded_at
        return
    if one.role != said["role"] or one.until is not None:
        one.role, one.since, one.until = said["role"], change.recorded_at, None
    one.key = said.get("public_key")


def _row(person: str, one: Known) -> tuple[Any, ...]:
    return (
        *(person, one.name, one.role, one.since, one.until, one.key, key_fingerprint(one.key)),
        "signed" if one.genuine else "claimed",
        *(one.signed.count(True), one.signed.count(False)),
        any(one.training) if one.training else None,
        *(one.entries, one.first, one.last),
    )


def role_rows(record: Record) -> Rows:
    """Each registration, change of role or key, and withdrawal, in order; columns of dictionary.toml."""
    rows: Rows = []
    for one in role_changes(record):
        said = one.said
        made = one.action == "study_created"
        person = {"id": one.actor, "name": one.actor_name} if made else said["person"]
        key = said.get("public_key")
        old = said.get("old") or {}
        rows.append(
            (
                *(one.seq, one.recorded_at, person["id"], person["name"], CHANGE[one.action]),
                *("coordinator" if made else said.get("role"), old.get("role"), key, key_fingerprint(key)),
                *(said.get("reason"), one.actor, one.actor_name),
            )
        )
    return rows
