"""What the Agreement screen asks, and what it says of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from hlh_tui.ui.present import counted
from hlh_tui.ui.widgets.table_grid import Measured, measured

if TYPE_CHECKING:
    from hlh_tui.cohort.tables.models import Cell, Table
    from hlh_tui.review.agreement.models import Agreement, Reader
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

VIEWS = {
    "coefficients": "coefficients side by side",
    "confusion": "confusion of each pair",
    "categories": "by category and outcome",
    "criteria": "by criterion, as cited",
    "readers": "readers",
    "drift": "drift over time",
    "sessions": "decisions per session",
    "proposal": "readers and the proposal",
}
"""The views in the order of ``tab``, with their names; the tables of the same names."""
EVERYBODY = "all readers"


@dataclass(frozen=True, slots=True)
class Question:
    """Which view, and which readers by id; all of them where none is named."""

    view: str = next(iter(VIEWS))
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The report, its tables with the widths of their columns, and whose agreement can be asked for."""

    found: Agreement
    tables: Mapping[str, tuple[Table, Measured]]
    choices: tuple[tuple[tuple[str, ...], str], ...]

    def words(self, view: str) -> str:
        """What is shown, in one line."""
        names = ", ".join(one.name for one in self.found.readers) or "nobody has decided a case yet"
        place = f"{list(VIEWS).index(view) + 1}/{len(VIEWS)}"
        cases = f"{self.found.cases} of {counted(self.found.patients, 'case')} read by two or more"
        return f"{VIEWS[view]} ({place}) · {cases} · {names}"


def answer(study: Study, actor: Actor, between: Sequence[str]) -> Answer:
    """Ask for the report and lay it out; ``ReviewError`` says why there is none."""
    from hlh_tui.cohort.agreement.blocks import tables_of
    from hlh_tui.review.agreement.report import agreement

    found = agreement(study, actor, between)
    tables = {name: (table, measured(table)) for name, table in tables_of(found).items()}
    return Answer(found, tables, choices(found.available))


def choices(available: Sequence[Reader]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Everybody first, then each pair of readers: ids and a label."""
    pairs = [((one.id, two.id), f"{one.name} and {two.name}") for one, two in combinations(available, 2)]
    return (((), EVERYBODY), *(pairs if len(available) > 2 else ()))


def next_view(view: str, step: int) -> str:
    """The view after this one, or before it."""
    every = list(VIEWS)
    return every[(every.index(view) + step) % len(every)]


def cell_words(found: Agreement, view: str, table: Table, place: tuple[int, int]) -> str:
    """Row, column and value of a cell, how it was estimated or why it is undefined, and how many cases stand behind."""
    row, column = table.rows[place[0]], place[1]
    cell: Cell = row.cells[column]
    parts = ["" if view == "coefficients" else under(table, place[0])]
    parts += [row.level or row.label, table.columns[column], cell.text]
    if view == "coefficients":
        parts.append(explained(found, row.label))
    if cell.patients:
        parts.append(
            f"enter: {counted(len(cell.patients), 'case')}{' seen differently' if view == 'coefficients' else ''}"
        )
    return " · ".join(part for part in parts if part)


def under(table: Table, row: int) -> str:
    """The heading above a row; empty where there is none."""
    return next((each.label for each in reversed(table.rows[:row]) if not each.level), "")


def explained(found: Agreement, label: str) -> str:
    """How the coefficient of that label was estimated, or why there is none."""
    from hlh_tui.review.agreement.coefficients import KINDS
    from hlh_tui.review.agreement.models import Estimate

    one = next((each for name, each in found.coefficients.items() if KINDS[name].label == label), None)
    if one is None:
        return ""
    return one.why or (one.method if isinstance(one, Estimate) else "")
