"""The heat map: patients down, criteria across, with baseline and the visits within each criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.cohort.course.models import HIDDEN
from hlh_tui.ui.widgets.cell_canvas import CellCanvas
from hlh_tui.ui.widgets.evidence_board import MARKS, MARKS_ASCII
from hlh_tui.ui.widgets.line_panel import Line, fixed
from hlh_tui.ui.widgets.page_pane import category_ink

if TYPE_CHECKING:
    from hlh_tui.cohort.course.models import HeatMap, HeatRow

GUTTER = 10
HIDDEN_MARK, HIDDEN_ASCII = "░", ":"
GROUNDS = {"met": "cell-met", "not_met": "cell-not-met", "not_evaluable": "cell-unknown", HIDDEN: "dim"}
NOTHING = "·"
LAYOUTS = ((3, 1), (2, 1), (2, 0), (1, 1))
"""Cells of a state with its blank, and blanks between criteria, widest first."""


def heat_lines(result: HeatMap, patient: str | None, width: int, height: int, ascii_only: bool = False) -> list[Line]:
    """A row a patient, a block of cells a criterion; the chosen patient's name is reversed."""
    canvas = CellCanvas(width, height, ascii_only)
    times, items = len(result.times), len(result.items)
    cell, gap = next((each for each in LAYOUTS if GUTTER + items * (times * each[0] + each[1]) <= width), LAYOUTS[-1])
    block = times * cell + gap
    shown = min(max((width - GUTTER) // block, 1), items)
    for place, item in enumerate(result.items[:shown]):
        left = GUTTER + place * block
        canvas.write(left, 0, fixed(item.label, times * cell - 1 + gap), "head")
        # without a blank between criteria the days stand over the first one alone
        for number, time in enumerate(result.times if gap or not place else ()):
            words = "b" if not time else f"{time:g}"
            canvas.write(left + number * cell, 1, fixed(words, cell) if len(words) <= cell else words[-1], "dim")
    rows = in_view(result, patient, height - 3)
    for number, each in enumerate(rows, 2):
        _row(canvas, each, number, shown, block, cell, each.patient_id == patient)
    canvas.write(0, canvas.height - 1, fixed(legend(result, shown, len(rows), ascii_only), width), "dim")
    return canvas.lines()


def in_view(result: HeatMap, patient: str | None, room: int) -> tuple[HeatRow, ...]:
    """The rows that there is room for, the chosen patient's among them."""
    room = max(room, 1)
    place = next((number for number, each in enumerate(result.rows) if each.patient_id == patient), 0)
    first = max(min(place - room // 2, len(result.rows) - room), 0)
    return result.rows[first : first + room]


def legend(result: HeatMap, items: int, rows: int, ascii_only: bool) -> str:
    """What the marks mean, and how much has no room."""
    marks = MARKS_ASCII if ascii_only else MARKS
    words = f"{marks['met']} met  {marks['not_met']} not met  {marks['not_evaluable']} not evaluable  "
    words += f"{NOTHING} no evaluation  b baseline"
    if any(each.hidden for each in result.rows):
        words += f"  {HIDDEN_ASCII if ascii_only else HIDDEN_MARK} not shown to you yet"
    if items < len(result.items):
        words += f"  ({items} of {len(result.items)} criteria)"
    if rows < result.patients:
        words += f"  ({rows} of {result.patients} patients)"
    return words


def _row(canvas: CellCanvas, each: HeatRow, row: int, items: int, block: int, cell: int, chosen: bool) -> None:
    """One patient's cells."""
    canvas.write(0, row, fixed(each.patient_id, GUTTER - 5), "cursor" if chosen else "")
    canvas.write(GUTTER - 4, row, fixed(each.category or "-", 3), category_ink(each.category or ""))
    marks = MARKS_ASCII if canvas.ascii_only else MARKS
    hidden = HIDDEN_ASCII if canvas.ascii_only else HIDDEN_MARK
    for place, states in enumerate(each.cells[:items]):
        for number, state in enumerate(states):
            mark = NOTHING if state is None else hidden if state == HIDDEN else marks[state]
            ink = "dim" if state is None else GROUNDS[state]
            canvas.write(GUTTER + place * block + number * cell, row, fixed(mark, min(cell, 2)), ink)
