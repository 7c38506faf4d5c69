"""Assess one patient or all of a study; the same SQL serves both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from hlh_tui.assess.compile import best_sql, detail_sql
from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.models import Assessment, Proposal
from hlh_tui.assess.options import Reading, choose
from hlh_tui.assess.records import assessments, best_category
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.models import Adopted

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Options = Mapping[str, str] | None


def study_criteria(study: Study) -> CriteriaSet:
    """The criteria set that the study adopted; ``ProtocolError`` if its document is not usable."""
    return _criteria(study.criteria_document)


def assess_patient(
    study: Study, patient_id: str, criteria: CriteriaSet | None = None, options: Options = None
) -> Assessment:
    """What the criteria say of one patient at every evaluation day, and the best response.

    ``criteria`` default to those of the study, ``options`` (id -> value) to their defaults.
    ``AssessError`` for an unknown patient or option.
    """
    reading = _reading(study, criteria, options)
    rows = study.rows(detail_sql(reading.criteria, one_patient=True), [patient_id])
    if not rows:
        raise AssessError(f"there is no patient {patient_id!r} in {study.path.name}; hlh-tui assess lists them all")
    return next(assessments(reading, rows, study.protocol.visits))


def assess_all(study: Study, criteria: CriteriaSet | None = None, options: Options = None) -> tuple[Assessment, ...]:
    """The same for every patient, in the order of their ids."""
    reading = _reading(study, criteria, options)
    return tuple(
        assessments(reading, study.rows(detail_sql(reading.criteria, one_patient=False)), study.protocol.visits)
    )


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
        for patient_id, evaluated, rank, first, confirmed, *_ in study.rows(best_sql(used, one_patient=False))
    }


def _reading(study: Study, criteria: CriteriaSet | None, options: Options) -> Reading:
    return choose(criteria or study_criteria(study), options)


@lru_cache(maxsize=16)
def _criteria(document: Adopted) -> CriteriaSet:
    return criteria_set(document)
