"""Anchors: what was written down of the log outside of it, against which a rebuilt or shortened log does not hold.

A chain of hashes shows every change that is not carried through to its end. Somebody who hashes everything anew, or
cuts the end off, is found only by a copy that they did not change: an export, a certificate, a cut, a backup, a
return, or the head that somebody wrote down.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.mirror import HASH_AT
from hlh_tui.study.models import Row
from hlh_tui.study.places import SUFFIX, places
from hlh_tui.study.seal import ARMOR, sealed_kind

HASH = re.compile(r"[0-9a-f]{64}")
ENTRIES_LINE = re.compile(r"^entries:? (\d{1,12})\b", re.MULTILINE)
HEAD_LINE = re.compile(r"^head:? ([0-9a-f]{64})$", re.MULTILINE)
STUDY_LINE = re.compile(r"^study(?: id)? ([0-9a-f]{8}-[0-9a-f-]{27})$", re.MULTILINE)
LARGEST_TEXT = 64_000_000
"""Bytes of a JSON or text file beyond which it is no anchor."""
LOGS = ("log.jsonl", "study.log.jsonl")
"""What the log is called in a return and in a pack."""
LONGEST_LINE = 64_000_000
MOST_LINES = 10_000_000


@dataclass(frozen=True, slots=True)
class Point:
    """An entry that must be in the log: its number, its hash, and what says so."""

    seq: int
    hash: str
    what: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a file outside holds of a log: ``points`` of the study, or ``pack`` entries that were merged from a pack.

    ``merged``: hashes of entries in the log of pack ``pack_id``, with the action of each.
    """

    name: str
    study_id: str | None = None
    points: tuple[Point, ...] = ()
    pack_id: str | None = None
    merged: tuple[tuple[int, str, str], ...] = ()


def anchors_at(path: Path) -> tuple[Anchor, ...]:
    """The anchors that a file or a folder holds; ``StudyFileError`` where there is none, or it cannot be read."""
    path = path.expanduser()
    try:
        found = tuple(anchors_in(path))
    except OSError as error:
        raise StudyFileError(f"{error.filename or path} cannot be read ({error.strerror}); check the name") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise StudyFileError(f"{path} is damaged ({error}); ask for it again") from error
    if not any(each.points or each.merged for each in found):
        raise StudyFileError(
            f"{path} holds no entries and head of a log; name an export, a certificate, a cut, a backup or a return"
        )
    return found


def anchors_in(path: Path) -> Iterator[Anchor]:
    """Every anchor at ``path``."""
    if path.is_dir():
        for each in sorted(path.iterdir()):
            if each.is_file() and each.suffix in (".txt", ".json", ".jsonl"):
                yield from anchors_in_file(each, f"{each.name} in {path.name}")
        return
    if path.name.endswith(SUFFIX):
        mirror = places(path).mirror
        yield from anchors_in_file(mirror, mirror.name)
        return
    yield from anchors_in_file(path, path.name)


def anchors_in_file(path: Path, name: str) -> Iterator[Anchor]:
    """The anchors of one file, by what it begins with."""
    with path.open("rb") as file:
        start = file.read(64)
        file.seek(0)
        if sealed_kind(start) is not None or start.startswith(ARMOR):
            raise StudyFileError(f"{name} is sealed; open it first with hlh-tui unseal {name}")
        if start.startswith(b"PK"):
            yield from anchors_in_zip(file, name)
        elif path.suffix == ".jsonl":
            yield from anchors_in_lines(file, name)
        else:
            content = file.read(LARGEST_TEXT + 1)
            if len(content) <= LARGEST_TEXT:
                yield from anchors_in_text(content.decode("utf-8", "replace"), name)


def anchors_in_text(text: str, name: str) -> Iterator[Anchor]:
    """The anchors of a JSON document or of lines such as ``entries 45`` and ``head 3f9a...``."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        entries, head, study = ENTRIES_LINE.search(text), HEAD_LINE.search(text), STUDY_LINE.search(text)
        if entries and head:
            point = Point(int(entries[1]), head[1], f"the head in {name}")
            yield Anchor(name, study[1] if study else None, (point,))
        return
    if isinstance(document, dict):
        points = tuple(points_in(document, name))
        study_id = document.get("study_id")
        if points:  # what names no entry vouches for nothing, such as the agreement in an export
            yield Anchor(name, study_id if isinstance(study_id, str) else None, points)


def points_in(document: dict[str, Any], name: str) -> Iterator[Point]:
    """The entries that a JSON object names: its head, and the signatures in it."""
    entries, head = document.get("entries"), document.get("head")
    if type(entries) is int and entries > 0 and isinstance(head, str) and HASH.fullmatch(head):
        yield Point(entries, head, f"the head in {name}")
    listed = document.get("signatures")
    for each in listed if isinstance(listed, list) else ():
        numbered = isinstance(each, dict) and type(each.get("seq")) is int and each["seq"] > 0
        if numbered and HASH.fullmatch(str(each.get("hash"))):
            who, case = each.get("printed_name"), each.get("patient_id")
            yield Point(each["seq"], each["hash"], f"the signature of {who} on {case} in {name}")


def anchors_in_lines(file: Iterable[bytes], name: str) -> Iterator[Anchor]:
    """The anchor of a log as lines of JSON: every entry of it."""
    hashes: list[str] = []
    study_id, pack_id, actions = None, None, []
    for number, line in enumerate(file):
        digest = line.rstrip(b"\n")[HASH_AT].decode("ascii", "replace")
        follows = line.startswith(b'{"seq":%d,' % (number + 1)) and HASH.fullmatch(digest)
        if number >= MOST_LINES or len(line) > LONGEST_LINE or not follows:
            break  # a torn last line, or no log
        if number == 0:
            study_id, pack_id = origin(line)
        hashes.append(digest)
        actions.append(action_in(line))
    if pack_id is not None:
        numbered = enumerate(zip(hashes, actions, strict=True), start=1)
        merged = tuple((seq, digest, action) for seq, (digest, action) in numbered)
        yield Anchor(name, study_id, pack_id=pack_id, merged=merged)
    elif hashes:
        yield Anchor(name, study_id, tuple(Point(seq, digest, name) for seq, digest in enumerate(hashes, 1)))


def origin(line: bytes) -> tuple[str | None, str | None]:
    """The study that a log's first line makes, and the pack if it is one's (the study is then the one it is of)."""
    try:
        return origin_of(json.dumps(json.loads(line)["payload"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, None


def origin_of(payload: str) -> tuple[str | None, str | None]:
    """What the payload of entry 1 says: the study, and the pack if it makes one."""
    try:
        said = json.loads(payload)
        pack = said.get("pack")
        return (said["study_id"], None) if pack is None else (pack["study_id"], pack["pack_id"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, None


def action_in(line: bytes) -> str:
    """The action of a log line, for sentences."""
    found = re.search(rb'"action":"([a-z_]{1,40})"', line[:4096])
    return found[1].decode("ascii") if found else "entry"


def anchors_in_zip(file: IO[bytes], name: str) -> Iterator[Anchor]:
    """The anchor of a return or a pack: the log in it."""
    with zipfile.ZipFile(file) as packed:
        for member in packed.infolist():
            if member.filename in LOGS and member.file_size <= LARGEST_TEXT * 4:
                with packed.open(member) as lines:
                    yield from anchors_in_lines(lines, name)


def anchor_problems(
    rows: Sequence[Row], anchors: Iterable[Anchor], study_id: str | None
) -> Iterator[tuple[int | None, str]]:
    """Where the log (its rows in order) is not what the anchors hold: the entry, if one is known, and a sentence."""
    hashes = [row[8] for row in rows]
    _, own_pack = origin_of(rows[0][6]) if rows else (None, None)
    for anchor in anchors:
        if anchor.pack_id is not None and anchor.pack_id == own_pack:
            points = tuple(Point(seq, digest, anchor.name) for seq, digest, _ in anchor.merged)
            yield from point_problems(hashes, Anchor(anchor.name, points=points))
        elif anchor.study_id is not None and study_id is not None and anchor.study_id != study_id:
            yield None, f"{anchor.name} is of another study ({anchor.study_id})"
        elif anchor.pack_id is not None:
            yield from pack_problems(rows, anchor)
        else:
            yield from point_problems(hashes, anchor)


def point_problems(hashes: Sequence[str], anchor: Anchor) -> Iterator[tuple[int | None, str]]:
    """The first entry that the anchor holds and the log does not, and where the log ends too early."""
    beyond = [point.seq for point in anchor.points if point.seq > len(hashes)]
    if beyond:
        first, last = len(hashes) + 1, max(beyond)
        which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
        yield first, f"{which} missing at the end of the log, which had {last} when {anchor.name} was written"
    for number, point in enumerate(anchor.points):
        if point.seq > len(hashes) or hashes[point.seq - 1] == point.hash:
            continue
        whole = number > 0 and anchor.points[number - 1].seq == point.seq - 1
        which = f"entry {point.seq}" if whole or point.seq == 1 else f"entry {point.seq} or one before it"
        yield point.seq, f"{which} is not what it was: {point.what} holds another, so the log was rewritten since"
        return


def pack_problems(rows: Sequence[Row], anchor: Anchor) -> Iterator[tuple[int | None, str]]:
    """What a reader returned and the log does not hold."""
    held: set[str] = set()
    heads: set[str] = set()
    for row in rows:
        try:
            payload = json.loads(row[6])
            if row[4] == "pack_written" and payload["pack_id"] == anchor.pack_id:
                heads.add(payload["head"])
            pack = payload.get("pack")
            if isinstance(pack, dict) and pack.get("id") == anchor.pack_id:
                held.add(pack["hash"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # a changed entry, which the chain reports
    if not heads:
        yield None, f"{anchor.name} is of the pack {anchor.pack_id}, which this log never wrote"
        return
    packed = max((seq for seq, digest, _ in anchor.merged if digest in heads), default=None)
    if packed is None:
        yield None, f"{anchor.name} does not begin as the pack {anchor.pack_id} that this log wrote"
        return
    missing = [(seq, action) for seq, digest, action in anchor.merged if seq > packed and digest not in held]
    if missing:
        which = ", ".join(f"{seq} ({action})" for seq, action in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        yield None, f"of {anchor.name} the log does not hold entry {which}{more}: merge it, or ask where they went"
