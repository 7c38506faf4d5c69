"""A page: panels in rows under their titles, the caption below, and the banner of a synthetic study above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hlh_tui.export.figures.models import Lettered, Page
from hlh_tui.export.figures.sheet import Box, Sheet, leading, new_sheet, text_width, wrapped, write, write_lines
from hlh_tui.export.figures.style import style

BANNER = "Synthetic data: constructed patients, not real ones"
BANNER_ROOM = 1.1
TITLE_GAP = 1.2
CAPTION_GAP = 3.0
PARAGRAPH_GAP = 0.7


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every page says of its study: whether it is synthetic, and where the figure comes from.

    ``captioned``: whether captions and source stand under the panels.
    """

    synthetic: bool
    source: str
    captioned: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a caption; ``space`` mm above it."""

    words: str
    bold: bool = False
    soft: bool = False
    space: float = 0.0


def draw_page(page: Page, imprint: Imprint) -> Sheet:
    """The page as a sheet as high as its content; call it within ``style.printing``."""
    look = style()
    margin, inner = look.page.margin, page.width - 2 * look.page.margin
    lines = caption(page, imprint, inner) if imprint.captioned else []
    below = sum(line.space + leading(look.text.small) for line in lines) + (CAPTION_GAP if lines else 0.0)
    rows = [(row, row_height(row, inner)) for row in page.rows]
    banner = wrapped(BANNER, look.text.label, inner - 2, bold=True) if imprint.synthetic else []
    frame = len(banner) * leading(look.text.label) + BANNER_ROOM
    top = frame + 2 * TITLE_GAP if banner else 0.0
    panels = sum(height for _, height in rows) + look.page.gap * (len(rows) - 1)
    sheet = new_sheet(page.width, 2 * margin + top + panels + below)
    y = sheet.height - margin
    if banner:
        _banner(sheet, Box(margin, y - frame, inner, frame), banner)
        y -= top
    for row, height in rows:
        _row(sheet, row, Box(margin, y - height, inner, height))
        y -= height + look.page.gap
    _write_caption(sheet, lines, margin, y + look.page.gap - CAPTION_GAP)
    return sheet


def row_height(row: Sequence[Lettered], width: float) -> float:
    """Titles and panels of a row ``width`` mm wide: as high as the highest."""
    title = max(_title_height(each, across) for each, across in _across(row, width))
    return title + max(each.panel.height(across) for each, across in _across(row, width))


def _across(row: Sequence[Lettered], width: float) -> Iterator[tuple[Lettered, float]]:
    room = width - style().page.gap * (len(row) - 1)
    whole = sum(each.share for each in row)
    return ((each, room * each.share / whole) for each in row)


def _title_lines(each: Lettered, width: float) -> list[str]:
    return wrapped(each.panel.title, style().text.title, width - _indent(each), bold=True)


def _indent(each: Lettered) -> float:
    size = style().text.letter
    return text_width(each.letter + " ", size, bold=True) + 1.0 if each.letter else 0.0


def _title_height(each: Lettered, width: float) -> float:
    return len(_title_lines(each, width)) * leading(style().text.title) + TITLE_GAP


def _row(sheet: Sheet, row: Sequence[Lettered], box: Box) -> None:
    look = style()
    left = box.left
    titles = max(_title_height(each, across) for each, across in _across(row, box.width))
    for each, across in _across(row, box.width):
        y = box.top - 0.8 * leading(look.text.title)
        if each.letter:
            write(sheet, left, y, each.letter, fontsize=look.text.letter, weight="bold")
        for line in _title_lines(each, across):
            write(sheet, left + _indent(each), y, line, fontsize=look.text.title, weight="bold")
            y -= leading(look.text.title)
        height = each.panel.height(across)
        each.panel.draw(sheet, Box(left, box.top - titles - height, across, height))
        left += across + look.page.gap


def _banner(sheet: Sheet, box: Box, lines: Sequence[str]) -> None:
    from matplotlib.patches import Rectangle

    look = style()
    corner = (box.left / sheet.width, box.bottom / sheet.height)
    frame = Rectangle(
        corner, box.width / sheet.width, box.height / sheet.height, fill=False, lw=look.line.axis, ec=look.colours.ink
    )
    sheet.figure.add_artist(frame)
    write_lines(sheet, box.left + box.width / 2, box.top - BANNER_ROOM / 2, lines, look.text.label, weight="bold")


def caption(page: Page, imprint: Imprint, width: float) -> list[Line]:
    """The lines under the panels: the page's title, what is said of the panels, and where they come from."""
    size = style().text.small
    lines = [Line(words, bold=True) for words in wrapped(page.title, size, width, bold=True)]
    for said in paragraphs(page):
        lines += _paragraph(wrapped(said, size, width), PARAGRAPH_GAP if lines else 0.0)
    return lines + _paragraph(wrapped(imprint.source, size, width), PARAGRAPH_GAP, soft=True)


def paragraphs(page: Page) -> list[str]:
    """The notes of each panel after its letter and title; what is said of several panels is said once, after them."""
    panels = [each for row in page.rows for each in row]
    said_of: dict[str, list[str]] = {}
    for each in panels:
        for note in dict.fromkeys(each.panel.notes):
            said_of.setdefault(note, []).append(each.letter)
    said = []
    for each in panels:
        own = " ".join(note for note in dict.fromkeys(each.panel.notes) if len(said_of[note]) == 1)
        said.append(f"{each.letter}, {each.panel.title}. {own}".strip() if each.letter else own)
    for letters in dict.fromkeys(tuple(letters) for letters in said_of.values() if len(letters) > 1):
        shared = " ".join(note for note, those in said_of.items() if tuple(those) == letters)
        said.append(f"{', '.join(letters)}: {shared}")
    return said


def caption_text(page: Page, imprint: Imprint) -> str:
    """The caption as text, for a figure that goes without."""
    panels = [each for row in page.rows for each in row]
    title = page.title or ". ".join(each.panel.title for each in panels) + "."
    return "\n".join([title, *paragraphs(page), imprint.source])


def _paragraph(lines: Sequence[str], space: float, soft: bool = False) -> list[Line]:
    return [Line(words, soft=soft, space=space if number == 0 else 0.0) for number, words in enumerate(lines)]


def _write_caption(sheet: Sheet, lines: Sequence[Line], left: float, y: float) -> None:
    look = style()
    for line in lines:
        y -= line.space + leading(look.text.small)
        colour = look.colours.soft if line.soft else look.colours.ink
        write(sheet, left, y + 0.5, line.words, weight="bold" if line.bold else "normal", color=colour)
