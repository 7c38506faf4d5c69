"""Tables as frozen records, the same for screen, command line and files.

Cells and rows are msgspec records: a table of 10 000 patients has 100 000 of them, made in a tenth of the time of
dataclasses and, holding texts, numbers and tuples alone, of no concern to the garbage collector.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


class Cell(msgspec.Struct, frozen=True, gc=False):
    """A table cell: the printed text and the numbers behind it (limits as proportions 0-1)."""

    text: str
    n: int | None = None
    denominator: int | None = None
    pct: float | None = None
    lower: float | None = None
    upper: float | None = None
    values: tuple[float, ...] = ()
    patients: tuple[str, ...] = ()
    wilson: tuple[float, float] | None = None
    """Wilson's limits (0-1) beside the exact ones of a proportion."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A table row: label, level within the label (empty for a heading), and its cells."""

    label: str
    level: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A named table; ``notes`` say methods, denominators and what is missing."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
