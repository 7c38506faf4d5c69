"""Rows of numbers under a time axis, each under its tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hlh_tui.export.figures.sheet import Box, Sheet, leading, shortened, widest, write
from hlh_tui.export.figures.style import style
from hlh_tui.export.figures.time_axis import TimeAxis

MOST_MARGIN = 26.0
HALF_NUMBER = 3.0
INDENT = 2.8
BLOCK_GAP = 0.8


@dataclass(frozen=True, slots=True)
class Group:
    """Whose numbers a row holds: the label, the colour and the mark of its curve."""

    label: str
    colour: str
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of number (at risk, events, censored): a row per group, a number per tick."""

    name: str
    rows: tuple[tuple[int, ...], ...]


def counts_height(blocks: Sequence[Block]) -> float:
    """The height of all rows in mm; several groups have a heading over each block."""
    step = leading(style().text.small)
    lines = sum(len(block.rows) + (len(block.rows) > 1) for block in blocks)
    return lines * step + (len(blocks) - 1) * BLOCK_GAP * (len(blocks[0].rows) > 1)


def counts_margin(blocks: Sequence[Block], groups: Sequence[Group]) -> float:
    """The mm left of the axis that the labels need."""
    size = style().text.small
    names = widest([block.name for block in blocks], size, bold=True)
    labels = widest([group.label for group in groups], size) + INDENT if len(groups) > 1 else 0.0
    return min(max(names, labels), MOST_MARGIN) + HALF_NUMBER


def write_counts(sheet: Sheet, frame: Box, blocks: Sequence[Block], groups: Sequence[Group], axis: TimeAxis) -> None:
    """Place the rows from the top of ``frame``, which is as wide as the plot; labels stand left of it."""
    step = leading(style().text.small)
    left = frame.left - counts_margin(blocks, groups)
    y = frame.top
    for block in blocks:
        several = len(block.rows) > 1
        if several:
            y -= step
            write(sheet, left, y + 0.5, block.name, weight="bold")
        for group, row in zip(groups, block.rows, strict=True):
            y -= step
            label = shortened(group.label, MOST_MARGIN - INDENT) if several else block.name
            write(sheet, left + INDENT * several, y + 0.5, label, weight="normal" if several else "bold")
            if several:
                draw_mark(sheet, group, left + INDENT / 2 - 0.3, y + 1.25)
            write_row(sheet, frame, y + 0.5, row, axis)
        y -= BLOCK_GAP * several


def draw_mark(sheet: Sheet, group: Group, x: float, y: float) -> None:
    """The mark of a group's curve, its middle at (x, y) mm."""
    from matplotlib.lines import Line2D

    place = ([x / sheet.width], [y / sheet.height])
    how: dict[str, Any] = {"ls": "none", "marker": group.marker, "ms": 3.2, "mew": 0, "color": group.colour}
    sheet.figure.add_artist(Line2D(*place, transform=sheet.figure.transFigure, **how))


def write_row(sheet: Sheet, frame: Box, y: float, row: Sequence[int], axis: TimeAxis) -> None:
    """The numbers of one row, each centred under its tick."""
    for tick, number in zip(axis.ticks, row, strict=True):
        x = frame.left + frame.width * (tick - axis.start) / (axis.end - axis.start)
        write(sheet, x, y, str(number), ha="center")
