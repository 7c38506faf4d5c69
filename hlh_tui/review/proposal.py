"""What the rules propose, shown to a reader only after that reader has decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.review.desk import desk_of
from hlh_tui.review.state import is_revealed

if TYPE_CHECKING:
    from hlh_tui.assess.models import Assessment
    from hlh_tui.study.file import Study


@dataclass(frozen=True, slots=True)
class Revealed:
    """The proposal as it stands beside a committed decision."""

    assessment: Assessment
    category: str
    """The category that the rules propose."""
    agrees: bool
    """Whether the committed decision has that category."""
    indeterminate: bool
    """Whether the proposal rests on an item that was not evaluable."""


def revealed_assessment(study: Study, reader_id: str, patient_id: str) -> Assessment | None:
    """What the criteria say of the patient, or None while it is hidden from this reader."""
    if not is_revealed(study, reader_id, patient_id):
        return None
    from hlh_tui.assess.run import assess_patient

    return assess_patient(study, patient_id)


def proposal_after_commit(study: Study, reader_id: str, patient_id: str, category: str) -> Revealed | None:
    """The proposal beside the ``category`` just committed; None in a study that does not reveal it."""
    assessment = revealed_assessment(study, reader_id, patient_id)
    if assessment is None:
        return None
    proposal, indeterminate = _remembered(study, assessment)
    return Revealed(assessment, proposal, proposal == category, indeterminate)


def proposed(study: Study, patient_id: str) -> tuple[str, bool]:
    """The proposed category, and whether it rests on an item that was not evaluable."""
    known = desk_of(study).proposals.get(patient_id)
    if known is not None:
        return known
    from hlh_tui.assess.run import assess_patient

    return _remembered(study, assess_patient(study, patient_id))


def rests_on_the_unknown(assessment: Assessment) -> bool:
    """Whether the proposal could have been another one had every item been evaluable.

    A proposed response is judged by the evaluation it begins with; "no response" by all evaluations that count, for
    any of them might have shown a response.
    """
    counting = [evaluation for evaluation in assessment.evaluations if evaluation.counts]
    if assessment.best.day is None:
        return any(evaluation.indeterminate for evaluation in counting)
    return any(evaluation.indeterminate for evaluation in counting if evaluation.day == assessment.best.day)


def _remembered(study: Study, assessment: Assessment) -> tuple[str, bool]:
    """The proposal, kept on the desk so that revising the case does not assess it again."""
    found = (assessment.best.category, rests_on_the_unknown(assessment))
    desk_of(study).proposals[assessment.patient_id] = found
    return found
