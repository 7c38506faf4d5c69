"""What the screens share whose cursor stands on a cell of a table: moving it, and writing the table to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.ui.free_place import free_place
from hlh_tui.ui.present import counted
from hlh_tui.ui.screens.frame import FramedScreen
from hlh_tui.ui.widgets.table_grid import TableGrid

if TYPE_CHECKING:
    from hlh_tui.cohort.tables.models import Table


class TableScreen(FramedScreen):
    """A screen with a ``grid`` under the cursor; ``tell_cell`` says what its cell holds."""

    @property
    def grid(self) -> TableGrid:
        """The table that has the cursor."""
        raise NotImplementedError

    def tell_cell(self) -> None:
        """Write what the cell under the cursor holds, and whether notes lie below."""
        raise NotImplementedError

    def tell_notes(self, grid: TableGrid) -> None:
        """Say in the border how many lines of notes lie below what is shown."""
        notes = grid.notes_below
        grid.border_subtitle = self.words(f"{counted(notes, 'line')} of notes below ↓") if notes else ""

    def action_row(self, step: int) -> None:
        """Move the cursor by rows; below the last one the notes, which no move of the cursor tells of."""
        self.grid.move(step, 0)
        self.tell_cell()

    def action_page(self, step: int) -> None:
        """Move the cursor by a page of rows."""
        self.grid.page(step)

    def action_column(self, step: int) -> None:
        """Move the cursor by columns."""
        self.grid.move(0, step)

    def action_write_table(self) -> None:
        """Ask for a file and write the table under the cursor to it."""
        app, table = self.app, self.grid.table
        if table is None:
            app.say("there is no table to write", "warning")
            return
        shown = table
        proposal = str(free_place(app.study_path.parent, f"{app.study_path.stem}-{shown.name}", ".csv"))
        hint = "the ending is the format: csv, txt, json, html, tex or xlsx"
        app.prompt(f"Write the table {shown.name}", proposal, lambda words: self._write(shown, words), hint)

    def _write(self, table: Table, words: str) -> None:
        from hlh_tui.ui.screens.cohort_question import write_table

        place, study = Path(words).expanduser(), self.app.study
        self.app.write(lambda: write_table(study, table, place), lambda _: self.app.say(f"wrote {place}"))
