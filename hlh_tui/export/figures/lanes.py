"""Figures with one row a patient: how high a row is, and the names beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.sheet import plain, widest
from hlh_tui.export.figures.style import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.study.file import Study

NAME_GAP = 2.0
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


def set_names(plot: Axes, names: Sequence[str]) -> None:
    """The names at the rows, the first on top, without ticks."""
    plot.set_ylim(len(names) - 0.5, -0.5)
    plot.set_yticks(range(len(names)), [plain(name) for name in names], fontsize=style().text.small)
    plot.tick_params(axis="y", length=0)
