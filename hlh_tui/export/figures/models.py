"""Figures as frozen records: panels that draw themselves into a box, and pages of panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.export.figures.sheet import Box, Sheet


@dataclass(frozen=True, slots=True)
class Panel:
    """A figure: ``draw`` places it into a box, ``height`` says how high that box is for a width (mm).

    ``width`` is the width it stands in alone. ``notes`` are the sentences of its caption: n, methods, what is missing.
    ``why_empty`` says why it holds a sentence instead of a figure.
    """

    title: str
    notes: tuple[str, ...]
    width: float
    height: Callable[[float], float]
    draw: Callable[[Sheet, Box], None]
    why_empty: str = ""


@dataclass(frozen=True, slots=True)
class Lettered:
    """A panel on a page of several: its letter and the share of the row's width that it takes."""

    letter: str
    panel: Panel
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows of panels; ``name`` ends the file's name, ``title`` opens the caption. ``width`` in mm."""

    name: str
    title: str
    width: float
    rows: tuple[tuple[Lettered, ...], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a figure, a sentence for each panel of a page that could not be drawn, and captions left out."""

    files: tuple[Path, ...]
    not_drawn: tuple[str, ...]
    captions: tuple[str, ...] = ()
    letters_lacking: str = ""
    """Letters that the font has not: boxes stand for them."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks of a figure; None is the figure's own choice."""

    by: str | None = None
    analyte: str | None = None
    ci: str | None = None
    width: float | None = None
    caption: bool = True
    """Whether the caption stands under the figure; a journal sets it in type of its own."""
