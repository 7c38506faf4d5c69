"""Survival: step curves with what they rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.protocol.errors import HlhError
from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.present import ascii_text, paragraph
from hlh_tui.ui.screens.frame import FramedScreen
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.screens.survival_question import (
    Answer,
    Choices,
    Question,
    answer,
    choices,
    details,
    question_words,
    reading,
    reading_days,
)
from hlh_tui.ui.widgets.survival_plot import SurvivalPlot, row_label

WHY = "Why a landmark"
"""How the note begins that says why curves by response start at a landmark."""

if TYPE_CHECKING:
    from hlh_tui.ui.news import Decided


class SurvivalScreen(FramedScreen):
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
        self.stale = False

    def body(self) -> ComposeResult:
        """The question, the plot with its numbers at risk, the reading, the numbers and notes."""
        yield Static(id="question")
        yield SurvivalPlot()
        yield Static(id="refusal")
        yield Static(id="reading")
        with VerticalScroll(id="numbers", can_focus=False):
            yield Static(id="details")

    def on_mount(self) -> None:
        """Ask now, and again after every decision."""
        self.app.decided.subscribe(self, self.follow)
        in_background(self.app, self, lambda: choices(self.app.study), self._take_choices, "ask")

    def _take_choices(self, found: Choices) -> None:
        self.choices = found
        self.ask()

    def follow(self, _: Decided) -> None:
        """Ask again, now or when the screen is next looked at."""
        self.stale = True
        if self.is_current:
            self.ask()

    @on(events.ScreenResume)
    def catch_up(self) -> None:
        """Ask again if something was decided meanwhile."""
        if self.stale:
            self.ask()

    def watch_question(self) -> None:
        """Ask what is wanted now."""
        self.ask()

    def ask(self) -> None:
        """Ask the cohort off the keyboard's thread."""
        asked, question, app = self.choices, self.question, self.app
        if asked is None:
            return
        self.stale = False
        self._write("#question", question_words(asked, question))
        in_background(app, self, lambda: answer(app.study, asked, question), self._take, "ask", self._refuse)

    def _take(self, found: Answer) -> None:
        self.answer = found
        self.remove_class("-refused")
        days = reading_days(found.result)
        if self.day not in days:
            self.day = None
        self.query_one(SurvivalPlot).show(found.result, self.band)
        labels = [row_label(found.result, index) for index in range(len(found.result.strata))]
        lines = details(found, labels, self.app.study.protocol)
        self._write("#details", "\n".join(lines))
        self.query_one("#numbers").scroll_home(animate=False)
        self.read_out()

    def _refuse(self, error: Exception) -> None:
        """Say why there is no curve where the curve would be."""
        if not isinstance(error, HlhError):
            self.app.tell_error(error)
            return
        self.answer = None
        self.add_class("-refused")
        self._write("#refusal", sentence(error))
        self._write("#details", "")
        self._write("#reading", "")

    def _write(self, where: str, words: str) -> None:
        self.query_one(where, Static).update(paragraph(ascii_text(words) if self.app.ascii_only else words))

    @property
    def band(self) -> bool:
        """Whether the confidence band is drawn: by default only around a single curve."""
        if self.question.band is not None:
            return self.question.band
        return self.answer is not None and len(self.answer.result.strata) == 1

    # Reading

    def watch_day(self) -> None:
        """Move the line on the plot and read there."""
        self.query_one(SurvivalPlot).day = self.day
        self.read_out()

    def read_out(self) -> None:
        """What the curves say at the day under the cursor, one line a curve."""
        if self.answer is None:
            return
        if self.day is None:
            why = next((note for note in self.answer.result.notes if note.startswith(WHY)), "")
            self._write("#reading", "\n".join(filter(None, [why, "← → read the curve step by step"])))
            return
        day, result = self.day, self.answer.result
        lines = [reading(self.answer, index, day) for index in range(len(result.strata))]
        if len(lines) == 1:
            words = f"day {day:g}: {lines[0]}"
        else:
            words = "\n".join(f"day {day:g}, {row_label(result, i)}: {line}" for i, line in enumerate(lines))
        self._write("#reading", words)

    def action_read(self, step: int) -> None:
        """Read at an earlier or a later step."""
        if self.answer is None:
            return
        days = reading_days(self.answer.result)
        if self.day is None:
            self.day = days[0] if step > 0 else days[-1]
        else:
            self.day = days[max(0, min(days.index(self.day) + step, len(days) - 1))]

    def action_scroll(self, lines: int) -> None:
        """Scroll the numbers and notes."""
        self.query_one("#numbers").scroll_relative(y=lines, animate=False)

    # What is asked

    def _turn(self, what: str) -> None:
        if self.choices is not None:
            self.question = self.choices.turned(self.question, what)

    def action_endpoint(self) -> None:
        """The next endpoint."""
        self._turn("endpoint")

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
        self.question = replace(self.question, band=not self.band)

    def as_text(self) -> str:
        """The question, the plot without colours, the numbers and the notes."""
        drawn = self.query_one(SurvivalPlot).picture
        if self.choices is None or self.answer is None or drawn is None:
            return ""
        result = self.answer.result
        labels = [row_label(result, index) for index in range(len(result.strata))]
        lines = [question_words(self.choices, self.question), *(line.plain.rstrip() for line in drawn.lines)]
        return "\n".join([*lines, *details(self.answer, labels, self.app.study.protocol)])
