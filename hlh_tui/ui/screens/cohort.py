"""Cohort: every table of the study, two where two fit, with the patients behind every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.ui.background import in_background
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.present import counted
from hlh_tui.ui.screens.cohort_question import (
    OWN,
    Shown,
    ask,
    companion,
    division,
    divisions,
    follows_decisions,
    names,
    numbers_behind,
)
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.screens.table_screen import TableScreen
from hlh_tui.ui.widgets.table_grid import TableGrid

if TYPE_CHECKING:
    from hlh_tui.ui.news import Decided, Reread

SIDE_BY_SIDE = 120
"""Cells of the terminal from which a second table is looked for."""
Asked = tuple[str, str | None]


class CohortScreen(TableScreen):
    """One table under the cursor and, where both fit, another beside it."""

    WHERE = "cohort"
    CSS_PATH = "cohort.tcss"
    BINDINGS: ClassVar = bindings_for("cohort")
    AUTO_FOCUS = "#first"

    active: var[str] = var("baseline", init=False)
    """The table that has the cursor."""
    by: var[str | None] = var(OWN, init=False)
    """What the columns are divided by; None is nobody apart."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[Asked, Shown] = {}
        self.divisions: tuple[tuple[str | None, str], ...] = ()
        self.decisions = 0

    def body(self) -> ComposeResult:
        """How many are decided, which tables there are, the tables, and what the cell under the cursor holds."""
        yield Static(id="progress")
        yield Static(id="names")
        with Horizontal(id="tables"):
            yield TableGrid(id="first")
            yield TableGrid(id="second")
        yield Static(id="cell")

    def on_mount(self) -> None:
        """Count now, and again after every decision."""
        self.watch(self.app, "cases", lambda _: self.show_progress())
        self.app.decided.subscribe(self, self.follow)
        self.app.reread.subscribe(self, self.start_over)
        self.load()

    # What is counted, and when

    @property
    def wanted(self) -> tuple[str, ...]:
        """The tables to show: the active one, and its companion on a wide terminal."""
        pair = (self.active, companion(self.active))
        return pair if self.app.size.width >= SIDE_BY_SIDE else pair[:1]

    def follow(self, _: Decided) -> None:
        """Forget what the decision may have changed; count again, now or when the screen is next looked at."""
        self.decisions += 1
        protocol = self.app.study.protocol
        self.known = {asked: shown for asked, shown in self.known.items() if not follows_decisions(protocol, *asked)}
        if self.is_current:
            self.load()

    def start_over(self, _: Reread) -> None:
        """Count everything again: what was closed may be open now."""
        self.decisions += 1
        self.known.clear()
        if self.is_current:
            self.load()

    @on(events.ScreenResume)
    def catch_up(self) -> None:
        """Count again what was decided meanwhile."""
        self.load()

    def load(self) -> None:
        """Show what is known and count the rest off the keyboard's thread, each table by itself."""
        app, then = self.app, self.decisions
        for place, name in zip(("first", "second"), self.wanted, strict=False):
            asked = (name, self.by)
            if asked in self.known:
                self.show_tables()
                continue

            def count(name: str = name, by: str | None = self.by) -> tuple[Asked, Shown, int]:
                return (name, by), ask(app.study, name, by), then

            in_background(app, self, count, self.take, place)
        self.show_names()

    def take(self, found: tuple[Asked, Shown, int]) -> None:
        """Put a new count on the screen, unless something was decided since it began."""
        asked, shown, then = found
        if then == self.decisions or not follows_decisions(self.app.study.protocol, *asked):
            self.known[asked] = shown
            self.show_tables()

    def show_tables(self) -> None:
        """Fill the grids with what is known."""
        for place, name in zip(("first", "second"), self.wanted, strict=False):
            shown = self.known.get((name, self.by))
            grid = self.query_one(f"#{place}", TableGrid)
            if shown is not None and (grid.table is not shown.table or shown.table is None):
                title = shown.table.title if shown.table is not None else name
                grid.border_title = self.words(title)
                grid.show(shown.table, shown.measured, shown.problem)
        self.lay_out()
        self.tell_cell()

    def show_progress(self) -> None:
        """``9 of 13 decided``, how many wait for agreement, and how the columns are divided."""
        rows = self.app.cases
        parts = [f"{sum(row.final is not None for row in rows)} of {len(rows)} decided"]
        unresolved = sum(row.source == "unresolved" for row in rows)
        if unresolved:
            parts.append(f"{unresolved} unresolved between readers")
        by = division(self.app.study.protocol, self.by) if self.app.ready else None
        parts.append("all patients together" if by is None else f"by {by.replace('_', ' ')}")
        self.query_one("#progress", Static).update(self.words(" · ".join(parts)))

    def show_names(self) -> None:
        """The tables that there are, the active one marked; on a narrow terminal its place among them."""
        every = names()
        words = " ".join(f"[{name}]" if name == self.active else name for name in every)
        if len(words) + 2 > self.app.size.width:
            words = f"table {every.index(self.active) + 1} of {len(every)}: [{self.active}]"
        self.query_one("#names", Static).update(self.words(words))

    def on_resize(self) -> None:
        """Both tables where both fit."""
        super().on_resize()
        self.load()
        self.lay_out()

    def lay_out(self) -> None:
        """Show both tables if their whole width fits, else the active one."""
        first, second = (self.query_one(f"#{place}", TableGrid) for place in ("first", "second"))
        wanted = [first.wanted_width(), second.wanted_width()]
        beside = len(self.wanted) > 1 and (self.wanted[1], self.by) in self.known
        both = beside and all(wanted) and sum(wanted) <= self.app.size.width
        second.set_class(not both, "-away")
        for grid, width in zip((first, second), wanted, strict=True):
            grid.styles.width = f"{max(width, 1)}fr" if both else "1fr"
        if not both and second.has_focus:
            first.focus()

    # The cell under the cursor

    @property
    def grid(self) -> TableGrid:
        """The table that has the cursor."""
        second = self.query_one("#second", TableGrid)
        return second if second.has_focus else self.query_one("#first", TableGrid)

    @on(TableGrid.Moved)
    def describe(self, message: TableGrid.Moved) -> None:
        """Say what the cell holds."""
        if message.grid is self.grid:
            self.tell_cell()

    def tell_cell(self) -> None:
        """Write what the cell holds, and whether notes lie below."""
        self.query_one("#cell", Static).update(self.cell_words())
        for grid in self.query(TableGrid):
            self.tell_notes(grid)

    def cell_words(self) -> Text:
        """Row, column, counts, interval, and how many patients stand behind the cell."""
        grid = self.grid
        row, cell = grid.row, grid.cell
        if grid.table is None or row is None or cell is None:
            return Text()
        where = f"{row.label}: {row.level}" if row.level else row.label
        parts = [where, grid.table.columns[grid.cursor[1]], *numbers_behind(cell)]
        if cell.patients:
            parts.append(f"enter: {counted(len(cell.patients), 'patient')}")
        return self.words(" · ".join(part for part in parts if part))

    def action_patients(self) -> None:
        """List who is behind the cell; a chosen patient's chart opens."""
        from hlh_tui.ui.screens.patients import PatientsScreen

        cell, row = self.grid.cell, self.grid.row
        if cell is None or row is None or not cell.patients:
            self.app.say("nobody is behind this cell")
            return
        title = f"{row.label}{': ' + row.level if row.level else ''} · {cell.text}"
        self.app.push_screen(PatientsScreen(title, cell.patients), self.open_chart)

    # Which table, divided how

    def watch_active(self) -> None:
        """Show that table."""
        self.query_one("#first", TableGrid).focus()
        self.load()

    def watch_by(self) -> None:
        """Count by the new division."""
        self.show_progress()
        self.load()

    def action_switch_table(self, step: int) -> None:
        """Go to the next table or the one before."""
        every = names()
        self.active = every[(every.index(self.active) + step) % len(every)]

    def action_pick_table(self) -> None:
        """Choose a table from the list."""
        every = names()

        def chosen(place: int | None) -> None:
            if place is not None:
                self.active = every[place]

        self.app.push_screen(PickScreen("Tables", every, every.index(self.active)), chosen)

    def action_divide(self) -> None:
        """Choose a division of the columns from the list."""
        if self.divisions:
            self._pick_division(self.divisions)
        else:
            in_background(self.app, self, lambda: divisions(self.app.study), self._pick_division, "divisions")

    def _pick_division(self, found: tuple[tuple[str | None, str], ...]) -> None:
        self.divisions = found
        ids = [each for each, _ in found]
        now = division(self.app.study.protocol, self.by)

        def chosen(place: int | None) -> None:
            if place is not None:
                self.by = ids[place]

        labels = tuple(label for _, label in found)
        present = ids.index(now) if now in ids else 0
        self.app.push_screen(PickScreen("One column, or one for each group", labels, present), chosen)

    # Out of here

    def as_text(self) -> str:
        """The tables on the screen as text."""
        from hlh_tui.cohort.tables.table import table_text

        grids = [grid for grid in self.query(TableGrid) if not grid.has_class("-away")]
        return "\n\n".join(table_text(grid.table, 120) for grid in grids if grid.table is not None)
