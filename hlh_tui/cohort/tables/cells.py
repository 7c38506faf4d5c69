"""Cells as every table makes them: counts with their denominator, proportions with intervals, numbers with their n."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from hlh_tui.cohort.columns import Column
from hlh_tui.cohort.interval import clopper_pearson, wilson
from hlh_tui.cohort.printed import limits_in_percent, number, percent
from hlh_tui.cohort.quantile import quantile
from hlh_tui.cohort.tables.models import Cell, Row, Table

NOTHING = Cell("")
NONE = "–"
INTERVALS = "95 % intervals: (Clopper-Pearson, exact) and, where there is room, [Wilson, score]."


def heading(label: str, columns: int) -> Row:
    """A row that names those below it."""
    return Row(label, "", (NOTHING,) * columns)


def everybody(columns: Sequence[Column], label: str = "Patients") -> Row:
    """How many patients each column has."""
    return Row(label, "", tuple(Cell(str(len(c.patients)), len(c.patients), patients=c.patients) for c in columns))


def count_cell(patients: tuple[str, ...], of: int) -> Cell:
    """Count and per cent of ``of`` patients; – in an empty column."""
    if not of:
        return Cell(NONE, 0, 0)
    n = len(patients)
    return Cell(f"{n} ({percent(n, of)})", n, of, 100 * n / of, patients=patients)


def share(patients: tuple[str, ...], of: int) -> Cell:
    """So many of all patients, without an interval: nothing is estimated here."""
    return Cell(f"{len(patients)}/{of}", len(patients), of, 100 * len(patients) / of if of else None, patients=patients)


def proportion_cell(patients: tuple[str, ...], of: int) -> Cell:
    """k/n, per cent and exact limits, such as 10/13 76.9 % (46.2–95.0), with Wilson's beside; – where n is 0."""
    k = len(patients)
    if not of:
        return Cell(NONE, 0, 0)
    exact, score = clopper_pearson(k, of), wilson(k, of)
    text = f"{k}/{of} {percent(k, of, 1)} % ({limits_in_percent(*exact)})"
    return Cell(text, k, of, 100 * k / of, *exact, patients=patients, wilson=score)


def both_intervals(table: Table) -> Table:
    """The table with Wilson's limits printed beside the exact ones: 10/13 76.9 % (46.2–95.0) [49.7–91.8]."""
    rows = (structs.replace(row, cells=tuple(map(_both, row.cells))) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _both(cell: Cell) -> Cell:
    if cell.wilson is None:
        return cell
    return structs.replace(cell, text=f"{cell.text} [{limits_in_percent(*cell.wilson)}]")


def having(column: Column, holds: Callable[[str], object]) -> tuple[str, ...]:
    """The patients of a column for whom it holds."""
    return tuple(patient for patient in column.patients if holds(patient))


def counts(label: str, level: str, columns: Iterable[Column], holds: Callable[[str], object]) -> Row:
    """A row of counts, per cent of all patients of the column."""
    return Row(label, level, tuple(count_cell(having(column, holds), len(column.patients)) for column in columns))


def one(text: str, alone: tuple[str], *values: float) -> Cell:
    """A cell about one patient; – where nothing is known."""
    return Cell(text or NONE, None, None, None, None, None, values, alone)


def summary_cell(
    found: Mapping[str, float], of: int, kind: str, decimals: int, patients: tuple[str, ...] | None = None
) -> Cell:
    """Median (first–third quartile) by the definition ``kind``; values as a continuous cell of the baseline table."""
    if not found:
        return Cell(NONE, 0, of)
    values = sorted(found.values())
    middle, first, third = (quantile(values, level, kind) for level in (0.5, 0.25, 0.75))
    text = f"{number(middle, decimals)} ({number(first, decimals)}–{number(third, decimals)})"
    return Cell(
        text if len(found) == of else f"{text} n = {len(found)}/{of}",
        len(found),
        of,
        values=(middle, values[0], values[-1], first, third),
        patients=tuple(found) if patients is None else patients,
    )
