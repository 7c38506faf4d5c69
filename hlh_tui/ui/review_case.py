"""Reading one case for the Review screen: chart, assessment, trace; to be called off the keyboard's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor

from hlh_tui.review.models import CaseRow, CurrentDecision, Decision, Saved
from hlh_tui.study.file import Study
from hlh_tui.study.models import Actor, Observation
from hlh_tui.ui.review_state import CaseFile


@dataclass(frozen=True, slots=True)
class Committed:
    """A decision that is on disk, and how its case stands after it.

    ``proposal`` is the rules' category, None in a study that does not reveal it; ``row`` the case's line in the list,
    and ``mine`` what is in force of this reader (or what settled the case), None where there is no such thing.
    """

    decision: Decision
    saved: Saved
    proposal: str | None
    row: CaseRow | None
    mine: CurrentDecision | None


def read_case(study: Study, patient_id: str, reader: Actor) -> CaseFile:
    """The chart and what the criteria say of it, as the study reads them, as far as this reader may see it."""
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.assess.run import assess_patient
    from hlh_tui.review.conduct.blinding import evidence_until
    from hlh_tui.review.evidence import chart_until
    from hlh_tui.study.chart import chart

    until = evidence_until(study, reader.id, patient_id)
    charted = chart_until(chart(study, patient_id), until)
    reading = study_reading(study)
    assessment = assess_patient(study, patient_id, reading.base, reading.options)
    if until is not None:
        shown = tuple(each for each in assessment.evaluations if floor(each.day) <= until)
        assessment = replace(assessment, evaluations=shown)
    series: dict[str, list[Observation]] = {}
    for observation in charted.observations:
        series.setdefault(observation.analyte, []).append(observation)
    frozen = {analyte: tuple(values) for analyte, values in series.items()}
    return CaseFile(charted, assessment, frozen, reading.criteria)


def commit(study: Study, reader: Actor, decision: Decision, proposal: str) -> Committed:
    """Save a decision and read how its case stands after it; ``DecisionRefused`` if it cannot be recorded.

    ``proposal`` is what the rules say of the case; it is handed on only if the study reveals it.
    """
    from hlh_tui.review.decide import decide
    from hlh_tui.review.own_decisions import own_decisions
    from hlh_tui.review.state import cases, reveals

    saved, case = decide(study, reader, decision), decision.patient_id
    row = next(iter(cases(study, reader.id, decision.role, case)), None)
    mine = own_decisions(study, reader, decision.role, case).get(case)
    return Committed(decision, saved, proposal if reveals(study) else None, row, mine)
