"""What printed time-to-event curves share: key, frame, counts under the axis, steps and bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.printed import limits_in_percent
from hlh_tui.export.figures.counts_below import Block, Group, counts_height, counts_margin, write_counts
from hlh_tui.export.figures.key import Entry, key_height, write_key
from hlh_tui.export.figures.sheet import Box, axes
from hlh_tui.export.figures.steps import Level, band_pieces, line_pieces
from hlh_tui.export.figures.style import of_group, style
from hlh_tui.export.figures.time_axis import TimeAxis, label_time, time_room

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.export.figures.sheet import Sheet

Y_LABEL_ROOM = 11.0
RIGHT_ROOM = 2.5
MOST_BANDS = 2
HATCHES = ("/////", "\\\\\\\\\\")
DASHED = (0, (3.0, 1.5))


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the curves: axis and what its time is counted since, key, numbers below and whose they are."""

    axis: TimeAxis
    since: str
    entries: tuple[Entry, ...]
    blocks: tuple[Block, ...]
    groups: tuple[Group, ...]

    @property
    def left(self) -> float:
        """The mm left of the axis."""
        return max(Y_LABEL_ROOM, counts_margin(self.blocks, self.groups))


def curves_height(around: Around, width: float) -> float:
    """Key, plot, axis and counts in mm."""
    below = time_room(around.axis, around.since, width - around.left - RIGHT_ROOM) + counts_height(around.blocks)
    return key_height(around.entries, width) + style().survival.plot_height + below


def place_curves(sheet: Sheet, box: Box, around: Around) -> Axes:
    """Write everything around the curves and give the axes for them, which go from 0 to 100 per cent."""
    write_key(sheet, box, around.entries)
    counts = counts_height(around.blocks)
    below = counts + time_room(around.axis, around.since, box.width - around.left - RIGHT_ROOM)
    top = key_height(around.entries, box.width)
    frame = box.inset(left=around.left, right=RIGHT_ROOM, bottom=below, top=top)
    plot = axes(sheet, frame)
    plot.set_xlim(around.axis.start, around.axis.end)
    plot.set_xticks(around.axis.ticks, around.axis.labels)
    plot.set_ylim(0, 1.03)
    plot.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    label_time(sheet, frame, around.axis, around.since)
    write_counts(sheet, Box(frame.left, box.bottom, frame.width, counts), around.blocks, around.groups, around.axis)
    return plot


def colour(index: int) -> str:
    """The colour of the curve with that number."""
    return of_group(style().colours.curves, index)


def mark(index: int) -> str:
    """The mark of the curve with that number."""
    return of_group(style().marks.groups, index)


def interval(lower: float | None, upper: float | None) -> str:
    """An interval in brackets; nothing where there is none or where it is the estimate itself."""
    return "" if lower is None or lower == upper else f" ({limits_in_percent(lower, upper)})"


def has_bands(curves: int) -> bool:
    """Whether intervals are shaded: more than two bands would hide one another."""
    return curves <= MOST_BANDS


def draw_band(plot: Axes, whole: Sequence[Level], index: int) -> None:
    """The interval as shaded steps, hatched where few are at risk; neighbours hatched the other way."""
    shade, hatch = colour(index), HATCHES[index % 2]
    for sparse, days, lower, upper in band_pieces(whole, style().survival.few_at_risk):
        plot.fill_between(days, lower, upper, facecolor=shade, alpha=0.18, linewidth=0)
        if sparse:
            plot.fill_between(
                days, lower, upper, facecolor="none", edgecolor=shade, hatch=hatch, linewidth=0, alpha=0.45
            )


def draw_line(plot: Axes, whole: Sequence[Level], index: int) -> None:
    """The steps, dashed where few are at risk."""
    for sparse, days, shares in line_pieces(whole, style().survival.few_at_risk):
        plot.plot(days, shares, color=colour(index), lw=style().line.curve, ls=DASHED if sparse else "-", clip_on=False)


def draw_end(plot: Axes, day: float, share: float, index: int) -> None:
    """The mark of a curve at its end."""
    plot.plot([day], [share], ls="none", marker=mark(index), ms=4, color=colour(index), clip_on=False)
