"""What is in force of one reader: that reader's decisions, or what settled the cases."""

from __future__ import annotations

from hlh_tui.review.desk import SHARED
from hlh_tui.review.models import CurrentDecision
from hlh_tui.review.state import current_decisions
from hlh_tui.study.file import Study
from hlh_tui.study.models import Actor


def own_decisions(study: Study, reader: Actor, role: str, patient_id: str | None = None) -> dict[str, CurrentDecision]:
    """This reader's decisions in force (or what settled the cases) by patient id, of one patient or of all."""
    return {
        current.patient_id: current
        for current in current_decisions(study, patient_id)
        if current.role == role and (role in SHARED or current.reader == reader.id)
    }
