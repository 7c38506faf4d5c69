"""What the log says of the imports whose charts a study holds: files, row counts and hashes, by source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

ENTRIES = """
SELECT seq, action, payload FROM log
WHERE seq = 1 OR action IN ('charts_imported', 'entries_recovered') ORDER BY seq"""


@dataclass(frozen=True, slots=True)
class LoggedFile:
    """One file of an import, as its entry says: ``added`` rows went into the study under ``source_id``.

    ``table`` is the chart table that the file is named for (patients, observations, ...).
    """

    source_id: int
    table: str
    file: str
    sha256: str
    added: int


@dataclass(frozen=True, slots=True)
class LoggedImport:
    """The entry ``seq`` of an import: the files it took rows from, and the hashes of those rows.

    ``charted_hash`` is None in the entries of versions that did not write it.
    """

    seq: int
    files: tuple[LoggedFile, ...]
    content_hash: str
    charted_hash: str | None


@dataclass(frozen=True, slots=True)
class LoggedPack:
    """What entry 1 of a pack says of its charts; ``charted_hash`` is None where an earlier version wrote it."""

    cases: int
    charted_hash: str | None


@dataclass(frozen=True, slots=True)
class LoggedImports:
    """The imports whose charts the study holds, in the order of the log.

    ``pack`` is None in a study that is no pack. ``silent``: an entry says of an import neither its rows nor their hash,
    so any charts may be from there.
    """

    imports: tuple[LoggedImport, ...]
    pack: LoggedPack | None
    silent: bool


def logged_imports(study: Study) -> LoggedImports:
    """Read the imports from the log; ``ValueError``, ``KeyError`` or ``TypeError`` where an entry was garbled.

    An import whose charts were lost counts no more: ``entries_recovered`` names it among the entries it brought back,
    and what ``recover`` imported in its place has an entry of its own.
    """
    held: dict[int, LoggedImport | None] = {}
    pack = None
    for seq, action, text in study.rows(ENTRIES):
        said = json.loads(text)
        if action == "charts_imported":
            held[seq] = logged_import(seq, said, last_source(held))
        elif action == "entries_recovered":
            for lost in said["added"]:
                held.pop(lost, None)
        elif "pack" in said:
            pack = LoggedPack(int(said["pack"]["cases"]), said["pack"].get("charted_hash"))
    told = tuple(each for each in held.values() if each is not None)
    return LoggedImports(told, pack, silent=len(told) < len(held))


def last_source(held: dict[int, LoggedImport | None]) -> int:
    """The highest number of a source so far, 0 before the first."""
    return max((file.source_id for each in held.values() if each for file in each.files), default=0)


def logged_import(seq: int, said: dict[str, Any], last: int) -> LoggedImport | None:
    """The import of an entry, its sources numbered from ``last`` on as ``load.take_over`` does; None: silent."""
    if "content_hash" not in said:
        return None
    files = tuple(
        LoggedFile(last + number, table_of(each["file"]), each["file"], each["sha256"], each["added"])
        for number, each in enumerate(said["files"], start=1)
        if each["added"]
    )
    return LoggedImport(seq, files, said["content_hash"], said.get("charted_hash"))


def table_of(file: str) -> str:
    """The chart table that a file (``Observations.csv``) or sheet (``charts.xlsx#observations``) is named for."""
    return file.rpartition("#")[2] if "#" in file else PurePath(file).stem.casefold()
