"""A sheet of paper in millimetres: where text and plots are placed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hlh_tui.export.figures.style import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
BREAKS = re.compile(r"(?<!=)(?<!\bday)\s+(?![%=]|events?\b|months?\b)")
"""Where a line may end: not between a number and what it counts, nor around =."""
TITLE_BREAKS = re.compile(r"(?<!\bday)\s+(?![^()]*\))")
"""Where a line of a title may end: not between day and its number, nor within brackets."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a sheet, millimetres from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.bottom + self.height

    def inset(self, left: float = 0, bottom: float = 0, right: float = 0, top: float = 0) -> Box:
        """The rectangle that remains within these margins."""
        return Box(self.left + left, self.bottom + bottom, self.width - left - right, self.height - bottom - top)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A matplotlib figure of ``width`` x ``height`` mm."""

    figure: Figure
    width: float
    height: float


def new_sheet(width: float, height: float) -> Sheet:
    """An empty white sheet; call it within ``style.printing``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), facecolor=style().colours.paper)
    FigureCanvasAgg(figure)
    return Sheet(figure, width, height)


def plain(words: str) -> str:
    r"""The words with control characters of charts spelt out, as in ``\x1b``: SVG cannot hold them."""
    return words.translate(CONTROL)


def axes(sheet: Sheet, box: Box) -> Axes:
    """Axes whose frame is the box."""
    return sheet.figure.add_axes(
        (box.left / sheet.width, box.bottom / sheet.height, box.width / sheet.width, box.height / sheet.height)
    )


def write(sheet: Sheet, x: float, y: float, words: str, **how: Any) -> None:
    """Text at (x, y) mm; by default small, left-aligned on its baseline."""
    settings: dict[str, Any] = {"fontsize": style().text.small, "ha": "left", "va": "baseline"} | how
    sheet.figure.text(x / sheet.width, y / sheet.height, plain(words), **settings)


def write_lines(sheet: Sheet, x: float, top: float, lines: Sequence[str], points: float, **how: Any) -> None:
    """Lines of text below ``top``, on baselines a line apart whatever letters they have; by default centred at x."""
    for number, line in enumerate(lines, 1):
        write(
            sheet,
            x,
            top - number * leading(points) + 0.25 * leading(points),
            line,
            fontsize=points,
            **({"ha": "center"} | how),
        )


def leading(points: float) -> float:
    """The distance in mm between lines of text of that size."""
    return points * style().text.leading * MM_PER_POINT


@lru_cache(maxsize=4096)
def text_width(words: str, points: float, bold: bool = False) -> float:
    """The width in mm of a line of text."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    if not words:
        return 0.0
    font = FontProperties(family=style().text.font, size=points, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(words, font, False)
    return float(width) * MM_PER_POINT


def widest(lines: Sequence[str], points: float, bold: bool = False) -> float:
    """The width in mm of the widest of several lines; 0 for none."""
    return max((text_width(line, points, bold) for line in lines), default=0.0)


def wrapped(words: str, points: float, width: float, bold: bool = False) -> list[str]:
    """The text in lines no wider than ``width`` mm; a single word that is wider is cut where it must be."""
    lines: list[str] = []
    line: list[str] = []
    used, space = 0.0, text_width("n n", points, bold) - text_width("nn", points, bold)
    for word in (TITLE_BREAKS if bold else BREAKS).split(words.strip()):
        parts = cut(word, points, width, bold)
        for part in parts:
            needed = text_width(part, points, bold)
            if line and (used + space + needed > width or part is not parts[0]):
                lines.append(" ".join(line))
                line = []
            used = used + space + needed if line else needed
            line.append(part)
    return [*lines, " ".join(line)] if any(line) else lines


def cut(word: str, points: float, width: float, bold: bool) -> list[str]:
    """The word in pieces no wider than ``width`` mm, one letter at least; almost always a single piece."""
    pieces = []
    while text_width(word, points, bold) > width and len(word) > 1:
        fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or text_width(word[:n], points, bold) <= width)
        pieces.append(word[:fits])
        word = word[fits:]
    return [*pieces, word]


def shortened(words: str, width: float) -> str:
    """Small text, its end cut off where it is wider than ``width`` mm."""
    size = style().text.small
    if text_width(words, size) <= width:
        return words
    end = next(n for n in range(len(words), 0, -1) if n == 1 or text_width(words[:n] + "…", size) <= width)
    return words[:end] + "…"


def sentence(words: str) -> str:
    """The words with a capital at the beginning."""
    return words[:1].upper() + words[1:]
