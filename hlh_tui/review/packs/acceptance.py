"""Whether what a reader recorded may stand in the study: the rules of the Review screen, held to once more.

The reader's file was in other hands, so nothing in it is believed because this program would not have written it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from hlh_tui.review.desk import Act, Desk
from hlh_tui.review.models import Cited, Decision
from hlh_tui.review.packs.errors import FileRefused
from hlh_tui.review.packs.models import Received
from hlh_tui.review.packs.shapes import Decided, Undone, shaped
from hlh_tui.review.packs.translation import Cases
from hlh_tui.review.reason import reason_required
from hlh_tui.review.signatures import models as signatures
from hlh_tui.review.signatures.statement import fits, statement_of
from hlh_tui.review.undo import MARKS_ALONE
from hlh_tui.study.actor import actor_named
from hlh_tui.study.models import Row
from hlh_tui.study.opening import PROGRAM

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

FILE = Path(__file__).with_name("accepted.toml")
REVERSALS = {"undone": "undoes", "redone": "redoes"}
REVERSED = frozenset({"decided", "flagged", "unflagged", "query_raised", "query_closed", "query_reopened"})
ASKED = frozenset({"query_closed", "query_reopened"})


@cache
def accepted() -> tuple[frozenset[str], frozenset[str]]:
    """The actions that are merged as what they are, and those that are kept without effect."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return frozenset(found["acts"]), frozenset(found["kept"])


def is_effective(row: Row) -> bool:
    """Whether the entry is merged as what it is."""
    return row[4] in accepted()[0]


def require_acceptable(study: Study, received: Received, packed: int, merged: int, cases: Cases) -> None:
    """``FileRefused`` for the first new entry that may not stand in the study.

    The pack had ``packed`` entries when it was written, and ``merged`` of those after them are in the study already.
    """
    check = Check(study, received, cases)
    for row in received.rows[packed:]:
        why = check.fault(row)
        if why is not None and row[0] > packed + merged:
            kind, problem = why
            raise FileRefused(
                kind, f"{received.file.name} cannot be merged: entry {row[0]} of its log ({row[4]}) {problem}"
            )


class Check:
    """Goes through the reader's entries in order, with what they have recorded so far."""

    def __init__(self, study: Study, received: Received, cases: Cases) -> None:
        self.pack = received.pack
        self.reader: Mapping[str, Any] = received.pack["reader"]
        self.cases = cases
        self.categories = {category.id for category in study.protocol.categories}
        self.criteria_hash = received.pack["criteria_hash"]
        self.last_day = last_days(study, [patient for patient, _ in cases.values()])
        self.desk = Desk()
        self.acts: dict[int, Row] = {}

    def fault(self, row: Row) -> tuple[str, str] | None:
        """What is wrong with the next entry (kind, and the end of a sentence), or None; it counts from now on."""
        seq, recorded_at, actor, actor_name, action, code, text, *_ = row
        acts, kept = accepted()
        if action not in acts and action not in kept:
            return "not_acceptable", "is nothing that a reader does in a pack; ask the reader what happened"
        if actor != self.reader["id"] and not (action in kept and actor == PROGRAM.id):
            return "wrong_reader", f"is by {actor_name}, and the pack was dealt to {self.reader['name']}"
        if actor == self.reader["id"] and not self._is_named(actor_name):
            return "wrong_reader", f"is signed as {actor_name}, and the pack was dealt to {self.reader['name']}"
        if action in kept and code is None:
            return None
        if code not in self.cases:
            return "not_acceptable", f"is about {code!r}, which was not dealt in this pack"
        if action in kept:
            return None
        payload = json.loads(text)
        if "pack" in payload:
            return "not_acceptable", "says that it comes from another pack"
        try:
            record = shaped(action, payload)
        except ValueError as error:
            return "not_acceptable", f"is not as hlh-tui writes it ({error})"
        problem = self._refers(row, payload) or self._decides(code, record) or self._withdraws(record)
        if problem is None and action == "signed":
            problem = self._signs(row, payload)
        if problem is not None:
            return "not_acceptable", problem
        self.acts[seq] = row
        self.desk.take(Act(seq, recorded_at, actor, actor_name, action, code, payload))
        return None

    def _is_named(self, printed: str) -> bool:
        """Whether the name is the reader's as the study has it, or another way to write it."""
        name, reader_id = str(self.reader["name"]), str(self.reader["id"])
        return printed == name or actor_named(printed.strip() or "?").id == reader_id

    def _signs(self, row: Row, payload: Mapping[str, Any]) -> str | None:
        """What is wrong with a signature; the study could not be verified with it any more."""
        try:
            signed = msgspec.convert(payload, signatures.Signed)
        except msgspec.ValidationError:
            return "is not a signature as hlh-tui writes it"
        covers, of = signed.covers, self.acts[signed.decision.seq]
        if (signed.study_id, signed.pack_id, signed.case) != (self.pack["study_id"], self.pack["pack_id"], row[5]):
            return "was signed elsewhere and moved here"
        if covers.entry_hash != of[8] or covers.final is not None:
            return f"does not sign what entry {of[0]} says"
        if signed.public_key != self.reader.get("public_key"):
            return f"was not signed with the key of {self.reader['name']} that the pack names"
        if not fits(signed.signature, statement_of(signed, row[2]), signed.public_key):
            return "has a signature that does not verify"
        return None

    def _refers(self, row: Row, payload: Mapping[str, Any]) -> str | None:
        """What is wrong with the entries that this one names."""
        action, code = row[4], row[5]
        if action in REVERSALS:
            return self._missing(payload[REVERSALS[action]], code, REVERSED)
        if action in ASKED:
            return self._missing(payload["query"], code, frozenset({"query_raised"}))
        if action == "signed":
            return self._missing(payload["decision"]["seq"], code, frozenset({"decided"}))
        if action == "decided" and payload.get("old") is not None:
            return self._missing(payload["old"]["seq"], code, frozenset({"decided"}))
        return None

    def _missing(self, seq: int, code: str, actions: frozenset[str]) -> str | None:
        there = self.acts.get(seq)
        if there is None or there[4] not in actions or there[5] != code:
            return f"names entry {seq}, which is not one of the reader's for {code} that it could be about"
        return None

    def _withdraws(self, record: msgspec.Struct) -> str | None:
        """What is wrong with an undo."""
        if not isinstance(record, Undone) or record.reason.strip() or self.acts[record.undoes][4] in MARKS_ALONE:
            return None
        return f"takes entry {record.undoes} back without a reason"

    def _decides(self, code: str, record: msgspec.Struct) -> str | None:
        """What is wrong with a decision."""
        if not isinstance(record, Decided):
            return None
        if record.category not in self.categories:
            return f"has the category {record.category!r}, which the protocol has not"
        if record.criteria.hash != self.criteria_hash:
            return "was made under other criteria than the pack's"
        if record.day is not None and record.day > self.last_day[self.cases[code][0]]:
            return f"has day {record.day:g}, which is after what the reader could see"
        cited = tuple(Cited(one.kind, float(one.day), one.name, one.text) for one in record.evidence)
        day = None if record.day is None else float(record.day)
        decision = Decision(code, record.category, record.reason, record.confidence, day, "reader", cited)
        old = self.desk.in_force(self.reader["id"], code, "reader")
        why = reason_required(decision, record.proposal if record.proposal_seen else None, False, old)
        if why and not record.reason.strip():
            return f"has no reason, which it needs because {why}"
        return None


def last_days(study: Study, patients: Sequence[str]) -> dict[str, float]:
    """Patient -> the last day that a reader of the pack could give."""
    rows = study.rows(
        "SELECT patient_id, last_contact_day::DOUBLE FROM patient WHERE patient_id IN (SELECT unnest($1::VARCHAR[]))",
        (list(patients),),
    )
    # Last contact may have been corrected since: what counts is the cut-off at most.
    return dict.fromkeys(patients, study.protocol.review_until_day) | {
        patient: max(min(day, study.protocol.review_until_day), 0.0) for patient, day in rows
    }
