"""Flags: a reader's own marks on a case, which decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.errors import MarkRefused
from hlh_tui.review.models import Saved
from hlh_tui.review.state import flags
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def flag(study: Study, actor: Actor, patient_id: str, note: str) -> Saved:
    """Flag the case for this reader, with a note that may be empty; a new flag replaces the note of the old one."""
    return _mark(study, actor, "flagged", patient_id, {"note": note.strip()})


def unflag(study: Study, actor: Actor, patient_id: str) -> Saved:
    """Remove this reader's flag; ``MarkRefused`` when there is none."""
    with study.writing:
        if not any(mark.reader == actor.id for mark in flags(study, patient_id)):
            raise MarkRefused(f"{patient_id} has no flag of yours; flag it before removing the flag")
        return _mark(study, actor, "unflagged", patient_id, {})


def _mark(study: Study, actor: Actor, action: str, patient_id: str, payload: Mapping[str, Any]) -> Saved:
    require(study, actor, "flag", patient_id)
    if not study.rows("SELECT 1 FROM patient WHERE patient_id = $1", (patient_id,)):
        raise MarkRefused(f"there is no patient {patient_id!r} in this study; use an id of the Cases screen")
    entry = append(study, actor, action, patient_id, payload)
    return Saved(entry.seq, entry.hash, entry.recorded_at)
