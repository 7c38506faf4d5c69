"""What the rules propose; hidden from a reader until the program has shown it after a decision of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.desk import desk_of

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def proposed(study: Study, patient_id: str) -> tuple[str, bool]:
    """The proposed category, and whether the case is indeterminate: a better one is possible with what is unknown."""
    # Kept on the desk so that revising the case does not assess it again.
    known = desk_of(study).proposals.get(patient_id)
    if known is not None:
        return known
    from hlh_tui.assess.library import criteria_named
    from hlh_tui.assess.possible import at_most
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.assess.run import assess_patient

    reading = study_reading(study)
    assessment = assess_patient(study, patient_id, criteria_named(study, None), reading.options)
    found = (assessment.best.category, at_most(reading.criteria, assessment) is not None)
    desk = desk_of(study)
    if study_reading(study) is reading:  # nobody has chosen another one meanwhile
        desk.proposals[patient_id] = found
    return found
