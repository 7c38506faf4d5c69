"""Read a delimited text file: find its delimiter, check its bytes, and give it rows with line numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hlh_tui.intake.errors import IntakeError
from hlh_tui.intake.models import Source
from hlh_tui.intake.tables import tables

DELIMITERS = ",;\t"
LONGEST = 16 * 1024 * 1024
"""Bytes of the longest line that still is one of a table."""
UTF16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"
SPACE_BEFORE_QUOTE = re.compile(r'\s+".*"\s*', re.DOTALL)


def read_header(source: Source) -> tuple[str, tuple[str, ...]]:
    """The delimiter and the header cells: the delimiter is the one that yields most known column names."""
    with source.path.open("rb") as file:
        first = file.readline(LONGEST)
    if first.startswith(UTF16):
        raise IntakeError(f"{source.name} is UTF-16 text: save it as UTF-8")
    line = decoded(source, 1, first.removeprefix(BOM)).strip("\r\n")
    line = line.split("\r", 1)[0]
    if not line.strip():
        raise IntakeError(f"{source.name}: the first line is empty: put the column names there")
    headers = {delimiter: tuple(next(csv.reader([line], delimiter=delimiter))) for delimiter in DELIMITERS}
    known = {column.name for column in tables()[source.table].columns}
    best = max(DELIMITERS, key=lambda d: (len({c.strip().casefold() for c in headers[d]} & known), len(headers[d])))
    return best, headers[best]


def is_regular(source: Source, delimiter: str, cells: int) -> bool:
    """Whether each line is one row of ``cells`` unquoted cells, all ending alike.

    ``IntakeError`` for bytes that are not UTF-8 text.
    """
    mark = delimiter.encode()
    regular = True
    end = b"\n"
    for number, line in lines(source):
        if not line.isascii():
            decoded(source, number, line)
        if b"\0" in line:
            raise IntakeError(f"{source.name}: line {number} holds a NUL byte, so it is not text: save it as CSV again")
        if number == 1 and line.endswith(b"\r\n"):
            end = b"\r\n"
        if regular:
            row = line.removesuffix(end)
            regular = not (
                b'"' in row or row.count(mark) != cells - 1 or b"\r" in row or b"\n" in row or not row.strip()
            )
    return regular


def lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers from 1; ``IntakeError`` for one that no table has."""
    with source.path.open("rb") as file:
        for number, line in enumerate(iter(partial(file.readline, LONGEST), b""), start=1):
            if len(line) == LONGEST:
                raise IntakeError(f"{source.name}: line {number} is longer than 16 MB, so it is not a table: check it")
            yield number, line


def decoded(source: Source, number: int, line: bytes) -> str:
    """The line as text; ``IntakeError`` naming the first byte that is not UTF-8."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise IntakeError(
            f"{source.name}: line {number} is not UTF-8 (byte 0x{byte:02X}): save the file with the encoding UTF-8"
        ) from error


def rewrite(source: Source, delimiter: str, cells: int, into: Path) -> tuple[tuple[int, int], ...]:
    """Write the rows comma-separated with their line number first; (row, cells) of those left out as ragged.

    Lines of nothing but separators and spaces are no rows. ``IntakeError`` for quotes that do not close.
    """
    ragged = []
    csv.field_size_limit(LONGEST)
    with (
        source.path.open(encoding="utf-8-sig", newline="") as file,
        into.open("w", encoding="utf-8", newline="") as out,
    ):
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        line = 1
        try:
            next(reader)
            line = reader.line_num + 1
            for row in reader:
                if len(row) == cells:
                    require_quotes_outside(source, line, row)
                    writer.writerow([line, *row])
                elif any(cell.strip() for cell in row):
                    ragged.append((line, len(row)))
                line = reader.line_num + 1
        except csv.Error as error:
            raise IntakeError(
                f"{source.name}: quotes in line {line} do not close or stand inside a cell:"
                ' double each quote inside a quoted cell ("")'
            ) from error
    return tuple(ragged)


def require_quotes_outside(source: Source, line: int, row: list[str]) -> None:
    """``IntakeError`` for a cell whose quotes follow a space, which makes them a part of it."""
    if any(SPACE_BEFORE_QUOTE.fullmatch(cell) for cell in row):
        raise IntakeError(
            f"{source.name}: line {line} has a space before a quote: remove the space, so that the quotes are not"
            " part of the cell"
        )
