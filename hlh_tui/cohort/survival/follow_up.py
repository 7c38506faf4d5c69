"""How long each patient was followed for an endpoint, in counts per group and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import MISSING, Grouping
from hlh_tui.cohort.survival.kaplan_meier import Counts

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Endpoint
    from hlh_tui.study.file import Study

SQL = Path(__file__).parent / "follow_up.sql"


@dataclass(frozen=True, slots=True)
class Leaving:
    """Those of one group who leave on one day: ``with_event`` are the patients among them who had the event."""

    stratum: str | None
    day: float
    events: int
    censored: int
    patients: tuple[str, ...]
    with_event: tuple[str, ...]


def find_endpoint(study: Study, endpoint_id: str) -> Endpoint:
    """The endpoint of the study's protocol with that id; ``CohortError`` lists those that there are."""
    endpoints = study.protocol.endpoints
    for candidate in endpoints:
        if candidate.id == endpoint_id:
            return candidate
    names = ", ".join(candidate.id for candidate in endpoints)
    raise CohortError(f"protocol {study.protocol.id} has no endpoint {endpoint_id!r}: choose one of {names}")


def follow_up(study: Study, wanted: Endpoint, division: Grouping) -> tuple[Leaving, ...]:
    """Who leaves when, ordered by group and day.

    A patient's time is the first day of an event kind of the endpoint; else of a kind that censors; else last contact.
    On one and the same day the event wins. ``CohortError`` for an empty study or follow-up before the index event.
    """
    sql = SQL.read_text(encoding="utf-8").replace("{grouping}", division.sql)
    rows = study.rows(sql, (*division.params, list(wanted.events), list(wanted.censor_at)))
    if not rows:
        raise CohortError(f"{study.path.name} has no patients yet: import charts first")
    leaving = tuple(
        Leaving(stratum, day, events, censored, tuple(everyone), tuple(with_event or ()))
        for stratum, day, events, censored, everyone, with_event in rows
    )
    for early in (each for each in leaving if each.day < 0):
        raise CohortError(
            f"{early.patients[0]} is followed to day {early.day:g} only, before the index event: correct the chart"
        )
    return leaving


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


def patients(leaving: Iterable[Leaving]) -> tuple[str, ...]:
    """Their ids, sorted."""
    return tuple(sorted(patient for each in leaving for patient in each.patients))
