"""What the analysis starts from, read from the study."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import EVERYBODY, MISSING, final_days, grouping, in_order
from hlh_tui.cohort.sensitivity.models import Base, Follow

if TYPE_CHECKING:
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

DOUBTFUL = "SELECT patient_id FROM in_force GROUP BY patient_id HAVING bool_or(confidence = 'low') ORDER BY patient_id"


def base_of(study: Study) -> Base:
    """Patients, groups and follow-up; the follow-up of endpoints that no decision moves."""
    protocol = study.protocol
    patients = tuple(patient for (patient,) in study.rows("SELECT patient_id FROM patient ORDER BY patient_id"))
    ranked = sorted(protocol.categories, key=lambda each: (each.rank is None, -(each.rank or 0)))
    return Base(
        patients=patients,
        collapses=protocol.collapses,
        ranked=tuple(each.id for each in ranked),
        unranked=frozenset(each.id for each in ranked if each.rank is None),
        groups={stratum.id: _groups(study, stratum.id) for stratum in protocol.strata},
        followed=_followed(study, protocol) if patients else {},
        landmark=next(iter(protocol.landmark_days), 0.0),
        conclusions=protocol.conclusions,
        began={patient: day for patient, _, day in final_days(study) if day is not None},
    )


def doubtful(study: Study) -> tuple[str, ...]:
    """Patients with a decision in force, of any reader or the consensus, that is of low confidence."""
    from hlh_tui.review.statements import over_decisions

    return tuple(patient for (patient,) in study.rows(over_decisions(DOUBTFUL), (None, None)))


def _groups(study: Study, stratum: str) -> dict[str, tuple[str, ...]]:
    division = grouping(study, stratum)
    rows = study.rows(f"SELECT patient_id, stratum FROM ({division.sql}) ORDER BY patient_id", division.params)
    found: dict[str, list[str]] = {label: [] for label in division.order}
    for patient, label in rows:
        found.setdefault(MISSING if label is None else label, []).append(patient)
    return {label: tuple(found[label]) for label in in_order(list(found), division.order)}


def _followed(study: Study, protocol: StudyProtocol) -> dict[str, dict[str, Follow]]:
    """Endpoint -> patient -> follow-up: the first endpoint that no decision moves, and those of the conclusions."""
    from hlh_tui.cohort.survival.endpoint import find_endpoint
    from hlh_tui.cohort.survival.follow_up import EVENT, follow_up, people

    # An endpoint that starts at the response, or is the response, would itself move with the decisions.
    fixed = [each.id for each in protocol.endpoints if each.start == "index" and not each.reaches]
    fixed = [each for each in fixed if find_endpoint(study, each).among == "everybody"]
    named = [each.endpoint for each in protocol.conclusions if each.kind == "survival"]
    for wanted in named:
        if find_endpoint(study, wanted).id not in fixed:
            raise CohortError(
                f"the conclusions of protocol {protocol.id} name endpoint {wanted}, which depends on the decisions"
                " itself: name one that counts everybody from the index event"
            )
    wanted_ids = list(dict.fromkeys([*fixed[:1], *named]))
    return {
        each: {
            person.patient_id: Follow(person.day, person.cause == EVENT)
            for person in people(study, follow_up(study, find_endpoint(study, each), EVERYBODY), 0.0, inf)
        }
        for each in wanted_ids
    }
