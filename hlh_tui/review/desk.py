"""What a commit has to know of the log, kept between commits so that a decision waits for the disk alone.

decisions.sql remains the statement of what the log says; this is the same rule for one case, brought up to date
with the head of the log before every use.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from hlh_tui.review.conduct.state import passed
from hlh_tui.review.models import CurrentDecision
from hlh_tui.review.state import current_decision

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Entry

CHARTS_UNTOUCHED = frozenset(
    ("decided", "undone", "redone", "flagged", "unflagged", "query_raised", "exported", "signed", "voted")
)
"""After any other entry the charts, the criteria or the study's reading of them may have changed."""

SHARED = frozenset(("consensus", "adjudicator"))
"""Roles in which a case has one decision, whoever wrote it down last."""

NEWER = "SELECT seq, recorded_at, actor, actor_name, action, patient_id, payload FROM log WHERE seq > $1 ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Act:
    """An entry as far as a commit needs it; ``payload`` is parsed only when its case comes up."""

    seq: int
    recorded_at: str
    actor: str
    actor_name: str
    action: str
    patient_id: str | None
    payload: str | dict[str, Any]

    def particulars(self) -> dict[str, Any]:
        """The payload as an object."""
        found: dict[str, Any] = json.loads(self.payload) if isinstance(self.payload, str) else self.payload
        return found


@dataclass
class Desk:
    """The decisions of a study by case, which of them were taken back, and what was read of the charts."""

    seq: int = 0
    decided: dict[str, list[Act]] = field(default_factory=dict)
    author: dict[int, str] = field(default_factory=dict)
    retracted: set[int] = field(default_factory=set)
    last_contact: dict[str, float] = field(default_factory=dict)
    proposals: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Patient -> proposed category, and whether it rests on an item that was not evaluable."""

    def take(self, act: Act) -> None:
        """Let the next entry of the log count."""
        self.seq = act.seq
        if act.action == "decided" and act.patient_id is not None:
            self.decided.setdefault(act.patient_id, []).append(act)
            self.author[act.seq] = act.actor
        elif act.action in ("undone", "redone"):
            self._reverse(act)
        elif act.action not in CHARTS_UNTOUCHED:
            self.last_contact.clear()
            self.proposals.clear()

    def _reverse(self, act: Act) -> None:
        payload = act.particulars()
        target = payload["undoes"] if act.action == "undone" else payload["redoes"]
        if self.author.get(target) != act.actor:
            return
        if act.action == "undone":
            self.retracted.add(target)
        else:
            self.retracted.discard(target)

    def has_seen(self, reader_id: str, patient_id: str) -> bool:
        """Whether the proposal was shown to this reader after a decision of theirs, also one taken back since."""
        return any(
            act.actor == reader_id and act.particulars().get("reveals") is True
            for act in self.decided.get(patient_id, ())
        )

    def in_force(self, reader_id: str, patient_id: str, role: str) -> CurrentDecision | None:
        """The decision that a new one would replace: the reader's own, or what settled the case."""
        for act in reversed(self.decided.get(patient_id, [])):
            if act.seq in self.retracted or (role not in SHARED and act.actor != reader_id):
                continue
            payload = act.particulars()
            if payload["role"] == role:
                return current_decision(act.seq, act.recorded_at, patient_id, act.actor, act.actor_name, payload)
        return None


DESKS: WeakKeyDictionary[Study, Desk] = WeakKeyDictionary()
TURN = threading.Lock()


def desk_of(study: Study) -> Desk:
    """The study's desk, up to date with the head of the log."""
    with TURN:
        desk = DESKS.setdefault(study, Desk())
        if desk.seq != study.head[0]:
            for row in study.rows(NEWER, (desk.seq,)):
                desk.take(Act(*row))
        return desk


def took(study: Study, entry: Entry) -> None:
    """Let a decision that was just appended count without reading it back."""
    passed(study, entry)
    with TURN:
        desk = DESKS.get(study)
        if desk is not None and desk.seq == entry.seq - 1:
            desk.take(
                Act(
                    entry.seq,
                    entry.recorded_at,
                    entry.actor,
                    entry.actor_name,
                    entry.action,
                    entry.patient_id,
                    entry.payload,
                )
            )


def last_contact_day(study: Study, patient_id: str) -> float | None:
    """Last contact of the patient, or None when the study has no such patient."""
    known = desk_of(study).last_contact
    if patient_id not in known:
        rows = study.rows("SELECT last_contact_day::DOUBLE FROM patient WHERE patient_id = $1", (patient_id,))
        if not rows:
            return None
        known[patient_id] = rows[0][0]
    return known[patient_id]
