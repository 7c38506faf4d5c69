"""The figures of a paper on their pages: which panels stand where is read from paper.toml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hlh_tui.export.figures.catalogue import checked, panel
from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.models import Lettered, Options, Page, Panel
from hlh_tui.export.figures.sheet import Box, leading, wrapped, write
from hlh_tui.export.figures.style import style
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.study.file import Study

FILE = Path(__file__).parent / "paper.toml"
EMPTY_HEIGHT = 16.0


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A panel in a row: its letter, its figure and division as ``hlh-tui figure`` names them, and its share."""

    letter: str
    figure: str
    share: float = 1.0
    by: str | None = None


class PaperPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page: the end of its file's name, the beginning of its caption, and rows of panels."""

    name: str
    title: str
    rows: tuple[tuple[Place, ...], ...]


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pages of the paper that these protocols belong to."""

    protocols: tuple[str, ...]
    pages: tuple[PaperPage, ...]


class Papers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in paper.toml."""

    papers: tuple[Paper, ...]


@lru_cache(maxsize=1)
def papers() -> tuple[Paper, ...]:
    """The layouts of paper.toml, read once."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Papers).papers


def paper_of(study: Study) -> Paper:
    """The layout for the study's protocol; ``FigureRefused`` where its paper has none."""
    for paper in papers():
        if study.protocol.id in paper.protocols:
            return paper
    raise FigureRefused(
        f"protocol {study.protocol.id} has no paper whose pages are known: draw its figures one by one,"
        " hlh-tui figure STUDY lists them"
    )


def paper_names(study: Study) -> list[str]:
    """The names of the paper's pages."""
    return [page.name for page in paper_of(study).pages]


def paper_pages(study: Study, options: Options) -> tuple[Page, ...]:
    """The pages of the paper, two columns wide; a panel that cannot be drawn says why in its place.

    ``FigureRefused`` for options that do not apply, and where no panel at all can be drawn.
    """
    for option in ("by", "analyte"):
        if getattr(options, option) is not None:
            raise FigureRefused(f"--{option} does not apply to the paper, whose panels are fixed: leave it out")
    width = checked(options.width) if options.width is not None else style().page.double
    chosen = Options(ci=options.ci)
    pages = tuple(
        Page(
            page.name,
            page.title,
            width,
            tuple(tuple(placed(study, place, chosen) for place in row) for row in page.rows),
        )
        for page in paper_of(study).pages
    )
    if all(each.panel.why_empty for each in lettered(pages)):
        raise FigureRefused(f"no panel can be drawn: {next(each.panel.why_empty for each in lettered(pages))}")
    return pages


def lettered(pages: Sequence[Page]) -> Iterator[Lettered]:
    """Every panel of the pages with its letter."""
    return (each for page in pages for row in page.rows for each in row)


def empty_panels(pages: Sequence[Page]) -> tuple[str, ...]:
    """A sentence for each panel that could not be drawn."""
    return tuple(
        f"{page.name}{each.letter}, {each.panel.title}: {each.panel.why_empty}"
        for page in pages
        for each in lettered([page])
        if each.panel.why_empty
    )


def placed(study: Study, place: Place, options: Options) -> Lettered:
    """The panel of a place, or the sentence that says why there is none."""
    wanted = Options(by=place.by, ci=options.ci if place.figure.startswith("survival") else None)
    try:
        found = panel(study, place.figure, wanted)
    except HlhError as why:
        found = not_drawn(place.figure, str(why))
    return Lettered(place.letter, found, place.share)


def not_drawn(name: str, why: str) -> Panel:
    """A panel that holds a sentence instead of a figure."""

    def draw(sheet: Sheet, box: Box) -> None:
        size = style().text.label
        y = box.top - leading(size)
        for line in wrapped(f"Not drawn: {why}.", size, box.width - 4):
            write(sheet, box.left + 2, y, line, fontsize=size)
            y -= leading(size)

    return Panel(name, (), style().page.single, lambda _: EMPTY_HEIGHT, draw, why)
