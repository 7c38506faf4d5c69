"""Rounds of a consensus meeting as the log tells them: who voted what, before and after the votes were revealed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hlh_tui.review.consensus.models import Settled
from hlh_tui.review.statements import over_decisions

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

ENTRIES = """
SELECT seq, recorded_at, patient_id, actor, actor_name, action, payload
FROM log
WHERE action IN ('voted', 'votes_revealed', 'discussed')
  AND (CAST($1 AS VARCHAR) IS NULL OR patient_id = CAST($1 AS VARCHAR))
  AND (CAST($2 AS BIGINT) IS NULL OR seq <= CAST($2 AS BIGINT))
ORDER BY seq"""
SETTLEMENTS = """
SELECT seq, recorded_at, patient_id, reader_name, role, payload
FROM decision
WHERE NOT retracted AND role IN ('adjudicator', 'consensus')
ORDER BY seq"""


@dataclass(frozen=True, slots=True)
class Vote:
    """One member's vote; ``note`` may be empty."""

    seq: int
    recorded_at: str
    member: str
    member_name: str
    category: str
    note: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something said in the discussion, and who wrote it down."""

    seq: int
    recorded_at: str
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """When the votes were revealed, by whom, and why (everybody had voted, or the chair's reason)."""

    seq: int
    recorded_at: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Round:
    """The votes of one meeting on one case.

    ``blind`` are the last votes of each member before the reveal, ``after`` the last of each after it: a member who did
    not vote again keeps the blind vote. While ``reveal`` is None, nothing may show a category of ``blind``.
    """

    meeting: str
    patient_id: str
    first_seq: int
    began: str
    blind: tuple[Vote, ...]
    after: tuple[Vote, ...]
    reveal: Reveal | None
    notes: tuple[Note, ...]
    outcome: Settled | None

    @property
    def voted(self) -> tuple[str, ...]:
        """Printed names of those who voted blind, in the order of their votes."""
        return tuple(vote.member_name for vote in self.blind)


def rounds(study: Study, patient_id: str | None = None, upto: int | None = None) -> tuple[Round, ...]:
    """Every round, of one case or of all, in the order in which they began; ``upto``: as of that entry."""
    groups: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in study.rows(ENTRIES, (patient_id, upto)):
        said = json.loads(row[6])
        groups.setdefault((said["meeting"], row[2]), []).append((*row[:6], said))
    if not groups:
        return ()
    settlements: dict[str, list[Settled]] = {}
    for seq, recorded_at, case, by, role, payload in study.rows(over_decisions(SETTLEMENTS), (patient_id, upto)):
        settlements.setdefault(case, []).append(_settled(seq, recorded_at, by, role, json.loads(payload)))
    found = sorted((_round(*key, rows) for key, rows in groups.items()), key=lambda one: one.first_seq)
    return tuple(_with_outcome(one, found, settlements.get(one.patient_id, [])) for one in found)


def last_round(study: Study, patient_id: str) -> Round | None:
    """The latest round on a case."""
    found = rounds(study, patient_id)
    return found[-1] if found else None


def hidden_round(study: Study, patient_id: str) -> Round | None:
    """The round on a case whose votes are still hidden."""
    last = last_round(study, patient_id)
    return last if last is not None and last.reveal is None else None


def standing_votes(round_: Round) -> tuple[Vote, ...]:
    """What each member held at the end of the discussion: the vote cast after the reveal, else the blind one."""
    later = {vote.member: vote for vote in round_.after}
    new = tuple(vote for vote in round_.after if vote.member not in {one.member for one in round_.blind})
    return (*(later.get(vote.member, vote) for vote in round_.blind), *new)


def _round(meeting: str, patient_id: str, rows: list[tuple[Any, ...]]) -> Round:
    blind: dict[str, Vote] = {}
    after: dict[str, Vote] = {}
    notes: list[Note] = []
    reveal: Reveal | None = None
    for seq, recorded_at, _, actor, name, action, said in rows:
        if action == "voted":
            votes = blind if reveal is None else after
            votes.pop(actor, None)
            votes[actor] = Vote(seq, recorded_at, actor, name, said["category"], said["note"])
        elif action == "votes_revealed":
            reveal = reveal or Reveal(seq, recorded_at, name, said.get("reason", ""))
        else:
            notes.append(Note(seq, recorded_at, name, said["note"]))
    return Round(
        meeting=meeting,
        patient_id=patient_id,
        first_seq=rows[0][0],
        began=rows[0][1],
        blind=tuple(blind.values()),
        after=tuple(after.values()),
        reveal=reveal,
        notes=tuple(notes),
        outcome=None,
    )


def _with_outcome(one: Round, found: list[Round], settlements: list[Settled]) -> Round:
    """The round with the last settlement between its reveal and the next round on the same case."""
    if one.reveal is None:
        return one
    begins = [other.first_seq for other in found if other.patient_id == one.patient_id]
    until = min((seq for seq in begins if seq > one.first_seq), default=None)
    mine = [each for each in settlements if each.seq > one.reveal.seq and (until is None or each.seq < until)]
    return replace(one, outcome=mine[-1] if mine else None)


def _settled(seq: int, recorded_at: str, by: str, role: str, said: dict[str, Any]) -> Settled:
    return Settled(
        seq=seq,
        recorded_at=recorded_at,
        role=role,
        by=by,
        category=said["category"],
        day=None if said["day"] is None else float(said["day"]),
        confidence=said["confidence"],
        reason=said["reason"],
        accepted=said.get("accepted"),
        disagreement=said.get("disagreement"),
        data_changed=False,
    )
