"""The exported columns and what they mean."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from hlh_tui.export.models import Column, DataTable
from hlh_tui.protocol.models import Category
from hlh_tui.review.consensus.disagreements import kinds

FILE = Path(__file__).parent / "dictionary.toml"
HEADER = ("file", "column", "type", "unit", "meaning", "allowed_values")


@cache
def described(table: str) -> tuple[Column, ...]:
    """The columns of a table as dictionary.toml lists them; ``every`` are those that each table has at its end."""
    records = tomllib.loads(FILE.read_text(encoding="utf-8"))[table]
    return tuple(msgspec.convert(record, Column) for record in records)


def attribute_columns(names: Iterable[str]) -> dict[str, Column]:
    """Attribute name -> its column; a name that another column has gets ``attribute_`` in front."""
    taken = {column.name.casefold() for table in ("patients", "final", "every") for column in described(table)}
    columns = {}
    for attribute in names:
        name = attribute
        while name.casefold() in taken:
            name = f"attribute_{name}"
        taken.add(name.casefold())
        columns[attribute] = Column(name, "text", f"Further column {attribute!r} of the imported patients table")
    return columns


def with_categories(columns: tuple[Column, ...], categories: tuple[Category, ...]) -> tuple[Column, ...]:
    """The columns with the protocol's categories and the kinds of disagreement as allowed values where they belong."""
    listed = {
        "{categories}": "; ".join(f"{category.id} = {category.label}" for category in categories),
        "{disagreements}": "; ".join(f"{kind.id} = {kind.label}" for kind in kinds()),
    }
    return tuple(
        msgspec.structs.replace(column, allowed=listed.get(column.allowed, column.allowed)) for column in columns
    )


def write_dictionary(file: Path, tables: Iterable[DataTable]) -> None:
    """Write data_dictionary.csv: one row for each column of each file."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADER)
        for table in tables:
            for column in table.columns:
                writer.writerow(
                    (f"data/{table.name}", column.name, column.type, column.unit, column.meaning, column.allowed)
                )
