"""Record a decision: check it, then one transaction in the log."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from hlh_tui.assess.reading import study_reading
from hlh_tui.review.conduct.authority import is_phased, require
from hlh_tui.review.consensus.data_changes import changed_since
from hlh_tui.review.desk import desk_of, last_contact_day, took
from hlh_tui.review.errors import DecisionRefused
from hlh_tui.review.models import CurrentDecision, Decision, Saved
from hlh_tui.review.proposal import proposed
from hlh_tui.review.reason import changes, day_text, reason_required
from hlh_tui.review.stale import is_stale
from hlh_tui.review.state import reveals as study_reveals
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

CONFIDENCES = ("low", "high")
ACTION = {"reader": "decide", "adjudicator": "adjudicate", "consensus": "settle", "global": "global_read"}
"""Role of a decision -> what it takes to be allowed to."""
SETTLING = frozenset({"adjudicator", "consensus"})
"""Roles whose decision stands in the place of the independent reads."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands for one reader before a decision: its chart's end, what is in force, what was seen."""

    last_contact_day: float
    old: CurrentDecision | None = None
    proposal_seen: bool = False
    proposal: str | None = None
    indeterminate: bool = False


def decide(study: Study, actor: Actor, decision: Decision, *, reveals: bool = True) -> Saved:
    """Record the decision and return its log entry; it is on disk when this returns.

    ``reveals`` says that the program goes on to show this reader the proposal; it counts where the study allows it.
    A decision that is in force as given is not recorded again: its entry is returned with ``already`` set.
    ``NotAllowed`` where the actor may not decide in that role now. ``DecisionRefused`` says in a sentence what is not
    acceptable: category, confidence, role, patient, day, or a missing reason (required where it changes the reader's
    decision in force, where confidence is low, where it differs from the revealed proposal or that proposal was
    indeterminate, and wherever differences are settled).
    """
    with study.writing:
        standing = standing_of(study, actor.id, decision.patient_id, decision.role)
        refuse_unacceptable(study, actor, decision, standing)
        shows = reveals and study_reveals(study)
        if standing.old is not None and _says_nothing_new(study, actor, decision, standing, standing.old, shows):
            return _recorded_before(study, standing.old)
        payload = {**_payload(study, decision, standing), "reveals": shows}
        entry = append(study, actor, "decided", decision.patient_id, payload)
        took(study, entry)
    return Saved(entry.seq, entry.hash, entry.recorded_at)


def standing_of(study: Study, reader_id: str, patient_id: str, role: str) -> Standing:
    """How the case stands for this reader; ``DecisionRefused`` when the study has no such patient."""
    last = last_contact_day(study, patient_id)
    if last is None:
        raise DecisionRefused("patient_id", _no_patient(study, patient_id))
    desk = desk_of(study)
    standing = Standing(last, desk.in_force(reader_id, patient_id, role))
    if not (study_reveals(study) and desk.has_seen(reader_id, patient_id)):
        return standing
    category, indeterminate = proposed(study, patient_id)
    return replace(standing, proposal_seen=True, proposal=category, indeterminate=indeterminate)


def refuse_unacceptable(study: Study, actor: Actor, decision: Decision, standing: Standing) -> None:
    """Raise ``DecisionRefused`` or ``NotAllowed`` for the first thing that keeps the decision from being recorded."""
    allowed = [category.id for category in study.protocol.categories]
    _one_of("category", decision.category, allowed)
    _one_of("confidence", decision.confidence, CONFIDENCES)
    _one_of("role", decision.role, tuple(ACTION))
    require(study, actor, ACTION[decision.role], decision.patient_id)
    if decision.role in SETTLING and is_phased(study):
        _something_to_settle(study, actor, decision.patient_id)
    _within_chart(decision, standing.last_contact_day)
    why = reason_required(decision, standing.proposal, standing.indeterminate, standing.old)
    if why and not decision.reason.strip():
        raise DecisionRefused("reason", f"{decision.patient_id} needs a reason because {why}; say why in a sentence")


def _something_to_settle(study: Study, actor: Actor, patient_id: str) -> None:
    """``DecisionRefused`` where the readers agree and nobody met about the case: nobody overrules both alone."""
    from hlh_tui.review.consensus.differences import NotCompared
    from hlh_tui.review.consensus.open_difference import require_open_difference

    try:
        require_open_difference(study, actor, patient_id)
    except NotCompared as error:
        raise DecisionRefused("role", str(error)) from error


def _says_nothing_new(
    study: Study, actor: Actor, decision: Decision, standing: Standing, old: CurrentDecision, shows: bool
) -> bool:
    """Whether the reader's decision in force is this one, made knowing what the reader knows now.

    Keeping a decision after the reveal is new, so is the reveal itself, and so is keeping it under other criteria or
    after more of the chart came in.
    """
    same = old.reader == actor.id and not changes(decision, old) and not is_stale(study, old)
    if same and changed_since(study, old):
        return False
    knew = (old.proposal_seen, old.proposal) == (standing.proposal_seen, standing.proposal)
    return same and knew and (standing.proposal_seen or not shows)


def _recorded_before(study: Study, old: CurrentDecision) -> Saved:
    ((digest,),) = study.rows("SELECT hash FROM log WHERE seq = $1", (old.seq,))
    return Saved(old.seq, digest, old.recorded_at, already=True)


def _one_of(column: str, given: str, allowed: list[str] | tuple[str, ...]) -> None:
    if given not in allowed:
        raise DecisionRefused(column, f"{column} {given!r} is not known; use one of {', '.join(allowed)}")


def _within_chart(decision: Decision, last_contact_day: float) -> None:
    if decision.day is not None and not 0 <= decision.day <= last_contact_day:
        raise DecisionRefused(
            "day",
            f"day {day_text(decision.day)} is outside the follow-up of {decision.patient_id};"
            f" give a day from 0 to {day_text(last_contact_day)} (last contact)",
        )


def _no_patient(study: Study, patient_id: str) -> str:
    count, first, last = study.rows("SELECT count(*), min(patient_id), max(patient_id) FROM patient")[0]
    if not count:
        return f"there is no patient {patient_id!r} because the study has no charts yet; import them first"
    return f"there is no patient {patient_id!r}; the study's {count} patients run from {first} to {last}"


def _payload(study: Study, decision: Decision, standing: Standing) -> dict[str, Any]:
    reading = study_reading(study)
    criteria = reading.criteria
    return {
        "role": decision.role,
        "category": decision.category,
        "day": decision.day,
        "confidence": decision.confidence,
        "reason": decision.reason.strip(),
        "evidence": [asdict(piece) for piece in decision.evidence],
        "criteria": {
            "id": criteria.id,
            "version": criteria.version,
            "hash": criteria.hash,
            "options": dict(reading.options),
        },
        "proposal_seen": standing.proposal_seen,
        "proposal": standing.proposal,
        "seen": None if decision.seen is None else asdict(decision.seen),
        **settling(decision),
        "old": None if standing.old is None else _old(standing.old),
    }


def settling(decision: Decision) -> dict[str, Any]:
    """Whose read a settlement took and what kind of disagreement it was; nothing for a reader's own decision."""
    if decision.accepted is None and decision.disagreement is None:
        return {}
    return {"accepted": decision.accepted, "disagreement": decision.disagreement}


def _old(old: CurrentDecision) -> dict[str, Any]:
    return {
        "seq": old.seq,
        "category": old.category,
        "day": old.day,
        "confidence": old.confidence,
        "reason": old.reason,
    }
