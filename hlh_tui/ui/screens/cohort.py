"""Cohort: the baseline table and the response table, with the patients behind every cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.ui.background import in_background
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.present import counted, percent
from hlh_tui.ui.screens.frame import FramedScreen
from hlh_tui.ui.widgets.table_grid import TableGrid, label_of

if TYPE_CHECKING:
    from hlh_tui.cohort.tables.models import Cell, Table
    from hlh_tui.ui.news import Decided

NAMES = ("baseline", "response")


@dataclass(frozen=True, slots=True)
class Tables:
    """Both tables as of one moment."""

    baseline: Table
    response: Table


class CohortScreen(FramedScreen):
    """Two tables, side by side where they fit, else one at a time."""

    WHERE = "cohort"
    CSS_PATH = "cohort.tcss"
    BINDINGS: ClassVar = bindings_for("cohort")
    AUTO_FOCUS = "#baseline"

    grouped: var[bool] = var(True, init=False)
    """Whether the columns are divided by the protocol's first stratum, if it has one."""

    active: var[str] = var("baseline", init=False)

    def __init__(self) -> None:
        super().__init__()
        self.stale = False

    def body(self) -> ComposeResult:
        """How many are decided, the tables, and what the cell under the cursor holds."""
        yield Static(id="progress")
        with Horizontal(id="tables"):
            yield TableGrid(id="baseline")
            yield TableGrid(id="response")
        yield Static(id="cell")

    def on_mount(self) -> None:
        """Count now, and again after every decision."""
        self.watch(self.app, "cases", lambda _: self.show_progress())
        self.app.decided.subscribe(self, self.follow)
        self.load()

    def follow(self, _: Decided) -> None:
        """Count again, now or when the screen is next looked at."""
        self.stale = True
        if self.is_current:
            self.load()

    @on(events.ScreenResume)
    def catch_up(self) -> None:
        """Count again if something was decided meanwhile."""
        if self.stale:
            self.load()

    def load(self) -> None:
        """Count both tables off the keyboard's thread."""
        self.stale = False
        app, grouped = self.app, self.grouped

        def count() -> Tables:
            from hlh_tui.cohort.tables.baseline import baseline_table
            from hlh_tui.cohort.tables.response import response_table

            strata = app.study.protocol.strata
            by = strata[0].id if grouped and strata else None
            return Tables(baseline_table(app.study, by), response_table(app.study, by))

        in_background(app, self, count, self.show_tables, "tables")

    def show_tables(self, tables: Tables) -> None:
        """Put new counts on the screen."""
        for name, table in zip(NAMES, (tables.baseline, tables.response), strict=True):
            grid = self.query_one(f"#{name}", TableGrid)
            grid.border_title = self.words(table.title)
            grid.show(table)
        self.lay_out()

    def show_progress(self) -> None:
        """``9 of 13 decided``, and how many wait for agreement."""
        rows = self.app.cases
        parts = [f"{sum(row.final is not None for row in rows)} of {len(rows)} decided"]
        unresolved = sum(row.source == "unresolved" for row in rows)
        if unresolved:
            parts.append(f"{unresolved} unresolved between readers")
        self.query_one("#progress", Static).update(self.words(" · ".join(parts)))

    def on_resize(self) -> None:
        """Both tables where both fit."""
        super().on_resize()
        self.lay_out()

    def lay_out(self) -> None:
        """Show both tables if their whole width fits, else the active one."""
        grids = [self.query_one(f"#{name}", TableGrid) for name in NAMES]
        wanted = [grid.wanted_width() for grid in grids]
        both = all(wanted) and sum(wanted) + 4 <= self.app.size.width
        for grid, width in zip(grids, wanted, strict=True):
            grid.set_class(not both and grid.id != self.active, "-away")
            grid.styles.width = f"{max(width, 1)}fr" if both else "1fr"
            grid.border_subtitle = "" if both else "tab: the other table"

    # The cell under the cursor

    @property
    def grid(self) -> TableGrid:
        """The table that has the cursor."""
        return self.query_one(f"#{self.active}", TableGrid)

    @on(TableGrid.Moved)
    def describe(self, message: TableGrid.Moved) -> None:
        """Say what the cell holds."""
        if message.grid is self.grid:
            self.query_one("#cell", Static).update(self.cell_words())

    def cell_words(self) -> Text:
        """Row, column, counts, interval, and how many patients stand behind the cell."""
        grid = self.grid
        row, cell = grid.row, grid.cell
        if grid.table is None or row is None or cell is None:
            return Text()
        who = counted(len(cell.patients), "patient")
        parts = [label_of(row).strip(), grid.table.columns[grid.cursor[1]], *numbers_behind(cell), f"enter: {who}"]
        return self.words(" · ".join(parts))

    def action_switch_table(self) -> None:
        """Go to the other table."""
        self.active = NAMES[1 - NAMES.index(self.active)]
        self.lay_out()
        self.grid.focus()
        self.query_one("#cell", Static).update(self.cell_words())

    def action_row(self, step: int) -> None:
        """Move the cursor by rows."""
        self.grid.move(step, 0)

    def action_column(self, step: int) -> None:
        """Move the cursor by columns."""
        self.grid.move(0, step)

    def action_stratum(self) -> None:
        """Divide the columns by the protocol's first stratum, or not."""
        self.grouped = not self.grouped
        self.load()

    def action_patients(self) -> None:
        """List who is behind the cell; a chosen patient's chart opens."""
        from hlh_tui.ui.screens.patients import PatientsScreen

        cell, row = self.grid.cell, self.grid.row
        if cell is None or row is None or not cell.patients:
            self.app.say("nobody is behind this cell")
            return
        title = f"{row.label}{': ' + row.level if row.level else ''} · {cell.text}"
        self.app.push_screen(PatientsScreen(title, cell.patients), self._open)

    def _open(self, patient_id: str | None) -> None:
        if patient_id is not None:
            self.app.open_case(patient_id)

    def as_text(self) -> str:
        """Both tables as text."""
        from hlh_tui.cohort.tables.table import table_text

        tables = [self.query_one(f"#{name}", TableGrid).table for name in NAMES]
        return "\n\n".join(table_text(table, 120) for table in tables if table is not None)


def numbers_behind(cell: Cell) -> list[str]:
    """The counts and limits that a cell's text was printed from."""
    words = []
    if cell.n is not None and cell.denominator is not None:
        words.append(f"{cell.n} of {cell.denominator}")
    if cell.pct is not None:
        words.append(f"{cell.pct:.1f} %")
    if cell.lower is not None and cell.upper is not None:
        words.append(f"95 % interval {percent(cell.lower)} to {percent(cell.upper)}")
    return words or [cell.text]
