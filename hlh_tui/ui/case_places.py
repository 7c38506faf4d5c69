"""Where each case stands in the list, and how many are decided, counted once for each list."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow

Rows = tuple["CaseRow", ...]

AROUND = 50
"""Cases before and after one that was looked for, to which a reader may go next."""


@dataclass(frozen=True, eq=False)
class CasePlaces:
    """What is looked up in a list of cases again and again."""

    rows: Rows

    _found: dict[str, int] = field(default_factory=dict)

    def place(self, patient_id: str) -> int | None:
        """Where in the list that case stands, from 0; None if it is not listed. Its neighbours are known after it."""
        if patient_id not in self._found:
            place = next((place for place, row in enumerate(self.rows) if row.patient_id == patient_id), None)
            if place is None:
                return None
            for near in range(max(place - AROUND, 0), min(place + AROUND + 1, len(self.rows))):
                self._found[self.rows[near].patient_id] = near
        return self._found[patient_id]

    @cached_property
    def decided(self) -> int:
        """The cases that this reader has decided."""
        return sum(row.mine is not None for row in self.rows)


def with_row(rows: Rows, row: CaseRow) -> Rows:
    """The list with that case's line in place of its earlier one; as it is if the case is not listed."""
    place = case_places(rows).place(row.patient_id)
    return rows if place is None else (*rows[:place], row, *rows[place + 1 :])


_remembered: deque[CasePlaces] = deque(maxlen=2)
"""The app's list and that of the case under review, which may differ while a decision is being saved."""


def case_places(rows: Rows) -> CasePlaces:
    """The places of a list; those of the last two lists are remembered: of a million cases they take a while."""
    for each in _remembered:
        if each.rows is rows:
            return each
    _remembered.append(CasePlaces(rows))
    return _remembered[-1]
