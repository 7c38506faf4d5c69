"""Criteria: how the study reads them, what another reading would change, and every sensible reading at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.criteria_views import NAMES, VIEWS, Results, pages_of, sides, title_of
from hlh_tui.ui.criteria_work import Choosable, Universes, assessed, choosable, compared, criteria_of, in_force
from hlh_tui.ui.likely import likely
from hlh_tui.ui.present import ascii_text, counted, paragraph
from hlh_tui.ui.screens.criteria_adoption import ask_to_adopt
from hlh_tui.ui.screens.frame import FramedScreen
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.sight import Sight, sight_of
from hlh_tui.ui.what_if import WhatIf, as_in_force, moved_to, turned, with_set, with_variant
from hlh_tui.ui.widgets.option_panel import OptionDetail, OptionPanel
from hlh_tui.ui.widgets.page_pane import PagePane

if TYPE_CHECKING:
    from hlh_tui.assess.compare import Comparison
    from hlh_tui.assess.models import Assessment
    from hlh_tui.assess.multiverse import Multiverse
    from hlh_tui.assess.options import Reading
    from hlh_tui.protocol.criteria_models import CriteriaSet
    from hlh_tui.ui.news import Reread


class CriteriaScreen(FramedScreen):
    """Options on the left; on the right who moves, all readings at once, or the rules. Only ``adopt`` writes."""

    WHERE = "criteria"
    CSS_PATH = "criteria.tcss"
    BINDINGS: ClassVar = bindings_for("criteria")
    AUTO_FOCUS = ""

    state: var[WhatIf | None] = var(None, init=False)
    view: var[str] = var(VIEWS[0], init=False)

    def __init__(self) -> None:
        super().__init__()
        self.results = Results()
        self.universes = Universes()
        self._under_way: CriteriaSet | None = None

    def body(self) -> ComposeResult:
        """The two sides, the options, the page, and the option under the cursor in words."""
        yield Static(id="sides")
        with Horizontal(id="both"):
            yield OptionPanel()
            with Vertical(id="right"):
                yield Static(id="view")
                yield PagePane()
        yield OptionDetail()

    def on_mount(self) -> None:
        """Begin with the reading in force; follow what may be seen, and what is adopted."""
        self.watch(self.app, "cases", lambda _: self.draw(), init=False)
        self.app.reread.subscribe(self, self.follow)
        in_background(self.app, self, lambda: in_force(self.app.study), self._begin, "begin")

    def _begin(self, reading: Reading) -> None:
        if self.state is None:
            self.state = as_in_force(reading)

    def follow(self, news: Reread) -> None:
        """Another reading is in force: begin with that."""
        self.state = as_in_force(news.reading, self.state.row if self.state else 0)

    @on(events.ScreenSuspend)
    def leave(self) -> None:
        """Stop what takes long when the reader goes to another screen; a dialogue on top is no other screen."""
        if self.app.current_mode != self.WHERE:
            self.workers.cancel_group(self, "multiverse")
            self._under_way = None

    @on(events.ScreenResume)
    def come_back(self) -> None:
        """Go on with what was stopped."""
        if self.state is not None and self.view == "multiverse":
            self.ask()

    # What is shown

    def watch_state(self, old: WhatIf | None, new: WhatIf | None) -> None:
        """Show the options as they are now; ask again if a side changed."""
        if new is None:
            return
        self.query_one(OptionPanel).state = new
        self.query_one(OptionDetail).state = new
        if old is None or (old.in_force, old.other) != (new.in_force, new.other):
            self.results = self.results.outdated()
            self.ask()
            self.draw(from_start=old is None or old.other.base != new.other.base)

    def watch_view(self) -> None:
        """Show the other page from its start, and ask for what it needs."""
        self.ask()
        self.draw(from_start=True)

    def ask(self) -> None:
        """Ask the study for what the page needs and is not known."""
        state, app = self.state, self.app
        if state is None or self.view == "rules":
            return
        if self.view == "multiverse":
            self._ask_for_every_reading(state.other.base)
        elif self.results.answers(state):
            return
        elif state.compared:
            in_background(app, self, lambda: compared(app.study, state), self._take_comparison, "ask", self._refuse)
        else:
            in_background(app, self, lambda: assessed(app.study, state.other), self._take_assessed, "ask", self._refuse)

    def _ask_for_every_reading(self, base: CriteriaSet) -> None:
        """Begin, unless it is known or under way."""
        app, known = self.app, self.results.multiverse
        if self._under_way == base or (known is not None and known.criteria == base):
            return
        self.results.multiverse, self.results.progress, self.results.problem = None, (0, 0), ""
        self._under_way = base

        def told(done: int, total: int) -> None:
            self.call_later(self._progress, base, done, total)

        def work() -> Multiverse:
            return self.universes.of(app.study, base, told)

        in_background(app, self, work, self._take_multiverse, "multiverse", self._refuse_multiverse)

    def _take_comparison(self, found: Comparison) -> None:
        known = self.results
        self.results = Results(comparison=found, multiverse=known.multiverse, progress=known.progress)
        self.draw()

    def _take_assessed(self, found: tuple[Reading, tuple[Assessment, ...]]) -> None:
        reading, results = found
        known = self.results
        self.results = Results(
            assessed=results, assessed_by=reading, multiverse=known.multiverse, progress=known.progress
        )
        self.draw()

    def _take_multiverse(self, found: Multiverse) -> None:
        self._under_way = None
        self.results.multiverse, self.results.problem = found, ""
        self.draw()

    def _progress(self, base: CriteriaSet, done: int, total: int) -> None:
        if self._under_way == base:
            self.results.progress = (done, total)
            self.draw()

    def _refuse_multiverse(self, error: Exception) -> None:
        self._under_way = None
        self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        """Say on the page why there is nothing to show."""
        self.results.problem = sentence(error)
        self.draw()

    @property
    def sight(self) -> Sight:
        """Whose category this reader may see."""
        return sight_of(self.app.cases)

    def draw(self, *, from_start: bool = False) -> None:
        """Put on the screen what is known."""
        if self.state is None or not self.is_mounted:
            return
        self._write("#sides", sides(self.state))
        self._write("#view", title_of(self.state, self.view, self.results))
        pages = pages_of(self.state, self.view, self.results, self.sight)
        self.query_one(PagePane).show(pages, from_start=from_start)

    def _write(self, where: str, words: str) -> None:
        self.query_one(where, Static).update(paragraph(ascii_text(words) if self.app.ascii_only else words))

    # Looking

    def _look(self, state: WhatIf | None) -> None:
        if state is not None:
            self.state = state

    def action_option(self, step: int) -> None:
        """The option above or below."""
        self._look(self.state and moved_to(self.state, step))

    def action_value(self, step: int) -> None:
        """The option's next value, for looking only."""
        if self.state is not None and self.state.key is None:
            self.app.say(f"{self.state.other.base.id} has no options")
        self._look(self.state and turned(self.state, step))

    def action_as_in_force(self) -> None:
        """Back to the study's own reading."""
        if self.state is not None:
            row = self.state.row if self.state.own else 0
            self.state = as_in_force(self.state.in_force, row)

    def action_show_next(self) -> None:
        """The next page of the right side."""
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]

    def action_enlarge(self) -> None:
        """The right side on the whole screen, or both sides again."""
        self.toggle_class("-right-only")

    def action_line(self, step: int) -> None:
        """The next patient listed or the one before; further on where none is."""
        pane = self.query_one(PagePane)
        pane.move(step)
        likely(self.app, pane.target)

    def action_open_patient(self) -> None:
        """The chart of the patient under the cursor."""
        patient_id = self.query_one(PagePane).target
        if patient_id is None:
            self.app.say(f"{NAMES[self.view]}: nobody is listed here; n and p move between those who are")
            return
        self.app.open_case(patient_id)

    def action_named_reading(self) -> None:
        """Choose one of the set's named readings."""
        state = self.state
        if state is None:
            return
        names = list(state.other.base.variants)
        if not names:
            self.app.say(f"{state.other.base.id} has no named readings")
            return
        labels = tuple(f"{name}: {state.other.base.variants[name].label}" for name in names)

        def take(place: int | None) -> None:
            if place is not None:
                self.state = with_variant(state, names[place])

        self.app.push_screen(PickScreen("Look at a named reading", labels, 0), take)

    def action_other_set(self) -> None:
        """Choose the criteria set of the other side."""
        in_background(self.app, self, lambda: choosable(self.app.study), self._choose_set, "sets")

    def _choose_set(self, sets: tuple[Choosable, ...]) -> None:
        state = self.state
        if state is None:
            return
        labels = tuple(
            f"{each.listed.id} {each.listed.version} · {each.listed.kind} · {each.listed.title} ({each.listed.where})"
            for each in sets
        )
        present = next((n for n, each in enumerate(sets) if each.listed.hash == state.other.base.hash), 0)

        def take(place: int | None) -> None:
            if place is None:
                return
            name, app = sets[place].name, self.app
            in_background(app, self, lambda: with_set(state, criteria_of(app.study, name)), self._look, "set")

        title = f"Hold against {state.in_force.base.id} ({counted(len(sets), 'set')})"
        self.app.push_screen(PickScreen(title, labels, present), take)

    # Adopting

    def action_adopt(self) -> None:
        """Read the criteria so from now on; asks for the reason."""
        if self.state is not None:
            ask_to_adopt(self, self.state)

    def as_text(self) -> str:
        """The two sides and the page."""
        if self.state is None:
            return ""
        return "\n".join(
            [sides(self.state), title_of(self.state, self.view, self.results), self.query_one(PagePane).text()]
        )
