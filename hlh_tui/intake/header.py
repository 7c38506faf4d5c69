"""Match the header of a source to the columns of its table."""

from __future__ import annotations

import difflib
import re
from collections import Counter

from hlh_tui.intake.errors import IntakeError
from hlh_tui.intake.models import Layout, Staged
from hlh_tui.intake.stage import Cursor, literal
from hlh_tui.intake.tables import Table, tables

NUMERIC = ("number", "whole", "day", "value")


def read_layout(connection: Cursor, staged: Staged) -> tuple[Layout, list[str]]:
    """Which cell holds which column, and one sentence for each thing wrong with the header (row 1)."""
    table = tables()[staged.source.table]
    cells, days, attributes = {}, {}, {}
    shown: dict[str, str] = {}
    taken: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    names = [key(name) for name in staged.header]
    for index, name in enumerate(names):
        written = staged.header[index].strip()
        if not name:
            problems += unnamed(connection, staged, index)
            continue
        day = day_column(table, name, names)
        target = day or name
        further = not (day or table.column(name) or name == "index_at")
        if table.into == "patient" and further:
            target = written[:-3] + "_day" if name.endswith("_at") else written
        if target in taken:
            problems.append((written, f"stands for {target} like {taken[target]}, expected one of them"))
            continue
        taken[target] = written
        if day:
            days[day], shown[day] = index, written
        elif not further and (table.column(name) or table.into == "patient"):
            cells[name], shown[name] = index, written
        elif table.into == "patient":
            attributes[written], shown[written] = index, written
        else:
            problems.append((written, unknown(table, name)))
    for column in table.columns:
        if column.required and column.name not in taken:
            problems.append((column.name, "is missing from the header, expected a column of that name"))
    layout = Layout(staged, cells, days, attributes, shown)
    if not problems:
        layout = Layout(staged, cells, days, attributes, shown, has_decimal_comma(connection, layout))
    return layout, [f"{staged.source.name}:1 {column}: {what}" for column, what in problems]


def key(name: str) -> str:
    """A header cell as a column name: without case, spaces and hyphens."""
    return re.sub(r"[\s-]+", "_", name.strip().removeprefix("\ufeff").casefold())


def day_column(table: Table, name: str, names: list[str]) -> str | None:
    """The day column that a column of dates stands for: ``start_at`` for start_day, ``at`` or any one for day."""
    if not (name == "at" or name.endswith("_at")) or name == "index_at":
        return None
    stem = name.removesuffix("at").removesuffix("_")
    if table.column(f"{stem}_day"):
        return f"{stem}_day"
    if not table.column("day"):
        return None
    others = [
        other for other in names if other.endswith("_at") and not table.column(f"{other.removesuffix('_at')}_day")
    ]
    return "day" if stem in ("", "day") or others == [name] else None


def unnamed(connection: Cursor, staged: Staged, index: int) -> list[tuple[str, str]]:
    """The problem of a column without a name, none when all its cells are empty."""
    filled = connection.execute(
        f"SELECT count(*) FROM read_parquet({literal(staged.parquet)}) WHERE cell(c{index}) IS NOT NULL"
    ).fetchall()[0][0]
    return [(f"(column {index + 1})", "has no name, expected a column name")] if filled else []


def unknown(table: Table, name: str) -> str:
    """What is wrong with a column that the table does not have; nothing is dropped silently."""
    names = [column.name for column in table.columns]
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    guess = f"; did you mean {close[0]}" if close else "; put what matters into source_ref and remove the column"
    return f"is not a column of this table, expected one of {', '.join(names)}{guess}"


def has_decimal_comma(connection: Cursor, layout: Layout) -> bool:
    """Whether a comma separates decimals in a file separated by semicolons or tabs.

    ``IntakeError`` when that cannot be told: commas and points both, or every comma before three digits.
    """
    staged = layout.staged
    table = tables()[staged.source.table]
    if staged.delimiter not in (";", "\t"):
        return False
    numeric = [column.name for column in table.columns if column.kind in NUMERIC and column.name in layout.cells]
    seen: Counter[str] = Counter()
    example = ""
    for name in numeric:
        row = connection.execute(
            f"""SELECT count(*) FILTER (regexp_full_match(t, '[^0-9]*\\d*,\\d+')),
                       count(*) FILTER (regexp_full_match(t, '[^0-9]*[1-9]\\d{{0,2}},\\d{{3}}')),
                       count(*) FILTER (regexp_full_match(t, '[^0-9]*\\d*\\.\\d+')),
                       min(t) FILTER (regexp_full_match(t, '[^0-9]*\\d*,\\d+'))
                FROM (SELECT cell(c{layout.cells[name]}) AS t FROM read_parquet({literal(staged.parquet)}))"""
        ).fetchall()[0]
        seen.update(commas=row[0], thousands=row[1], points=row[2])
        example = example or row[3] or ""
    if not seen["commas"]:
        return False
    if seen["points"] or seen["commas"] == seen["thousands"]:
        raise IntakeError(
            f"{staged.source.name}: it cannot be told whether the comma in {example} separates decimals or thousands:"
            " write all numbers with a point and without thousands separators"
        )
    return True
