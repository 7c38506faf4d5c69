"""What leaves: described columns, tables of rows, and the report of an export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of an exported file, as the data dictionary describes it.

    ``type``: text, number, integer, true/false, json (canonical JSON as text) or time (ISO 8601, UTC, as text).
    """

    name: str
    type: str
    meaning: str
    unit: str = ""
    allowed: str = ""
    """Allowed values, or empty when any value of the type is."""


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table that is written to data/<name>.csv and data/<name>.parquet."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """Where the export is, its files (relative, sorted), and the log as exported: entries and head hash."""

    folder: Path
    files: tuple[str, ...]
    entries: int
    head: str
