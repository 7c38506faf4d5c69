"""Survival curves as lines of text: the one module that knows the plotting library.

plotext keeps a global figure and would pick its own ticks; here every drawing has a figure of its own, gets finite
steps as (day, survival) pairs on a canvas without axes, and the axes are drawn around it, so that the columns of the
ticks are known and the numbers below can stand exactly under them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

from rich.text import Text

from hlh_tui.ui.present import ascii_text, fit

if TYPE_CHECKING:
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

    def column(self, day: float) -> int:
        """The cell of a day, from the left; the same rounding as plotext's, so that ticks meet the curves."""
        dots = 2 if self.braille else 1
        return floor(round(0.5 + (self.columns * dots - 1) * day / self.span, 8)) // dots

    def row(self, share: float) -> int:
        """The cell of a share, from the bottom."""
        dots = 4 if self.braille else 1
        return floor(round(0.5 + (self.rows * dots - 1) * share, 8)) // dots

    def centre(self, day: float, share: float) -> tuple[float, float]:
        """Day and share at which a whole-cell mark lands in the cell through which the curve passes."""
        return self.column(day) * self.span / (self.columns - 1), self.row(share) / (self.rows - 1)


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
    lines = [_with_axis(line, y_labels.get(row, ""), look) for row, line in enumerate(canvas)]
    lines += [_x_axis(ticks, columns, look), _x_labels(ticks, look)]
    if look.ascii_only:
        lines = [_as_ascii(line) for line in lines]
    places = tuple((day, look.margin + column) for day, column in ticks)
    return Drawing(tuple(lines), places, look.margin, grid)


def _figure(grid: Grid) -> Any:
    from plotext._figure import _figure_class

    figure = _figure_class()
    figure._limit_size(False, False)  # noqa: SLF001 - as plotext.limit_size does for its global figure
    figure.plot_size(grid.columns, grid.rows)
    figure.theme("clear")
    figure.xaxes(False, False)
    figure.yaxes(False, False)
    figure.xticks([], [])
    figure.yticks([], [])
    figure.xlim(0, grid.span)
    figure.ylim(0, 1)
    return figure


def _canvas(sketch: Sketch, look: Look, grid: Grid) -> list[Text]:
    figure = _figure(grid)
    colours = [_rgb(look.colours[index % len(look.colours)]) for index in range(len(sketch.lines))]
    for line, colour in zip(sketch.lines, colours, strict=True):
        if look.band:
            for limit in (line.lower, line.upper):
                _dots(figure, limit, BAND[look.ascii_only], colour, grid, sketch.start)
        if line.wrong is not None:
            _dots(figure, line.wrong, WRONG[look.ascii_only], colour, grid, sketch.start)
    for index, (line, colour) in enumerate(zip(sketch.lines, colours, strict=True)):
        days, shares = thinned(line.curve, grid, sketch.start)
        marker = ASCII_LINES[index % len(ASCII_LINES)] if look.ascii_only else "braille"
        figure.plot(days, shares, marker=marker, color=colour)
    for index, (line, colour) in enumerate(zip(sketch.lines, colours, strict=True)):
        marks = sorted({grid.centre(day - sketch.start, share) for day, share in line.marks})
        if marks:
            figure.scatter(*map(list, zip(*marks, strict=True)), marker=MARKS[index % len(MARKS)], color=colour)
    text = Text.from_ansi(figure.build())
    return list(text.split("\n", allow_blank=True))[: grid.rows]


def thinned(curve: Corners, grid: Grid, start: float) -> tuple[list[float], list[float]]:
    """The corners counted from ``start``; of many that fall in one dot of the canvas, the first and the last."""
    days, shares = curve.days, curve.shares
    dots = grid.columns * (2 if grid.braille else 1)
    if len(days) > 4 * dots:
        column = [int((day - start) / grid.span * dots) for day in days]
        last = len(days) - 1
        kept = [
            place
            for place in range(len(days))
            if place in (0, last) or column[place] != column[place - 1] or column[place] != column[place + 1]
        ]
        days, shares = tuple(days[place] for place in kept), tuple(shares[place] for place in kept)
    return [day - start for day in days], list(shares)


def _dots(figure: Any, line: Corners, dot: str, colour: tuple[int, int, int], grid: Grid, start: float) -> None:
    """A stepped line as a dot in every second column."""
    xs, ys, at = [], [], 0
    for column in range(0, grid.columns, 2):
        day = start + grid.span * column / (grid.columns - 1)
        while at + 1 < len(line.days) and line.days[at + 1] <= day:
            at += 1
        if day <= line.days[-1]:
            x, y = grid.centre(day - start, line.shares[at])
            xs.append(x)
            ys.append(y)
    if xs:
        figure.scatter(xs, ys, marker=dot, color=colour)


def _name_ends(canvas: list[Text], sketch: Sketch, look: Look, grid: Grid) -> None:
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
        text = canvas[row]
        text.truncate(max(grid.columns, column + 1), pad=True)
        if text.plain[column] == " ":
            style = f"bold {look.colours[index % len(look.colours)]}"
            canvas[row] = text[:column] + Text(name, style=style) + text[column + 1 :]


def _with_axis(line: Text, words: str, look: Look) -> Text:
    head = Text(fit(words, look.margin - 1, right=True) + ("┤" if words else "│"), end="")
    head.append_text(line)
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


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _as_ascii(line: Text) -> Text:
    # one glyph for one glyph here, so that the styled spans stay where they are
    line.plain = ascii_text(line.plain)
    return line
