"""What is closed while a blinded study is read, and the logged acts that open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import is_phased, phase_of, refusal, require
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.errors import Blinded, ConductRefused
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor, Entry

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

AFTER_CUT_OFF = "chart after the evidence cut-off"


def closed(study: Study, what: str) -> str | None:
    """Why ``what`` (results of any kind) cannot be seen now, in a sentence; None where it may."""
    if study.protocol.training.practice:
        return f"{what} stay closed in a training study: its cases are made up, and their answers are known"
    if not is_phased(study) or phase_of(study) == "open":
        return None
    if conduct_of(study).pack is not None:
        return f"{what} stay closed in a pack; they open with the study that it came from"
    return (
        f"{what} stay closed while the study is in phase {phase_of(study)}; they open when the coordinator moves it to"
        " open (hlh-tui phase)"
    )


def require_results(study: Study, what: str) -> None:
    """Raise ``Blinded`` with the sentence of ``closed``, if there is one; ``what`` is a plural, such as tables."""
    why = closed(study, what)
    if why is not None:
        raise Blinded(why)


def sees_others(study: Study, actor_id: str) -> bool:
    """Whether this person may see what others decided."""
    return not is_phased(study) or refusal(study, Actor(actor_id, actor_id), "compare") is None


def sees_names(study: Study, actor_id: str) -> bool:
    """Whether this person may see who decided what; who compares the readers knows them as numbers alone."""
    return not is_phased(study) or refusal(study, Actor(actor_id, actor_id), "trail") is None


def sees_conduct(study: Study, actor_id: str) -> bool:
    """Whether this person may see what tells of the work of others without their answers: queries, locks, cuts.

    Who may see what others decided, and the coordinator, who answers for it.
    """
    if sees_others(study, actor_id):
        return True
    person = conduct_of(study).people.get(actor_id)
    return person is not None and person.role == "coordinator"


def in_pack(study: Study) -> bool:
    """Whether this study is one reader's pack of another one."""
    return is_phased(study) and conduct_of(study).pack is not None


def own_order(study: Study, reader_id: str) -> dict[str, int] | None:
    """Patient -> place in the order in which this reader was dealt their cases; None where they see every case.

    Who reads (or has no role) sees the cases dealt to them; nothing dealt to anybody means that all read everything.
    """
    if not is_phased(study):
        return None
    conduct = conduct_of(study)
    if not conduct.dealt or conduct.pack is not None or phase_of(study) != "read":
        return None
    person = conduct.people.get(reader_id)
    if person is not None and person.role == "coordinator":
        return None
    mine = [case for deal in conduct.dealt if deal.reader == reader_id for case in deal.cases if not case[2]]
    return {patient_id: place for place, (_, patient_id, _) in enumerate(mine)}


def cut_off(study: Study) -> float | None:
    """The last day of the charts, in days, that lists of cases may tell of; None where whole charts are open."""
    protocol = study.protocol
    hides = is_phased(study) and protocol.blinding.hide_after_cut_off and phase_of(study) != "open"
    return protocol.review_until_day if hides else None


def evidence_until(study: Study, actor_id: str, patient_id: str) -> float | None:
    """The last day of the chart that this person may see, in days; None where the whole chart is open to them."""
    until = cut_off(study)
    return None if until is None or (actor_id, patient_id) in conduct_of(study).revealed else until


def reveal_after_cut_off(study: Study, actor: Actor, patient_id: str, reason: str) -> Entry | None:
    """Record that this reader has the whole chart of the case shown, and why; None where it is open to them already.

    The act is an unblinding and stays in the log (ICH E6(R3) 4.1.4): who, when, why, and what was shown.
    """
    with study.writing:
        until = evidence_until(study, actor.id, patient_id)
        if until is None:
            return None
        if conduct_of(study).pack is not None:
            raise ConductRefused(f"this pack holds nothing after day {until:g}; ask the coordinator")
        require(study, actor, "reveal", patient_id)
        if not reason.strip():
            raise ConductRefused(f"to see {patient_id} after day {until:g} needs a reason; say why in a sentence")
        payload = {"what": AFTER_CUT_OFF, "until": until, "reason": reason.strip()}
        return append(study, actor, "revealed", patient_id, payload)
