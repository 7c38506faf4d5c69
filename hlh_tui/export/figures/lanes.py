"""Figures with one row a patient: how high a row is, and the names beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.sheet import plain, shortened, widest, write
from hlh_tui.export.figures.style import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.export.figures.sheet import Box, Sheet
    from hlh_tui.study.file import Study

NAME_GAP = 2.0
GROUP_ROOM = 4.0
MOST_NAME = 30.0


def require_room(patients: int, figure: str) -> None:
    """``FigureRefused`` for more patients than a page can hold, or for none."""
    most = style().lanes.most
    if not patients:
        raise FigureRefused("the study has no patients yet: import charts first")
    if patients > most:
        raise FigureRefused(
            f"the figure {figure} has a row for each patient, {patients} here, and a page holds {most}:"
            " draw survival or response, which hold any number"
        )


def patients_of(study: Study) -> int:
    """How many patients the study has, before anything is asked of each."""
    ((count,),) = study.rows("SELECT count(*) FROM patient")
    return int(count)


def row_height(patients: int, wanted: float) -> float:
    """The height of a row in mm: as wanted, less where the page would be too short."""
    return min(wanted, style().lanes.highest / max(patients, 1))


def names_shown(names: Sequence[str], height: float) -> list[str]:
    """The names beside the rows; none where rows are too narrow for them."""
    return list(names) if height >= style().lanes.least_labelled else [""] * len(names)


def names_width(names: Sequence[str]) -> float:
    """The mm that the names need."""
    return min(widest(names, style().text.small), MOST_NAME) + NAME_GAP


def groups_room(groups: Sequence[str]) -> float:
    """The mm left of the names for those of the groups; 0 where there is no division."""
    return GROUP_ROOM if any(groups) else 0.0


def write_groups(sheet: Sheet, frame: Box, left: float, groups: Sequence[str]) -> None:
    """The name of each group upright beside its rows, at ``left`` mm, with a line between it and the next."""
    from matplotlib.lines import Line2D

    if not any(groups):
        return
    look, row, first = style(), frame.height / len(groups), 0
    for label, members in groupby(groups):
        rows = len(list(members))
        top, bottom = frame.top - first * row, frame.top - (first + rows) * row
        words = shortened(label, rows * row)
        write(sheet, left + 2.4, (top + bottom) / 2, words, rotation=90, ha="right", va="center", weight="bold")
        if first:
            ends = ([left / sheet.width, frame.right / sheet.width], [top / sheet.height] * 2)
            sheet.figure.add_artist(
                Line2D(*ends, transform=sheet.figure.transFigure, color=look.colours.soft, lw=look.line.thin)
            )
        first += rows


def set_names(plot: Axes, names: Sequence[str]) -> None:
    """The names at the rows, the first on top, without ticks."""
    plot.set_ylim(len(names) - 0.5, -0.5)
    plot.set_yticks(range(len(names)), [plain(name) for name in names], fontsize=style().text.small)
    plot.tick_params(axis="y", length=0)
