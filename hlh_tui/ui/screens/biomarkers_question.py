"""What the Biomarkers screen asks of the cohort, and what it draws and says of the answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.models import AnalyteResult
from hlh_tui.cohort.course.models import HeatMap, Swimmer, Waterfall
from hlh_tui.ui.screens.biomarkers_words import analyte_details
from hlh_tui.ui.widgets.analyte_drawing import Span, left_out_words, paired, spaghetti
from hlh_tui.ui.widgets.heat_drawing import heat_lines
from hlh_tui.ui.widgets.line_panel import Line
from hlh_tui.ui.widgets.swimmer_drawing import swimmer_lines
from hlh_tui.ui.widgets.waterfall_drawing import waterfall_lines

if TYPE_CHECKING:
    from hlh_tui.cohort.biomarkers.measurements import Charted
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

VIEWS = {
    "spaghetti": "every value over time",
    "paired": "before and after",
    "waterfall": "best change",
    "swimmer": "course of each patient",
    "heat": "criteria over time",
}
"""The views in the order of ``tab``, with their names."""
OF_AN_ANALYTE = frozenset({"spaghetti", "paired", "waterfall"})
MOST_ROWS = 60
"""Patients whose criteria are read at once."""
DAYS_MATTER = frozenset({"spaghetti", "paired"})

Result = AnalyteResult | Waterfall | Swimmer | HeatMap


@dataclass(frozen=True, slots=True)
class Question:
    """View, analyte, division and day, by their places in ``Choices``."""

    view: int = 0
    analyte: int = 0
    by: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What this study can be asked: analytes, divisions (None first), days of comparison; and the days drawn."""

    analytes: tuple[Charted, ...]
    divisions: tuple[tuple[str | None, str], ...]
    days: tuple[float, ...]
    span: Span
    first_by: int

    def view(self, question: Question) -> str:
        """The view in force."""
        return tuple(VIEWS)[question.view % len(VIEWS)]

    def stepped(self, question: Question, step: int) -> Question:
        """The question with an analyte further down or up the list."""
        return replace(question, analyte=max(0, min(question.analyte + step, len(self.analytes) - 1)))

    def words(self, question: Question) -> str:
        """What is shown, in one line."""
        view = self.view(question)
        # a waterfall is in the order of its bars, whatever the groups
        parts = [VIEWS[view], *([] if view == "waterfall" else [self.divisions[question.by][1]])]
        if view in OF_AN_ANALYTE and self.analytes:
            parts.insert(0, self.analytes[question.analyte].analyte.label)
        if view in DAYS_MATTER and self.days:
            parts.append(f"change at day {self.days[question.day % len(self.days)]:g}")
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, the result, and the days that are drawn."""

    view: str
    result: Result
    span: Span

    def draw(self, patient: str | None, width: int, height: int, ascii_only: bool) -> list[Line]:
        """The picture in that size, the patient under the cursor told apart."""
        result = self.result
        if isinstance(result, Waterfall):
            return waterfall_lines(result, patient, width, height, ascii_only)
        if isinstance(result, Swimmer):
            return swimmer_lines(result, patient, width, height, ascii_only)
        if isinstance(result, HeatMap):
            return heat_lines(result, patient, width, height, ascii_only)
        if self.view == "paired":
            return paired(result, patient, width, height, ascii_only)
        return spaghetti(result, self.span, patient, width, height, ascii_only)

    @property
    def patients(self) -> tuple[str, ...]:
        """Everybody in the order drawn."""
        result = self.result
        if isinstance(result, Waterfall):
            return tuple(each.patient_id for each in result.bars)
        if isinstance(result, Swimmer):
            return tuple(each.patient_id for each in result.lanes)
        if isinstance(result, HeatMap):
            return tuple(each.patient_id for each in result.rows)
        return tuple(each.patient_id for each in result.series)

    @property
    def is_part(self) -> bool:
        """Whether the cohort has more patients than were read."""
        return isinstance(self.result, HeatMap) and len(self.result.rows) < self.result.patients

    def details(self, width: int, patient: str | None) -> list[str]:
        """Tests, the sentence on n, and notes, one paragraph a line."""
        if not isinstance(self.result, AnalyteResult):
            return list(self.result.notes)
        left_out = left_out_words(self.result, width, patient)
        return [*([left_out] if left_out else []), *analyte_details(self.result)]


def choices(study: Study) -> Choices:
    """What can be asked of this study; it opens on the protocol's first collapse."""
    from hlh_tui.cohort.biomarkers.measurements import charted
    from hlh_tui.ui.screens.survival_question import choices as divisions_of

    protocol = study.protocol
    divisions = divisions_of(study).divisions
    wanted = next(iter(protocol.biomarkers.collapses), None)
    first_by = next((place for place, (by, _) in enumerate(divisions) if by == wanted), 0)
    return Choices(charted(study), divisions, days_of(protocol), span_of(protocol), first_by)


def days_of(protocol: StudyProtocol) -> tuple[float, ...]:
    """The protocol's day of comparison first, then its visits."""
    chosen = protocol.biomarkers.day
    return tuple(dict.fromkeys([*([] if chosen is None else [chosen]), *(visit.day for visit in protocol.visits)]))


def span_of(protocol: StudyProtocol) -> Span:
    """The days drawn: from the baseline window to the evidence cut-off."""
    visits = tuple(visit.day for visit in protocol.visits)
    return Span(-protocol.context.baseline_days, protocol.review_until_day, visits)


def answer(
    study: Study, asked: Choices, question: Question, shown: Callable[[], Collection[str]], patient: str | None = None
) -> Answer:
    """Ask the cohort; ``CohortError`` where there is no answer.

    ``shown`` gives the cases whose proposal may be seen; around ``patient`` the criteria of a large cohort are read.
    """
    from hlh_tui.cohort.biomarkers.analyte import analyte_result
    from hlh_tui.cohort.course.heat_map import heat_map
    from hlh_tui.cohort.course.swimmer import swimmer
    from hlh_tui.cohort.course.waterfall import waterfall
    from hlh_tui.cohort.errors import CohortError

    view, by = asked.view(question), asked.divisions[question.by][0]
    if view == "swimmer":
        return Answer(view, swimmer(study, by), asked.span)
    if view == "heat":
        return Answer(view, heat_map(study, shown(), by, patient, MOST_ROWS), asked.span)
    if not asked.analytes:
        raise CohortError("nothing that is measured is charted in this study: import observations first")
    analyte = asked.analytes[question.analyte].analyte.id
    if view == "waterfall":
        return Answer(view, waterfall(study, analyte, by), asked.span)
    day = asked.days[question.day % len(asked.days)] if asked.days else None
    return Answer(view, analyte_result(study, analyte, by, day), asked.span)
