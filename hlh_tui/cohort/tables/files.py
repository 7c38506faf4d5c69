"""Tables as files: text, CSV, JSON, HTML, LaTeX and XLSX, whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.tables.table import table_csv, table_json, table_text
from hlh_tui.study.whole_file import part_of, take_name

if TYPE_CHECKING:
    from hlh_tui.cohort.tables.models import Table
    from hlh_tui.study.file import Study

ENDINGS = {"text": "txt", "csv": "csv", "json": "json", "html": "html", "latex": "tex", "xlsx": "xlsx"}
FORMATS = tuple(ENDINGS)
BANNER = "The patients of this study are synthetic."
FILE_WIDTH = 120
"""Characters of a line of text in a file."""


def format_of(path: Path) -> str | None:
    """The format that the ending of a file says, None for any other ending."""
    ending = path.suffix.lower().lstrip(".")
    return next((form for form, known in ENDINGS.items() if known == ending), None)


def as_text(table: Table, form: str, *, synthetic: bool, width: int = FILE_WIDTH) -> str:
    """The table in a format of text; all but CSV, which has no place for it, say that patients are synthetic."""
    from hlh_tui.cohort.tables.markup import table_html, table_latex

    banner = BANNER if synthetic else ""
    if form == "csv":
        return table_csv(table)
    if form == "json":
        return json.dumps({**table_json(table), "synthetic": synthetic}, ensure_ascii=False, allow_nan=False) + "\n"
    if form == "html":
        return table_html(table, banner)
    if form == "latex":
        return table_latex(table, banner)
    return f"{table_text(table, width)}\n{f'{banner}{chr(10)}' if banner else ''}"


def as_bytes(table: Table, form: str, *, synthetic: bool) -> bytes:
    """The table in any format, as a file holds it."""
    if form == "xlsx":
        from hlh_tui.cohort.tables.workbook import table_xlsx

        return table_xlsx(table, BANNER if synthetic else "")
    return as_text(table, form, synthetic=synthetic).encode("utf-8", "backslashreplace")


def require_free(files: Sequence[Path], study: Study, *, force: bool) -> None:
    """``CohortError`` where a file is there already (without ``force``), has no folder, or is the study itself."""
    for file in files:
        if study.where.has(file):
            raise CohortError(f"{file} belongs to the study: choose another name")
        if file.is_dir():
            raise CohortError(f"{file} is a folder: name a file in it")
        if os.path.lexists(file) and not force:
            raise taken(file)
        if not file.parent.is_dir():
            raise CohortError(f"there is no folder {file.parent}: make it first, or choose another place")


def taken(file: Path | str) -> CohortError:
    """The sentence for a name that is taken."""
    return CohortError(f"{file} exists already: choose another name, or give --force to replace it")


def write_files(contents: Mapping[Path, bytes], *, force: bool) -> None:
    """Write each file under a temporary name beside it and give it its name at the end; ``CohortError`` if refused."""
    partial = {file: part_of(file) for file in contents}
    try:
        for file, content in contents.items():
            partial[file].write_bytes(content)
        for file, written in partial.items():
            take_name(written, file, over=force)
    except FileExistsError as error:
        raise taken(error.filename) from None
    except OSError as error:
        raise CohortError(
            f"{error.filename or 'the file'} could not be written ({error.strerror or error}): choose another place or"
            " make room"
        ) from error
    finally:
        for written in partial.values():
            written.unlink(missing_ok=True)
