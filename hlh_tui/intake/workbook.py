"""Read the sheets of an XLSX workbook as text, row by row."""

from __future__ import annotations

import csv
import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hlh_tui.intake.errors import IntakeError
from hlh_tui.intake.models import Source

ERRORS = {
    *("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"),
    *("#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!"),
}
FORMULA = re.compile(rb"<(\w+:)?f[ >/]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([^\"']+)")


@contextmanager
def workbook(path: Path, *, values: bool = True) -> Iterator[Any]:
    """The workbook opened for reading; ``values`` gives what formulas last evaluated to, otherwise the formulas."""
    import openpyxl

    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that carry no data
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=values)
        except Exception as error:
            raise IntakeError(f"{path.name} is not a readable XLSX workbook: save it again as .xlsx") from error
        try:
            yield book
        finally:
            book.close()


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets, in their order."""
    with workbook(path) as book:
        return list(book.sheetnames)


def write_sheet(source: Source, into: Path) -> tuple[list[str], tuple[tuple[int, int], ...]]:
    """Write the sheet to a comma-separated file with the sheet row in the first column; the header cells.

    Beside them (row, cells) of the rows left out for having cells beyond the header. Dates become ISO 8601.
    ``IntakeError`` for merged cells, and cells that hold an error or a formula without its value.
    """
    require_no_merged_cells(source)
    ragged = []
    with workbook(source.path) as book, into.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        header: list[str] = []
        for number, cells in enumerate(rows_of(book, source), start=1):
            texts = [cell_text(cell) for cell in cells]
            bad = next((text for text in texts if text in ERRORS), None)
            if bad:
                raise IntakeError(f"{source.name}: row {number} holds the error {bad}: correct the formula")
            texts = without_tail(texts)
            if number == 1:
                header = texts
                if not header:
                    break
            elif len(texts) > len(header):
                ragged.append((number, len(texts)))
            elif texts:
                writer.writerow([number, *texts, *[""] * (len(header) - len(texts))])
    if not header:
        raise IntakeError(f"{source.name}: the first row is empty: put the column names there, or remove the sheet")
    require_formula_values(source)
    return header, tuple(ragged)


def rows_of(book: Any, source: Source) -> Iterator[tuple[Any, ...]]:
    """The rows of the sheet, each a tuple of cell values."""
    for cells in cells_of(book, source):
        yield tuple(cell.value for cell in cells)


def cells_of(book: Any, source: Source) -> Iterator[tuple[Any, ...]]:
    """The rows of the sheet, each a tuple of cells as long as the row is."""
    try:
        sheet = book[source.sheet]
        sheet.reset_dimensions()  # the size that a sheet states may be too small
        yield from sheet.iter_rows()
    except Exception as error:
        raise IntakeError(f"{source.name} cannot be read: save the workbook again as .xlsx") from error


def require_no_merged_cells(source: Source) -> None:
    """``IntakeError`` when cells are merged: all but the first of them would read as empty."""
    with workbook(source.path) as book:
        part = book[source.sheet]._worksheet_path  # noqa: SLF001  the only place that tells the part of a sheet
    with zipfile.ZipFile(source.path) as archive:
        found = MERGED.search(archive.read(part))
    if found:
        raise IntakeError(
            f"{source.name}: the cells {found[1].decode()} are merged, so all but the first are empty:"
            " unmerge and fill them"
        )


def require_formula_values(source: Source) -> None:
    """``IntakeError`` when a formula has no stored value, which would read as an empty cell.

    The type of a formula that gave an empty text is ``str``.
    """
    with zipfile.ZipFile(source.path) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(FORMULA.search(archive.read(name)) for name in parts):
            return
    with workbook(source.path) as values, workbook(source.path, values=False) as formulas:
        pairs = zip(cells_of(values, source), cells_of(formulas, source), strict=False)
        for number, (shown, written) in enumerate(pairs, start=1):
            for value, formula in zip(shown, written, strict=False):
                if value.value is None and value.data_type != "str" and formula.value is not None:
                    said = getattr(formula.value, "text", formula.value)
                    raise IntakeError(
                        f"{source.name}: row {number} holds the formula {said} without a value:"
                        " open the workbook in a spreadsheet program and save it, or paste values"
                    )


def cell_text(cell: Any) -> str:
    """A cell as the text a CSV file would hold: ISO 8601 dates, shortest numbers, no text for an empty cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, dt.datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(timespec="seconds")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def without_tail(texts: list[str]) -> list[str]:
    """The cells up to the last one that holds something."""
    while texts and not texts[-1].strip():
        texts = texts[:-1]
    return texts
