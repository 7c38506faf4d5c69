"""What each panel of the Review screen shows of its state."""

from __future__ import annotations

from dataclasses import replace

from hlh_tui.assess.models import Item
from hlh_tui.protocol.models import StudyProtocol
from hlh_tui.review.begun import Draft, wording
from hlh_tui.ui.case_places import case_places
from hlh_tui.ui.guard_series import main_guard
from hlh_tui.ui.judgement import response_day, responses, saving_words, standing_words
from hlh_tui.ui.limit_words import guard_limit, item_limit
from hlh_tui.ui.review_state import ReviewState, evaluation_at, evaluations_shown, place, shown_until
from hlh_tui.ui.widgets.board_rows import Board
from hlh_tui.ui.widgets.day_axis import Origin
from hlh_tui.ui.widgets.decision_bar import BarView
from hlh_tui.ui.widgets.patient_line import PatientView
from hlh_tui.ui.widgets.source_pane import SourceView, source_of
from hlh_tui.ui.widgets.timeline import TimelineView
from hlh_tui.ui.widgets.trace_pane import TraceView


def origins(state: ReviewState, protocol: StudyProtocol) -> tuple[Origin, ...]:
    """The events that days can be counted from, as far as they are shown: index event, onset, HSCT, relapse."""
    found = [Origin(protocol.index_event, 0.0)]
    if state.case is None:
        return tuple(found)
    chart, until = state.case.chart, shown_until(state)
    if chart.patient.onset_day:
        found.append(Origin("onset", chart.patient.onset_day))
    for kind, label in (("hsct", "HSCT"), ("relapse", "relapse")):
        days = [event.day for event in chart.events if event.kind == kind and event.day <= until]
        found += [Origin(label, days[0])] if days else []
    return tuple(found)


def patient_view(state: ReviewState, protocol: StudyProtocol) -> PatientView:
    """The patient line."""
    here, row = place(state), state.case_row
    return PatientView(
        patient_id=state.patient_id or "",
        patient=state.case.chart.patient if state.case else None,
        index_event=protocol.index_event,
        until=state.until_day,
        hindsight=state.whole_course,
        place=0 if here is None else here + 1,
        cases=len(state.rows),
        decided=case_places(state.rows).decided,
        flag=(row.flag_note or "") if row is not None and row.flagged else None,
        queries=row.open_queries if row is not None else 0,
        signed=signed_words(state),
    )


def signed_words(state: ReviewState) -> str:
    """Whether the case on screen is signed, or its signature void, in a few words; empty without a signature."""
    mine = [each for each in state.signatures if each.patient_id == state.patient_id]
    newest = {(each.signer, each.meaning): each for each in mine}.values()
    void = [each for each in newest if not each.valid]
    if void:
        return f"SIGNATURE VOID: {void[-1].why}"
    return f"signed by {', '.join(dict.fromkeys(each.printed_name for each in newest))}" if newest else ""


def timeline_view(state: ReviewState, board: Board, protocol: StudyProtocol) -> TimelineView | None:
    """The timeline; None while the case is being read."""
    if state.case is None:
        return None
    known = origins(state, protocol)
    cell = board.cell
    return TimelineView(
        chart=state.case.chart,
        series=state.case.series,
        cursor=state.day,
        until=shown_until(state),
        origin=known[state.align % len(known)],
        visits=tuple(state.case.assessment.visits),
        zoom=state.zoom,
        analyte=cell.analyte if cell else "",
        hindsight=state.whole_course,
        supports=state.case.criteria.supports if state.case.criteria else (),
    )


def source_view(state: ReviewState, board: Board) -> SourceView:
    """The source of the value under the cursor."""
    cell = board.cell
    if state.case is None or cell is None:
        return SourceView()
    row, until = board.rows[board.row], shown_until(state)
    charted = state.case.series.get(cell.analyte, ())
    return source_of(row.label, cell.analyte, cell.day, charted, until, _limit(state, row.id))


def _limit(state: ReviewState, row: str) -> str:
    """The limit of the criterion in that row, with its source; empty for a row that is none."""
    item = _item(state, row, state.day)
    if item is not None:
        return item_limit(item)
    guard = main_guard(state.case.criteria) if state.case else None
    return guard_limit(guard) if guard is not None and guard.analyte == row else ""


def _item(state: ReviewState, row: str, day: float) -> Item | None:
    """The item in that row (the first one for ""), at that day or, on the baseline, at the first evaluation."""
    evaluation = evaluation_at(state, day) or next(iter(evaluations_shown(state)), None)
    items = evaluation.items if evaluation is not None else ()
    return next((item for item in items if row in ("", item.id)), None)


def trace_view(state: ReviewState) -> TraceView | None:
    """The rules' trace; None while the proposal is hidden from this reader."""
    if state.case is None or not state.revealed:
        return None
    best = state.case.assessment.best
    if state.case.criteria is not None:
        from hlh_tui.assess.possible import best_words

        best = replace(best, why=best_words(state.case.criteria, state.case.assessment))
    return TraceView(best, evaluation_at(state, state.day), _item(state, state.row, state.day))


def bar_view(state: ReviewState, protocol: StudyProtocol, draft: Draft) -> BarView:
    """The decision bar; ``draft`` is the unsaved judgement or the decision in force as one."""
    unsaved = state.patient_id in state.drafts
    begins = draft.category is None or draft.category in responses(protocol)
    day = response_day(state, draft) if unsaved and begins else state.mine.day if state.mine and not unsaved else None
    return BarView(
        categories=protocol.categories,
        chosen=draft.category,
        confidence=draft.confidence,
        evidence=draft.evidence,
        day=day,
        reason=wording(draft, protocol),
        unsaved=unsaved and not state.is_saving,
        said=state.said or (saving_words(state) if state.is_saving else ""),
        standing=standing_words(state),
    )
