"""The key of a figure: samples of lines, fills and marks with their labels, in lines above the plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.export.figures.sheet import Box, Sheet, leading, text_width, write
from hlh_tui.export.figures.style import style

if TYPE_CHECKING:
    from matplotlib.typing import LineStyleType

SAMPLE = 5.5
SAMPLE_GAP = 1.2
ENTRY_GAP = 4.0
BELOW = 1.5


@dataclass(frozen=True, slots=True)
class Entry:
    """A sample and its label: a line (``dash``) with an optional ``marker``, or a ``fill`` with its hatch."""

    label: str
    colour: str
    dash: LineStyleType | None = "-"
    marker: str = ""
    fill: bool = False
    hatch: str = ""
    hollow: bool = False


def key_lines(entries: Sequence[Entry], width: float) -> list[list[Entry]]:
    """The entries in lines that fit into ``width`` mm."""
    lines: list[list[Entry]] = []
    used = width
    for entry in entries:
        needed = entry_width(entry)
        if not lines or used + ENTRY_GAP + needed > width:
            lines.append([])
            used = -ENTRY_GAP
        lines[-1].append(entry)
        used += ENTRY_GAP + needed
    return lines


def entry_width(entry: Entry) -> float:
    """Sample and label in mm."""
    return SAMPLE + SAMPLE_GAP + text_width(entry.label, style().text.small)


def key_height(entries: Sequence[Entry], width: float) -> float:
    """The key's height in mm; 0 without entries."""
    lines = key_lines(entries, width)
    return len(lines) * leading(style().text.small) * 1.15 + BELOW if lines else 0.0


def write_key(sheet: Sheet, box: Box, entries: Sequence[Entry]) -> None:
    """Place the key at the top of the box."""
    step = leading(style().text.small) * 1.15
    y = box.top
    for line in key_lines(entries, box.width):
        y -= step
        x = box.left
        for entry in line:
            draw_sample(sheet, entry, x, y + 0.75)
            write(sheet, x + SAMPLE + SAMPLE_GAP, y, entry.label)
            x += entry_width(entry) + ENTRY_GAP


def draw_sample(sheet: Sheet, entry: Entry, x: float, y: float) -> None:
    """The sample of an entry, from x on, its middle at y (mm)."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    look = style()
    if entry.fill:
        size = (SAMPLE / sheet.width, 2.2 / sheet.height)
        sheet.figure.add_artist(
            Rectangle(
                (x / sheet.width, (y - 1.1) / sheet.height), *size, facecolor=entry.colour, hatch=entry.hatch,
                edgecolor=look.colours.ink, linewidth=look.line.thin,
            )
        )  # fmt: skip
        return
    ends = [x / sheet.width, (x + SAMPLE / 2) / sheet.width, (x + SAMPLE) / sheet.width]
    line = Line2D(
        ends, [y / sheet.height] * 3, transform=sheet.figure.transFigure, color=entry.colour,
        lw=look.line.curve if entry.dash else 0, ls=entry.dash or "none", marker=entry.marker, markevery=[1],
        ms=4.2, mew=0.8, mfc=look.colours.paper if entry.hollow else entry.colour,
    )  # fmt: skip
    sheet.figure.add_artist(line)
