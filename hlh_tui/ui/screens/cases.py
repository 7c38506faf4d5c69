"""Cases: the list of charts, what has been decided, and what is next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.ui.case_listing import AT_ONCE, Listing, View, listed_anew
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.likely import likely
from hlh_tui.ui.present import plain
from hlh_tui.ui.screens.frame import FramedScreen
from hlh_tui.ui.widgets.case_columns import COLUMNS, SORTS
from hlh_tui.ui.widgets.case_table import CaseTable

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widgets import Input

    from hlh_tui.review.models import Saved


NO_CLASSES: list[tuple[int, str]] = []
TYPING_SECONDS = 0.2
"""How long a reader of a long list has to stop typing before it is filtered."""


class CasesScreen(FramedScreen):
    """The first screen."""

    WHERE = "cases"
    BINDINGS: ClassVar = bindings_for("cases")
    AUTO_FOCUS = "CaseTable"
    # The columns choose themselves by width; classes for it would style the first screen twice.
    HORIZONTAL_BREAKPOINTS = NO_CLASSES
    VERTICAL_BREAKPOINTS = NO_CLASSES

    view: var[View] = var(View(), init=False)

    def __init__(self) -> None:
        super().__init__()
        self._listing: Listing | None = None
        self._typing: Timer | None = None

    def body(self) -> ComposeResult:
        """Counts and list; the filter line and the words for an empty list come when they are needed."""
        yield Static(id="count")
        yield CaseTable()

    def on_mount(self) -> None:
        """Follow the app's cases."""
        self.watch(self.app, "cases", lambda _: self.show_cases(), init=False)
        self.watch(self.app, "ready", lambda _: self.show_cases(), init=False)
        self.show_cases()

    def watch_view(self) -> None:
        """List anew."""
        self.show_cases()

    def show_cases(self) -> None:
        """Fill the list from the app's cases."""
        listing = self._listing = listed_anew(self.app.cases, self.view, self._listing)
        listed, ready = listing.listed, self.app.ready
        self.query_one(CaseTable).show(listed)
        words = self.words(listing.words) if ready else ""
        self.query_one("#count", Static).update(words, layout=False)
        self.set_class(ready and not listed, "-empty")
        if ready and not listed:
            self._say_why_empty(self._empty_words(bool(listing.rows)))

    def _say_why_empty(self, words: Text) -> None:
        if self.query("#empty"):
            self.query_one("#empty", Static).update(words)
        else:
            self.mount(Static(words, id="empty"), after="CaseTable")

    def _empty_words(self, some: bool) -> Text:
        if some:
            return plain("no case matches; esc clears the filter")
        words = "This study holds no charts yet. Leave with q and read a folder of charts in:\n\n"
        return Text(f"{words}    hlh-tui import {self.app.study_path.name} FOLDER")

    # Filter

    async def action_find(self) -> None:
        """Open the filter line."""
        from textual.widgets import Input

        if not self.query("#filter"):
            line = Input(
                placeholder="words, or column:value such as status:relapse", select_on_focus=False, id="filter"
            )
            await self.mount(line, before="CaseTable")
        self.add_class("-filtering")
        self.query_one("#filter").focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        """List while the reader types; a long list once the reader stops."""
        self._stop_typing()
        if len(self.app.cases) > AT_ONCE:
            self._typing = self.set_timer(TYPING_SECONDS, lambda: self._filter(message.value))
        else:
            self._filter(message.value)

    def _stop_typing(self) -> None:
        if self._typing is not None:
            self._typing.stop()

    def _filter(self, query: str) -> None:
        self.view = replace(self.view, query=query)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Keep the filter and return to the list."""
        self._stop_typing()
        self._filter(message.value)
        self.set_class(bool(self.view.query), "-filtering")
        self.query_one(CaseTable).focus()

    def action_back(self) -> None:
        """Clear the filter, then the other restrictions."""
        if self.has_class("-filtering"):
            self._stop_typing()
            self.query_one("#filter").remove()
            self._filter("")
            self.remove_class("-filtering")
            self.query_one(CaseTable).focus()
        else:
            self.view = View()

    # Order and restriction

    def action_sort(self) -> None:
        """Order by the next column."""
        self.view = replace(self.view, sort=(self.view.sort + 1) % len(SORTS))

    def action_undecided_only(self) -> None:
        """Show only cases without this reader's decision, or all again."""
        self.view = replace(self.view, undecided_only=not self.view.undecided_only)

    # The case under the cursor

    @on(CaseTable.Moved)
    def read_ahead(self, message: CaseTable.Moved) -> None:
        """Have the case assessed by the time the reader opens it, the one that ``n`` would open, and those in view."""
        in_view = (row.patient_id for row in self.query_one(CaseTable).in_view)
        likely(self.app, message.row.patient_id, self._undecided(below=1), on_screen=in_view)

    def _undecided(self, below: int) -> str | None:
        """The first case that waits for a decision from so many lines below the cursor on, then from the top again."""
        table = self.query_one(CaseTable)
        start = table.cursor + below
        rows = (table.rows[place % len(table.rows)] for place in range(start, start + len(table.rows)))
        return next((row.patient_id for row in rows if row.waits), None)

    def action_open_case(self) -> None:
        """Review the case under the cursor."""
        row = self.query_one(CaseTable).current
        if row is not None:
            self.app.open_case(row.patient_id)

    @on(CaseTable.Chosen)
    def open_chosen(self, message: CaseTable.Chosen) -> None:
        """Review a case clicked twice."""
        self.app.open_case(message.row.patient_id)

    def action_next_undecided(self) -> None:
        """Review the first case without a decision, from the cursor on unless that one was just looked at."""
        row = self.query_one(CaseTable).current
        looked_at = row is not None and row.patient_id == self.app.patient_id
        patient_id = self._undecided(below=int(looked_at))
        if patient_id is None:
            self.app.say("no listed case waits for your decision")
        else:
            self.query_one(CaseTable).go_to(patient_id)
            self.app.open_case(patient_id)

    def action_flag(self) -> None:
        """Flag the case under the cursor with a note, or take its flag away."""
        row = self.query_one(CaseTable).current
        if row is None:
            return
        case = row.patient_id
        if row.flagged:
            self._write_flag(case, None)
            return
        self.app.prompt(f"Flag {case}", "", lambda note: self._write_flag(case, note), "why, in a few words")

    def _write_flag(self, case: str, note: str | None) -> None:
        from hlh_tui.review.marks import flag, unflag

        app = self.app

        def write() -> Saved:
            return unflag(app.study, app.reader, case) if note is None else flag(app.study, app.reader, case, note)

        def told(saved: Saved) -> None:
            app.say(f"{case} {'no longer flagged' if note is None else 'flagged'}")
            app.announce(case, saved)

        app.write(write, told)

    def as_text(self) -> str:
        """The listed cases, a tab between columns."""
        rows = self.query_one(CaseTable).rows
        lines = ["\t".join(column.heading for column in COLUMNS)]
        lines += ["\t".join(column.words(row) for column in COLUMNS) for row in rows]
        return "\n".join(lines)
