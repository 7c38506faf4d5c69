"""Locks on a case or on the whole study: while one is there, nothing is decided or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.conduct.blinding import sees_conduct
from hlh_tui.review.conduct.models import Lock
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.errors import ConductRefused
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor, Entry

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def locked(study: Study, patient_id: str | None = None) -> Lock | None:
    """The lock that holds a case (its own, else the study's), or the study's when no case is named."""
    locks = conduct_of(study).locks
    return locks.get(patient_id) or locks.get(None)


def locks(study: Study, seen_by: Actor | None = None) -> tuple[Lock, ...]:
    """Every lock that is set, the study's first, then by case.

    ``seen_by`` leaves out, while a blinded study is read, those of single cases: which case is locked and why may tell
    what others decided.
    """
    found = list(conduct_of(study).locks.values())
    if seen_by is not None and not sees_conduct(study, seen_by.id):
        found = [one for one in found if one.patient_id is None]
    return tuple(sorted(found, key=lambda one: (one.patient_id is not None, one.patient_id or "")))


def lock(study: Study, actor: Actor, patient_id: str | None, reason: str) -> Entry:
    """Lock a case, or the study when ``patient_id`` is None; ``ConductRefused`` when it is locked or has no reason."""
    return _turn(study, actor, "lock", patient_id, reason)


def unlock(study: Study, actor: Actor, patient_id: str | None, reason: str) -> Entry:
    """Take a lock away, which voids the signatures of the case; refusals as for ``lock``."""
    return _turn(study, actor, "unlock", patient_id, reason)


def _turn(study: Study, actor: Actor, action: str, patient_id: str | None, reason: str) -> Entry:
    require(study, actor, action)
    what = "the study" if patient_id is None else patient_id
    with study.writing:
        if patient_id is not None and not study.rows("SELECT 1 FROM patient WHERE patient_id = $1", (patient_id,)):
            raise ConductRefused(f"there is no patient {patient_id!r} in this study; use an id of the Cases screen")
        if not reason.strip():
            raise ConductRefused(f"to {action} {what} needs a reason; say why in a sentence")
        old = conduct_of(study).locks.get(patient_id)
        if (old is not None) == (action == "lock"):
            held = f"locked already, by {old.actor_name}: {old.reason}" if old is not None else "not locked"
            raise ConductRefused(f"{what} is {held}; nothing was recorded")
        payload = {"reason": reason.strip(), "old": None if old is None else {"seq": old.seq, "reason": old.reason}}
        return append(study, actor, f"{action}ed", patient_id, payload)
