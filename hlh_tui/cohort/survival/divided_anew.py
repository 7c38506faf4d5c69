"""Follow-up that no decision moves, kept from one import to the next and divided anew by what decisions say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.charts_alone import kept
from hlh_tui.cohort.grouping import EVERYBODY, Grouping
from hlh_tui.cohort.survival.follow_up import follow_up, people

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.follow_up import FollowUp, Person
    from hlh_tui.study.file import Study

MOST_PATIENTS = 50_000
"""A larger study is counted by the engine each time: to keep its patients would take more memory than it spares."""


def charted_people(study: Study, question: FollowUp) -> Sequence[Person] | None:
    """Everybody's end of follow-up by id, where charts alone say it and decisions alone divide; None elsewhere."""
    endpoint = question.endpoint
    by_charts = endpoint.start == "index" and not endpoint.reaches and endpoint.among != "responders"
    if not by_charts or not question.division.from_decisions:
        return None

    def find() -> Sequence[Person] | None:
        ((patients,),) = study.rows("SELECT count(*) FROM patient")
        if patients > MOST_PATIENTS:
            return None
        found = people(study, follow_up(study, endpoint, EVERYBODY), float("-inf"))
        return sorted(found, key=lambda person: person.patient_id)

    return kept(study, ("followed", endpoint.id), find)


def left_in_groups(everybody: Sequence[Person], division: Grouping, causes: int) -> list[tuple[Any, ...]]:
    """Rows of stratum, day and how many leave then by each of ``causes``, ordered by stratum (missing last) and day."""
    found: dict[tuple[str | None, float], list[int]] = {}
    label_of = division.label_of
    for person in everybody:
        place = (label_of.get(person.patient_id), person.day)
        if place not in found:
            found[place] = [0] * causes
        found[place][person.cause] += 1
    ordered = sorted(found, key=lambda place: (place[0] is None, place[0] or "", place[1]))
    return [(stratum, day, *found[stratum, day]) for stratum, day in ordered]


def apart_in_groups(
    everybody: Sequence[Person], division: Grouping, landmark: float, most: int
) -> dict[tuple[bool, bool, bool], tuple[int, tuple[str, ...]]]:
    """(early, with the event, in no group) -> how many and the first ``most`` by id, of those that are named."""
    names: dict[tuple[bool, bool, bool], list[str]] = {}
    undated, label_of = frozenset(division.undated), division.label_of
    for person in everybody:
        early, outside = person.day <= landmark, person.patient_id not in label_of
        if early or outside or person.patient_id in undated:
            names.setdefault((early, person.cause == 1, outside), []).append(person.patient_id)
    return {place: (len(who), tuple(who[:most])) for place, who in names.items()}
