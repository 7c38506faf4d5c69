"""Settle a difference: take a read or give a new category, with a reason and the kind of disagreement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import refusal, require
from hlh_tui.review.consensus.differences import NotCompared
from hlh_tui.review.consensus.disagreements import kinds
from hlh_tui.review.consensus.open_difference import require_open_difference
from hlh_tui.review.decide import ACTION, decide
from hlh_tui.review.models import Decision

if TYPE_CHECKING:
    from hlh_tui.review.consensus.models import Difference
    from hlh_tui.review.models import Cited, Saved, Seen
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

NEW = "new"
ROLE = {
    "open": "consensus",
    "two_plus_one": "adjudicator",
    "paired_consensus": "consensus",
    "committee": "consensus",
}
"""Topology -> the role in which a difference is settled; a single reader has none."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a case is settled: ``accepted`` is a reader's number, or new with a ``category`` of its own.

    ``disagreement`` is the id of a kind in disagreements.toml. Where a read is accepted its category, day and evidence
    are taken over; a day given here counts instead.
    """

    patient_id: str
    accepted: str
    disagreement: str
    reason: str
    category: str | None = None
    confidence: str = "high"
    day: float | None = None
    evidence: tuple[Cited, ...] = ()
    seen: Seen | None = None


def settling_role(study: Study) -> str:
    """The role in which this study's protocol settles differences; ``NotCompared`` where one reader reads alone."""
    topology = study.protocol.review.topology
    if topology not in ROLE:
        raise NotCompared(f"protocol {study.protocol.id} has one reader for each case: there is nothing to settle")
    return ROLE[topology]


def settling_refusal(study: Study, actor: Actor, patient_id: str) -> str | None:
    """Why this person may not settle the case now, in a sentence; None where they may."""
    if study.protocol.review.topology not in ROLE:
        return f"protocol {study.protocol.id} has one reader for each case: there is nothing to settle"
    return refusal(study, actor, ACTION[settling_role(study)], patient_id)


def settle(study: Study, actor: Actor, settlement: Settlement) -> Saved:
    """Record how the case is settled, and return its entry.

    ``NotAllowed`` where this person may not settle it; ``NotCompared`` where the readers agree, the votes of a meeting
    are still hidden, or ``accepted`` names no read; ``DecisionRefused`` for a missing reason or kind, or a category or
    day that cannot be.
    """
    case, role = settlement.patient_id, settling_role(study)
    require(study, actor, ACTION[role], case)
    with study.writing:
        difference = require_open_difference(study, actor, case)
        return decide(study, actor, settled_decision(difference, settlement, role), reveals=False)


def settled_decision(difference: Difference, settlement: Settlement, role: str) -> Decision:
    """The decision that a settlement records; refusals as for ``settle``."""
    _require_kind(settlement.disagreement)
    decision = Decision(
        patient_id=settlement.patient_id,
        category=settlement.category or "",
        reason=settlement.reason,
        confidence=settlement.confidence,
        day=settlement.day,
        role=role,
        evidence=settlement.evidence,
        seen=settlement.seen,
        accepted=settlement.accepted,
        disagreement=settlement.disagreement,
    )
    if settlement.accepted == NEW:
        if not settlement.category:
            raise NotCompared(f"a new category for {settlement.patient_id} has to be named, or accept a read")
        return decision
    accepted = settlement.accepted
    read = difference.read(int(accepted)) if accepted.isascii() and accepted.isdigit() and len(accepted) < 4 else None
    if read is None:
        there = ", ".join(str(one.number) for one in difference.reads)
        raise NotCompared(f"{settlement.patient_id} has no read {settlement.accepted!r}; accept {there}, or give new")
    if settlement.category not in (None, read.category):
        raise NotCompared(
            f"read {read.number} of {settlement.patient_id} is {read.category}, not {settlement.category}; to record"
            " another category give new"
        )
    return replace(
        decision,
        category=read.category,
        day=read.day if settlement.day is None else settlement.day,
        evidence=settlement.evidence or read.evidence,
    )


def _require_kind(kind: str) -> None:
    known = [one.id for one in kinds()]
    if kind not in known:
        raise NotCompared(f"a settlement names the kind of disagreement, one of {', '.join(known)}; {kind!r} is none")
