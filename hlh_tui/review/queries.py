"""Data queries: questions about a chart, each with its owner, its state and its age, as the log tells them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.blinding import sees_conduct
from hlh_tui.review.models import Cited
from hlh_tui.review.statements import over_decisions, sql

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

STATES = ("open", "answered", "closed", "reopened")
"""A query that was sent back or reopened waits for an answer again, as one that is open does."""
AFTER = {"query_raised": "open", "query_answered": "answered", "query_closed": "closed", "query_reopened": "reopened"}
SAYS = {"query_raised": "question", "query_answered": "answer", "query_closed": "reason", "query_reopened": "reason"}
"""Which part of an entry holds its words."""


@dataclass(frozen=True, slots=True)
class QueryStep:
    """One thing that happened to a query; ``what`` is raised, answered, closed, reopened or sent back."""

    seq: int
    recorded_at: str
    actor: str
    actor_name: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class DataQuery:
    """A question about a piece of a chart; ``seq``, its entry in the log, is its number.

    ``owner`` is who has to answer it, ``state`` one of ``STATES``, ``age_days`` the whole days from asking until it
    was closed, or until now. ``steps`` begins with the asking.
    """

    seq: int
    recorded_at: str
    patient_id: str
    reader: str
    reader_name: str
    about: Cited
    question: str
    owner: str
    state: str
    age_days: int
    steps: tuple[QueryStep, ...]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return self.state != "closed"


def queries(
    study: Study, patient_id: str | None = None, *, seen_by: Actor | None = None, now: datetime | None = None
) -> tuple[DataQuery, ...]:
    """Every data query that was not taken back, of one patient or of all: the open ones first, oldest first.

    ``seen_by`` leaves out what this person may not see: while a blinded study is read, what other readers asked.
    ``now`` is the time at which ages are taken (default: the present).
    """
    moment = now or datetime.now(UTC)
    asked: dict[int, list[tuple[Any, ...]]] = {}
    for row in study.rows(over_decisions(sql("queries")), (patient_id, None)):
        said = json.loads(row[6])
        number = row[0] if row[5] == "query_raised" else said["query"]
        # A step of a query that was itself taken back has no query to belong to.
        if row[5] == "query_raised" or number in asked:
            asked.setdefault(number, []).append((*row[:6], said))
    found = [_query(rows, moment) for rows in asked.values()]
    if seen_by is not None and not sees_conduct(study, seen_by.id):
        found = [one for one in found if one.reader == seen_by.id]
    return tuple(sorted(found, key=lambda one: (not one.is_open, one.seq)))


def open_queries(study: Study, patient_id: str | None = None) -> tuple[DataQuery, ...]:
    """The queries that are not closed, oldest first."""
    return tuple(one for one in queries(study, patient_id) if one.is_open)


def _query(rows: list[tuple[Any, ...]], now: datetime) -> DataQuery:
    seq, recorded_at, patient_id, reader, reader_name, _, said = rows[0]
    steps: list[QueryStep] = []
    state = "open"
    for row in rows:
        steps.append(_step(row, state))
        state = AFTER[row[5]]
    until = datetime.fromisoformat(rows[-1][1]) if state == "closed" else now
    about = said["about"]
    return DataQuery(
        seq=seq,
        recorded_at=recorded_at,
        patient_id=patient_id,
        reader=reader,
        reader_name=reader_name,
        about=Cited(about["kind"], float(about["day"]), about["name"], about["text"]),
        question=said["question"],
        owner=said.get("owner") or "",
        state=state,
        age_days=max((until - datetime.fromisoformat(recorded_at)).days, 0),
        steps=tuple(steps),
    )


def _step(row: tuple[Any, ...], before: str) -> QueryStep:
    seq, recorded_at, _, actor, actor_name, action, said = row
    what = action.removeprefix("query_")
    if what == "reopened" and before == "answered":
        what = "sent back"
    return QueryStep(seq, recorded_at, actor, actor_name, what, said[SAYS[action]])
