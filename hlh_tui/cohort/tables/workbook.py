"""A table as an XLSX workbook: the printed table on one sheet, the numbers behind every cell on another."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.tables.cells import both_intervals
from hlh_tui.cohort.tables.markup import plain

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from hlh_tui.cohort.tables.models import Cell, Table

NUMBERS = (
    "n",
    "denominator",
    "percent",
    "lower percent",
    "upper percent",
    "Wilson lower percent",
    "Wilson upper percent",
)
RISKY = ("=", "+", "-", "@", "#", "\t")
"""What begins with one of these, a spreadsheet may take for a formula or an error value."""
WIDEST, LONGEST = 60, 32767
"""Characters of a column's width, and of what a cell of the format can hold."""


def table_xlsx(table: Table, banner: str = "") -> bytes:
    """The workbook: sheets Table (as printed, with the notes), Numbers (a row for each cell) and Patients behind them.

    Every text is stored as text, whatever it begins with; numbers are numbers.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    printed = book.create_sheet("Table")
    widen(printed, table)
    for texts in printed_rows(both_intervals(table), banner):
        printed.append([as_text(printed, text) for text in texts])
    numbers = book.create_sheet("Numbers")
    behind = book.create_sheet("Patients")
    values = max((len(cell.values) for row in table.rows for cell in row.cells), default=0)
    head = ("label", "level", "column", "text", *NUMBERS, *(f"value {place + 1}" for place in range(values)))
    numbers.append([as_text(numbers, text) for text in head])
    behind.append([as_text(behind, text) for text in ("label", "level", "column", "patient_id")])
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            if cell.text:
                words = (row.label, row.level, column)
                numbers.append([as_text(numbers, text) for text in (*words, cell.text)] + numbers_of(cell))
                for patient in cell.patients:
                    behind.append([as_text(behind, text) for text in (*words, patient)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def printed_rows(table: Table, banner: str) -> Iterator[tuple[str, ...]]:
    """Title, banner, headings, rows and notes as they are printed."""
    yield (table.title,)
    if banner:
        yield (banner,)
    yield ("", "", *table.columns)
    for row in table.rows:
        yield (row.label, row.level, *(cell.text for cell in row.cells))
    yield ("",)
    for note in table.notes:
        yield (note,)


def numbers_of(cell: Cell) -> list[float | int | None]:
    """The numbers of a cell in the order of the headings, limits in per cent."""
    limits = (cell.lower, cell.upper, *(cell.wilson or (None, None)))
    in_percent = (None if limit is None else round(100 * limit, 10) for limit in limits)
    return [cell.n, cell.denominator, cell.pct, *in_percent, *cell.values]


def as_text(sheet: WriteOnlyWorksheet, text: str) -> Any:
    """A cell that holds text, whatever it begins with: no formula is run in it, also after it was edited."""
    if not text.startswith(RISKY):
        return plain(text)[:LONGEST]
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, plain(text)[:LONGEST])
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def widen(sheet: WriteOnlyWorksheet, table: Table) -> None:
    """Columns as wide as what they hold."""
    from openpyxl.utils import get_column_letter

    texts = [
        [row.label for row in table.rows],
        [row.level for row in table.rows],
        *([name, *(row.cells[place].text for row in table.rows)] for place, name in enumerate(table.columns)),
    ]
    for number, column in enumerate(texts, 1):
        width = min(WIDEST, 2 + max(map(len, column), default=8))
        sheet.column_dimensions[get_column_letter(number)].width = width
