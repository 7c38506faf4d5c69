"""Cases that stay read, so that going back and forth needs no reading, and which to read ahead."""

from __future__ import annotations

from collections import OrderedDict

from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.ui.review_state import CaseFile, ReviewState, neighbour, next_undecided, place

KEPT_CASES = 64
"""Cases on the shelf; the one put there first gives way."""

AHEAD = 3
"""Cases that are read ahead, for readers who leaf through."""


class CaseShelf:
    """The cases that were read."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, CaseFile] = OrderedDict()
        self._criteria: CriteriaSet | None = None

    def get(self, patient_id: str) -> CaseFile | None:
        """The case, if it was read."""
        return self._cases.get(patient_id)

    def keep(self, case: CaseFile) -> bool:
        """Keep a case that was read; False for one that was assessed under an earlier reading of the criteria."""
        if self._criteria is not None and case.criteria != self._criteria:
            return False
        self._cases[case.chart.patient.patient_id] = case
        while len(self._cases) > KEPT_CASES:
            self._cases.popitem(last=False)
        return True

    def drop(self, patient_id: str) -> None:
        """Forget that case."""
        self._cases.pop(patient_id, None)

    def start_over(self, criteria: CriteriaSet) -> None:
        """Drop every case: from now on the criteria are read like this."""
        self._cases.clear()
        self._criteria = criteria

    def wanted(self, state: ReviewState) -> list[str]:
        """The cases not yet read that the reader may open from here: next, next undecided, previous, those after."""
        here = place(state)
        after = 0 if here is None else here + 1
        following = [row.patient_id for row in state.rows[after : after + AHEAD]]
        near = (*following[:1], next_undecided(state), neighbour(state, -1), *following[1:])
        return [case for case in dict.fromkeys(near) if case is not None and case not in self._cases]
