"""The swimmer plot: a lane a patient, with state, treatment and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

from hlh_tui.ui.widgets.cell_canvas import CellCanvas
from hlh_tui.ui.widgets.day_axis import DayAxis, Origin
from hlh_tui.ui.widgets.line_panel import Line, fixed, wrapped
from hlh_tui.ui.widgets.page_pane import category_ink
from hlh_tui.ui.widgets.timeline_tracks import BAR, BAR_ASCII, DOSE, DOSE_ASCII, LETTERS

if TYPE_CHECKING:
    from hlh_tui.cohort.course.models import Lane, Swimmer

GUTTER = 12
FILLS = {"CR": "█", "PR": "▓", "IMP": "▒", "NR": "░"}
ASCII_FILLS = {"CR": "#", "PR": "=", "IMP": "+", "NR": "."}
FOLLOWED, ASCII_FOLLOWED = "─", "-"
ONGOING = "▶"
OTHER_FILL, ASCII_OTHER = "▚", ":"
LEGEND_ROWS = 2


def swimmer_lines(
    result: Swimmer, patient: str | None, width: int, height: int, ascii_only: bool = False
) -> list[Line]:
    """Lanes from day 0, the legend above, the days below; two rows a lane where there is room for all of them."""
    canvas = CellCanvas(width, height, ascii_only)
    body = max(height - LEGEND_ROWS - 2, 1)
    rows = 2 if len(result.lanes) * 2 <= body else 1
    lanes = in_view(result, patient, body // rows)
    last = max((each.end for each in result.lanes), default=1.0)
    axis = DayAxis(0.0, max(last, 1.0), max(width - GUTTER - 2, 10), Origin("", 0.0))
    head = wrapped([(legend(result, lanes, rows, ascii_only), "dim")], width)[:LEGEND_ROWS]
    for number, line in enumerate(head):
        canvas.write(0, number, "".join(words for words, _ in line), "dim")
    for number, each in enumerate(lanes):
        _lane(canvas, each, len(head) + number * rows, rows, axis, each.patient_id == patient)
    bottom = min(len(head) + len(lanes) * rows, canvas.height - 2)
    canvas.write(GUTTER - 1, bottom, "└" + "─" * axis.width)
    for column, words in axis.ticks():
        canvas.write(GUTTER + column, bottom, "┬")
        canvas.write(GUTTER + column, bottom + 1, words)
    canvas.write(0, bottom + 1, "day")
    return canvas.lines()


def in_view(result: Swimmer, patient: str | None, room: int) -> tuple[Lane, ...]:
    """The lanes that there is room for, the chosen patient's among them."""
    room = max(room, 1)
    place = next((number for number, each in enumerate(result.lanes) if each.patient_id == patient), 0)
    first = max(min(place - room // 2, len(result.lanes) - room), 0)
    return result.lanes[first : first + room]


def legend(result: Swimmer, lanes: Sequence[Lane], rows: int, ascii_only: bool) -> str:
    """What the fillings, letters and bars mean, of those that are drawn."""
    states = {state.category for each in result.lanes for state in each.states}
    order = [*(each for each in FILLS if each in states), *sorted(states.difference(FILLS))]
    fills, other = (ASCII_FILLS, ASCII_OTHER) if ascii_only else (FILLS, OTHER_FILL)
    parts = [f"{fills.get(category, other)} {category}" for category in order]
    kinds = dict.fromkeys(mark.kind for each in result.lanes for mark in each.marks)
    parts += [f"{letter} {name}" for kind, (letter, name) in LETTERS.items() if kind in kinds]
    given = [each for one in result.lanes for each in one.treatments]
    doses = [drug for drug in result.drugs if any(each.drug == drug and each.single for each in given)]
    courses = [drug for drug in result.drugs if any(each.drug == drug and not each.single for each in given)]
    parts += [f"{DOSE_ASCII if ascii_only else DOSE} {'/'.join(doses)}"] if doses else []
    if courses:
        parts.append(
            f"{BAR_ASCII if ascii_only else BAR} {'/'.join(courses)}"
            if rows > 1
            else f"underlined: {'/'.join(courses)}"
        )
    parts.append(f"{ONGOING} alive")
    more = len(result.lanes) - len(lanes)
    return "  ".join([*parts, *([f"({more} more)"] if more > 0 else [])])


def _lane(canvas: CellCanvas, each: Lane, row: int, rows: int, axis: DayAxis, chosen: bool) -> None:
    """One lane: who it is, the state filled, treatment below or underlined, letters for what happened."""
    ink = category_ink(each.category or "")
    canvas.write(0, row, fixed(each.patient_id, GUTTER - 5), "cursor" if chosen else "")
    canvas.write(GUTTER - 4, row, fixed(each.category or "-", 3), ink)
    canvas.write(GUTTER - 1, row, "│")
    if rows > 1:
        canvas.write(GUTTER - 1, row + 1, "│")
    end = axis.clamped(each.end)
    plain = ASCII_FOLLOWED if canvas.ascii_only else FOLLOWED
    canvas.write(GUTTER, row, plain * (end + 1), "dim")
    fills, other = (ASCII_FILLS, ASCII_OTHER) if canvas.ascii_only else (FILLS, OTHER_FILL)
    for state in each.states:
        first, last = axis.clamped(state.start), axis.clamped(state.end)
        fill = fills.get(state.category, other)
        canvas.write(GUTTER + first, row, fill * (last - first + 1), category_ink(state.category))
    _treatments(canvas, each, row, rows, axis)
    if each.ongoing:
        canvas.write(GUTTER + end + 1, row, ONGOING, "strong")
    taken: set[int] = set()
    for mark in each.marks:
        # two events of the same days stand side by side, the later one further right
        column = next(place for place in count(axis.clamped(mark.day)) if place not in taken)
        taken.add(column)
        letter = LETTERS.get(mark.kind, ("?", ""))[0]
        canvas.write(GUTTER + column, row, letter, "alert" if letter in "DPR" else "event")


def _treatments(canvas: CellCanvas, each: Lane, row: int, rows: int, axis: DayAxis) -> None:
    """Courses as bars and doses as marks in the second row; with one row the lane itself is underlined."""
    bar, dose = (BAR_ASCII, DOSE_ASCII) if canvas.ascii_only else (BAR, DOSE)
    below = row + rows - 1
    for given in each.treatments:
        first, last = axis.clamped(given.start), axis.clamped(given.end)
        if given.single:
            continue
        if rows > 1:
            canvas.write(GUTTER + first, below, bar * (last - first + 1), "drug")
        else:
            for column in range(first, last + 1):
                canvas.ground(GUTTER + column, row, "under")
    for given in each.treatments:
        if given.single:
            canvas.write(GUTTER + axis.clamped(given.start), below, dose, "dose")
