"""Read the sheets of an XLSX workbook as text, row by row."""

from __future__ import annotations

import csv
import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hlh_tui.intake.errors import IntakeError
from hlh_tui.intake.models import Source

ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


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


def write_sheet(source: Source, into: Path) -> list[str]:
    """Write the sheet to a comma-separated file with the sheet row in the first column; the header cells.

    Dates become ISO 8601. ``IntakeError`` for cells that hold an error, or a formula without its value.
    """
    with workbook(source.path) as book, into.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        header: list[str] = []
        for number, cells in enumerate(rows_of(book, source), start=1):
            texts = [cell_text(cell) for cell in cells]
            bad = next((text for text in texts if text in ERRORS), None)
            if bad:
                raise IntakeError(f"{source.name}: row {number} holds the error {bad}: correct the formula")
            if number == 1:
                header = without_tail(texts)
                continue
            texts = without_tail(texts)
            if texts:
                writer.writerow([number, *texts, *[""] * (len(header) - len(texts))])
    if not header:
        raise IntakeError(f"{source.name} is empty: give it a header row, or remove the sheet")
    require_formula_values(source)
    return header


def rows_of(book: Any, source: Source) -> Iterator[tuple[Any, ...]]:
    """The rows of the sheet, each a tuple of cell values."""
    try:
        yield from book[source.sheet].iter_rows(values_only=True)
    except IntakeError:
        raise
    except Exception as error:
        raise IntakeError(f"{source.name} cannot be read: save the workbook again as .xlsx") from error


def require_formula_values(source: Source) -> None:
    """``IntakeError`` when a formula has no stored value, which would read as an empty cell."""
    with zipfile.ZipFile(source.path) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f>" in archive.read(name) or b"<f " in archive.read(name) for name in parts):
            return
    with workbook(source.path) as values, workbook(source.path, values=False) as formulas:
        pairs = zip(rows_of(values, source), rows_of(formulas, source), strict=False)
        for number, (shown, written) in enumerate(pairs, start=1):
            for value, formula in zip(shown, written, strict=False):
                if value is None and isinstance(formula, str) and formula.startswith("="):
                    raise IntakeError(
                        f"{source.name}: row {number} holds the formula {formula} without a value:"
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
