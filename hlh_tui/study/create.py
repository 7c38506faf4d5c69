"""A new study: its tables, its facts, the adopted documents and the first log entry, in one transaction."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.study.engine import connect
from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.lock import Lock
from hlh_tui.study.log import FIRST_PREV, append, utc_now
from hlh_tui.study.mirror import create_mirror
from hlh_tui.study.places import Places, sync_folder
from hlh_tui.study.schema import SCHEMA_VERSION, write_tables
from hlh_tui.study.study import Study, checkpoint

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Cursor

    from hlh_tui.protocol.models import Adopted
    from hlh_tui.study.models import Actor


@dataclass(frozen=True, slots=True)
class Packed:
    """What makes a new study a pack: what its first entry says of it, and what writes its charts.

    ``says``: pack_id, study_id (of the study it came from), reader, cases, until. ``write`` runs in the transaction
    of entry 1, after the tables are made.
    """

    says: Mapping[str, Any]
    write: Callable[[Cursor], None]


def require_vacant(where: Places) -> None:
    """``StudyFileError`` if a study, or what is left of one, has that name."""
    if where.database.exists():
        raise StudyFileError(f"{where.database} exists already: choose another name, or open it with hlh-tui open")
    for left in (where.wal, where.mirror):
        if left.exists():
            raise StudyFileError(
                f"{left.name} is left of another study of that name: choose another name,"
                f" or bring that study back with hlh-tui recover {where.database}"
            )


def fill(
    where: Places,
    lock: Lock,
    protocol: Adopted,
    criteria: Adopted,
    actor: Actor,
    *,
    synthetic: bool,
    staging: Path | None,
    packed: Packed | None = None,
) -> Study:
    """The new study, open; nothing of it stays behind if it cannot be made."""
    from hlh_tui.protocol.load import study_protocol

    title, says = study_protocol(protocol).title, None if packed is None else packed.says
    facts = new_facts(str(uuid.uuid4()), title, synthetic=synthetic, created_at=utc_now(), pack=says)

    def write(cursor: Cursor) -> None:
        write_tables(cursor, facts, (("study", protocol), ("criteria", criteria)))
        if packed is not None:
            packed.write(cursor)

    study = None
    try:
        study = Study(where, lock, connect(where, staging=staging), facts, read_only=False, staging=staging)
        study.head = (0, FIRST_PREV)
        # The tables come with the first entry, which names both documents already.
        study.__dict__.update(protocol_document=protocol, criteria_document=criteria)
        study.mirror = create_mirror(where.mirror)
        append(
            study,
            actor,
            "study_created",
            payload=created_payload(facts, protocol, criteria, synthetic=synthetic, pack=says),
            also=write,
        )
        checkpoint(study)
        sync_folder(where.database.parent)
    except BaseException:
        if study is not None:
            study.connection.close()
        for made in where.files:
            with contextlib.suppress(OSError):
                made.unlink(missing_ok=True)
        raise
    return study


def new_facts(
    study_id: str, title: str, *, synthetic: bool, created_at: str, pack: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """The rows of the table study; ``pack``: what entry 1 says of a pack, None for any other study."""
    facts = {
        "schema_version": str(SCHEMA_VERSION),
        "study_id": study_id,
        "title": title,
        "synthetic": "true" if synthetic else "false",
        "created_at": created_at,
    }
    if pack is not None:
        facts |= {"pack_id": pack["pack_id"], "pack_of": pack["study_id"], "pack_reader": pack["reader"]["name"]}
    return facts


def created_payload(
    facts: dict[str, str],
    protocol: Adopted,
    criteria: Adopted,
    *,
    synthetic: bool,
    pack: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the first entry holds: enough to make the study anew, the full text of both documents included."""
    payload = {
        "study_id": facts["study_id"],
        "created_at": facts["created_at"],
        "protocol": document_payload(protocol),
        "criteria": document_payload(criteria),
        "synthetic": synthetic,
    }
    return payload if pack is None else {**payload, "pack": dict(pack)}


def document_payload(document: Adopted) -> dict[str, str]:
    """An adopted document as a JSON object."""
    return {"id": document.id, "version": document.version, "hash": document.hash, "toml": document.toml}
