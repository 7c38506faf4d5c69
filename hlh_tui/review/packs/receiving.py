"""Reading what came back: the chain of a return or of a reader's study file, checked in itself."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import _duckdb as duckdb

from hlh_tui.review.packs.container import damaged, opened, too_large
from hlh_tui.review.packs.errors import FileRefused
from hlh_tui.review.packs.limits import limits
from hlh_tui.review.packs.manifest import ReturnManifest, manifest_from
from hlh_tui.review.packs.models import Received
from hlh_tui.study.engine import MAGIC, MAGIC_AT
from hlh_tui.study.errors import StudyFileError, StudyInUse
from hlh_tui.study.file import open_study
from hlh_tui.study.left import parse_line
from hlh_tui.study.log import log_rows
from hlh_tui.study.models import Row
from hlh_tui.study.opening import entry_count
from hlh_tui.study.verify import chain_faults

WHAT = "what a reader returned with hlh-tui return"
LONGEST = 500
"""Characters of a name, an action or a code."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def received(file: Path) -> Received:
    """The content of a return, or of a reader's study file, its chain unbroken and as long as it says.

    ``FileRefused`` names what is wrong: no pack, damaged, sealed, too large, altered or truncated.
    """
    try:
        with file.open("rb") as start:
            head = start.read(64)
            start.seek(0)
            digest = hashlib.file_digest(start, "sha256").hexdigest()
    except OSError as error:
        raise FileRefused("damaged", f"{file} cannot be read ({error.strerror}); check the name") from error
    if head[MAGIC_AT] == MAGIC:
        return from_study(file, digest)
    with opened(file, limits().returned, WHAT) as container:
        text = container.read("manifest.json")
        try:
            manifest = manifest_from(text, ReturnManifest)
        except ValueError as error:
            raise damaged(file, f"manifest.json: {error}") from error
        sha256 = hashlib.sha256()
        rows = tuple(rows_from(file, lines_from(file, hashed(container.pieces("log.jsonl"), sha256))))
        signature = container.read("signature.json") if container.has("signature.json") else None
    require_chain(file, rows)
    if len(rows) < manifest.entries:
        raise FileRefused(
            "truncated",
            f"{file.name} was truncated: it says that it has {entry_count(manifest.entries)} and holds {len(rows)};"
            " ask for it again",
        )
    pack = pack_said(file, rows)
    said = (manifest.entries, manifest.head, manifest.log_sha256, manifest.pack_id, manifest.study_id)
    if said != (len(rows), rows[-1][8], sha256.hexdigest(), pack["pack_id"], pack["study_id"]):
        raise FileRefused("altered", f"{file.name} was altered: its log is not the one that its manifest describes")
    if (manifest.reader.id, manifest.reader.name) != (pack["reader"]["id"], pack["reader"]["name"]):
        raise FileRefused(
            "wrong_reader", f"{file.name} says that it is from {manifest.reader.name}, and its pack is not theirs"
        )
    return Received(file, pack, rows, digest, text, signature)


def from_study(file: Path, digest: str) -> Received:
    """What a reader's study file holds."""
    try:
        with open_study(file, read_only=True) as study:
            rows = tuple(log_rows(study))
    except StudyInUse as error:
        raise FileRefused("in_use", str(error)) from error
    except (StudyFileError, duckdb.Error, OSError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise FileRefused("damaged", f"{file.name} cannot be merged: {why}") from error
    require_chain(file, rows)
    return Received(file, pack_said(file, rows), rows, digest)


def hashed(pieces: Iterable[bytes], digest: Any) -> Iterator[bytes]:
    """The pieces, each counted in the digest."""
    for piece in pieces:
        digest.update(piece)
        yield piece


def lines_from(file: Path, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a log without their newline; ``FileRefused`` for a line that is too long or not finished."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > limits().log.line:
            raise too_large(file, "log.jsonl")
    if rest:
        raise FileRefused("truncated", f"{file.name} was truncated: the last line of its log is cut; ask for it again")


def rows_from(file: Path, lines: Iterable[bytes]) -> Iterator[Row]:
    """The log row of each line; ``FileRefused`` for a line that no log has, and for more lines than any log has."""
    for number, line in enumerate(lines, start=1):
        row = parse_line(line) if len(line) <= limits().log.line else None
        if row is None:
            raise FileRefused("altered", f"{file.name} was altered: line {number} of its log is not an entry")
        if number > limits().log.entries:
            raise too_large(file, "log.jsonl")
        yield row


def require_chain(file: Path, rows: Sequence[Row]) -> None:
    """``FileRefused`` unless the rows are an unbroken chain from entry 1, each of the types that a log has."""
    for row in rows:
        if not is_typed(row):
            raise FileRefused("altered", f"{file.name} was altered: an entry of its log is not one that hlh-tui writes")
    faults = chain_faults(rows)
    if faults:
        raise FileRefused("altered", f"{file.name} was altered: {faults[0].problem}")


def is_typed(row: Row) -> bool:
    """Whether a log row has the types that a log has, and a time that is one."""
    seq, recorded_at, actor, actor_name, action, patient_id, payload, prev_hash, digest = row
    texts = (recorded_at, actor, actor_name, action, payload, prev_hash, digest)
    if type(seq) is not int or not all(isinstance(text, str) for text in texts):
        return False
    if not (patient_id is None or isinstance(patient_id, str)) or not TIME.fullmatch(recorded_at):
        return False
    if any(len(text or "") > LONGEST for text in (actor, actor_name, action, patient_id)):
        return False
    try:
        datetime.fromisoformat(recorded_at)
    except ValueError:
        return False
    return True


def pack_said(file: Path, rows: Sequence[Row]) -> dict[str, Any]:
    """What entry 1 says of the pack; ``FileRefused`` where it is no pack."""
    try:
        created = json.loads(rows[0][6])
        pack = created["pack"]
        texts = (pack["pack_id"], pack["study_id"], pack["reader"]["id"], pack["reader"]["name"])
        documents = (created["protocol"]["hash"], created["criteria"]["hash"])
        if rows[0][4] != "study_created" or not all(isinstance(text, str) for text in (*texts, *documents)):
            raise TypeError
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise FileRefused("not_a_pack", f"{file.name} is not from a pack; name {WHAT}") from error
    return {**pack, "protocol_hash": documents[0], "criteria_hash": documents[1]}
