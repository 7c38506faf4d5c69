"""Differences: where readers differ, one case side by side, the consensus meeting, and data queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.ui.background import in_background
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.reversing import put_back, take_back
from hlh_tui.ui.screens import differences_acts as acts
from hlh_tui.ui.screens.asking import AskingScreen
from hlh_tui.ui.screens.differences_case import case_page, case_title
from hlh_tui.ui.screens.differences_legend import of_case, of_cases, of_queries
from hlh_tui.ui.screens.differences_pages import FILTERS, cases_page, queries_page, queries_title, said, title
from hlh_tui.ui.screens.differences_work import OpenCase, Table, read_open_case, read_table
from hlh_tui.ui.widgets.bars import Legend
from hlh_tui.ui.widgets.page_pane import PagePane, Pages

if TYPE_CHECKING:
    from hlh_tui.review.consensus.models import Difference
    from hlh_tui.ui.commands import Command

VIEWS = ("cases", "queries")


class DifferencesScreen(AskingScreen):
    """A list of cases or of queries; ``case`` is the one that is open side by side, None for the list."""

    WHERE = "differences"
    CSS_PATH = "differences.tcss"
    BINDINGS: ClassVar = bindings_for("differences")
    AUTO_FOCUS = ""

    view: var[str] = var(VIEWS[0], init=False)
    only: var[str] = var(FILTERS[0], init=False)
    case: var[str | None] = var(None, init=False)

    def __init__(self) -> None:
        super().__init__()
        self.table = Table()
        self.opened: OpenCase | None = None
        self.known = False

    def body(self) -> ComposeResult:
        """What is listed, and the list or the case."""
        yield Static(id="title")
        yield PagePane()

    def on_mount(self) -> None:
        """Read, and again after every entry."""
        self.app.decided.subscribe(self, self.follow)
        self.app.reread.subscribe(self, self.follow)
        self.ask()
        self.draw()

    @on(events.ScreenResume)
    def look_again(self) -> None:
        """Read again what may have changed without an entry of this program, such as the age of queries."""
        self.draw()

    # Reading

    def ask(self) -> None:
        """Read the lists, and the open case."""
        self.stale = False
        app = self.app
        in_background(app, self, lambda: read_table(app.study, app.reader), self._take, "table")
        if self.case is not None:
            self._ask_case(self.case)

    def _ask_case(self, case: str) -> None:
        app = self.app
        in_background(app, self, lambda: read_open_case(app.study, app.reader, case), self._take_case, "case")

    def _take(self, found: Table) -> None:
        self.table, self.known = found, True
        if self.case is None:
            self.draw()

    def _take_case(self, found: OpenCase) -> None:
        if found.patient_id == self.case:
            self.opened = found
            self.draw()

    # Showing

    def draw(self, *, from_start: bool = False) -> None:
        """Put on the screen what is known; the cursor stays on what it stood on."""
        if not self.is_mounted:
            return
        pane = self.query_one(PagePane)
        held = None if from_start or self.case is not None else pane.target
        self.write("#title", self.heading())
        pane.show(self.pages(), from_start=from_start)
        self.query_one(Legend).refresh()
        targets = [target for _, target in pane.page.stops]
        if held in targets:
            pane.place = targets.index(held)

    def offers(self, command: Command) -> bool:
        """Whether the command does something to the list or the case that is shown."""
        if self.view == "queries":
            return command.id in of_queries(self.table)
        return command.id in (of_cases(self.table) if self.case is None else of_case(self.opened))

    def heading(self) -> str:
        """The line above the page."""
        if self.view == "queries":
            return queries_title(self.table)
        if self.case is None:
            return title(self.table, self.only)
        return case_title(self.opened) if self.opened is not None else self.case

    def pages(self) -> Pages:
        """The page: a list, or the open case."""
        if not self.known:
            return said("reading ...")
        if self.view == "queries":
            return queries_page(self.table)
        if self.case is None:
            return cases_page(self.table, self.only)
        return case_page(self.opened or OpenCase(self.case), ascii_only=self.app.ascii_only)

    def watch_view(self) -> None:
        """Show the other list."""
        self.draw(from_start=True)

    def watch_only(self) -> None:
        """List other cases."""
        self.draw(from_start=True)

    def watch_case(self, old: str | None, new: str | None) -> None:
        """Open that case, or go back to the list with the cursor on the one left."""
        self.opened = None
        self.draw(from_start=True)
        if new is not None:
            self._ask_case(new)
            return
        pane = self.query_one(PagePane)
        targets = [target for _, target in pane.page.stops]
        if old in targets:
            pane.move(targets.index(old))

    # Moving

    def action_move(self, step: int) -> None:
        """The line below or above; in a case further down or up."""
        self.query_one(PagePane).move(step)

    def action_show_next(self) -> None:
        """Cases or data queries."""
        self.case = None
        self.view = VIEWS[1 - VIEWS.index(self.view)]

    def action_only(self) -> None:
        """List open, settled or all cases."""
        if self.view == "cases" and self.case is None:
            self.only = FILTERS[(FILTERS.index(self.only) + 1) % len(FILTERS)]

    def action_compare(self) -> None:
        """Open the case under the cursor side by side; from a query, its chart."""
        if self.view == "queries":
            self.action_open_chart()
        elif self.case is None:
            target = self.query_one(PagePane).target
            if target is not None:
                self.app.clear_notifications()  # what was said of the case before would cover reader 2
                self.case = target

    def action_back(self) -> None:
        """From a case to the list, from queries to cases, else to the list of cases."""
        if self.case is not None:
            self.case = None
        elif self.view == "queries":
            self.view = "cases"
        else:
            self.app.switch_mode("cases")

    def action_open_chart(self) -> None:
        """Review the case that is open or under the cursor."""
        case = self._at()
        if case is not None:
            self.app.open_case(case)

    def _at(self) -> str | None:
        """The case that is open, else the one under the cursor, else that of the query under the cursor."""
        if self.view == "queries":
            number = self._query()
            return next((one.patient_id for one in self.table.queries if one.seq == number), None)
        return self.case or self.query_one(PagePane).target

    def _query(self) -> int | None:
        target = self.query_one(PagePane).target if self.view == "queries" else None
        return None if target is None else int(target)

    # Acting

    def _may_write(self) -> bool:
        if self.app.read_only:
            self.app.say(acts.READ_ONLY, "warning")
        return not self.app.read_only

    def _open_case(self) -> str | None:
        """The case that is open; otherwise says how to open one."""
        if self.case is None:
            self.app.say("open a case first: enter sets its readers side by side")
        return self.case

    def _to_settle(self) -> Difference | None:
        """The open case, if this reader may settle it now; otherwise says why not."""
        if self._open_case() is None or not self._may_write():
            return None
        opened = self.opened
        if opened is None or opened.comparison is None:
            return None
        if opened.settling is not None:
            self.app.say(opened.settling, "warning")
            return None
        return opened.comparison.difference

    def action_accept(self, number: int) -> None:
        """Settle the case as that reader decided."""
        one = self._to_settle()
        if one is not None:
            acts.ask_to_accept(self, one, number)

    def action_new_category(self) -> None:
        """Settle the case with a category of its own."""
        one = self._to_settle()
        if one is not None:
            acts.ask_for_new(self, one)

    def action_vote(self) -> None:
        """Take the vote of one member."""
        case = self._open_case()
        if case is not None and self._may_write():
            acts.ask_to_vote(self, case)

    def action_reveal(self) -> None:
        """Reveal the votes before everybody has voted."""
        case = self._open_case()
        if case is not None and self._may_write():
            acts.ask_to_reveal(self, case)

    def action_note(self) -> None:
        """Write down what was said about the case."""
        case = self._open_case()
        if case is not None and self._may_write():
            acts.ask_for_note(self, case)

    def action_minutes(self) -> None:
        """Write the minutes to a file."""
        acts.ask_for_minutes(self)

    def action_ask(self) -> None:
        """Raise a data query about the chart of a case."""
        case = self._at()
        if case is not None and self._may_write():
            acts.ask_query(self, case)

    def action_turn_query(self, turn: str) -> None:
        """Answer, close or reopen the query under the cursor."""
        number = self._query()
        if self.view != "queries":
            self.app.say("tab shows the data queries; there a answers, c closes and b sends back")
        elif number is not None and self._may_write():
            acts.ask_to_turn(self, number, turn)

    def action_undo(self) -> None:
        """Take back this reader's last settlement; among the queries their last act as a reader."""
        take_back(self.app, "you have settled nothing that could be taken back", self._acted_as())

    def action_redo(self) -> None:
        """Put back what was taken back last here."""
        put_back(self.app, "nothing to put back", self._acted_as())

    def _acted_as(self) -> str:
        """The role whose acts this view shows."""
        from hlh_tui.review.consensus.settle import ROLE

        return "reader" if self.view == "queries" else ROLE.get(self.app.study.protocol.review.topology, "reader")

    def as_text(self) -> str:
        """The line above and the whole page."""
        return f"{self.heading()}\n{self.query_one(PagePane).text()}"
