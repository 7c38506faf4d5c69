"""What a reader looked at in each case before deciding, so that it can be stored with the decision."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hlh_tui.review.models import Seen

if TYPE_CHECKING:
    from hlh_tui.ui.review_state import ReviewState
    from hlh_tui.ui.widgets.board_rows import Board


@dataclass
class Looked:
    """What was on the screen of one case so far; dictionaries keep the order of first sight."""

    seconds: float = 0.0
    items: dict[str, None] = field(default_factory=dict)
    days: dict[float, None] = field(default_factory=dict)
    notes: dict[float, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    whole_course: bool = False


class Attention:
    """Follows the case on screen; time runs while its screen is the one in front."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.case: str | None = None
        self.since: float | None = None
        self.cases: dict[str, Looked] = {}

    def follow(self, state: ReviewState, board: Board, *, in_front: bool) -> None:
        """Take down what the Review screen has in front of the reader."""
        self.on_case(state.patient_id if state.case is not None and in_front else None)
        if board.rows:
            cell = board.cell
            source = cell.analyte if state.upper == "source" and cell is not None else ""
            self.saw(board.rows[board.row].id, state.day, source, whole_course=state.whole_course)

    def on_case(self, patient_id: str | None) -> None:
        """That case is in front now (None: no case, or another screen)."""
        if patient_id == self.case:
            return
        self._count()
        self.case = patient_id
        self.since = None if patient_id is None else self.clock()

    def saw(self, item: str = "", day: float | None = None, source: str = "", *, whole_course: bool = False) -> None:
        """A criterion's row, a day, an opened source or the chart after the cut-off was in front of the reader."""
        if self.case is None:
            return
        looked = self.cases.setdefault(self.case, Looked())
        if item:
            looked.items[item] = None
        if day is not None:
            looked.days[day] = None
        if source:
            looked.sources[source] = None
        looked.whole_course = looked.whole_course or whole_course

    def read_notes(self, days: list[float]) -> None:
        """These notes were opened."""
        if self.case is not None:
            self.cases.setdefault(self.case, Looked()).notes.update(dict.fromkeys(days))

    def seen(self, patient_id: str) -> Seen | None:
        """What was seen of the case until now; None where it was never in front."""
        self._count()
        looked = self.cases.get(patient_id)
        if looked is None:
            return None
        return Seen(
            seconds=round(looked.seconds, 1),
            items=tuple(looked.items),
            days=tuple(looked.days),
            notes=tuple(looked.notes),
            sources=tuple(looked.sources),
            whole_course=looked.whole_course,
        )

    def go_on_from(self, patient_id: str, seen: Seen) -> None:
        """What was seen of the case in an earlier session counts too."""
        now = self.cases.get(patient_id, Looked())
        self.cases[patient_id] = Looked(
            seconds=seen.seconds + now.seconds,
            items=dict.fromkeys((*seen.items, *now.items)),
            days=dict.fromkeys((*seen.days, *now.days)),
            notes=dict.fromkeys((*seen.notes, *now.notes)),
            sources=dict.fromkeys((*seen.sources, *now.sources)),
            whole_course=seen.whole_course or now.whole_course,
        )

    def _count(self) -> None:
        """Add the time since it was last added to the case in front."""
        if self.case is None or self.since is None:
            return
        now = self.clock()
        self.cases.setdefault(self.case, Looked()).seconds += now - self.since
        self.since = now
