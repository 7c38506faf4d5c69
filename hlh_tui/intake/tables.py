"""The tables of the chart format, read from tables.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

HERE = Path(__file__).parent


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that a text column is bound to in rows where another column ``is`` something."""

    column: str
    is_: str = msgspec.field(name="is")
    words: tuple[str, ...] = ()
    also: dict[str, str] = {}


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column: what it may hold and how it is checked; see tables.toml."""

    name: str
    kind: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()
    also: dict[str, str] = {}
    not_before: str = ""
    far: float | None = None
    when: When | None = None


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of a chart folder and the study table its rows go ``into``."""

    into: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


@cache
def tables() -> dict[str, Table]:
    """The five tables by file name, patients first."""
    text = (HERE / "tables.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Table])
