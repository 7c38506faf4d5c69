"""The mirror: every log entry as one line of JSON beside the database, readable by eye and by ``recover``.

A line is written and synchronised after its entry is committed, so a whole line proves that the database
once held the entry. The database opens without a word when its write-ahead log was lost; the mirror does not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hlh_tui.study.errors import DamagedStudy, MirrorNotWritten
from hlh_tui.study.places import Places, sync_folder

HASH_AT = slice(-66, -2)
"""Where a line holds its hash: the last value, before the closing quote and brace."""


def mirror_line(row: Sequence[Any]) -> bytes:
    """The line for a log row (seq, recorded_at, actor, actor_name, action, patient_id, payload text, prev_hash, hash).

    ``seq`` comes first for the eye; ``hash`` comes last so that it is found without parsing.
    """
    seq, recorded_at, actor, actor_name, action, patient_id, payload, prev_hash, digest = row
    head = {
        "seq": seq,
        "recorded_at": recorded_at,
        "actor": actor,
        "actor_name": actor_name,
        "action": action,
        "patient_id": patient_id,
    }
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    return f'{start},"payload":{payload},"prev_hash":"{prev_hash}","hash":"{digest}"}}\n'.encode()


@dataclass(frozen=True, slots=True)
class MirrorText:
    """A mirror as read: its whole lines (without newline) and the torn rest of a last line."""

    lines: tuple[bytes, ...]
    torn: bytes

    @property
    def hashes(self) -> list[str]:
        """The hash at the end of each line, as it stands there; empty where a line has none."""
        return [line[HASH_AT].decode("ascii", "replace") if line.endswith(b'"}') else "" for line in self.lines]


def read_mirror(path: Path) -> MirrorText | None:
    """The mirror's text, or None if there is no such file."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    *lines, torn = text.split(b"\n")
    return MirrorText(tuple(lines), torn)


def require_agreement(where: Places, log: Sequence[tuple[int, str]], mirror: MirrorText | None) -> None:
    """``DamagedStudy`` unless the mirror is the beginning of the log or all of it.

    ``log``: seq and hash of every entry in the database, in order.
    """
    recover = f"; run hlh-tui recover {where.database}"
    for position, (seq, _) in enumerate(log, start=1):
        if seq != position:
            raise DamagedStudy(f"entry {position} is missing from the log in {where.database.name}{recover}")
    if mirror is None:
        if log:
            raise DamagedStudy(
                f"{where.mirror.name} is missing, the mirror of the {len(log)} log entries in {where.database.name}:"
                f" put it back beside the study{recover.replace('; run', ', or rebuild it with')}"
            )
        raise DamagedStudy(f"the log in {where.database.name} is empty: put a backup in its place")
    for (seq, digest), mirrored in zip(log, mirror.hashes, strict=False):
        if digest != mirrored:
            raise DamagedStudy(
                f"entry {seq} in {where.mirror.name} is not entry {seq} of {where.database.name}: one of the two was"
                f" changed or belongs to another copy{recover}"
            )
    missing = len(mirror.lines) - len(log) + (1 if mirror.torn and len(mirror.lines) >= len(log) else 0)
    if missing > 0:
        raise DamagedStudy(
            f"{span(len(log) + 1, len(log) + missing)} in {where.mirror.name} but not in"
            f" {where.database.name}: its write-ahead log was lost, cut or damaged{recover}"
        )


def span(first: int, last: int, one: str = "is", more: str = "are") -> str:
    """``entry 41 is`` or ``entries 41 to 50 are`` (or another verb)."""
    return f"entry {first} {one}" if first == last else f"entries {first} to {last} {more}"


class Mirror:
    """The mirror of an open study: ``count`` whole lines in ``length`` bytes, all on disk."""

    def __init__(self, path: Path, handle: int, count: int, length: int) -> None:
        self.path = path
        self.handle = handle
        self.count = count
        self.length = length

    def write(self, lines: Sequence[bytes]) -> None:
        """Write the lines after the ones there and bring them to the disk, all or none; ``OSError`` if that fails."""
        if not self.is_in_place():
            raise FileNotFoundError(2, "it was removed or replaced while the study was open")
        data = b"".join(lines)
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self.handle, data[written:], self.length + written)
            os.fsync(self.handle)
        except OSError:
            self.cut()
            raise
        self.length += len(data)
        self.count += len(lines)

    def replace(self, lines: Sequence[bytes]) -> None:
        """Write the whole mirror anew and give it its name at the end, all or nothing; ``OSError`` if that fails."""
        part = self.path.with_name(f"{self.path.name}.part")
        if not self.is_in_place():
            raise FileNotFoundError(2, "it was removed or replaced while the study was open")
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(handle, os.fstat(self.handle).st_mode & 0o777)
            fresh = Mirror(part, handle, 0, 0)
            fresh.write(lines)
            part.replace(self.path)
        except BaseException:
            os.close(handle)
            part.unlink(missing_ok=True)
            raise
        sync_folder(self.path.parent)
        os.close(self.handle)
        self.handle, self.count, self.length = handle, fresh.count, fresh.length

    def cut(self) -> None:
        """Take back what follows the last whole line."""
        import contextlib

        with contextlib.suppress(OSError):
            os.ftruncate(self.handle, self.length)

    def is_in_place(self) -> bool:
        """Whether the file still has its name: lines written into a removed file would be lost."""
        try:
            return os.path.samestat(os.fstat(self.handle), self.path.stat())
        except FileNotFoundError:
            return False

    def close(self) -> None:
        """Close the file."""
        if self.handle >= 0:
            handle, self.handle = self.handle, -1
            os.close(handle)


def create_mirror(path: Path) -> Mirror:
    """A new, empty mirror; ``FileExistsError`` if one is there."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    sync_folder(path.parent)
    return Mirror(path, handle, 0, 0)


def open_mirror(path: Path, text: MirrorText) -> Mirror:
    """The mirror, opened to go on after its whole lines; a torn last line is cut back."""
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    mirror = Mirror(path, handle, len(text.lines), sum(map(len, text.lines)) + len(text.lines))
    if text.torn:
        mirror.cut()
    return mirror


def not_written(path: Path, seq: int, error: OSError) -> MirrorNotWritten:
    """The sentence for an entry that is in the database while its line is not in the mirror."""
    return MirrorNotWritten(
        f"entry {seq} IS saved in the database, but its line could not be written to {path.name}"
        f" ({error.strerror}): make room or put the file back; the next entry or the next opening completes it"
    )
