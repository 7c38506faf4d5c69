"""Tables as frozen records, the same for screen, command line and files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
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


@dataclass(frozen=True, slots=True)
class Row:
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
