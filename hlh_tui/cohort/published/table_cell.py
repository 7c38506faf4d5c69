"""A figure from a cell of a cohort table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import grouping
from hlh_tui.cohort.published.errors import NotInStudy, PublishedError
from hlh_tui.cohort.published.estimate import require_division
from hlh_tui.cohort.published.models import Computed
from hlh_tui.cohort.published.rounding import exact
from hlh_tui.cohort.tables.table import TABLES, table

if TYPE_CHECKING:
    from hlh_tui.cohort.published.read import Entry
    from hlh_tui.cohort.published.sources import FromTable
    from hlh_tui.cohort.tables.models import Cell, Row, Table
    from hlh_tui.study.file import Study

Tables = dict[tuple[str, str | None], "Table"]
"""Tables already made for this scorecard."""
VALUES = {"median": 0, "min": 1, "max": 2, "q1": 3, "q3": 4}
"""Where a cell that holds a distribution keeps each number (``Cell.values``)."""
FROM_DECISIONS = frozenset({"response"})
"""Tables that count final categories."""
MOST_SHOWN = 20


def table_cell(study: Study, entry: Entry, source: FromTable, tables: Tables) -> Computed:
    """The count of a cell, or a number of the distribution that it holds."""
    place = f"{entry.place}.from"
    made = made_table(study, source, tables, place)
    row = wanted_row(study, made, source, place)
    at = wanted_column(study, made, source, place)
    where = f"table {source.table}, {source.row}{f', {source.level}' if source.level else ''}, {source.column}"
    if row is None:
        return Computed(n=0, denominator=everybody(made, at), patients=(), how=where)
    found = read_cell(row.cells[at], source, where, place)
    decided = source.table in FROM_DECISIONS or grouping(study, source.by).from_decisions
    return replace(found, unknown=undecided(study)) if decided else found


def undecided(study: Study) -> tuple[str, ...]:
    """Who has no final category yet."""
    from hlh_tui.review.state import final_categories

    return tuple(patient for patient, final in final_categories(study).items() if final.category is None)


def read_cell(cell: Cell, source: FromTable, where: str, place: str) -> Computed:
    """What the entry wants of the cell."""
    if source.field in (None, "count"):
        if cell.n is None:
            raise PublishedError(f"{place}: the cell of {where} holds no count; name a row below it as level")
        return Computed(n=cell.n, denominator=cell.denominator, patients=cell.patients, how=where)
    if len(cell.values) == len(VALUES):
        value = exact(cell.values[VALUES[source.field]])
        return Computed(value, cell.n, cell.denominator, cell.patients, how=f"{where}: {source.field}")
    if cell.n == 0:
        raise NotInStudy(f"{where}: the charts have no value for any patient")
    raise PublishedError(f"{place}.field: the cell of {where} holds a count, no {source.field}; use count")


def made_table(study: Study, source: FromTable, tables: Tables, place: str) -> Table:
    """The table, made once for all entries; ``NotInStudy`` where the protocol does not say what it counts."""
    if source.table not in TABLES:
        raise PublishedError(f"{place}.table: there is no table {source.table!r}; use one of {', '.join(TABLES)}")
    require_division(study, source.by, place)
    key = (source.table, source.by)
    if key not in tables:
        try:
            tables[key] = table(study, *key)
        except CohortError as error:
            raise NotInStudy(str(error)) from error
    made = tables[key]
    if len(made.rows) <= 1:
        raise NotInStudy(made.notes[0].rstrip(".") if made.notes else f"table {source.table} is empty")
    return made


def wanted_row(study: Study, made: Table, source: FromTable, place: str) -> Row | None:
    """The row; None for a level that the protocol has and no patient."""
    labelled = [row for row in made.rows if matches(row.label, source.row)]
    if not labelled:
        raise PublishedError(f"{place}.row: table {source.table} has no row {source.row!r}; {allowed(made)}")
    for row in labelled:
        if matches(row.level, source.level):
            return row
    for characteristic in study.protocol.baseline:
        if characteristic.label == source.row and source.level in characteristic.levels.values():
            return None
    levels = shown((row.level for row in labelled if row.level), "no level at all")
    raise PublishedError(f"{place}.level: row {source.row!r} has no level {source.level!r}; use one of {levels}")


def matches(words: str, pattern: str) -> bool:
    """Whether the words are those of the pattern, in which * stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), words, re.DOTALL) is not None


def allowed(made: Table) -> str:
    """The rows there are."""
    return f"use one of {shown((row.label for row in made.rows), 'none')}"


def shown(names: Iterable[str], otherwise: str) -> str:
    """Names once each, the first twenty of them."""
    known = list(dict.fromkeys(names))
    rest = f" and {len(known) - MOST_SHOWN} more" if len(known) > MOST_SHOWN else ""
    return ", ".join(repr(each) for each in known[:MOST_SHOWN]) + rest if known else otherwise


def wanted_column(study: Study, made: Table, source: FromTable, place: str) -> int:
    """Where the column stands; ``NotInStudy`` for a group that the division has and no patient is in."""
    if source.column in made.columns:
        return made.columns.index(source.column)
    if source.by is not None and source.column in grouping(study, source.by).order:
        raise NotInStudy(f"no patient of the study is in {source.column!r} of {source.by}")
    columns = shown(made.columns, "none")
    raise PublishedError(f"{place}.column: table {source.table} has no column {source.column!r}; use one of {columns}")


def everybody(made: Table, at: int) -> int | None:
    """How many patients the column counts: its first row that says so."""
    return next((row.cells[at].n for row in made.rows if row.cells[at].n is not None), None)
