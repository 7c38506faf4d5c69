"""Heat map: what the criteria say of every item, patient by patient, at baseline and at the visits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.course.models import HIDDEN, Criterion, HeatMap, HeatRow
from hlh_tui.cohort.course.order import Listed, listed
from hlh_tui.cohort.printed import day as printed
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.assess.models import Assessment, Evaluation
    from hlh_tui.study.file import Study

BASELINE = 0.0
MOST_AT_ONCE = 200
"""Patients of a study up to which all are assessed in one pass."""


def heat_map(
    study: Study,
    shown: Collection[str] | None = None,
    by: str | None = None,
    around: str | None = None,
    most: int | None = None,
) -> HeatMap:
    """State of every criterion under the study's own reading, group by group of ``by``.

    The states are the rules' output: with ``shown`` those of all other patients are ``hidden``, because a reader who
    has not been shown a proposal must not read it off here. None shows everybody.
    ``most`` gives no more rows than that, those around the patient ``around``: assessing takes its time.
    """
    from hlh_tui.assess.reading import study_reading

    require_results(study, "criteria by visit")
    reading = study_reading(study)
    criteria = reading.criteria
    visits = criteria.best.visits or study.protocol.visits
    # a diagnosis is not judged at visits: its last evaluation stands alone
    times = (BASELINE, *(visit.day for visit in visits)) if criteria.kind != "diagnosis" else (BASELINE,)
    everybody = listed(study, by)
    wanted = near(everybody, around, most)
    hidden = frozenset(each.patient_id for each in everybody if shown is not None and each.patient_id not in shown)
    found = assessed(study, [each.patient_id for each in wanted if each.patient_id not in hidden])
    rows = [row(each, found.get(each.patient_id), times, len(criteria.items)) for each in wanted]
    return HeatMap(
        criteria=criteria.id,
        version=criteria.version,
        by=by,
        items=tuple(Criterion(item.id, item.label) for item in criteria.items),
        times=times,
        rows=tuple(rows),
        notes=tuple(notes_of(f"{criteria.id} {criteria.version}", times, len(hidden), len(everybody))),
        patients=len(everybody),
    )


def near(everybody: Sequence[Listed], around: str | None, most: int | None) -> Sequence[Listed]:
    """At most so many patients in their order, those around one of them."""
    if most is None or len(everybody) <= most:
        return everybody
    place = next((number for number, each in enumerate(everybody) if each.patient_id == around), 0)
    first = max(min(place - most // 2, len(everybody) - most), 0)
    return everybody[first : first + most]


def assessed(study: Study, patients: Sequence[str]) -> Mapping[str, Assessment]:
    """The assessments of these patients: all of a small study in one pass, else those alone."""
    from hlh_tui.assess.run import assess_each, assess_some

    if not patients:
        return {}
    ((everybody,),) = study.rows("SELECT count(*) FROM patient")
    if everybody <= MOST_AT_ONCE or len(patients) > MOST_AT_ONCE:
        wanted = frozenset(patients)
        return {each.patient_id: each for each in assess_each(study) if each.patient_id in wanted}
    return assess_some(study, patients)


def row(each: Listed, found: Assessment | None, times: tuple[float, ...], items: int) -> HeatRow:
    """One patient's states: items x times; hidden where there is no assessment to show."""
    if found is None:
        cells: tuple[tuple[str | None, ...], ...] = ((HIDDEN,) * len(times),) * items
        return HeatRow(each.patient_id, each.category, each.group, cells, (None,) * len(times), True)
    standing = [evaluation_at(found, time) for time in times]
    cells = tuple(
        tuple(state_of(evaluation, item, time) for time, evaluation in zip(times, standing, strict=True))
        for item in range(items)
    )
    days = tuple(
        None if evaluation is None or time == BASELINE else evaluation.day
        for time, evaluation in zip(times, standing, strict=True)
    )
    return HeatRow(each.patient_id, each.category, each.group, cells, days, False)


def evaluation_at(found: Assessment, time: float) -> Evaluation | None:
    """The evaluation that stands for a time; any of them knows the baseline, of which the last is taken."""
    if time == BASELINE:
        return found.evaluations[-1] if found.evaluations else None
    day = found.visits.get(time)
    return next((each for each in found.evaluations if each.day == day), None)


def state_of(evaluation: Evaluation | None, item: int, time: float) -> str | None:
    """met, not_met or not_evaluable; None without an evaluation."""
    if evaluation is None:
        return None
    judged = evaluation.items[item]
    return judged.baseline_state if time == BASELINE else judged.state


def notes_of(criteria: str, times: tuple[float, ...], hidden: int, patients: int) -> list[str]:
    """What the cells are, and how many cases are hidden."""
    days = ", ".join(printed(time) for time in times if time != BASELINE)
    visits = f" and on the days that stand for {days}" if days else ""
    notes = [
        f"States of the criteria of {criteria} at baseline{visits}, as the rules read the chart, not as adjudicated."
    ]
    if hidden:
        notes.append(
            f"Hidden: {hidden} of {patients} patients whose proposal you have not been shown;"
            " it follows your own decision."
        )
    return notes
