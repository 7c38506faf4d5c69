"""Response for print (Fig. 1A): stacked shares of the categories, overall and by group, with their denominators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.printed import limits_in_percent, percent
from hlh_tui.cohort.tables.cells import INTERVALS
from hlh_tui.cohort.tables.response import CATEGORY_HEADING, OUTCOME_HEADING
from hlh_tui.export.figures.categories import category_fills
from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.key import Entry, key_height, write_key
from hlh_tui.export.figures.models import Options, Panel
from hlh_tui.export.figures.sheet import Box, axes, leading, wrapped, write_lines
from hlh_tui.export.figures.style import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.cohort.tables.models import Cell, Table
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.study.file import Study

Y_LABEL_ROOM = 11.0
PLOT_HEIGHT = 50.0
RIGHT_ROOM = 1.0
MOST_IN_A_COLUMN = 4
"""More bars than this are drawn two columns of a journal wide."""
BAR = 0.44
LEAST_SHARE_FOR_TEXT = 7.0
MOST_TOP = 118.0


@dataclass(frozen=True, slots=True)
class Part:
    """A category of the stack: its label, look, and its cell in each column; ``counts``: it is part of the outcome."""

    label: str
    colour: str
    hatch: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """The stacks of a response table: columns, decided of all patients in each, parts, and the outcome above."""

    columns: tuple[str, ...]
    decided: tuple[Cell, ...]
    parts: tuple[Part, ...]
    outcome: str
    totals: tuple[Cell, ...]


def response_panel(study: Study, options: Options) -> Panel:
    """The response table as stacked bars; ``FigureRefused`` while no case is decided."""
    from hlh_tui.cohort.tables.table import table

    bars = bars_of(study, found := table(study, "response", options.by))
    if not any(cell.n for cell in bars.decided):
        raise FigureRefused("no case has a final category yet: decide cases first")
    return Panel(
        title=f"{found.title} (n = {bars.decided[0].denominator})",
        notes=(*outcome_note(bars), *exact_only(found.notes)),
        width=style().page.single if len(bars.columns) <= MOST_IN_A_COLUMN else style().page.double,
        height=lambda width: key_height(key(bars), width) + PLOT_HEIGHT + labels_height(bars, width),
        draw=lambda sheet, box: draw(sheet, box, bars),
    )


def outcome_note(bars: Bars) -> tuple[str, ...]:
    """What stands above the bars; nothing where the protocol has no collapse."""
    return (f"{bars.outcome}: above each bar with its 95 % interval.",) if bars.totals else ()


def exact_only(notes: Sequence[str]) -> tuple[str, ...]:
    """The notes of a table where only the exact intervals are drawn."""
    return tuple(note.replace(INTERVALS, "95 % intervals: Clopper-Pearson, exact.") for note in notes)


def bars_of(study: Study, found: Table) -> Bars:
    """The bars that a response table holds."""
    protocol, fills = study.protocol, category_fills(study.protocol)
    rows = {(row.label, row.level): row.cells for row in found.rows}
    parts = [
        Part(each.label, fills[each.id].colour, fills[each.id].hatch, rows[CATEGORY_HEADING, each.label])
        for each in protocol.categories
    ]
    shown = [part for part in parts if any(cell.n for cell in part.cells)]
    outcome = protocol.collapses[0].label if protocol.collapses else ""
    return Bars(found.columns, rows["Decided", ""], tuple(shown), outcome, rows.get((OUTCOME_HEADING, outcome), ()))


def key(bars: Bars) -> list[Entry]:
    """The key: the categories that occur, from the best."""
    return [Entry(part.label, part.colour, fill=True, hatch=part.hatch) for part in bars.parts]


def draw(sheet: Sheet, box: Box, bars: Bars) -> None:
    """Place key and bars into the box."""
    write_key(sheet, box, key(bars))
    below = labels_height(bars, box.width)
    frame = box.inset(left=Y_LABEL_ROOM, right=RIGHT_ROOM, bottom=below, top=key_height(key(bars), box.width))
    plot = axes(sheet, frame)
    plot.set_xlim(-0.5, len(bars.columns) - 0.5)
    plot.set_ylim(0, MOST_TOP)
    plot.set_yticks(range(0, 101, 25))
    plot.spines["left"].set_bounds(0, 100)
    plot.set_ylabel("Patients decided (%)")
    plot.set_xticks([])
    across = frame.width / len(bars.columns)
    for number in range(len(bars.columns)):
        lines = column_label(bars, number, across)
        write_lines(sheet, frame.left + (number + 0.5) * across, frame.bottom - 1, lines, style().text.tick)
        draw_stack(plot, bars, number)
        draw_total(plot, bars, number)


def labels_height(bars: Bars, width: float) -> float:
    """The height in mm of the names under the bars."""
    across = (width - Y_LABEL_ROOM - RIGHT_ROOM) / len(bars.columns)
    lines = max(len(column_label(bars, number, across)) for number in range(len(bars.columns)))
    return lines * leading(style().text.tick) + 1.5


def column_label(bars: Bars, number: int, width: float) -> list[str]:
    """The column's name in at most two lines, and how many of its patients are decided."""
    cell = bars.decided[number]
    n = f"n = {cell.n}" if cell.n == cell.denominator else f"{cell.n}/{cell.denominator} decided"
    return [*wrapped(bars.columns[number], style().text.tick, width - 1)[:2], n]


def draw_stack(plot: Axes, bars: Bars, number: int) -> None:
    """One bar: the categories from the best, upwards, each with its count where there is room."""
    look, base = style(), 0.0
    for part in bars.parts:
        cell = part.cells[number]
        if not cell.n or cell.pct is None:
            continue
        plot.bar(
            number, cell.pct, BAR, bottom=base, facecolor=part.colour, hatch=part.hatch,
            edgecolor=look.colours.ink, linewidth=look.line.thin,
        )  # fmt: skip
        if cell.pct >= LEAST_SHARE_FOR_TEXT:
            plot.text(
                number, base + cell.pct / 2, f"{cell.n}", ha="center", va="center_baseline", fontsize=look.text.tick,
                bbox={"facecolor": look.colours.paper, "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip
        base += cell.pct


def draw_total(plot: Axes, bars: Bars, number: int) -> None:
    """The outcome of one bar: its interval beside it, the count and per cent above."""
    look = style()
    if not bars.decided[number].n:
        plot.text(number, 2, "none decided", ha="center", fontsize=look.text.small)
        return
    cell = bars.totals[number] if bars.totals else None
    if (
        cell is None
        or cell.pct is None
        or cell.lower is None
        or cell.upper is None
        or cell.n is None
        or cell.denominator is None
    ):
        return
    span = [[cell.pct - 100 * cell.lower], [100 * cell.upper - cell.pct]]
    plot.errorbar(
        [number + BAR / 2 + 0.07], [cell.pct], yerr=span, color=look.colours.ink, marker="o", ms=2.5,
        lw=look.line.axis, capsize=1.5, capthick=look.line.axis, clip_on=False,
    )  # fmt: skip
    words = f"{cell.n}/{cell.denominator}, {percent(cell.n, cell.denominator)} %"
    interval = f"({limits_in_percent(cell.lower, cell.upper)})"
    plot.text(
        number, 101.5, f"{words}\n{interval}", ha="center", va="bottom", fontsize=look.text.small, linespacing=1.2
    )
