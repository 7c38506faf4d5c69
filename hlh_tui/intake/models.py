"""The records of an import: what was read, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One table of a chart folder: a file, or a sheet of a workbook.

    ``name`` is how messages and the study call it (``observations.csv``, ``charts.xlsx#observations``);
    ``form`` is delimited, parquet or workbook.
    """

    table: str
    name: str
    path: Path
    form: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """A source whose cells stand as text in ``parquet``: columns ``row``, ``c0``, ``c1``, ... as in ``header``.

    ``ragged`` are the rows left out for having another number of cells than the header: (row, cells).
    """

    source: Source
    header: tuple[str, ...]
    parquet: Path
    sha256: str
    delimiter: str = ""
    ragged: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Which cell of a source holds what: column -> cell number.

    ``days`` are the day columns given as dates (``start_day`` -> cell of ``start_at``); ``attributes`` the further
    columns of patients; ``shown`` the file's own name of each column, for messages; ``decimal_comma`` tells that a
    comma separates decimals.
    """

    staged: Staged
    cells: dict[str, int]
    days: dict[str, int]
    attributes: dict[str, int] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that may be wrong with a row: SQL condition and SQL text over the typed view of a table."""

    column: str
    when: str
    says: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, by table: rows ``added`` and rows ``already`` in the study.

    ``warnings`` are accepted rows worth a look; ``rejected`` is empty unless a report of a rejection is printed.
    """

    added: dict[str, int]
    already: dict[str, int]
    warnings: tuple[str, ...]
    rejected: tuple[str, ...] = ()
