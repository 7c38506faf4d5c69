"""Make a lost database again: its log from the mirror as it was, its charts from the files once imported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import _duckdb as duckdb

from hlh_tui.study.adopt import adoptions, write_adopted
from hlh_tui.study.create import new_facts
from hlh_tui.study.engine import connect, first_line
from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.log import COLUMNS, INSERT, REDACTED, is_intact
from hlh_tui.study.places import Places
from hlh_tui.study.redaction import blank, redactions_in
from hlh_tui.study.schema import write_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Cursor

    from hlh_tui.protocol.models import Adopted
    from hlh_tui.study.models import Row

Files = dict[str, str]
"""File name -> SHA-256 of the file, for one import."""


def insert_rows(work: Places, rows: Sequence[Row]) -> None:
    """Add log rows, as they are, to the database at ``work``, the criteria that they adopted, and what they redact."""

    def write(cursor: Cursor) -> None:
        for row in rows:
            cursor.execute(INSERT, row)
        if any(row[4] == REDACTED for row in rows):
            redact_again(cursor)
        for adoption in adoptions(rows):
            write_adopted(cursor, adoption)

    in_one_transaction(work, write)


def redact_again(cursor: Cursor) -> None:
    """Redact what entries of the log redacted and the database still holds."""
    rows = cursor.execute(f"SELECT {COLUMNS} FROM log ORDER BY seq").fetchall()
    known = redactions_in(rows)
    blank(cursor, [(row, known[row[0]]) for row in rows if row[0] in known and is_intact(row)])


def in_one_transaction(work: Places, write: Callable[[Cursor], None]) -> None:
    """Run ``write`` on the database at ``work``; ``StudyFileError`` if the engine cannot store it."""
    connection = connect(work)
    try:
        connection.begin()
        write(connection)
        connection.commit()
    except duckdb.Error as error:
        raise StudyFileError(
            f"the log could not be written to {work.database.parent} ({first_line(error)}): make room and try again"
        ) from error
    finally:
        connection.close()


def make_database(work: Places, rows: Sequence[Row]) -> None:
    """A new database at ``work`` with all rows in its log, as they are, and the facts and documents that they hold."""
    from hlh_tui.protocol.load import study_protocol

    created = json.loads(rows[0][6])
    protocol, criteria = document(created["protocol"]), document(created["criteria"])
    facts = new_facts(
        created["study_id"],
        study_protocol(protocol).title,
        synthetic=created["synthetic"],
        created_at=created["created_at"],
        pack=created.get("pack"),
    )

    def write(cursor: Cursor) -> None:
        write_tables(cursor, facts, (("study", protocol), ("criteria", criteria)))
        for row in rows:
            cursor.execute(INSERT, row)
        for adoption in adoptions(rows):
            write_adopted(cursor, adoption)

    in_one_transaction(work, write)


def document(payload: dict[str, str]) -> Adopted:
    """An adopted document from the payload of the first entry."""
    from hlh_tui.protocol.models import Adopted

    return Adopted(id=payload["id"], version=payload["version"], hash=payload["hash"], toml=payload["toml"])


def lost_imports(rows: Sequence[Row]) -> tuple[Files, ...]:
    """The files of each import among ``rows`` (log rows whose charts are lost), in order, each set once.

    ``StudyFileError`` for a pack: its charts are in the pack file alone.
    """
    imports: list[Files] = []
    for row in rows:
        if row[4] == "study_created" and "pack" in json.loads(row[6]):
            raise StudyFileError(
                "the charts of a pack were lost with its database and are in the pack file: move what is left of the"
                " database away, put them back with hlh-tui open FILE.hlhpack, and run this again"
            )
        if row[4] != "charts_imported":
            continue
        # A sheet is logged as charts.xlsx#patients: the workbook is the file.
        files = {each["file"].split("#")[0]: each["sha256"] for each in json.loads(row[6])["files"]}
        if files and files not in imports:
            imports.append(files)
    return tuple(imports)


def content_hashes(rows: Sequence[Row]) -> list[str]:
    """What each import among ``rows`` says its charts hash to, in order."""
    return [json.loads(row[6]).get("content_hash", "") for row in rows if row[4] == "charts_imported"]


def folders_for(imports: Sequence[Files], charts: Sequence[Path]) -> tuple[Path, ...]:
    """For each import the folder (or workbook) that holds the very same files.

    ``StudyFileError`` names the files that are needed and not there.
    """
    hashes = [(folder, folder_hashes(folder)) for folder in charts]
    found: list[Path] = []
    for files in imports:
        match = next((folder for folder, held in hashes if files.items() <= held.items()), None)
        if match is None:
            needed = ", ".join(f"{name} (SHA-256 {digest[:12]}…)" for name, digest in sorted(files.items()))
            given = "none of the given folders holds them" if charts else "they are not in the log"
            raise StudyFileError(
                f"the charts were lost with the database and must be imported again from the same files, {given}:"
                f" {needed}; name their folder with --charts FOLDER"
            )
        found.append(match)
    return tuple(found)


def folder_hashes(folder: Path) -> Files:
    """Name and SHA-256 of each file in a folder, or of the one file that was named."""
    if not folder.exists():
        raise StudyFileError(f"there is no folder {folder}: name the folder that was imported")
    files = [folder] if folder.is_file() else sorted(each for each in folder.iterdir() if each.is_file())
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files}
