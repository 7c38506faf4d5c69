"""Assess one patient or all of a study; the same SQL serves both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.library import criteria_named
from hlh_tui.assess.models import Assessment, Proposal
from hlh_tui.assess.neighbours import patient_rows, plan_if_large, read_all, read_soon
from hlh_tui.assess.options import Reading, choose
from hlh_tui.assess.reading import study_reading
from hlh_tui.assess.records import assessment, assessments, best_category
from hlh_tui.assess.sql.compile import best_sql, detail_sql, ranks_sql
from hlh_tui.assess.sql.values import values_sql
from hlh_tui.assess.stretches import TRACED, rows_by_stretch, stretches
from hlh_tui.protocol.criteria_models import CriteriaSet

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Options = Mapping[str, str] | None


def study_criteria(study: Study) -> CriteriaSet:
    """The criteria set that the study adopted; ``ProtocolError`` if its document is not usable."""
    return criteria_named(study, None)


def assess_patient(
    study: Study, patient_id: str, criteria: CriteriaSet | None = None, options: Options = None
) -> Assessment:
    """What the criteria say of one patient at every evaluation day, and the best response.

    Without ``criteria`` and ``options`` the study's own reading; otherwise ``criteria`` default to those of the study,
    ``options`` (id -> value) to their defaults.
    ``AssessError`` for an unknown patient or option.
    """
    reading = _reading(study, criteria, options)
    rows, values = patient_rows(study, reading, patient_id)
    if not rows:
        raise AssessError(f"there is no patient {patient_id!r} in {study.path.name}; hlh-tui assess lists them all")
    return assessment(reading, rows, values, study.protocol.visits)


def prepare_far_cases(study: Study) -> bool:
    """Have any case of a large study assessed quickly from now on; whether it is large. See ``neighbours``."""
    return plan_if_large(study, study_reading(study))


def assess_soon(study: Study, patient_ids: Sequence[str], stop: Callable[[], bool]) -> None:
    """Have these patients assessed quickly when they are asked for, the likeliest first; until ``stop``."""
    read_soon(study, study_reading(study), patient_ids, stop)


def assess_some(study: Study, patient_ids: Sequence[str]) -> dict[str, Assessment]:
    """What the study's own reading says of some hundred patients, by patient id; ``AssessError`` for an unknown one."""
    assess_soon(study, patient_ids, lambda: False)
    return {patient_id: assess_patient(study, patient_id) for patient_id in patient_ids}


def assess_ahead(study: Study, stop: Callable[[], bool]) -> int:
    """Have the patients of a small study assessed before they are asked for; how many blocks of them were read."""
    return read_all(study, study_reading(study), stop)


def assess_all(study: Study, criteria: CriteriaSet | None = None, options: Options = None) -> tuple[Assessment, ...]:
    """The same for every patient, in the order of their ids."""
    return tuple(assess_each(study, criteria, options))


def assess_each(
    study: Study, criteria: CriteriaSet | None = None, options: Options = None, *, traced: bool = True
) -> Iterator[Assessment]:
    """The same one after the other, however many there are: a few thousand are held at a time.

    Not ``traced``: categories and domains by day without items and sentences, five times as quick.
    """
    reading = _reading(study, criteria, options)
    used, visits = reading.criteria, study.protocol.visits
    for ends in stretches(study, TRACED):
        rows = study.rows(detail_sql(used, some=True), ends)
        values = study.rows(values_sql(used, some=True), ends) if traced else None
        yield from assessments(reading, rows, values, visits)


def proposals(study: Study, criteria: CriteriaSet | None = None, options: Options = None) -> dict[str, Proposal]:
    """The best response that the rules propose, by patient id; much quicker than ``assess_all``."""
    reading = _reading(study, criteria, options)
    used = reading.criteria
    return {
        str(patient_id): Proposal(
            patient_id=str(patient_id),
            category=best_category(used, evaluated, rank),
            day=first,
            confirmed_day=confirmed,
            criteria_id=used.id,
            criteria_version=used.version,
            criteria_hash=used.hash,
            options=reading.options,
        )
        for patient_id, evaluated, rank, first, confirmed, *_ in best_rows(study, used)
    }


def best_rows(study: Study, criteria: CriteriaSet) -> Iterator[tuple[Any, ...]]:
    """The rows of ``best_sql`` for every patient; memory does not grow with the study beyond some hundred thousand."""
    return rows_by_stretch(study, lambda some: best_sql(criteria, some=some))


def categories_by_confirmation(
    study: Study, criteria: CriteriaSet, confirm_days: tuple[float, ...]
) -> tuple[dict[str, str], ...]:
    """The best category by patient for each of ``confirm_days``, all else as in ``criteria``, in one pass."""
    rows = tuple(rows_by_stretch(study, lambda some: ranks_sql(criteria, confirm_days, some=some)))
    return tuple(
        {str(row[0]): best_category(criteria, row[1], rank) for row, rank in ((row, row[2 + k]) for row in rows)}
        for k, _ in enumerate(confirm_days)
    )


def _reading(study: Study, criteria: CriteriaSet | None, options: Options) -> Reading:
    if criteria is None and options is None:
        return study_reading(study)
    return choose(criteria or study_criteria(study), options)
