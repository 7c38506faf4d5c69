"""The time axis of a printed curve: days, or months where days would be many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.printed import day as printed_day
from hlh_tui.export.figures.sheet import leading, wrapped, write_lines
from hlh_tui.export.figures.style import style

if TYPE_CHECKING:
    from hlh_tui.export.figures.sheet import Box, Sheet

TICK_ROOM = 4.2
BELOW = 1.6

MONTHS_FROM = 2.5
"""Follow-up of more months than this is printed in months."""
MOST_TICKS = 8
FEWER_TICKS = 5
MANY_PATIENTS = 1000
NEAR = 0.6
"""A tick this near to the landmark, in steps, gives way to it."""
STEPS = (0.25, 0.5, 1, 2, 5, 7, 14, 30, 60, 90)
MONTH_STEPS = (0.5, 1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 480, 1200)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """``start``, ``end`` and ``ticks`` in days since the index event; ``labels`` in ``unit`` of ``scale`` days."""

    start: float
    end: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    unit: str
    scale: float

    def number(self, day: float | None) -> str:
        """A day in the unit of the axis, to one decimal; NR where it is not reached."""
        return "NR" if day is None else f"{round(day / self.scale, 1):g}"

    def words(self, day: float) -> str:
        """A day in the unit of the axis: 2 months, day 14; a day that is no round number of months stays a day."""
        number = day / self.scale
        if self.unit == "days" or abs(number - round(number, 1)) > 1e-6:
            return f"day {printed_day(day)}"
        return f"{number:g} month{'' if number == 1 else 's'}"


def time_axis(start: float, last: float, month_days: float, n: int = 0) -> TimeAxis:
    """An axis from ``start`` to a little after ``last`` (days), with fewer ticks where ``n`` patients need room."""
    last = max(last, start + 1.0)
    months = last - start > MONTHS_FROM * month_days
    scale, steps = (month_days, MONTH_STEPS) if months else (1.0, STEPS)
    most = FEWER_TICKS if n >= MANY_PATIENTS else MOST_TICKS
    step = next((step for step in steps if (last - start) / (step * scale) <= most), steps[-1])
    first = -(-start // (step * scale))
    count = int(last / (step * scale) - first + 1e-9) + 1
    numbers = [(first + index) * step for index in range(count)]
    shown = [number for number in numbers if number * scale - start > NEAR * step * scale or number == start == 0]
    ticks, labels = [number * scale for number in shown], [f"{number:g}" for number in shown]
    if start > 0:
        ticks, labels = [start, *ticks], [f"day {start:g}", *labels]
    end = last + 0.02 * (last - start)
    return TimeAxis(start, end, tuple(ticks), tuple(labels), "months" if months else "days", scale)


def axis_lines(axis: TimeAxis, since: str, width: float) -> list[str]:
    """What the axis counts, in lines that fit under it."""
    return wrapped(f"{axis.unit.capitalize()} since {since}", style().text.label, width)


def time_room(axis: TimeAxis, since: str, width: float) -> float:
    """The mm that ticks and label of a time axis ``width`` mm long need."""
    return TICK_ROOM + len(axis_lines(axis, since, width)) * leading(style().text.label) + BELOW


def label_time(sheet: Sheet, frame: Box, axis: TimeAxis, since: str) -> None:
    """Write what the axis counts under the plot in ``frame``."""
    lines = axis_lines(axis, since, frame.width)
    write_lines(sheet, frame.left + frame.width / 2, frame.bottom - TICK_ROOM, lines, style().text.label)
