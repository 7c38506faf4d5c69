"""Find the tables of a chart folder, and refuse what cannot be one."""

from __future__ import annotations

import difflib
import os
import stat
from pathlib import Path

from hlh_tui.intake.errors import IntakeError
from hlh_tui.intake.models import Source
from hlh_tui.intake.tables import tables

FORMS = {".csv": "delimited", ".tsv": "delimited", ".txt": "delimited", ".parquet": "parquet", ".xlsx": "workbook"}
NAMES = "patients, observations, exposures, events, notes"


def find_sources(folder: Path, study: Path) -> tuple[list[Source], list[str]]:
    """The tables in ``folder`` (or in one workbook), patients first, and a warning for each data file left unread.

    ``study`` is the study's own file, which must never be read as a chart. Raises ``IntakeError``.
    """
    paths = candidates(folder)
    named = {path: path.stem.casefold() for path in paths}
    taken = [path for path in paths if named[path] in tables() or FORMS[path.suffix.casefold()] == "workbook"]
    for path in taken:
        require_own_file(path, study)
    found: dict[str, Source] = {}
    for path in taken:
        form = FORMS[path.suffix.casefold()]
        sources = sheets(path) if form == "workbook" else [Source(named[path], path.name, path, form)]
        for source in sources:
            if source.table in found:
                raise IntakeError(
                    f"{source.name} and {found[source.table].name} both hold {source.table}: keep one of them"
                )
            found[source.table] = source
    if not found:
        raise IntakeError(
            f"there are no charts in {folder}: put {NAMES} there as .csv, .parquet or sheets of one .xlsx"
        )
    warnings = [unread(path.name, named[path]) for path in paths if path not in taken]
    warnings += other_endings(folder) if folder.is_dir() else []
    return [found[name] for name in tables() if name in found], warnings


def candidates(folder: Path) -> list[Path]:
    """The data files of the folder, or the one file that was named instead of it, sorted by name."""
    if not folder.exists():
        raise IntakeError(f"there is no folder {folder}: name the folder that holds patients.csv and the other tables")
    if folder.is_file() and folder.suffix.casefold() == ".xlsx":
        return [folder]
    if not folder.is_dir():
        raise IntakeError(f"{folder} is not a folder: name the folder that holds patients.csv and the other tables")
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise IntakeError(f"{folder} cannot be listed ({error.strerror}): allow reading it") from error
    return [path for path in paths if path.suffix.casefold() in FORMS and not _is_no_table(path)]


def _is_no_table(path: Path) -> bool:
    """Hidden files, locks of a spreadsheet program and the folder's own description."""
    return path.name.startswith((".", "~$")) or path.stem.casefold() == "readme"


def require_own_file(path: Path, study: Path) -> None:
    """``IntakeError`` unless ``path`` is a plain readable file of its own.

    A link could lead to the study itself, and opening that here would drop the engine's lock on it.
    """
    if path.is_symlink():
        raise IntakeError(f"{path.name} is a symbolic link: copy the file itself into the folder")
    if not stat.S_ISREG(path.stat().st_mode):
        raise IntakeError(f"{path.name} is not a plain file: put the table there as a file")
    if study.exists() and os.path.samestat(path.stat(), study.stat()):
        raise IntakeError(f"{path.name} is the study file itself: put the table there as a file of its own")
    if not os.access(path, os.R_OK):
        raise IntakeError(f"{path.name} cannot be read: allow reading it")
    if path.stat().st_size == 0:
        raise IntakeError(f"{path.name} is empty: give it a header line, or remove the file")


def sheets(path: Path) -> list[Source]:
    """The sheets of a workbook that are tables of the chart format."""
    from hlh_tui.intake.workbook import sheet_names

    names = [name for name in sheet_names(path) if name.strip().casefold() in tables()]
    if not names:
        raise IntakeError(f"{path.name} has no sheet named {NAMES}: name its sheets so, or remove the file")
    return [Source(n.strip().casefold(), f"{path.name}#{n.strip().casefold()}", path, "workbook", n) for n in names]


def unread(name: str, stem: str) -> str:
    """The warning for a data file that is none of the five tables."""
    close = difflib.get_close_matches(stem, tables(), n=1, cutoff=0.75)
    guess = f"; did you mean {close[0]}?" if close else ""
    return f"{name}: was not read, because the tables are {NAMES}{guess}"


def other_endings(folder: Path) -> list[str]:
    """The warnings for files that are named as a table is, with an ending that cannot be read (notes.ods)."""
    return [
        f"{path.name}: was not read, because of its ending: put it there as .csv, .parquet or a sheet of one .xlsx"
        for path in sorted(folder.iterdir())
        if path.suffix.casefold() not in FORMS and path.name.casefold().split(".")[0] in tables()
    ]
