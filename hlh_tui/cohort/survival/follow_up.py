"""How long each patient is followed for an endpoint: the question in SQL, and each patient's day and cause."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.clock import clock
from hlh_tui.cohort.survival.endpoint import REACHED, competing
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.cohort.grouping import Grouping
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
