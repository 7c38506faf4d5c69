"""Agreement: coefficients side by side, who disagrees where, and how each reader reads."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.protocol.errors import HlhError
from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.screens.agreement_question import VIEWS, Answer, Question, answer, cell_words, next_view
from hlh_tui.ui.screens.asking import AskingScreen
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.screens.table_screen import TableScreen
from hlh_tui.ui.widgets.table_grid import TableGrid

COUNTING = "asking how far the readers agree ..."


class AgreementScreen(TableScreen, AskingScreen):
    """One table of the report at a time; all come from one question, asked again after every decision."""

    WHERE = "agreement"
    CSS_PATH = "agreement.tcss"
    BINDINGS: ClassVar = bindings_for("agreement")
    AUTO_FOCUS = "#grid"

    question: var[Question] = var(Question(), init=False)

    def __init__(self) -> None:
        super().__init__()
        self.answer: Answer | None = None
        self.between: tuple[str, ...] = ()
        """The readers of the answer that is there or on its way."""

    def body(self) -> ComposeResult:
        """What is asked, the warning, the table, and what the cell under the cursor holds."""
        yield Static(id="question")
        yield Static(id="warning")
        yield TableGrid(id="grid")
        yield Static(id="cell")

    def on_mount(self) -> None:
        """Ask now, and again after every decision, change of criteria, and change of the study's conduct."""
        self.app.decided.subscribe(self, self.follow)
        self.app.reread.subscribe(self, self.follow)
        self.write("#question", COUNTING)
        self.ask()

    @property
    def grid(self) -> TableGrid:
        """The table on the screen."""
        return self.query_one("#grid", TableGrid)

    def watch_question(self) -> None:
        """Another view comes from the same answer; other readers are asked for."""
        if self.question.between != self.between or self.answer is None:
            self.ask()
        else:
            self.show_view()

    def ask(self) -> None:
        """Ask off the keyboard's thread."""
        self.stale = False
        app, between = self.app, self.question.between
        self.between = between
        in_background(app, self, lambda: answer(app.study, app.reader, between), self._take, "ask", self._refuse)

    def _take(self, found: Answer) -> None:
        self.answer = found
        self.show_view()

    def _refuse(self, error: Exception) -> None:
        """Say why there is no answer where the table would be."""
        if not isinstance(error, HlhError):
            self.app.tell_error(error)
            return
        self.answer = None
        self.write("#question", "Agreement")
        self.warn("")
        self.write("#cell", "")
        self.grid.border_title = ""
        self.grid.show(None, problem=sentence(error))

    def show_view(self) -> None:
        """Put the view's table on the screen."""
        found = self.answer
        if found is None:
            return
        view = self.question.view
        table, widths = found.tables[view]
        self.write("#question", found.words(view))
        self.warn("\n".join(found.found.warnings) if view == "coefficients" else "")
        self.grid.border_title = self.words(table.title)
        self.grid.show(table, widths)
        self.tell_cell()

    def warn(self, words: str) -> None:
        """Say what would mislead who reads one number alone; without words no line is taken."""
        self.write("#warning", words)
        self.set_class(bool(words), "-warned")

    # The cell under the cursor

    @on(TableGrid.Moved)
    def tell_cell(self) -> None:
        """Write what the cell holds, and how many lines of notes lie below."""
        found, table, words = self.answer, self.grid.table, ""
        if found is not None and table is not None and self.grid.cell is not None:
            words = cell_words(found.found, self.question.view, table, self.grid.cursor)
        self.write("#cell", words)
        self.tell_notes(self.grid)

    def action_cases(self) -> None:
        """List the cases behind the cell; a chosen one opens."""
        from hlh_tui.ui.screens.patients import PatientsScreen

        row, cell = self.grid.row, self.grid.cell
        if row is None or cell is None or not cell.patients:
            self.app.say("no case is behind this cell")
            return
        column = self.grid.table.columns[self.grid.cursor[1]] if self.grid.table is not None else ""
        title = f"{row.level or row.label} · {column} · {cell.text}"
        self.app.push_screen(PatientsScreen(title, cell.patients), self.open_chart)

    # What is asked

    def action_view(self, step: int) -> None:
        """The next view, or the one before."""
        self.question = replace(self.question, view=next_view(self.question.view, step))

    def action_pick_view(self) -> None:
        """Choose a view from the list."""

        def take(place: int | None) -> None:
            if place is not None:
                self.question = replace(self.question, view=list(VIEWS)[place])

        self.app.push_screen(
            PickScreen("Agreement", tuple(VIEWS.values()), list(VIEWS).index(self.question.view)), take
        )

    def action_between(self) -> None:
        """Choose whose agreement is shown: everybody's, or a pair's."""
        found = self.answer
        if found is None or len(found.choices) < 2:
            self.app.say("there are no more than two readers, and both are shown")
            return
        ids = [between for between, _ in found.choices]

        def take(place: int | None) -> None:
            if place is not None:
                self.question = replace(self.question, between=ids[place])

        now = ids.index(self.question.between) if self.question.between in ids else 0
        self.app.push_screen(PickScreen("Agreement between", tuple(label for _, label in found.choices), now), take)

    # Out of here

    def as_text(self) -> str:
        """The table on the screen as text."""
        from hlh_tui.cohort.tables.plain_text import lay_out

        return "" if self.grid.table is None else lay_out(self.grid.table, 120)
