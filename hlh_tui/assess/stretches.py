"""All patients of a study as stretches of their ids, so that what is read of them at a time does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

AT_ONCE = 2000
"""Patients of a stretch: planning the query is then a small part of it, and their traces take some 200 MB."""
NEXT = """SELECT min(patient_id), max(patient_id) FROM (
    SELECT patient_id FROM patient WHERE $1 IS NULL OR patient_id > $1 ORDER BY patient_id LIMIT $2)"""


def stretches(study: Study) -> Iterator[tuple[str, str]]:
    """First and last id of each stretch, in the order of ids; none without patients."""
    last: str | None = None
    while True:
        first, last = study.rows(NEXT, [last, AT_ONCE])[0]
        if first is None or last is None:
            return
        yield first, last
