"""What the Review screen shows, as one frozen value; every key replaces it by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import floor
from typing import TYPE_CHECKING

from hlh_tui.assess.models import Assessment, Evaluation
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.models import Context
from hlh_tui.review.begun import Draft
from hlh_tui.review.models import CaseRow, Cited, CurrentDecision
from hlh_tui.study.models import Chart, Note, Observation
from hlh_tui.ui.case_places import case_places

if TYPE_CHECKING:
    from hlh_tui.review.signatures.models import SignatureStatus

BASE_DAY = 0.0
"""The cursor's place on the baseline column."""

NO_WINDOWS = Context(baseline_days=0.0, carry_days=0.0)
"""Until the protocol is read."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything read for one case: the chart and what the criteria say of it, day by day."""

    chart: Chart
    assessment: Assessment
    series: Mapping[str, tuple[Observation, ...]] = field(compare=False, repr=False)
    """The observations of each analyte, ordered by day."""
    criteria: CriteriaSet | None = field(default=None, compare=False, repr=False)
    """The set by which the chart was assessed."""


@dataclass(frozen=True, slots=True)
class ReviewState:
    """The Review screen: which case, where the cursor stands, what is drafted, what was said last.

    ``step`` is reading or differs (saved, but the rules propose another category: keep or revise).
    ``dropped`` are drafts that the reader has dropped, for who wants them back.
    ``saving`` are the cases whose decision is on its way to the disk, on screen or not.
    ``signatures`` are those read last, of the case on screen or the one before it.
    ``upper`` is what stands above the board: timeline, trace or source. ``enlarged`` is "", timeline or board.
    ``context`` are the windows of the rows that are no criteria, ``until_day`` the evidence cut-off: the protocol's.
    ``day`` is an evaluation's day, or 0 for the baseline column; ``row`` is the id of the board's row, ""
    the first one.
    """

    patient_id: str | None = None
    case: CaseFile | None = None
    rows: tuple[CaseRow, ...] = ()
    decisions: Mapping[str, CurrentDecision] = field(default_factory=dict)
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    dropped: Mapping[str, Draft] = field(default_factory=dict)
    day: float = BASE_DAY
    row: str = ""
    until_day: float = 0.0
    context: Context = NO_WINDOWS
    zoom: int = 0
    align: int = 0
    whole_course: bool = False
    enlarged: str = ""
    upper: str = "timeline"
    step: str = "reading"
    saving: frozenset[str] = frozenset()
    signatures: tuple[SignatureStatus, ...] = ()
    said: str = ""

    @property
    def draft(self) -> Draft:
        """The unsaved judgement of the case on screen; empty if there is none."""
        return self.drafts.get(self.patient_id or "", Draft())

    @property
    def mine(self) -> CurrentDecision | None:
        """The reader's decision in force for the case on screen."""
        return self.decisions.get(self.patient_id or "")

    @property
    def is_saving(self) -> bool:
        """Whether the decision for the case on screen is on its way to the disk."""
        return self.patient_id in self.saving

    @property
    def case_row(self) -> CaseRow | None:
        """The line of the Cases screen for the case on screen."""
        here = place(self)
        return None if here is None else self.rows[here]

    @property
    def revealed(self) -> bool:
        """Whether this reader may see the rules' proposal for this case."""
        row = self.case_row
        return row is not None and row.revealed


def shown_until(state: ReviewState) -> float:
    """The last day of the chart that is shown: the evidence cut-off, or last contact with the whole course."""
    if state.case is None:
        return state.until_day
    last = max(state.case.chart.patient.last_contact_day, state.until_day)
    return last if state.whole_course else state.until_day


def notes_shown(case: CaseFile, until: float) -> tuple[list[Note], int]:
    """The notes up to that day, and how many are later."""
    notes = case.chart.notes
    shown = [note for note in notes if floor(note.day) <= until]
    return shown, len(notes) - len(shown)


def evaluations_shown(state: ReviewState) -> tuple[Evaluation, ...]:
    """The evaluations up to the last shown day."""
    if state.case is None:
        return ()
    until = shown_until(state)
    return tuple(e for e in state.case.assessment.evaluations if floor(e.day) <= until)


def days_shown(state: ReviewState) -> tuple[float, ...]:
    """The days the cursor can stand on: the baseline, then the last evaluation of each whole day."""
    last_of_day = {floor(e.day): e.day for e in evaluations_shown(state)}
    return (BASE_DAY, *last_of_day.values())


def evaluation_at(state: ReviewState, day: float) -> Evaluation | None:
    """The evaluation of exactly that day; None for the baseline or a day without data."""
    return next((e for e in evaluations_shown(state) if e.day == day), None)


def visit_evaluations(state: ReviewState) -> dict[float, Evaluation | None]:
    """Scheduled visit -> the evaluation that stands for it, if it is shown."""
    if state.case is None:
        return {}
    visits = state.case.assessment.visits
    return {visit: None if day is None else evaluation_at(state, day) for visit, day in visits.items()}


def move_day(state: ReviewState, step: int) -> ReviewState:
    """The cursor on the next (1) or previous (-1) day with data."""
    here = _whole(state.day)
    days = days_shown(state)
    if step > 0:
        ahead = [day for day in days if _whole(day) > here]
        return replace(state, day=ahead[0]) if ahead else state
    behind = [day for day in days if _whole(day) < here]
    return replace(state, day=behind[-1]) if behind else state


def move_visit(state: ReviewState, step: int) -> ReviewState:
    """The cursor on the next or previous scheduled visit that has an evaluation (before the first: the baseline)."""
    days = [BASE_DAY, *(e.day for e in visit_evaluations(state).values() if e is not None)]
    if step > 0:
        ahead = [day for day in days if day > state.day]
        return replace(state, day=ahead[0]) if ahead else state
    behind = [day for day in days if day < state.day]
    return replace(state, day=behind[-1]) if behind else state


def opening_day(state: ReviewState) -> float:
    """Where the cursor stands when a case opens: the last scheduled visit with data, else the last day shown."""
    visits = [e.day for e in visit_evaluations(state).values() if e is not None]
    return visits[-1] if visits else days_shown(state)[-1]


def within_shown(state: ReviewState) -> ReviewState:
    """The state with the cursor on a day that is shown: the same one, else the last."""
    days = days_shown(state)
    return state if state.day in days else replace(state, day=min(days, key=lambda day: abs(day - state.day)))


def open_case(state: ReviewState, patient_id: str, case: CaseFile | None) -> ReviewState:
    """The state with that case on screen (``case`` None while it is being read); drafts of others are kept."""
    opened = replace(state, patient_id=patient_id, case=case, step="reading", upper="timeline", align=0, enlarged="")
    return opened if case is None else replace(opened, day=opening_day(opened))


def begun_cases(state: ReviewState) -> dict[str, Draft]:
    """Patient id -> the judgement that is begun and not known to be on disk."""
    return {case: draft for case, draft in state.drafts.items() if draft.category or draft.reason or draft.evidence}


def unsaved(state: ReviewState) -> frozenset[str]:
    """Patients with a judgement begun and not committed; one on its way to the disk is no such case."""
    return frozenset(begun_cases(state).keys() - state.saving)


def with_draft(state: ReviewState, draft: Draft) -> ReviewState:
    """The state with that unsaved judgement for the case on screen."""
    if state.patient_id is None:
        return state
    return replace(state, drafts={**state.drafts, state.patient_id: draft})


def without_draft(state: ReviewState, patient_id: str) -> ReviewState:
    """The state in which nothing is begun for that case, and nothing that was dropped can come back."""

    def others(drafts: Mapping[str, Draft]) -> dict[str, Draft]:
        return {case: draft for case, draft in drafts.items() if case != patient_id}

    return replace(state, drafts=others(state.drafts), dropped=others(state.dropped))


def toggle_cited(draft: Draft, cited: Cited) -> Draft:
    """The draft with that piece of evidence added, or taken away when it was cited already."""
    if cited in draft.evidence:
        return replace(draft, evidence=tuple(other for other in draft.evidence if other != cited))
    return replace(draft, evidence=(*draft.evidence, cited))


def place(state: ReviewState) -> int | None:
    """Where in the list the case on screen stands, from 0; None if it is not listed."""
    return None if state.patient_id is None else case_places(state.rows).place(state.patient_id)


def neighbour(state: ReviewState, step: int) -> str | None:
    """The next or previous case; None at either end of the list."""
    here = place(state)
    there = 0 if here is None else here + step
    return state.rows[there].patient_id if 0 <= there < len(state.rows) else None


def next_undecided(state: ReviewState) -> str | None:
    """The next case after this one that waits for this reader's decision, from the top again at the end; None: none."""
    here, count = place(state), len(state.rows)
    start = 0 if here is None else here + 1
    ring = (state.rows[(start + further) % count] for further in range(count))
    return next((row.patient_id for row in ring if row.waits and row.patient_id != state.patient_id), None)


def _whole(day: float) -> int:
    """The whole day an evaluation belongs to; the baseline column stands before day 0's own evaluations."""
    return -1 if day <= BASE_DAY else floor(day)
