"""The waterfall: a bar a patient from no change up or down, with the category under it."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.change import LOG_RATIO
from hlh_tui.ui.widgets.cell_canvas import CellCanvas
from hlh_tui.ui.widgets.line_panel import Line, fixed
from hlh_tui.ui.widgets.page_pane import category_ink
from hlh_tui.ui.widgets.value_axis import tick_words, value_axis

if TYPE_CHECKING:
    from hlh_tui.cohort.course.models import Bar, Waterfall

GUTTER = 8
FILLS = {"CR": "█", "PR": "▓", "IMP": "▒", "NR": "░"}
ASCII_FILLS = {"CR": "#", "PR": "=", "IMP": "+", "NR": "."}
"""A bar's filling, so that categories are told apart without colour."""
OTHER_FILL, ASCII_OTHER = "▚", ":"
SHORT = {"IMP": "IM"}
RATIOS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
LIMIT_MARKS = {"<": "▼", ">": "▲", "?": "?"}


def waterfall_lines(
    result: Waterfall, patient: str | None, width: int, height: int, ascii_only: bool = False
) -> list[Line]:
    """Bars from the greatest rise to the greatest fall; the chosen patient's name is reversed."""
    canvas = CellCanvas(width, height, ascii_only)
    bars = in_view(result, patient, width)
    rows = max(height - 2, 3)
    changes = [each.change for each in bars if each.change is not None]
    axis = value_axis([*changes, 0.0], rows, log=False)
    zero = axis.dot(0.0)
    for change, words in sorted(ticks(result, changes), key=lambda tick: abs(tick[0])):
        row = axis.dot(change)
        if canvas.is_blank(GUTTER - 1, row):
            canvas.write(0, row, fixed(words, GUTTER - 2, right=True) + " ┤")
    for row in range(rows):
        if canvas.is_blank(GUTTER - 1, row):
            canvas.write(GUTTER - 1, row, "│")
    each_width = column_width(bars, width)
    for place, each in enumerate(bars):
        left = GUTTER + place * each_width
        _bar(canvas, each, left, each_width - 1, (zero, None if each.change is None else axis.dot(each.change)))
        chosen = "cursor" if each.patient_id == patient else ""
        canvas.write(left, rows, fixed(SHORT.get(each.category or "", each.category or "-"), each_width - 1),
                     category_ink(each.category or ""))  # fmt: skip
        canvas.write(left, rows + 1, ending(each.patient_id, each_width - 1), chosen)
    canvas.write(GUTTER, zero, "─" * (len(bars) * each_width), "dim")
    if len(bars) < len(result.bars):
        words = f"{len(bars)} of {len(result.bars)} patients"
        canvas.write(width - len(words), 0, words, "dim")
    return canvas.lines()


def ending(patient: str, width: int) -> str:
    """The end of an id that is too long: it is what tells ids apart."""
    return fixed(patient if len(patient) <= width else patient[-width:], width)


def column_width(bars: Sequence[Bar], width: int) -> int:
    """Cells of a bar with the blank after it."""
    return max(min((width - GUTTER) // max(len(bars), 1), 8), 4)


def in_view(result: Waterfall, patient: str | None, width: int) -> tuple[Bar, ...]:
    """The bars that there is room for, the chosen patient's among them."""
    room = max((width - GUTTER) // 4, 1)
    place = next((number for number, each in enumerate(result.bars) if each.patient_id == patient), 0)
    first = max(min(place - room // 2, len(result.bars) - room), 0)
    return result.bars[first : first + room]


def ticks(result: Waterfall, changes: Sequence[float]) -> list[tuple[float, str]]:
    """Changes at which the axis is labelled: ratios to baseline, or differences."""
    low, high = min([*changes, 0.0]), max([*changes, 0.0])
    if result.measure == LOG_RATIO:
        inside = [ratio for ratio in RATIOS if low - 0.1 <= log(ratio) <= high + 0.1]
        return [(log(ratio), f"×{ratio:g}") for ratio in inside] or [(0.0, f"×{exp(0):g}")]
    return [(value, tick_words(value)) for value in value_axis([low, high], 10, log=False).ticks(5)]


def _bar(canvas: CellCanvas, each: Bar, left: int, width: int, rows: tuple[int, int | None]) -> None:
    """One bar between the row of no change and its own, its end marked where it is only a limit."""
    zero, end = rows
    if end is None:
        canvas.write(left, zero, fixed("n/a", width), "dim")
        return
    fills, other = (ASCII_FILLS, ASCII_OTHER) if canvas.ascii_only else (FILLS, OTHER_FILL)
    fill = fills.get(each.category or "", other)
    ink = category_ink(each.category or "") or "dim"
    for row in range(min(zero, end), max(zero, end) + 1):
        if row != zero:
            canvas.write(left, row, fill * width, ink)
    if each.bound:
        canvas.write(left + width // 2, end, LIMIT_MARKS[each.bound], "strong")
