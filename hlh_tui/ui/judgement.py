"""From a choice to a saved decision, as steps from one ReviewState to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hlh_tui.assess.explain import deciding_days
from hlh_tui.protocol.models import StudyProtocol
from hlh_tui.review.begun import Draft, wording
from hlh_tui.review.models import Cited, CurrentDecision, Decision, Seen
from hlh_tui.review.reason import reason_required
from hlh_tui.ui.case_places import case_places, with_row
from hlh_tui.ui.review_case import Committed
from hlh_tui.ui.review_state import (
    BASE_DAY,
    ReviewState,
    evaluation_at,
    neighbour,
    next_undecided,
    toggle_cited,
    with_draft,
    without_draft,
)
from hlh_tui.ui.values import item_name

READ_ONLY = "this study is open read-only: nothing can be saved here; open the study itself to decide"


def begun(state: ReviewState) -> Draft:
    """The unsaved judgement of the case; where there is none, one that starts from the decision in force."""
    if state.patient_id in state.drafts or state.mine is None:
        return state.draft
    mine = state.mine
    return Draft(mine.category, mine.confidence, mine.reason, bool(mine.reason), mine.evidence)


def choose(state: ReviewState, category: str) -> ReviewState:
    """The state with that category chosen; a changed decision asks for a reason of its own."""
    mine = state.mine
    if state.patient_id not in state.drafts and mine is not None and mine.category != category:
        return with_draft(state, Draft(category, mine.confidence, "", False, mine.evidence))
    return with_draft(state, replace(begun(state), category=category))


def cite(state: ReviewState, cited: Cited) -> ReviewState:
    """The state with that evidence cited, or no longer cited."""
    return with_draft(state, toggle_cited(begun(state), cited))


def turn_confidence(state: ReviewState) -> ReviewState:
    """The state with the other confidence."""
    draft = begun(state)
    return with_draft(state, replace(draft, confidence="low" if draft.confidence == "high" else "high"))


def drop(state: ReviewState) -> ReviewState:
    """The state without what is begun for the case on screen, or with what was dropped of it last; says which."""
    case = state.patient_id or ""
    if case in state.drafts:
        said = f"{case}: what was begun is dropped; backspace brings it back"
        return replace(without_draft(state, case), dropped={**state.dropped, case: state.draft}, said=said)
    if case in state.dropped:
        return replace(with_draft(state, state.dropped[case]), said=f"{case}: what was begun is back, not saved")
    return replace(state, said="nothing is begun here that could be dropped")


def reword(state: ReviewState, reason: str, patient_id: str | None = None) -> ReviewState:
    """The state with the reason of a case (else the one on screen) in the reader's own words.

    An emptied reason is drafted from the evidence again.
    """
    of_case = replace(state, patient_id=patient_id or state.patient_id)
    draft = replace(begun(of_case), reason=reason, own_words=bool(reason.strip()))
    return replace(state, drafts=with_draft(of_case, draft).drafts)


def keep_wording(state: ReviewState, patient_id: str, protocol: StudyProtocol) -> ReviewState:
    """The state with the reason of that case as it stood in the editor, drafted or not, as the reader's own words."""
    words = wording(begun(replace(state, patient_id=patient_id)), protocol)
    return reword(state, words, patient_id) if words.strip() else state


def decision_of(state: ReviewState, protocol: StudyProtocol, role: str, seen: Seen | None = None) -> Decision | None:
    """What ``enter`` would save; None while no category is chosen."""
    draft = begun(state)
    if state.patient_id is None or draft.category is None:
        return None
    positive = protocol.category(draft.category).id in responses(protocol)
    return Decision(
        patient_id=state.patient_id,
        category=draft.category,
        reason=wording(draft, protocol),
        confidence=draft.confidence,
        day=response_day(state, draft) if positive else None,
        role=role,
        evidence=draft.evidence,
        seen=seen,
    )


def response_day(state: ReviewState, draft: Draft) -> float | None:
    """The day the response is held to begin: the earliest cited value after the index event that meets or improves."""
    if state.case is None:
        return None
    responding = {
        (item_name(item), item.value_day)
        for evaluation in state.case.assessment.evaluations
        for item in evaluation.items
        if item.state == "met" or item.improved == "yes"
    }
    days = [
        cited.day
        for cited in draft.evidence
        if cited.kind == "observation" and cited.day > BASE_DAY and (cited.name, cited.day) in responding
    ]
    return min(days, default=None)


def responses(protocol: StudyProtocol) -> frozenset[str]:
    """The categories that begin on a day: every one that some collapse map counts as an outcome."""
    return frozenset(category for collapse in protocol.collapses for category in collapse.categories)


def missing_reason(state: ReviewState, decision: Decision) -> str | None:
    """Why this decision cannot be saved before the reader has worded a reason; None when it can."""
    draft = begun(state)
    proposal, unknown = None, False
    if state.revealed and state.case is not None:
        proposal = state.case.assessment.best.category
        unknown = possible_too(state) is not None
    why = reason_required(decision, proposal, unknown, state.mine)
    return why if why and not (draft.own_words and draft.reason.strip()) else None


def nothing_new(state: ReviewState) -> bool:
    """Whether the decision in force already says what is on screen.

    A stale one, or one that more of the chart came in after, may be kept anew.
    """
    return (
        state.mine is not None
        and not is_stale(state)
        and not data_changed(state)
        and state.step != "differs"
        and state.patient_id not in state.drafts
    )


def data_changed(state: ReviewState) -> bool:
    """Whether more of the chart came in after the reader's decision for the case on screen."""
    return state.case_row is not None and state.case_row.data_changed


def is_stale(state: ReviewState) -> bool:
    """Whether the reader's decision for the case on screen was made under another reading of the criteria."""
    return state.case_row is not None and state.case_row.stale


def saving_words(state: ReviewState) -> str:
    """What is said of a case while its decision is on its way to the disk."""
    return f"saving {state.patient_id} ..."


def saving(state: ReviewState) -> ReviewState:
    """The state while the decision for the case on screen is written."""
    case = state.patient_id or ""
    return replace(state, saving=state.saving | {case}, said=saving_words(state))


def after_failure(state: ReviewState, patient_id: str) -> ReviewState:
    """The state when a decision could not be saved: its draft is still there."""
    return replace(state, saving=state.saving - {patient_id}, said=f"{patient_id} not saved")


def after_commit(state: ReviewState, committed: Committed) -> ReviewState:
    """The state once a decision is on disk: its draft gone, the proposal in view if it differs.

    A reader who has moved on to another case is told, and nothing changes for that other case.
    """
    decision, case = committed.decision, committed.decision.patient_id
    before = case_places(state.rows).place(case)
    shown_before = before is not None and state.rows[before].revealed
    first = not shown_before and committed.proposal is not None
    differs = first and committed.proposal != decision.category
    here = state.patient_id == case
    said = _saved_words(committed) + (_proposal_words(state, committed) if first else "")
    state = replace(
        without_draft(state, case),
        rows=state.rows if committed.row is None else with_row(state.rows, committed.row),
        decisions=state.decisions if committed.mine is None else {**state.decisions, case: committed.mine},
        saving=state.saving - {case},
        said=said,
    )
    if not here:
        return state
    if differs:
        return replace(state, step="differs", upper="trace", enlarged="", day=deciding_day(state))
    if all(row.mine is not None for row in state.rows):
        state = replace(state, said=said + _all_decided(state, committed))
    return replace(state, step="reading", upper="timeline")


def read_through(state: ReviewState) -> bool:
    """Whether a blinded reader has decided every case."""
    return all(row.mine is not None and row.source == "closed" for row in state.rows)


def _all_decided(state: ReviewState, committed: Committed) -> str:
    """What comes after the last case: what goes to the coordinator, or the results where they may be seen."""
    after = f" · all {len(state.rows)} decided: "
    if read_through(state):
        return f"{after}s signs them, W has what comes next"
    return "" if committed.proposal is None else f"{after}T tables, S survival"


def _saved_words(committed: Committed) -> str:
    decision, saved = committed.decision, committed.saved
    how = "already saved as" if saved.already else "saved"
    return f"{decision.patient_id} {decision.category} {how} #{saved.seq} {saved.hash[:4]}…"


def _proposal_words(state: ReviewState, committed: Committed) -> str:
    """What is said of the rules at the first decision: what to do now, or only where to look from another case."""
    decision, proposal = committed.decision, committed.proposal
    case = decision.patient_id
    agrees = proposal == decision.category
    if state.patient_id == case:
        most = possible_too(state)
        if agrees:
            return ", the rules agree" + (f", indeterminate: at most {most}" if most else "")
        return f", rules propose {proposal}: enter keeps {decision.category}, a digit revises"
    if agrees:
        return ""
    key = "p" if neighbour(state, -1) == case else "/"
    return f" · {case}: the rules propose {proposal}, {key} goes back"


def why_hidden(state: ReviewState, reveals: bool) -> str:
    """Why the rules' proposal for the case on screen is not shown; ``reveals``: whether the study shows any now."""
    if not reveals:
        return "this study shows no proposal of the rules while it is blinded"
    if state.mine is not None:
        return "decided outside the app: revise it here (digit, c, b) to see the proposal"
    return "the rules' proposal is shown once your first decision for this case is saved"


def possible_too(state: ReviewState) -> str | None:
    """The better category that what is not evaluable leaves possible; None where the proposal holds anyway."""
    from hlh_tui.assess.possible import at_most

    case = state.case
    return None if case is None or case.criteria is None else at_most(case.criteria, case.assessment)


def deciding_day(state: ReviewState) -> float:
    """The day that decides the rules' proposal, if it is shown; otherwise where the cursor is."""
    days = deciding_days(state.case.assessment) if state.case is not None else []
    return days[0] if days and evaluation_at(state, days[0]) is not None else state.day


def goes_on(state: ReviewState, committed: Committed) -> str | None:
    """The case to open after a commit; None: stay, because the rules differ or every case is decided."""
    if state.step == "differs" or state.patient_id != committed.decision.patient_id:
        return None
    return next_undecided(state)


def standing_words(state: ReviewState) -> str:
    """The decision in force for the case, who made it and when; the rules' proposal once it may be seen."""
    parts = ["undecided" if state.mine is None else in_force_words(state.mine)]
    if state.revealed and state.case is not None:
        most = possible_too(state)
        open_to = f" (at most {most})" if most else ""
        parts.append(f"rules propose {state.case.assessment.best.category}{open_to}, v shows why")
    if is_stale(state):  # what there is to do first: the line may be cut
        parts = ["stale, made under another reading: enter keeps it", *reversed(parts)]
    elif data_changed(state):
        parts = ["more of the chart came in since: enter keeps it", *reversed(parts)]
    return " · ".join(parts)


def in_force_words(mine: CurrentDecision) -> str:
    """``CR in force: A. Meyer, 22 Nov 19:40, high confidence, #42``."""
    when = datetime.fromisoformat(mine.recorded_at)
    return (
        f"{mine.category} in force: {mine.reader_name}, {when.day} {when:%b %H:%M} UTC,"
        f" {mine.confidence} confidence, #{mine.seq}"
    )
