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
    from hlh_tui.cohort.models import Stratum, SurvivalResult

MARKS = ("+", "x", "o", "*", "#", "=")
"""Where a patient was censored, one mark a curve."""
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
class Drawing:
    """Lines of the plot with its axes; ``ticks`` are (day, column) in those lines."""

    lines: tuple[Text, ...]
    ticks: tuple[tuple[float, int], ...]
    left: int
    columns: int
    span: float

    def column(self, day: float) -> int:
        """The column of a day."""
        return self.left + _cell(day, self.span, self.columns)


def _cell(value: float, span: float, cells: int) -> int:
    # the same rounding as plotext's, so that ticks, marks and curves share their columns
    return floor(round(0.5 + (cells - 1) * value / span, 8))


def last_day(result: SurvivalResult) -> float:
    """The last day of any curve, at least the day after the first."""
    days = [step.day for stratum in result.strata for step in stratum.steps]
    return max([*days, (result.landmark_day or 0) + 1])


def first_day(result: SurvivalResult) -> float:
    """Where the curves begin: the landmark, else day 0."""
    return result.landmark_day or 0.0


def tick_days(start: float, end: float, columns: int) -> list[float]:
    """Round days from ``start`` to ``end``, as many as have room."""
    most = max(columns // TICK_ROOM, 1)
    step = next((step for step in STEPS if (end - start) / step <= most), STEPS[-1])
    first = -(-start // step) * step
    days = [first + number * step for number in range(int((end - first) // step) + 1)]
    return days if days and days[0] - start < 1e-9 else [start, *[day for day in days if day - start > step / 2]]


def corners(stratum: Stratum, start: float, value: str = "survival") -> tuple[list[float], list[float]]:
    """The curve as the corners of its steps from (start, 1); ``value`` may be lower or upper."""
    days, shares, level = [start], [1.0], 1.0
    for step in stratum.steps:
        new: float | None = getattr(step, value)
        if new is None:  # no interval where survival is 0: the band ends there
            return [*days, step.day], [*shares, level]
        days += [step.day, step.day]
        shares += [level, new]
        level = new
    return days, shares


def draw(result: SurvivalResult, look: Look) -> Drawing:
    """Draw the curves; a result without patients gives an empty plot."""
    columns = max(look.width - look.margin - 4, FEWEST_COLUMNS)
    rows = max(look.height - 2, FEWEST_ROWS)
    start, end = first_day(result), last_day(result)
    span = end - start
    canvas = _canvas(result, look, columns, rows, start, span)
    _name_ends(canvas, result, look, columns, rows)
    ticks = [(day, _cell(day - start, span, columns)) for day in tick_days(start, end, columns)]
    lines = [_with_axis(line, row, rows, look) for row, line in enumerate(canvas)]
    lines += [_x_axis(ticks, columns, look), _x_labels(ticks, look)]
    if look.ascii_only:
        lines = [_as_ascii(line) for line in lines]
    places = tuple((day, look.margin + column) for day, column in ticks)
    return Drawing(tuple(lines), places, look.margin, columns, span)


def _canvas(result: SurvivalResult, look: Look, columns: int, rows: int, start: float, span: float) -> list[Text]:
    from plotext._figure import _figure_class

    figure = _figure_class()
    figure.limit_size(False, False)
    figure.plot_size(columns, rows)
    figure.theme("clear")
    figure.xaxes(False, False)
    figure.yaxes(False, False)
    figure.xticks([], [])
    figure.yticks([], [])
    figure.xlim(0, span)
    figure.ylim(0, 1)
    for index, stratum in enumerate(result.strata):
        colour = _rgb(look.colours[index % len(look.colours)])
        if look.band:
            _band(figure, stratum, look, colour, columns, start, span)
        days, shares = corners(stratum, start)
        line = ASCII_LINES[index % len(ASCII_LINES)] if look.ascii_only else "braille"
        figure.plot([day - start for day in days], shares, marker=line, color=colour)
    for index, stratum in enumerate(result.strata):
        gone = [(step.day - start, step.survival) for step in stratum.steps if step.censored]
        if gone:
            colour = _rgb(look.colours[index % len(look.colours)])
            figure.scatter(*map(list, zip(*gone, strict=True)), marker=MARKS[index % len(MARKS)], color=colour)
    if not result.strata:
        figure.scatter([0], [0], marker=" ")
    text = Text.from_ansi(figure.build())
    return list(text.split("\n", allow_blank=True))[:rows]


def _band(
    figure: Any, stratum: Stratum, look: Look, colour: tuple[int, int, int], columns: int, start: float, span: float
) -> None:
    dot = "." if look.ascii_only else "⠂"
    for value in ("lower", "upper"):
        days, limits = corners(stratum, start, value)
        xs, ys, at = [], [], 0
        for column in range(0, columns, 2):
            day = start + span * column / (columns - 1)
            while at + 1 < len(days) and days[at + 1] <= day:
                at += 1
            if day <= days[-1]:
                xs.append(day - start)
                ys.append(limits[at])
        figure.scatter(xs, ys, marker=dot, color=colour)


def _name_ends(canvas: list[Text], result: SurvivalResult, look: Look, columns: int, rows: int) -> None:
    """A letter after the end of each curve, so that curves are told apart without colour."""
    if len(result.strata) < 2:
        return
    taken: set[int] = set()
    span, start = last_day(result) - first_day(result), first_day(result)
    for index, stratum in enumerate(result.strata):
        if not stratum.steps:
            continue
        row = rows - 1 - _cell(stratum.steps[-1].survival, 1.0, rows)
        near = [row, row - 1, row + 1, row - 2, row + 2]
        row = next((r for r in near if 0 <= r < rows and r not in taken), row)
        taken.add(row)
        column = _cell(stratum.steps[-1].day - start, span, columns) + 1
        style = f"bold {look.colours[index % len(look.colours)]}"
        line = canvas[row]
        line.truncate(max(columns, column + 1), pad=True)
        blank = line.plain[column : column + 1] in (" ", "")
        if blank or column >= columns:
            canvas[row] = line[:column] + Text(letter(index), style=style) + line[column + 1 :]


def letter(index: int) -> str:
    """The letter of a curve."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[index % 26]


def _with_axis(line: Text, row: int, rows: int, look: Look) -> Text:
    labels = {rows - 1 - _cell(share, 1.0, rows): words for share, words in Y_TICKS.items()}
    words = labels.get(row, "")
    head = Text(fit(words, look.margin - 1, right=True) + ("┤" if words else "│"), end="")
    head.append_text(line)
    head.end = ""
    return head


def _x_axis(ticks: list[tuple[float, int]], columns: int, look: Look) -> Text:
    at = {column for _, column in ticks}
    return Text(" " * (look.margin - 1) + "└" + "".join("┬" if c in at else "─" for c in range(columns)), end="")


def _x_labels(ticks: list[tuple[float, int]], look: Look) -> Text:
    return Text(under_ticks("days", [f"{day:g}" for day, _ in ticks], [look.margin + c for _, c in ticks], look.width))


def under_ticks(label: str, words: list[str], columns: list[int], width: int) -> str:
    """A line with each word centred under its tick's column, and a label at the left."""
    line = list(fit(label, columns[0] - 1 if columns else width) + " " * width)[:width]
    for word, column in zip(words, columns, strict=True):
        begin = min(max(column - (len(word) - 1) // 2, 0), max(width - len(word), 0))
        line[begin : begin + len(word)] = word
    return "".join(line)[:width].rstrip()


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _as_ascii(line: Text) -> Text:
    # one glyph for one glyph here, so that the styled spans stay where they are
    line.plain = ascii_text(line.plain)
    return line
