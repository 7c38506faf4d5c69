"""Heat map: what the criteria say of every item, patient by patient, at baseline and at the visits."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from hlh_tui.cohort.course.models import HIDDEN, Criterion, HeatMap, HeatRow
from hlh_tui.cohort.course.order import Listed, listed
from hlh_tui.cohort.printed import day as printed

if TYPE_CHECKING:
    from hlh_tui.assess.models import Assessment, Evaluation
    from hlh_tui.study.file import Study

BASELINE = 0.0


def heat_map(study: Study, shown: Collection[str] | None = None, by: str | None = None) -> HeatMap:
    """State of every criterion under the study's own reading, group by group of ``by``.

    The states are the rules' output: with ``shown`` those of all other patients are ``hidden``, because a reader who
    has not been shown a proposal must not read it off here. None shows everybody.
    """
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.assess.run import assess_all

    reading = study_reading(study)
    criteria = reading.criteria
    found = {each.patient_id: each for each in assess_all(study)}
    visits = criteria.best.visits or study.protocol.visits
    # a diagnosis is not judged at visits: its last evaluation stands alone
    times = (BASELINE, *(visit.day for visit in visits)) if criteria.kind != "diagnosis" else (BASELINE,)
    everybody = listed(study, by)
    hidden = frozenset(each.patient_id for each in everybody if shown is not None and each.patient_id not in shown)
    rows = [row(each, found[each.patient_id], times, len(criteria.items), hidden) for each in everybody]
    return HeatMap(
        criteria=criteria.id,
        version=criteria.version,
        by=by,
        items=tuple(Criterion(item.id, item.label) for item in criteria.items),
        times=times,
        rows=tuple(rows),
        notes=tuple(notes_of(f"{criteria.id} {criteria.version}", times, hidden, len(rows))),
    )


def row(each: Listed, found: Assessment, times: tuple[float, ...], items: int, hidden: frozenset[str]) -> HeatRow:
    """One patient's states: items x times."""
    if each.patient_id in hidden:
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


def notes_of(criteria: str, times: tuple[float, ...], hidden: frozenset[str], patients: int) -> list[str]:
    """What the cells are, and how many cases are hidden."""
    days = ", ".join(printed(time) for time in times if time != BASELINE)
    visits = f" and on the days that stand for {days}" if days else ""
    notes = [
        f"States of the criteria of {criteria} at baseline{visits}, as the rules read the chart, not as adjudicated."
    ]
    if hidden:
        notes.append(
            f"Hidden: {len(hidden)} of {patients} patients whose proposal you have not been shown;"
            " it follows your own decision."
        )
    return notes
