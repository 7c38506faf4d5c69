"""Workflow: the coordinator's desk. People, phase, packs, locks and cuts, each with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.screens import workflow_acts as acts
from hlh_tui.ui.screens.asking import AskingScreen
from hlh_tui.ui.ways import at_the_keys
from hlh_tui.ui.widgets.bars import Legend
from hlh_tui.ui.widgets.page_pane import Page, PagePane
from hlh_tui.ui.workflow_views import VIEWS, headline, pages_of, tabs

if TYPE_CHECKING:
    from hlh_tui.cohort.cut_difference import CutDifference
    from hlh_tui.review.workflow import Workflow
    from hlh_tui.ui.commands import Command


class WorkflowScreen(AskingScreen):
    """One view at a time of where the study stands; what a key does is asked for in words, and has a reason."""

    WHERE = "workflow"
    CSS_PATH = "workflow.tcss"
    BINDINGS: ClassVar = bindings_for("workflow")
    AUTO_FOCUS = ""

    view: var[str] = var(VIEWS[0], init=False)

    def __init__(self) -> None:
        super().__init__()
        self.found: Workflow | None = None
        self.difference: CutDifference | None = None
        self.problem = "reading where the study stands ..."

    def body(self) -> ComposeResult:
        """Where the study stands in a line, the views with their keys, the page, what came of the last key."""
        yield Static(id="standing")
        yield Static(id="tabs")
        yield PagePane()
        yield Static(id="said")

    def on_mount(self) -> None:
        """Read now, and again after every decision and change of the study's conduct."""
        self.app.decided.subscribe(self, self.follow)
        self.app.reread.subscribe(self, self.follow)
        self.draw(from_start=True)
        self.ask()

    def ask(self) -> None:
        """Read where the study stands, off the keyboard's thread."""
        self.stale = False
        app = self.app

        def read() -> Workflow:
            from hlh_tui.review.workflow import workflow

            return workflow(app.study, app.reader)

        in_background(app, self, read, self._take, "ask", self._refuse)

    def _take(self, found: Workflow) -> None:
        first, self.found = self.found is None, found
        if first and found.is_pack and self.view == VIEWS[0]:
            self.view = "packs"  # what a reader comes here for
        self.draw()

    def _refuse(self, error: Exception) -> None:
        self.found, self.problem = None, sentence(error)
        self.draw()

    def draw(self, *, from_start: bool = False) -> None:
        """Put on the screen what is known."""
        self.write("#tabs", tabs(self.view, is_pack=self.found is not None and self.found.is_pack))
        self.query_one(Legend).refresh()
        pane = self.query_one(PagePane)
        if self.found is None:
            page = Page(([(self.problem, "")],))
            pane.show(lambda _: page)
            return
        self.write("#standing", headline(self.found))
        pane.show(pages_of(self.view, self.found, self.difference), from_start=from_start)

    def offers(self, command: Command) -> bool:
        """One's own key in a pack, where little else is to do; else what the desk is for."""
        return command.id != "act('key')" or (self.found is not None and self.found.is_pack)

    def watch_view(self) -> None:
        """Show the other view from its start."""
        self.tell("")
        self.draw(from_start=True)

    def tell(self, words: str) -> None:
        """Say what came of a key, below the page; without words no line is taken."""
        self.write("#said", words)
        self.set_class(bool(words), "-said")

    @property
    def target(self) -> str | None:
        """What the line under the cursor stands for: a person, a reader, a lock, a cut."""
        return self.query_one(PagePane).target

    def as_text(self) -> str:
        """The page as text, with what came of the last key: a public key is sent on from here."""
        said = self.written.get("#said", "")
        return self.query_one(PagePane).text() + (f"\n\n{said}" if said else "")

    # Moving

    def action_view(self, step: int) -> None:
        """The next view (1) or the one before (-1)."""
        self.view = VIEWS[(VIEWS.index(self.view) + step) % len(VIEWS)]

    def action_line(self, step: int) -> None:
        """The line below (1) or above (-1), or further on the page."""
        self.query_one(PagePane).move(step)

    # Doing; each goes to its view first

    def action_act(self, name: str) -> None:
        """Begin what the key stands for, or say why it cannot be done."""
        act = acts.ACTS[name]
        target = self.target if self.view == act.view else None
        if act.only_there and self.view != act.view:
            return
        self.view = act.view
        self.tell(at_the_keys(self._refusal(act) or ""))
        if self.found is not None and self._refusal(act) is None:
            act.begin(self, self.found, target)

    def _refusal(self, act: acts.Act) -> str | None:
        if self.found is None:
            return self.problem
        if not act.action:
            return None
        return acts.READ_ONLY if self.app.read_only else self.found.refusals.get(act.action)
