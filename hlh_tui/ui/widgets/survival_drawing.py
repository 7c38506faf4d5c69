"""Survival curves as lines of text.

Steps are drawn on a canvas without axes, and the axes around it, so that the columns of the ticks are known and the
numbers below can stand exactly under them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import floor
from typing import TYPE_CHECKING

from rich.text import Text

from hlh_tui.ui.present import ascii_text, fit
from hlh_tui.ui.widgets.cell_canvas import CellCanvas

if TYPE_CHECKING:
    from hlh_tui.ui.widgets.line_panel import Line
    from hlh_tui.ui.widgets.survival_sketch import Corners, Sketch

MARKS = ("+", "x", "o", "*", "#", "=")
"""Where a patient was censored, one mark a curve."""
BAND, WRONG = ("⠂", "."), ("⠒", "'")
"""Dots of the confidence band and dashes of a curve that must not be believed; in ASCII."""
ASCII_LINES = ("-", "~", "=", ":", "_", "%")
STEPS = (1, 2, 5, 7, 14, 28, 30, 60, 90, 180, 365, 730, 1461, 3652)
"""Distances between ticks, in days."""
TICK_ROOM = 9
Y_TICKS = {1.0: "1.00", 0.75: "0.75", 0.5: "0.50", 0.25: "0.25", 0.0: "0.00"}
FEWEST_COLUMNS, FEWEST_ROWS = 16, 4


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw: cells, band or not, ASCII or braille, one colour a curve, the cells left of the axis."""

    width: int
    height: int
    margin: int
    band: bool
    ascii_only: bool
    colours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a day and a share fall in the cells of the canvas; braille has 2 x 4 dots in a cell, ASCII one."""

    columns: int
    rows: int
    span: float
    braille: bool

    @property
    def across(self) -> int:
        """Dots of a cell from left to right."""
        return 2 if self.braille else 1

    @property
    def down(self) -> int:
        """Dots of a cell from top to bottom."""
        return 4 if self.braille else 1

    def dot_column(self, day: float) -> int:
        """The dot of a day, from the left."""
        return floor(round(0.5 + (self.columns * self.across - 1) * day / self.span, 8))

    def dot_row(self, share: float) -> int:
        """The dot of a share, from the top."""
        last = self.rows * self.down - 1
        return last - floor(round(0.5 + last * share, 8))

    def column(self, day: float) -> int:
        """The cell of a day, from the left."""
        return self.dot_column(day) // self.across

    def row(self, share: float) -> int:
        """The cell of a share, from the bottom."""
        return self.rows - 1 - self.dot_row(share) // self.down


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines of the plot with its axes; ``ticks`` are (day, column) in those lines."""

    lines: tuple[Text, ...]
    ticks: tuple[tuple[float, int], ...]
    left: int
    grid: Grid

    def column(self, day: float) -> int:
        """The column of a day counted from the start of the axis."""
        return self.left + self.grid.column(day)


def tick_days(start: float, end: float, columns: int) -> list[float]:
    """Round days from ``start`` to ``end``, as many as have room."""
    most = max(columns // TICK_ROOM, 1)
    step = next((step for step in STEPS if (end - start) / step <= most), STEPS[-1])
    first = -(-start // step) * step
    days = [first + number * step for number in range(int((end - first) // step) + 1)]
    return days if days and days[0] - start < 1e-9 else [start, *[day for day in days if day - start > step / 2]]


def draw(sketch: Sketch, look: Look) -> Drawing:
    """Draw the lines of a sketch within their axes."""
    columns = max(look.width - look.margin - 4, FEWEST_COLUMNS)
    rows = max(look.height - 2, FEWEST_ROWS)
    grid = Grid(columns, rows, sketch.end - sketch.start, not look.ascii_only)
    canvas = _canvas(sketch, look, grid)
    _name_ends(canvas, sketch, look, grid)
    ticks = [(day, grid.column(day - sketch.start)) for day in tick_days(sketch.start, sketch.end, columns)]
    y_labels = {rows - 1 - grid.row(share): words for share, words in Y_TICKS.items()}
    lines = [_with_axis(line, y_labels.get(row, ""), look) for row, line in enumerate(canvas.lines())]
    lines += [_x_axis(ticks, columns, look), _x_labels(ticks, look)]
    if look.ascii_only:
        lines = [_as_ascii(line) for line in lines]
    places = tuple((day, look.margin + column) for day, column in ticks)
    return Drawing(tuple(lines), places, look.margin, grid)


def _canvas(sketch: Sketch, look: Look, grid: Grid) -> CellCanvas:
    """The lines on a canvas one cell wider than the axis, where the last letter may stand."""
    canvas = CellCanvas(grid.columns + 1, grid.rows)
    inks = [look.colours[index % len(look.colours)] for index in range(len(sketch.lines))]
    for line, ink in zip(sketch.lines, inks, strict=True):
        if look.band:
            for limit in (line.lower, line.upper):
                _dotted(canvas, limit, BAND[look.ascii_only], ink, grid, sketch.start)
        if line.wrong is not None:
            _dotted(canvas, line.wrong, WRONG[look.ascii_only], ink, grid, sketch.start)
    for index, (line, ink) in enumerate(zip(sketch.lines, inks, strict=True)):
        glyph = ASCII_LINES[index % len(ASCII_LINES)] if look.ascii_only else ""
        _curve(canvas, line.curve, glyph, ink, grid, sketch.start)
    for index, (line, ink) in enumerate(zip(sketch.lines, inks, strict=True)):
        for column, row in {(grid.column(day - sketch.start), grid.row(share)) for day, share in line.marks}:
            canvas.write(column, grid.rows - 1 - row, MARKS[index % len(MARKS)], ink)
    return canvas


def _curve(canvas: CellCanvas, curve: Corners, glyph: str, ink: str, grid: Grid, start: float) -> None:
    """A stepped line in braille dots, or in a glyph of its own where there is one."""
    corners = zip(curve.days, curve.shares, strict=True)
    dots = [(grid.dot_column(day - start), grid.dot_row(share)) for day, share in corners]
    before = dots[0]
    for here, _ in groupby(dots):
        if glyph:
            _glyphs(canvas, before, here, glyph, ink)
        else:
            canvas.line(before, here, ink)
        before = here


def _glyphs(canvas: CellCanvas, before: tuple[int, int], here: tuple[int, int], glyph: str, ink: str) -> None:
    """The cells from one to another, which lie in one row or in one column but for many steps in a cell."""
    (x, y), (to_x, to_y) = before, here
    for column in range(x, to_x + 1):
        canvas.write(column, y, glyph, ink)
    for row in range(min(y, to_y), max(y, to_y) + 1):
        canvas.write(to_x, row, glyph, ink)


def _dotted(canvas: CellCanvas, line: Corners, glyph: str, ink: str, grid: Grid, start: float) -> None:
    """A stepped line as a glyph in every second column."""
    at = 0
    for column in range(0, grid.columns, 2):
        day = start + grid.span * column / (grid.columns - 1)
        while at + 1 < len(line.days) and line.days[at + 1] <= day:
            at += 1
        if day <= line.days[-1]:
            canvas.write(column, grid.rows - 1 - grid.row(line.shares[at]), glyph, ink)


def _name_ends(canvas: CellCanvas, sketch: Sketch, look: Look, grid: Grid) -> None:
    """A letter after the end of each curve, small for a wrong one, so that curves are told apart without colour."""
    ends = [(line.letter, line.curve, index) for index, line in enumerate(sketch.lines) if line.letter]
    ends += [
        (line.letter.lower(), line.wrong, index)
        for index, line in enumerate(sketch.lines)
        if line.letter and line.wrong is not None and line.wrong.shares[-1] != line.curve.shares[-1]
    ]
    taken: set[int] = set()
    for name, line, index in ends:
        row = grid.rows - 1 - grid.row(line.shares[-1])
        # A wrong curve often lies on its right one: a small letter further off would seem to be of another curve.
        near = (row, row - 1, row + 1) if name.islower() else (row, row - 1, row + 1, row - 2, row + 2)
        free = [r for r in near if 0 <= r < grid.rows and r not in taken]
        if not free and name.islower():
            continue
        row = free[0] if free else row
        taken.add(row)
        column = grid.column(line.days[-1] - sketch.start) + 1
        if canvas.is_blank(column, row):
            canvas.write(column, row, name, f"bold {look.colours[index % len(look.colours)]}")


def _with_axis(line: Line, words: str, look: Look) -> Text:
    head = Text(fit(words, look.margin - 1, right=True) + ("┤" if words else "│"), end="")
    for part, ink in line:
        head.append(part, ink)
    return head


def _x_axis(ticks: list[tuple[float, int]], columns: int, look: Look) -> Text:
    at = {column for _, column in ticks}
    return Text(" " * (look.margin - 1) + "└" + "".join("┬" if c in at else "─" for c in range(columns)), end="")


def _x_labels(ticks: list[tuple[float, int]], look: Look) -> Text:
    return Text(under_ticks("days", [f"{day:g}" for day, _ in ticks], [look.margin + c for _, c in ticks], look.width))


def under_ticks(label: str, words: list[str], columns: list[int], width: int, centred: bool = True) -> str:
    """A line with a label and each word under its tick: its middle there, or its beginning if not ``centred``."""
    begins = [column - (len(word) - 1) // 2 if centred else column for word, column in zip(words, columns, strict=True)]
    line = list(fit(label, begins[0] - 1 if begins else width) + " " * width)[:width]
    for word, begin in zip(words, begins, strict=True):
        first = max(min(begin, width - len(word)), 0)
        line[first : first + len(word)] = word
    return "".join(line).rstrip()


def _as_ascii(line: Text) -> Text:
    # one glyph for one glyph here, so that the styled spans stay where they are
    line.plain = ascii_text(line.plain)
    return line
