"""How long each patient was followed for an endpoint: counts per group and day, and names where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import MISSING, Grouping
from hlh_tui.cohort.printed import MOST_NAMES
from hlh_tui.cohort.survival.clock import clock
from hlh_tui.cohort.survival.counts import Counts
from hlh_tui.cohort.survival.divided_anew import apart_in_groups, charted_people, left_in_groups
from hlh_tui.cohort.survival.endpoint import REACHED, competing
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Endpoint
    from hlh_tui.study.file import Study

SQL = Path(__file__).parent / "follow_up.sql"
CENSORED, EVENT = 0, 1


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The question who is followed for how long: an endpoint, a division, and the SQL that answers it.

    ``causes`` are the kinds that compete; the cause of the first is 2, of the next 3, and so on.
    """

    endpoint: Endpoint
    division: Grouping
    causes: tuple[str, ...]
    sql: str
    params: tuple[object, ...]


class Leaving(msgspec.Struct, frozen=True, gc=False):
    """How many of one group leave on one day (since the clock's start), by cause; ``ends[0]`` are the censored."""

    stratum: str | None
    day: float
    ends: tuple[int, ...]

    @property
    def events(self) -> int:
        """How many have the event."""
        return self.ends[EVENT]

    @property
    def censored(self) -> int:
        """How many leave without the event, whatever else ends their time; as Kaplan and Meier count."""
        return sum(self.ends) - self.ends[EVENT]


@dataclass(frozen=True, slots=True)
class Person:
    """One patient's end of follow-up: day since the clock's start, and cause (0 censored, 1 event, 2 ... competing)."""

    patient_id: str
    stratum: str | None
    day: float
    cause: int


def follow_up(study: Study, endpoint: Endpoint, division: Grouping) -> FollowUp:
    """The question for an endpoint and a division of the patients.

    A patient's time is the first day, since the clock's start, of what ends it: the event, what competes, what
    censors, else last contact; on one and the same day they count in this order.
    """
    require_results(study, "survival and incidence")
    started = clock(study, endpoint)
    causes = competing(endpoint)
    events = [*endpoint.events, REACHED]
    places = dict.fromkeys(events, EVENT)
    places |= {kind: number for number, kind in enumerate(causes, EVENT + 1) if kind not in places}
    places |= {kind: CENSORED for kind in endpoint.censor_at if kind not in places}
    text = SQL.read_text(encoding="utf-8").replace("{grouping}", division.sql)
    text = text.replace("{clock}", started.sql).replace("{happening}", started.happening)
    kinds = list(places)
    params = (*division.params, *started.params, kinds, kinds, list(places.values()))
    return FollowUp(endpoint, division, causes, text, params)


def leaving(study: Study, question: FollowUp) -> tuple[Leaving, ...]:
    """Who leaves when, in counts, ordered by group and day.

    ``CohortError`` for an empty study, or follow-up that ends before the clock starts.
    """
    causes = len(question.causes) + 2
    known = charted_people(study, question)
    if known is not None:
        rows = left_in_groups(known, question.division, causes)
    else:
        ends = ", ".join(f"count(*) FILTER (cause = {cause})" for cause in range(causes))
        rows = study.rows(
            f"{question.sql} SELECT stratum, day, {ends} FROM followed WHERE why IS NULL"
            " GROUP BY stratum, day ORDER BY stratum, day",
            question.params,
        )
    refuse_impossible(study, question, rows)
    return tuple(Leaving(stratum, day, tuple(counted)) for stratum, day, *counted in rows)


def refuse_impossible(study: Study, question: FollowUp, rows: Sequence[tuple[Any, ...]]) -> None:
    """Raise ``CohortError`` for a study without patients, or for follow-up that ends before the clock starts."""
    if not rows and not study.rows("SELECT 1 FROM patient LIMIT 1"):
        raise CohortError(f"{study.path.name} has no patients yet: import charts first")
    if all(row[1] >= 0 for row in rows):
        return
    first = people(study, question, float("-inf"), most=1)[0]
    if question.endpoint.start == "response":
        raise CohortError(
            f"{first.patient_id} is followed only to {-first.day:g} days before the adjudicated response: correct the"
            " day of the decision or the chart"
        )
    raise CohortError(
        f"{first.patient_id} is followed to day {first.day:g} only, before the index event: correct the chart"
    )


def excluded(study: Study, question: FollowUp) -> dict[str, Some]:
    """Why patients are not counted -> how many, and the first of them by id."""
    if question.endpoint.among == "everybody" and not question.endpoint.reaches:
        return {}
    return _listed(study, question, "why", "why IS NOT NULL")


Some = tuple[int, tuple[str, ...]]
"""So many patients, and the first of them by id."""


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


def people(
    study: Study, question: FollowUp, first: float = 0.0, last: float = float("inf"), most: int | None = None
) -> tuple[Person, ...]:
    """Who leaves from day ``first`` to day ``last``, ordered by day and id; at most ``most`` of them."""
    limit = "" if most is None else f" LIMIT {most:d}"
    rows = study.rows(
        f"{question.sql} SELECT patient_id, stratum, day, cause FROM followed"
        f" WHERE why IS NULL AND day >= ? AND day <= ? ORDER BY day, patient_id{limit}",
        (*question.params, first, last),
    )
    return tuple(Person(*row) for row in rows)


def by_stratum(leaving: Iterable[Leaving]) -> dict[str, list[Leaving]]:
    """The same by label of the group; what is not known is ``missing``."""
    groups: dict[str, list[Leaving]] = {}
    for each in leaving:
        groups.setdefault(MISSING if each.stratum is None else each.stratum, []).append(each)
    return groups


def counts(leaving: Sequence[Leaving]) -> Counts:
    """The counts of one group as arrays."""
    import numpy as np

    return Counts(
        np.array([each.day for each in leaving], dtype=np.float64),
        np.array([each.events for each in leaving], dtype=np.int64),
        np.array([each.censored for each in leaving], dtype=np.int64),
    )
