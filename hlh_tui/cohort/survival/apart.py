"""Who is named beside the curves: who is not counted, who leaves up to the landmark, and who is in no group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.charts_alone import kept
from hlh_tui.cohort.grouping import EVERYBODY
from hlh_tui.cohort.printed import MOST_NAMES
from hlh_tui.cohort.survival.divided_anew import apart_in_groups, charted_people
from hlh_tui.cohort.survival.follow_up import follow_up

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.follow_up import FollowUp
    from hlh_tui.study.file import Study

Some = tuple[int, tuple[str, ...]]
"""So many patients, and the first of them by id."""


def excluded(study: Study, question: FollowUp) -> dict[str, Some]:
    """Why patients are not counted -> how many, and the first of them by id."""
    if question.endpoint.among == "everybody" and not question.endpoint.reaches:
        return {}
    return _listed(study, question, "why", "why IS NOT NULL")


def after_last_contact(study: Study, question: FollowUp) -> Some:
    """Whose follow-up is ended by something charted after their last contact; asked where charts alone say it."""
    endpoint = question.endpoint
    if endpoint.start != "index" or endpoint.reaches or endpoint.among != "everybody":
        return 0, ()

    def find() -> Some:
        everybody = follow_up(study, endpoint, EVERYBODY)
        ((count, first),) = study.rows(
            f"{everybody.sql} SELECT count(*), min(patient_id, {MOST_NAMES}) FROM followed"
            " JOIN patient USING (patient_id) WHERE day > last_contact_day",
            everybody.params,
        )
        return count, tuple(first or ())

    return kept(study, ("after last contact", endpoint.id), find)


@dataclass(frozen=True, slots=True)
class Apart:
    """Who is to be named: who leaves up to the landmark, by whether with the event; who is in no group after it.

    ``undated``: of those whose response has no day, who is followed beyond the landmark.
    """

    early: dict[bool, Some]
    outside: Some = (0, ())
    undated: Some = (0, ())


def set_apart(study: Study, question: FollowUp, landmark: float) -> Apart:
    """Who leaves up to and including the landmark, who is in no group after it, and whose response has no day."""
    known = charted_people(study, question)
    found = (
        _apart_by_sql(study, question, landmark)
        if known is None
        else apart_in_groups(known, question.division, landmark, MOST_NAMES)
    )
    groups = {
        event: _together(v for (early, e, _), v in found.items() if early and e is event) for event in (True, False)
    }
    late = {
        which: _together(v for (early, _, o), v in found.items() if not early and o is which) for which in (True, False)
    }
    return Apart(groups, outside=late[True], undated=late[False])


def _apart_by_sql(study: Study, question: FollowUp, landmark: float) -> dict[tuple[bool, bool, bool], Some]:
    rows = study.rows(
        f"{question.sql} SELECT day <= ? AS early, cause = 1 AS event, stratum IS NULL AS outside, count(*),"
        f" min(patient_id, {MOST_NAMES}) FROM followed"
        " LEFT JOIN (SELECT unnest(CAST(? AS VARCHAR[])) AS patient_id, TRUE AS undated) USING (patient_id)"
        " WHERE why IS NULL AND (early OR outside OR undated) GROUP BY early, event, outside",
        (*question.params, landmark, list(question.division.undated)),
    )
    return {(early, event, outside): (count, tuple(first)) for early, event, outside, count, first in rows}


def _together(groups: Iterable[Some]) -> Some:
    each = tuple(groups)
    return sum(count for count, _ in each), tuple(sorted(name for _, first in each for name in first)[:MOST_NAMES])


def _listed(study: Study, question: FollowUp, key: str, condition: str, *params: object) -> dict[Any, Some]:
    """Patients under a condition by a key: how many, and the first ids in order."""
    rows = study.rows(
        f"{question.sql} SELECT {key} AS key, count(*), min(patient_id, {MOST_NAMES}) FROM followed"
        f" WHERE {condition} GROUP BY key ORDER BY key",
        (*question.params, *params),
    )
    return {found: (count, tuple(first)) for found, count, first in rows}


def some(count: int, first: Sequence[str]) -> str:
    """The first of so many patients as a list in a sentence, with the number of the others."""
    if not count:
        return "nobody"
    rest = count - len(first)
    return ", ".join(first) + (f" and {rest} others" if rest else "")
