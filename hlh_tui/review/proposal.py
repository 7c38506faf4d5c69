"""What the rules propose; hidden from a reader until the program has shown it after a decision of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.desk import desk_of

if TYPE_CHECKING:
    from hlh_tui.assess.models import Assessment
    from hlh_tui.study.file import Study


def proposed(study: Study, patient_id: str) -> tuple[str, bool]:
    """The proposed category, and whether it rests on an item that was not evaluable."""
    # Kept on the desk so that revising the case does not assess it again.
    known = desk_of(study).proposals.get(patient_id)
    if known is not None:
        return known
    from hlh_tui.assess.library import criteria_named
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.assess.run import assess_patient

    reading = study_reading(study)
    assessment = assess_patient(study, patient_id, criteria_named(study, None), reading.options)
    found = (assessment.best.category, rests_on_the_unknown(assessment))
    desk = desk_of(study)
    if study_reading(study) is reading:  # nobody has chosen another one meanwhile
        desk.proposals[patient_id] = found
    return found


def rests_on_the_unknown(assessment: Assessment) -> bool:
    """Whether the proposal could have been another one had every item been evaluable.

    A proposed response is judged by the evaluation it begins with; "no response" by all evaluations that count, for
    any of them might have shown a response.
    """
    counting = [evaluation for evaluation in assessment.evaluations if evaluation.counts]
    if assessment.best.day is None:
        return any(evaluation.indeterminate for evaluation in counting)
    return any(evaluation.indeterminate for evaluation in counting if evaluation.day == assessment.best.day)
