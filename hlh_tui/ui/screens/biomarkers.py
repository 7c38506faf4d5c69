"""Biomarkers: analytes before and after, and the patients' courses side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.reactive import var
from textual.widgets import Static

from hlh_tui.ui.background import in_background
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.likely import likely
from hlh_tui.ui.screens.asking import AskingScreen
from hlh_tui.ui.screens.biomarkers_question import OF_AN_ANALYTE, VIEWS, Answer, Choices, Question, answer, choices
from hlh_tui.ui.screens.biomarkers_words import reading
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.widgets.analyte_list import AnalyteList
from hlh_tui.ui.widgets.cohort_plot import CohortPlot

if TYPE_CHECKING:
    pass

HINT = "← → pick a patient, enter opens the chart"


class BiomarkersScreen(AskingScreen):
    """One view at a time; the patient under the cursor stays when the view changes."""

    WHERE = "biomarkers"
    CSS_PATH = "biomarkers.tcss"
    BINDINGS: ClassVar = bindings_for("biomarkers")

    question: var[Question] = var(Question(), init=False)
    patient: var[str | None] = var(None, init=False)
    """Whose values are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: Choices | None = None
        self.answer: Answer | None = None

    def body(self) -> ComposeResult:
        """The question, the analytes beside the plot, the patient under the cursor, tests and notes."""
        yield Static(id="question")
        with Horizontal(id="middle"):
            yield AnalyteList()
            yield CohortPlot()
            yield Static(id="refusal")
        yield Static(id="reading")
        with VerticalScroll(id="numbers", can_focus=False):
            yield Static(id="details")

    def on_mount(self) -> None:
        """Ask now, and again after every decision and every other reading of the criteria."""
        self.app.decided.subscribe(self, self.follow)
        self.app.reread.subscribe(self, self.follow)
        in_background(self.app, self, lambda: choices(self.app.study), self._take_choices, "ask")

    def _take_choices(self, found: Choices) -> None:
        self.choices = found
        self.query_one(AnalyteList).listed = found.analytes
        self.set_reactive(BiomarkersScreen.question, Question(by=found.first_by))
        self.ask()

    def ask(self) -> None:
        """Ask the cohort off the keyboard's thread."""
        asked, question, app, patient = self.choices, self.question, self.app, self.patient
        if asked is None:
            return
        self.stale = False
        self.query_one(AnalyteList).place = question.analyte
        self.set_class(asked.view(question) not in OF_AN_ANALYTE, "-course")
        self.write("#question", asked.words(question))

        def found() -> Answer:
            return answer(app.study, asked, question, self._shown, patient)

        in_background(app, self, found, self._take, "ask", self._refuse)

    def _shown(self) -> frozenset[str]:
        """The cases whose proposal this reader has seen, from the log: the app's list may be a moment behind."""
        from hlh_tui.review.state import revealed_cases

        return revealed_cases(self.app.study, self.app.reader.id)

    def _take(self, found: Answer) -> None:
        self.answer = found
        self.remove_class("-refused")
        if self.patient not in found.patients:
            self.set_reactive(BiomarkersScreen.patient, None)
        plot = self.query_one(CohortPlot)
        plot.answer, plot.patient = found, self.patient
        self.query_one("#numbers").scroll_home(animate=False)
        self.read_out()
        self.write_details()

    @on(CohortPlot.Resized)
    def write_details(self) -> None:
        """Tests, the sentence on n, and notes; what has no room is known once the plot has its size."""
        width = self.query_one(CohortPlot).content_size.width
        if self.answer is not None and width:
            self.write("#details", "\n".join(self.answer.details(width, self.patient)))

    def _refuse(self, error: Exception) -> None:
        """Say why there is no plot where the plot would be."""
        if self.tell_refusal(error):
            self.answer = None

    # The patient under the cursor

    def watch_patient(self) -> None:
        """Tell the patient apart on the plot and read out the values."""
        self.query_one(CohortPlot).patient = self.patient
        likely(self.app, self.patient)
        self.read_out()
        self.write_details()

    def read_out(self) -> None:
        """What the plot says of the patient under the cursor."""
        if self.answer is None:
            return
        words = HINT if self.patient is None else reading(self.answer.result, self.patient)
        self.write("#reading", words)

    def action_patient(self, step: int) -> None:
        """The next patient drawn, or the one before."""
        listed = () if self.answer is None else self.answer.patients
        if not listed:
            return
        if self.patient not in listed:
            self.patient = listed[0 if step > 0 else -1]
            return
        self.patient = listed[max(0, min(listed.index(self.patient) + step, len(listed) - 1))]
        if self.answer is not None and self.answer.is_part and self.patient in (listed[0], listed[-1]):
            self.ask()

    def action_open_chart(self) -> None:
        """Review the patient under the cursor."""
        if self.patient is None:
            self.app.say("pick a patient with ← or → first", "warning")
            return
        self.app.open_case(self.patient)

    def action_scroll(self, lines: int) -> None:
        """Scroll tests and notes."""
        self.query_one("#numbers").scroll_relative(y=lines, animate=False)

    # What is asked

    def action_view(self, step: int) -> None:
        """The next view, or the one before."""
        self.question = replace(self.question, view=(self.question.view + step) % len(VIEWS))

    def action_analyte(self, step: int) -> None:
        """The next analyte of the list; on a view without analytes the next patient."""
        if self.choices is None:
            return
        if self.choices.view(self.question) not in OF_AN_ANALYTE:
            self.action_patient(step)
            return
        self.question = self.choices.stepped(self.question, step)

    def action_day(self) -> None:
        """The next day of comparison."""
        if self.choices is not None and self.choices.days:
            self.question = replace(self.question, day=(self.question.day + 1) % len(self.choices.days))

    def action_group(self) -> None:
        """Choose a division of the patients from the list."""
        asked = self.choices
        if asked is None:
            return

        def take(place: int | None) -> None:
            if place is not None:
                self.question = replace(self.question, by=place)

        labels = tuple(label for _, label in asked.divisions)
        self.app.push_screen(PickScreen("Divide the patients", labels, self.question.by), take)

    def as_text(self) -> str:
        """The question, the plot without colours, the patient, and the tests and notes."""
        if self.choices is None or self.answer is None:
            return ""
        plot = self.query_one(CohortPlot)
        width, height = plot.content_size
        drawn = ["".join(words for words, _ in line).rstrip() for line in plot.lines(width, height)]
        read = [] if self.patient is None else [reading(self.answer.result, self.patient)]
        details = self.answer.details(width, self.patient)
        return "\n".join([self.choices.words(self.question), *drawn, *read, *details])
