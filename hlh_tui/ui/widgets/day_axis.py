"""The time axis: which day stands in which column, and where the ticks are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364, 728, 1820)
"""Distances between ticks in days; the first that leaves room for the labels is taken."""

TICK_ROOM = 6
"""Columns from one tick to the next."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The event that day 0 of the axis stands for, and its day since the index event."""

    label: str
    day: float


@dataclass(frozen=True, slots=True)
class DayAxis:
    """Columns 0 to ``width`` - 1 for the days ``start`` to ``end`` (since the index event)."""

    start: float
    end: float
    width: int
    origin: Origin

    def column(self, day: float) -> int | None:
        """The column of a day; None when the day is off the axis."""
        if not self.start <= day <= self.end:
            return None
        return self.clamped(day)

    def clamped(self, day: float) -> int:
        """The column of a day, the first or last one for days off the axis."""
        span = max(self.end - self.start, 1.0)
        place = (day - self.start) / span * (self.width - 1)
        return min(max(round(place), 0), self.width - 1)

    def ticks(self, also: Sequence[float] = ()) -> tuple[tuple[int, str], ...]:
        """(column, label) of each tick; ``also`` are further days since the index event, shown where there is room."""
        per_day = (self.width - 1) / max(self.end - self.start, 1.0)
        step = next((s for s in STEPS if s * per_day >= TICK_ROOM), STEPS[-1])
        first = int((self.start - self.origin.day) // step) * step
        regular = [first + step * k for k in range(self.width)]
        further = [] if self.origin.day else list(also)
        taken: dict[int, str] = {}
        for tick in [0, *regular, *further]:
            column = self.column(tick + self.origin.day)
            label = f"{tick:g}"
            if column is not None and column + len(label) <= self.width and _room(taken, column, len(label)):
                taken[column] = label
        return tuple(sorted(taken.items()))


def window(zoom: tuple[float, float], origin: float, cursor: float, until: float) -> tuple[float, float]:
    """First and last day of the axis: the zoom around the origin, moved to hold the cursor, cut at ``until``."""
    start, end = origin + zoom[0], origin + zoom[1]
    if cursor > end:
        start, end = start + cursor - end, cursor
    elif cursor < start:
        start, end = cursor, end - (start - cursor)
    if end > until:
        end = until
    return start, max(end, start + 1)


def _room(taken: dict[int, str], column: int, length: int) -> bool:
    return all(column + length < other or other + len(label) < column for other, label in taken.items())
