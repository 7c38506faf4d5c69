"""The last door to a terminal without other glyphs: whatever a widget draws leaves in ASCII, cell for cell.

Widgets that choose their words or lay out columns by them ask ``present.ascii_text``, which may need more cells; this
is for what they leave over.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import App
from textual.filter import LineFilter
from textual.scrollbar import ScrollBarRender

from hlh_tui.ui.present import ascii_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.color import Color

TOGETHER = {"≥ ": ">=", "≤ ": "<=", "10⁹": "1e9"}
"""What is said in ASCII in as many cells only together: a bound takes the cell of the blank after it."""
FOUND = re.compile("|".join(TOGETHER))
ONE_CELL = {"°": "o", "±": "~", "−": "-", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "≥": "?", "≤": "?"}
"""Glyphs whose ASCII words take more than their cell, or that have none; a bound is never made into another one."""


@lru_cache(4096)
def ascii_cells(text: str) -> str:
    """The text in ASCII in as many cells as it had."""
    if text.isascii():
        return text
    return "".join(map(_cells, FOUND.sub(lambda found: TOGETHER[found[0]], text)))


def _cells(glyph: str) -> str:
    words = glyph if glyph.isascii() else ONE_CELL.get(glyph) or ascii_text(glyph) or "?"
    return words[: cell_len(glyph)].ljust(cell_len(glyph))


class AsciiCells(LineFilter):
    """Lets nothing but ASCII through."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the filter's form
        """The segments with their text in ASCII."""
        return [
            segment if segment.control else Segment(ascii_cells(segment.text), segment.style) for segment in segments
        ]


class PlainScrollBar(ScrollBarRender):
    """A scrollbar of coloured blanks, without the block glyphs at its ends."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class AsciiApp(App[None]):
    """An app that draws in ASCII where ``ascii_only`` says so."""

    ascii_only = False
    ascii_cells = AsciiCells()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Those of the terminal, and the one for ASCII."""
        filters = super().get_line_filters()
        return [*filters, self.ascii_cells] if self.ascii_only else filters
