"""All patients of a study as stretches of their ids, so that what is read of them at a time does not grow with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

TRACED = 2000
"""Patients of a stretch whose traces are made: planning is a small part of it then, and they take some 200 MB."""
CATEGORIES = 200_000
"""Patients of a stretch of whom only categories are asked: more fit worse into the machine's near memory."""
NEXT = """SELECT min(patient_id), max(patient_id) FROM (
    SELECT patient_id FROM patient WHERE $1 IS NULL OR patient_id > $1 ORDER BY patient_id LIMIT $2)"""


def stretches(study: Study, at_once: int) -> Iterator[tuple[str, str]]:
    """First and last id of each stretch of ``at_once`` patients, in the order of ids; none without patients."""
    last: str | None = None
    while True:
        first, last = study.rows(NEXT, [last, at_once])[0]
        if first is None or last is None:
            return
        yield first, last


def rows_by_stretch(study: Study, compiled: Callable[[bool], str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query by patient: ``compiled(False)`` of all at once, ``compiled(True)`` of a stretch by its ends.

    In stretches only where there are more patients than one would hold, since a query with parameters is planned anew.
    """
    if study.rows("SELECT count(*) FROM patient")[0][0] <= CATEGORIES:
        yield from study.rows(compiled(False))
        return
    sql = compiled(True)
    for ends in stretches(study, CATEGORIES):
        yield from study.rows(sql, ends)
