"""Write the adjudicated data set: a new folder that appears whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.export.dictionary import write_dictionary
from hlh_tui.export.documents import write_documents
from hlh_tui.export.errors import ExportRefused
from hlh_tui.export.models import ExportReport
from hlh_tui.export.record import Record, take_record
from hlh_tui.export.tables import data_tables
from hlh_tui.export.write_tables import write_tables
from hlh_tui.review.conduct.authority import require
from hlh_tui.review.conduct.blinding import require_results
from hlh_tui.study.log import append, utc_now
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

__all__ = ["ExportReport", "export_dataset"]

CHECKSUMS = "CHECKSUMS.sha256"


def export_dataset(study: Study, folder: Path, actor: Actor, made_at: str | None = None) -> ExportReport:
    """Write the charts' baseline and the whole adjudication into the new ``folder`` and record the export.

    Everything is written beside it first and takes its name at the end, so the folder is complete or not there.
    One head of the log always gives the same bytes, apart from ``made_at``, the time of the export (UTC, as the log
    writes it; default: now).
    ``Blinded`` before a blinded study is open, ``NotAllowed`` for who has no role in it.
    ``ExportRefused`` when the folder exists, has no parent, or the disk refuses; ``ReadOnlyStudy`` for a snapshot,
    because every export is recorded in the study.
    """
    import duckdb

    require_results(study, "exports of the data set")
    require(study, actor, "export")
    folder = folder.expanduser().absolute()
    _require_new(study, folder)
    partial = folder.with_name(f".{folder.name}.partial-{secrets.token_hex(4)}")
    try:
        partial.mkdir()
        report, checksum = _write(study, partial, actor, made_at or utc_now())
        # Recorded before it takes its name: no copy of the data can be there that the log does not know of.
        append(study, actor, "exported", payload={"folder": folder.name, "checksum": checksum})
        _require_new(study, folder)
        partial.rename(folder)
        _sync(folder.parent)
    except (OSError, duckdb.IOException) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
        raise ExportRefused(
            f"the export to {folder} could not be written ({said}) and nothing was left there;"
            " choose another place or make room"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return ExportReport(folder, report.files, report.entries, report.head)


def _require_new(study: Study, folder: Path) -> None:
    if study.read_only:
        raise ExportRefused(
            f"{study.path.name} is open for reading only, and an export is recorded in its log;"
            " export from the study itself"
        )
    if os.path.lexists(folder):
        raise ExportRefused(f"{folder} exists already and is never overwritten; choose another name")
    if not folder.parent.is_dir():
        raise ExportRefused(f"there is no folder {folder.parent}; make it first, or choose another place")


def _write(study: Study, into: Path, actor: Actor, made_at: str) -> tuple[ExportReport, str]:
    with study.writing:  # all files are of one head, whatever is decided meanwhile
        record = take_record(study, actor, made_at)
        tables = data_tables(study, record)
        write_documents(study, record, into)
    (into / "data").mkdir()
    labels = {"study_id": study.facts["study_id"], "synthetic": study.facts["synthetic"], "log_head": record.head}
    write_tables(into / "data", tables, labels)
    write_dictionary(into / "data_dictionary.csv", tables)
    (into / "HEAD.txt").write_text(_head(study, record), encoding="utf-8")
    checksum = _write_checksums(into)
    files = tuple(sorted(str(file.relative_to(into)) for file in into.rglob("*") if file.is_file()))
    return ExportReport(into, files, record.entries, record.head), checksum


def _head(study: Study, record: Record) -> str:
    label = "synthetic true\n" if study.synthetic else ""
    return f"study {study.facts['study_id']}\n{label}entries {record.entries}\nhead {record.head}\n"


def _write_checksums(into: Path) -> str:
    """Write the checksums of all files, bring everything to the disk, and return the checksum of that list."""
    lines = []
    for file in sorted(one for one in into.rglob("*") if one.is_file()):
        lines.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(into)}\n")
        _sync(file)
    listed = into / CHECKSUMS
    listed.write_text("".join(lines), encoding="utf-8")
    for path in (listed, into / "data", into):
        _sync(path)
    return hashlib.sha256(listed.read_bytes()).hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
