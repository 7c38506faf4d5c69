"""Take back and put back: each is a new entry in the log, nothing is removed, and earlier sessions count."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hlh_tui.review.desk import desk_of
from hlh_tui.review.models import Reversal, Saved
from hlh_tui.review.state import flags, over_decisions, sql
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


@dataclass(frozen=True, slots=True)
class Act:
    """An entry that its author can take back: a decision, flag, removal of a flag, or query."""

    seq: int
    recorded_at: str
    action: str
    patient_id: str
    payload: dict[str, Any]


def undo(study: Study, actor: Actor) -> Reversal | None:
    """Take back the actor's newest act that counts; None when there is nothing left to take back."""
    act = _next(study, "undoable", actor)
    if act is None:
        return None
    entry = append(study, actor, "undone", act.patient_id, {"undoes": act.seq, "undone": act.action})
    what = f"{_name(act)} taken back; {_now(study, actor, act)}"
    return Reversal(act.patient_id, what, Saved(entry.seq, entry.hash, entry.recorded_at))


def redo(study: Study, actor: Actor) -> Reversal | None:
    """Put back what the actor took back last; None when nothing was, or the actor has acted anew since."""
    act = _next(study, "redoable", actor)
    if act is None:
        return None
    entry = append(study, actor, "redone", act.patient_id, {"redoes": act.seq})
    return Reversal(act.patient_id, f"{_name(act)} put back", Saved(entry.seq, entry.hash, entry.recorded_at))


def _next(study: Study, name: str, actor: Actor) -> Act | None:
    rows = study.rows(over_decisions(sql(name)), (None, None, actor.id))
    if not rows:
        return None
    seq, recorded_at, action, patient_id, payload = rows[0]
    return Act(seq, recorded_at, action, patient_id, json.loads(payload))


def _name(act: Act) -> str:
    recorded = datetime.fromisoformat(act.recorded_at)
    of_day = f"{act.patient_id} of {recorded.day} {recorded:%b}"
    if act.action == "decided":
        kind = "consensus" if act.payload["role"] == "consensus" else "decision"
        return f"{kind} {act.payload['category']} for {of_day}"
    return f"{MARKS[act.action]} {of_day}"


MARKS = {"flagged": "flag on", "unflagged": "removal of the flag on", "query_raised": "query on"}


def _now(study: Study, actor: Actor, act: Act) -> str:
    """How the case stands after the act was taken back."""
    if act.action == "decided":
        role = act.payload["role"]
        earlier = desk_of(study).in_force(actor.id, act.patient_id, role)
        if earlier is not None:
            return f"the earlier {earlier.category} is in force again"
        return "the case has no consensus now" if role == "consensus" else "the case is undecided again for you"
    if act.action == "query_raised":
        return f"“{act.payload['question']}” is no longer asked"
    mine = [flag for flag in flags(study, act.patient_id) if flag.reader == actor.id]
    if not mine:
        return "the case is not flagged now"
    return f"it is flagged “{mine[0].note}” again" if mine[0].note else "it is flagged again"
