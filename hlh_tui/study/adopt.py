"""A study adopts another criteria document; the one before stays, and the log holds the whole text of both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hlh_tui.study.create import document_payload
from hlh_tui.study.errors import AdoptionRefused
from hlh_tui.study.log import append, utc_now

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Cursor

    from hlh_tui.protocol.models import Adopted
    from hlh_tui.study.models import Actor, Entry, Row
    from hlh_tui.study.study import Study

ACTION = "criteria_adopted"
STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"


def adopt_criteria(study: Study, actor: Actor, document: Adopted, reason: str) -> Entry:
    """Put the criteria document in force from now on and return the log entry, which holds its whole text.

    A document that was in force before may come back. ``AdoptionRefused`` says in a sentence what is in the way: the
    document is in force already, its id and version name another text, it is no response set, it has categories that
    the study's protocol has not, or the reason is missing. ``ProtocolError`` for a document that cannot be read.
    """
    if not reason.strip():
        raise AdoptionRefused("an adoption needs a reason: say in a sentence why the study changes its criteria")
    with study.writing:
        old = study.criteria_document
        refuse_unfit(study, document)
        payload = {
            "criteria": document_payload(document),
            "old": {"id": old.id, "version": old.version, "hash": old.hash},
            "reason": reason.strip(),
            "adopted_at": after_the_last(study),
        }
        try:
            return append(study, actor, ACTION, payload=payload, also=lambda cursor: write_adopted(cursor, payload))
        finally:  # also when only the mirror could not be written: read anew from the table
            study.__dict__.pop("criteria_document", None)


def refuse_unfit(study: Study, document: Adopted) -> None:
    """Raise ``AdoptionRefused`` (or ``ProtocolError``) for a document that this study cannot adopt."""
    from hlh_tui.protocol.criteria_choices import check_choices
    from hlh_tui.protocol.criteria_file import criteria_set

    named = f"{document.id} {document.version}"
    if document.hash == study.criteria_document.hash:
        raise AdoptionRefused(f"{named} is in force in {study.path.name} already; nothing was recorded")
    for where, digest in known_texts(study, document):
        if digest != document.hash:
            raise AdoptionRefused(
                f"{named} is already the name of another text, {where}: raise the version in the file, or give it an"
                " id of its own, so that the two can be told apart"
            )
    criteria = criteria_set(document)
    if criteria.kind != "response":
        raise AdoptionRefused(
            f"{named} is a set for {criteria.kind}, and a study adopts a response set; look at it with"
            f" hlh-tui assess {study.path.name} --criteria {document.id}"
        )
    allowed = [category.id for category in study.protocol.categories]
    foreign = [each for each in criteria.outcomes if each not in allowed]
    if foreign:
        raise AdoptionRefused(
            f"{named} has the {'category' if len(foreign) == 1 else 'categories'} {', '.join(foreign)}, which the"
            f" protocol {study.protocol.id} of this study has not; it has {', '.join(allowed)}"
        )
    check_choices(criteria)


def known_texts(study: Study, document: Adopted) -> Iterable[tuple[str, str]]:
    """Where a text of that id and version is known, and its hash: adopted by the study, or bundled."""
    from hlh_tui.protocol.load import CRITERIA, bundled, read_bundled

    rows = study.rows(
        "SELECT hash FROM protocol WHERE kind = 'criteria' AND id = ? AND version = ?", [document.id, document.version]
    )
    yield from (("adopted by this study before", digest) for (digest,) in rows)
    if document.id in bundled(CRITERIA):
        other = read_bundled(CRITERIA, document.id)
        if other.version == document.version and not rows:
            yield "bundled with hlh-tui", other.hash


def after_the_last(study: Study) -> str:
    """The present time, or just after the last adoption where the clock was set back: the latest one is in force."""
    ((last,),) = study.rows("SELECT max(adopted_at) FROM protocol WHERE kind = 'criteria'")
    now = utc_now()
    if now > last:
        return now
    return (datetime.strptime(last, STAMP).replace(tzinfo=UTC) + timedelta(microseconds=1)).strftime(STAMP)


def write_adopted(cursor: Cursor, payload: dict[str, Any]) -> None:
    """The row of an adoption in the table protocol; one that is there already becomes the latest."""
    document, at = payload["criteria"], payload["adopted_at"]
    there = cursor.execute("SELECT count(*) FROM protocol WHERE hash = ?", [document["hash"]]).fetchone()
    if there and there[0]:
        cursor.execute("UPDATE protocol SET adopted_at = ? WHERE hash = ?", [at, document["hash"]])
        return
    cursor.execute(
        "INSERT INTO protocol (hash, kind, id, version, toml, adopted_at) VALUES (?, 'criteria', ?, ?, ?, ?)",
        [document["hash"], document["id"], document["version"], document["toml"], at],
    )


def adoptions(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The payloads of the adoptions among log rows, in order."""
    return [json.loads(row[6]) for row in rows if row[4] == ACTION]
