"""Survival: step curves with what they rest on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.ui.background import in_background
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.present import counted
from hlh_tui.ui.screens.asking import AskingScreen
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.screens.survival_question import (
    Answer,
    Choices,
    Question,
    answer,
    choices,
    question_words,
    who_left,
)
from hlh_tui.ui.screens.survival_words import details, readings
from hlh_tui.ui.widgets.survival_plot import SurvivalPlot
from hlh_tui.ui.widgets.survival_sketch import sketch

SAID_FIRST = ("Why a landmark", "1 - Kaplan-Meier", "These curves (Simon and Makuch")
"""How the notes begin that are said under the curves until they are read."""
WARNING = "WARNING"

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.follow_up import Person
    from hlh_tui.ui.widgets.survival_plot import Picture


class SurvivalScreen(AskingScreen):
    """One endpoint at a time, one curve or several."""

    WHERE = "survival"
    CSS_PATH = "survival.tcss"
    BINDINGS: ClassVar = bindings_for("survival")

    question: var[Question] = var(Question(), init=False)
    day: var[float | None] = var(None, init=False)
    """Where the curves are read."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: Choices | None = None
        self.answer: Answer | None = None
        self.days: tuple[float, ...] = ()

    def body(self) -> ComposeResult:
        """The question, a warning where one is due, the plot with its numbers, the reading, the numbers and notes."""
        yield Static(id="question")
        yield Static(id="warning")
        yield SurvivalPlot()
        yield Static(id="refusal")
        yield Static(id="reading")
        with VerticalScroll(id="numbers", can_focus=False):
            yield Static(id="details")

    def on_mount(self) -> None:
        """Ask now, and again after every decision."""
        self.app.decided.subscribe(self, self.follow)
        self.app.reread.subscribe(self, self.follow)
        in_background(self.app, self, lambda: choices(self.app.study), self._take_choices, "ask")

    def _take_choices(self, found: Choices) -> None:
        self.choices = found
        self.ask()

    def ask(self) -> None:
        """Ask the cohort off the keyboard's thread."""
        asked, question, app = self.choices, self.question, self.app
        if asked is None:
            return
        self.stale = False
        self.write("#question", question_words(asked, question), layout=False)
        plot = self.query_one(SurvivalPlot)

        def answered() -> tuple[Answer, bool, Picture]:
            found = answer(app.study, asked, question)
            band = is_banded(question, found)
            return found, band, plot.drawn(found.result, band)

        in_background(app, self, answered, self._take, "ask", self._refuse)

    def _take(self, shown: tuple[Answer, bool, Picture]) -> None:
        found, band, drawn = shown
        self.answer = found
        self.remove_class("-refused")
        warning = found.result.notes[0] if found.result.notes[0].startswith(WARNING) else ""
        self.set_class(bool(warning), "-naive")
        self.write("#warning", warning)
        self.days = found.days
        if self.day not in self.days:
            self.day = None
        self.query_one(SurvivalPlot).show(found.result, band, drawn)
        self.write("#details", "\n".join(details(found.result, self.app.study.protocol)))
        self.query_one("#numbers").scroll_home(animate=False)
        self.read_out()

    def _refuse(self, error: Exception) -> None:
        """Say why there is no curve where the curve would be."""
        if self.tell_refusal(error):
            self.answer = None
            self.remove_class("-naive")

    # Reading

    def watch_day(self) -> None:
        """Move the line on the plot and read there."""
        self.query_one(SurvivalPlot).day = self.day
        self.read_out()

    def read_out(self) -> None:
        """What the curves say at the day under the cursor, one line a curve, with the names of who had the event."""
        found, day = self.answer, self.day
        if found is None:
            return
        if day is None:
            why = next((note for note in found.result.notes if note.startswith(SAID_FIRST)), "")
            self.write("#reading", "\n".join(filter(None, [why, "← → read the curve step by step"])))
            return

        def take(left: tuple[Person, ...]) -> None:
            if self.answer is found and self.day == day:
                self.write("#reading", "\n".join(readings(found.result, day, left)))

        in_background(self.app, self, lambda: who_left(found, day), take, "read")

    def action_read(self, step: int) -> None:
        """Read at an earlier or a later step."""
        if self.answer is None:
            return
        if self.day is None:
            self.day = self.days[0] if step > 0 else self.days[-1]
        else:
            at = bisect_left(self.days, self.day) + step
            self.day = self.days[max(0, min(at, len(self.days) - 1))]

    def action_who_left(self) -> None:
        """List who left at the cursor; a chosen patient's chart opens."""
        found, day = self.answer, self.day
        if found is None:
            return
        if day is None:
            self.app.say("put the cursor on a step of the curve first, with ← and →")
            return

        def take(left: tuple[Person, ...]) -> None:
            from hlh_tui.ui.screens.patients import PatientsScreen

            if not left:
                self.app.say(f"nobody leaves on day {day:g}")
                return
            title = f"day {day:g}: {left_words(left)}"
            self.app.push_screen(PatientsScreen(title, tuple(person.patient_id for person in left)), self.open_chart)

        in_background(self.app, self, lambda: who_left(found, day), take, "who")

    def action_scroll(self, lines: int) -> None:
        """Scroll the numbers and notes."""
        self.query_one("#numbers").scroll_relative(y=lines, animate=False)

    # What is asked

    def _turn(self, what: str, step: int = 1) -> None:
        if self.choices is not None:
            self.question = self.choices.turned(self.question, what, step)

    def action_endpoint(self, step: int) -> None:
        """The next endpoint, or the one before."""
        self._turn("endpoint", step)

    def action_competing(self) -> None:
        """Curves of competing risks, or of survival again."""
        self.question = replace(self.question, competing=not self.question.competing, band=None)

    def action_method(self) -> None:
        """The next method by which responders are compared."""
        if self.choices is None:
            return
        if not self.choices.methods(self.question):
            self.app.say("methods compare groups by response: choose one with g, on survival curves from day 0")
            return
        self._turn("method")

    def action_stratify(self) -> None:
        """Choose a division of the patients from the list."""
        asked = self.choices
        if asked is None:
            return

        def take(place: int | None) -> None:
            if place is not None:
                self.question = asked.divided(self.question, place)

        labels = tuple(label for _, label in asked.divisions)
        self.app.push_screen(PickScreen("One curve, or one for each group", labels, self.question.by), take)

    def action_interval(self) -> None:
        """The next method of the interval."""
        self._turn("interval")

    def action_landmark(self) -> None:
        """The next landmark day."""
        self._turn("landmark")

    def action_band(self) -> None:
        """Show or hide the confidence band."""
        if self.answer is not None:
            self.question = replace(self.question, band=not is_banded(self.question, self.answer))

    def as_text(self) -> str:
        """The question, the plot without colours, the numbers and the notes."""
        drawn = self.query_one(SurvivalPlot).picture
        if self.choices is None or self.answer is None or drawn is None:
            return ""
        lines = [question_words(self.choices, self.question), *(line.plain.rstrip() for line in drawn.lines)]
        return "\n".join([*lines, *details(self.answer.result, self.app.study.protocol)])


def is_banded(question: Question, found: Answer) -> bool:
    """Whether the confidence band is drawn: by default only around a single curve."""
    return len(sketch(found.result).lines) == 1 if question.band is None else question.band


def left_words(left: Sequence[Person]) -> str:
    """How those who left did so: ``1 event, 2 others``."""
    events = sum(person.cause == 1 for person in left)
    others = len(left) - events
    words = [counted(events, "event")] if events else []
    return ", ".join([*words, *([f"{others} without the event"] if others else [])])
