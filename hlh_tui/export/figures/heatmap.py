"""Criteria by patient and time for print: met, not met, not evaluable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.export.figures.key import Entry, key_height, write_key
from hlh_tui.export.figures.lanes import (
    groups_room,
    names_shown,
    names_width,
    patients_of,
    require_room,
    row_height,
    set_names,
    write_groups,
)
from hlh_tui.export.figures.models import Options, Panel
from hlh_tui.export.figures.sheet import Box, axes, leading, widest, wrapped, write, write_lines
from hlh_tui.export.figures.style import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.cohort.course.models import HeatMap
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.study.file import Study

BELOW = 7.5
RIGHT_ROOM = 1.0
BLOCK_GAP = 0.5
"""Between criteria, in widths of a cell."""
LABEL_LINES = 3


def heatmap_panel(study: Study, options: Options) -> Panel:
    """Every criterion in force for every patient; ``FigureRefused`` for more than a page holds."""
    from hlh_tui.cohort.course.heat_map import heat_map

    require_room(patients_of(study), "heatmap")
    return panel_of(heat_map(study, by=options.by))


def panel_of(found: HeatMap) -> Panel:
    """The panel of a heat map."""
    row = row_height(len(found.rows), style().lanes.cell)
    return Panel(
        title=f"Criteria of {found.criteria} {found.version}, patient by patient (n = {len(found.rows)})",
        notes=("Columns of a criterion: baseline and the scheduled days. Blank: no evaluation.", *found.notes),
        width=style().page.double,
        height=lambda width: key_height(key(found), width) + heading(found, width) + len(found.rows) * row + BELOW,
        draw=lambda sheet, box: draw(sheet, box, found),
    )


def key(found: HeatMap) -> list[Entry]:
    """The key: the states that occur, with their signs."""
    look = style().evaluations
    present = {state for row in found.rows for times in row.cells for state in times if state is not None}
    return [
        Entry(f"{words}{f' ({look.signs[state]})' if look.signs[state] else ''}", look.colours[state], fill=True)
        for state, words in look.words.items()
        if state in present
    ]


def row_names(found: HeatMap) -> list[str]:
    """Each patient with the adjudicated category."""
    return [f"{row.patient_id} {row.category}" if row.category else row.patient_id for row in found.rows]


def cell_width(found: HeatMap, width: float) -> float:
    """The width of a cell in mm, in a box of ``width``."""
    columns = len(found.items) * (len(found.times) + BLOCK_GAP) - BLOCK_GAP
    return (width - left_room(found) - RIGHT_ROOM) / columns


def left_room(found: HeatMap) -> float:
    """The mm left of the cells: names, and groups where there is a division."""
    return names_width(row_names(found)) + groups_room(groups(found))


def groups(found: HeatMap) -> list[str]:
    """The group of each row; empty without a division."""
    return [row.group for row in found.rows] if found.by else []


def item_lines(found: HeatMap, width: float) -> list[list[str]]:
    """The label of each criterion in the lines that fit over its cells."""
    room = cell_width(found, width) * len(found.times)
    return [wrapped(item.label, style().text.small, room, bold=True)[:LABEL_LINES] for item in found.items]


def heading(found: HeatMap, width: float) -> float:
    """The height of the criteria's labels in mm."""
    if are_upright(found, width):
        return widest([item.label for item in found.items], style().text.small, bold=True) + 1
    return max(map(len, item_lines(found, width))) * leading(style().text.small) + 1


def are_upright(found: HeatMap, width: float) -> bool:
    """Whether the criteria's labels must stand upright, because a word of one is wider than its cells."""
    room = cell_width(found, width) * len(found.times)
    words = [word for item in found.items for word in item.label.split()]
    return widest(words, style().text.small, bold=True) > room


def draw(sheet: Sheet, box: Box, found: HeatMap) -> None:
    """Place key and cells into the box."""
    look = style()
    write_key(sheet, box, key(found))
    names = row_names(found)
    top = key_height(key(found), box.width) + heading(found, box.width)
    frame = box.inset(left=left_room(found), right=RIGHT_ROOM, bottom=BELOW, top=top)
    plot = axes(sheet, frame)
    set_names(plot, names_shown(names, row_height(len(names), look.lanes.cell)))
    columns = len(found.items) * (len(found.times) + BLOCK_GAP) - BLOCK_GAP
    plot.set_xlim(-0.5, columns - 0.5)
    for spine in plot.spines.values():
        spine.set_visible(False)
    set_times(plot, found, cell_width(found, box.width))
    for place in range(len(found.rows)):
        draw_row(plot, place, found, frame.height / len(found.rows))
    write_groups(sheet, frame, box.left, groups(found))
    write_items(sheet, frame, found, box.width)


def write_items(sheet: Sheet, frame: Box, found: HeatMap, width: float) -> None:
    """The label of each criterion over its cells."""
    size, across, upright = style().text.small, cell_width(found, width), are_upright(found, width)
    for number, lines in enumerate(item_lines(found, width)):
        middle = frame.left + (column_of(number, (len(found.times) - 1) / 2, found) + 0.5) * across
        if upright:
            how = {"rotation": 90, "ha": "center", "va": "bottom", "weight": "bold"}
            write(sheet, middle, frame.top + 0.8, found.items[number].label, **how)
        else:
            write_lines(sheet, middle, frame.top + len(lines) * leading(size) + 0.3, lines, size, weight="bold")


def column_of(item: int, time: float, found: HeatMap) -> float:
    """Where a time of a criterion stands across the plot."""
    return item * (len(found.times) + BLOCK_GAP) + time


def set_times(plot: Axes, found: HeatMap, width: float) -> None:
    """The days under each column; only under the first criterion where they would not fit."""
    size = style().text.small
    words = [f"{time:g}" for time in found.times]
    fits = widest(words, size) < width
    ticks = [column_of(item, time, found) for item in range(len(found.items)) for time in range(len(words))]
    plot.set_xticks(ticks, words * len(found.items), fontsize=size, rotation=0 if fits else 90)
    plot.tick_params(axis="x", length=0)
    plot.set_xlabel("Day")


def draw_row(plot: Axes, place: int, found: HeatMap, height: float) -> None:
    """The cells of one patient, with a sign in each that is not met or not known."""
    from matplotlib.patches import Rectangle

    look = style()
    for item, times in enumerate(found.rows[place].cells):
        for time, state in enumerate(times):
            if state is None:
                continue
            x = column_of(item, time, found)
            plot.add_patch(
                Rectangle(
                    (x - 0.46, place - 0.44), 0.92, 0.88, facecolor=look.evaluations.colours[state],
                    edgecolor=look.colours.soft, linewidth=0.3,
                )
            )  # fmt: skip
            if look.evaluations.signs[state] and height >= look.lanes.least_labelled:
                plot.text(
                    x, place, look.evaluations.signs[state], ha="center", va="center_baseline", fontsize=look.text.small
                )
