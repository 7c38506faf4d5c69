"""Take back and put back: each is a new entry in the log, nothing is removed, and earlier sessions count."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import is_phased, require
from hlh_tui.review.decide import ACTION as TO_DECIDE
from hlh_tui.review.desk import desk_of
from hlh_tui.review.errors import DecisionRefused
from hlh_tui.review.models import CurrentDecision, Reversal, Saved
from hlh_tui.review.state import flags
from hlh_tui.review.statements import over_decisions, sql
from hlh_tui.study.log import append, require_writable
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


MARKS_ALONE = frozenset(("flagged", "unflagged"))
"""A reader's own marks, which decide nothing: taking them back needs no reason. Anything else does."""
TO_DO_IT = {
    "flagged": "flag",
    "unflagged": "flag",
    "query_raised": "query_raise",
    "query_answered": "query_answer",
    "query_closed": "query_close",
    "query_reopened": "query_close",
}
"""What it takes to be allowed to do anew what is taken back; for a decision its role says."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """What an undo would take back, in words such as ``decision PR for P05 of 23 Nov UTC``."""

    patient_id: str
    what: str
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class Act:
    """An entry that its author can take back: a decision, a flag or its removal, or a step of a data query."""

    seq: int
    recorded_at: str
    action: str
    patient_id: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bearing:
    """What an act bears on: the decision in force in its role, and the note of the author's flag (None: no flag)."""

    decision: CurrentDecision | None = None
    flag_note: str | None = None


def undoable(study: Study, actor: Actor, role: str = "reader") -> Undoable | None:
    """What ``undo`` would take back now, and whether that needs a reason; None when there is nothing.

    Refuses as ``undo`` does, so that nobody writes a reason for nothing.
    """
    act = _next(study, "undoable", actor, role)
    if act is None:
        return None
    require_writable(study)
    _require(study, actor, act)
    return Undoable(act.patient_id, _name(act), act.action not in MARKS_ALONE)


def undo(study: Study, actor: Actor, role: str = "reader", reason: str = "") -> Reversal | None:
    """Take back the actor's newest act in ``role`` that counts; None when there is nothing left to take back.

    As consensus that is a consensus they wrote down; as reader their own decision, flag or query.
    ``DecisionRefused`` where a decision or a step of a query is taken back without a reason, for that is a withdrawal
    (Annex 11 §9); ``NotAllowed`` as the phase, the role and a lock say.
    """
    with study.writing:
        act = _next(study, "undoable", actor, role)
        if act is None:
            return None
        _require(study, actor, act)
        if act.action not in MARKS_ALONE and not reason.strip():
            raise DecisionRefused("reason", f"taking back the {_name(act)} needs a reason; say why in a sentence")
        before = _bearing(study, actor, act)
        said = {"undoes": act.seq, "undone": act.action, "reason": reason.strip()}
        entry = append(study, actor, "undone", act.patient_id, said)
        what = f"{_name(act)} taken back; {_now(study, act, before, _bearing(study, actor, act))}"
    return Reversal(act.patient_id, what, Saved(entry.seq, entry.hash, entry.recorded_at))


def redo(study: Study, actor: Actor, role: str = "reader") -> Reversal | None:
    """Put back what the actor took back last in ``role``; None when nothing was, or they have acted anew since."""
    with study.writing:
        act = _next(study, "redoable", actor, role)
        if act is None:
            return None
        _require(study, actor, act)
        entry = append(study, actor, "redone", act.patient_id, {"redoes": act.seq})
        in_force = _bearing(study, actor, act).decision
    what = f"{_name(act)} put back"
    if in_force is not None and in_force.seq != act.seq:
        what = f"{what}; {_stays(in_force)}"
    return Reversal(act.patient_id, what, Saved(entry.seq, entry.hash, entry.recorded_at))


def _require(study: Study, actor: Actor, act: Act) -> None:
    """``NotAllowed`` unless the actor may take back now, and in a study read in phases may also do the act itself now.

    An independent read would be none if it could be taken back once its reader knows the others', or the results.
    """
    require(study, actor, "undo", act.patient_id)
    if is_phased(study):
        decided = act.action == "decided"
        require(study, actor, TO_DECIDE[act.payload["role"]] if decided else TO_DO_IT[act.action], act.patient_id)


def _next(study: Study, name: str, actor: Actor, role: str) -> Act | None:
    rows = study.rows(over_decisions(sql(name)), (None, None, actor.id, role))
    if not rows:
        return None
    seq, recorded_at, action, patient_id, payload = rows[0]
    return Act(seq, recorded_at, action, patient_id, json.loads(payload))


def _bearing(study: Study, actor: Actor, act: Act) -> Bearing:
    if act.action == "decided":
        return Bearing(decision=desk_of(study).in_force(actor.id, act.patient_id, act.payload["role"]))
    mine = [flag.note for flag in flags(study, act.patient_id) if flag.reader == actor.id]
    return Bearing(flag_note=mine[0] if mine else None)


def _name(act: Act) -> str:
    recorded = datetime.fromisoformat(act.recorded_at)
    of_day = f"{act.patient_id} of {recorded.day} {recorded:%b} UTC"
    if act.action == "decided":
        kind = KINDS.get(act.payload["role"], "decision")
        return f"{kind} {act.payload['category']} for {of_day}"
    return f"{MARKS[act.action]} {of_day}"


KINDS = {"consensus": "consensus", "adjudicator": "third read", "global": "read with hindsight"}
MARKS = {
    "flagged": "flag on",
    "unflagged": "removal of the flag on",
    "query_raised": "query on",
    "query_answered": "answer to a query on",
    "query_closed": "closing of a query on",
    "query_reopened": "reopening of a query on",
}


def _now(study: Study, act: Act, before: Bearing, after: Bearing) -> str:
    """How the case stands after the act was taken back."""
    if act.action == "decided":
        return _decision_now(act, before.decision, after.decision)
    if act.action == "query_raised":
        return f"“{act.payload['question']}” is no longer asked"
    if "query" in act.payload:
        return _query_now(study, act)
    if after.flag_note is None:
        return "the case is not flagged now"
    flagged = f"flagged “{after.flag_note}”" if after.flag_note else "flagged"
    return f"it stays {flagged}" if after == before else f"it is {flagged} again"


def _query_now(study: Study, act: Act) -> str:
    from hlh_tui.review.queries import queries

    number = act.payload["query"]
    (state,) = [one.state for one in queries(study, act.patient_id) if one.seq == number] or ["no longer asked"]
    return f"query {number} is {state} now"


def _decision_now(act: Act, before: CurrentDecision | None, after: CurrentDecision | None) -> str:
    if after is None:
        alone = act.payload["role"] == "consensus"
        return "the case has no consensus now" if alone else "the case is undecided again for you"
    if before is not None and before.seq == after.seq:
        return _stays(after)
    return f"the earlier {after.category} is in force again"


def _stays(decision: CurrentDecision) -> str:
    return f"{decision.category}, written by {decision.reader_name}, stays in force"
