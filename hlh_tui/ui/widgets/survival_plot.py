"""The survival plot with the numbers at risk under its ticks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import getters
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.background import in_background
from hlh_tui.ui.present import ascii_text
from hlh_tui.ui.theme import CURVES
from hlh_tui.ui.widgets.survival_drawing import Drawing, Look, draw, under_ticks
from hlh_tui.ui.widgets.survival_sketch import Numbers, sketch

if TYPE_CHECKING:
    from hlh_tui.ui.widgets.survival_sketch import Result

PLOT_ROWS_WANTED = 10
NARROWEST_MARGIN = 10


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole widget in a ``size``: the plot above, the rows of numbers below; the axis begins on day ``start``."""

    size: Size
    drawing: Drawing
    start: float
    below: tuple[Text, ...]

    @property
    def lines(self) -> tuple[Text, ...]:
        """All lines from the top."""
        return (*self.drawing.lines, *self.below)


class SurvivalPlot(Widget):
    """Curves of survival or of competing risks with their numbers; ``day`` puts a line on the plot."""

    app = getters.app(HlhApp)
    day: reactive[float | None] = reactive(None)

    def __init__(self) -> None:
        super().__init__()
        self.result: Result | None = None
        self.band = True
        self.picture: Picture | None = None

    def drawn(self, result: Result, band: bool) -> Picture:
        """The picture of a result in the present size and theme; may be asked from a worker."""
        colours = tuple(self.app.theme_variables[name] for name in CURVES)
        return picture(result, self.size, band, self.app.ascii_only, colours)

    def show(self, result: Result, band: bool, ready: Picture) -> None:
        """Show a result whose picture is ready; it is drawn anew if size or theme change."""
        self.result, self.band = result, band
        self._take(ready)
        if ready.size != self.size:  # made while the widget was given another one
            self.redraw()

    def on_mount(self) -> None:
        """Draw anew in the colours of another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())

    def on_resize(self) -> None:
        """Draw anew in another size."""
        self.redraw()

    def redraw(self) -> None:
        """Draw what is shown, in the present size and theme."""
        result, band = self.result, self.band
        if result is None or not self.size:
            return
        in_background(self.app, self, lambda: self.drawn(result, band), self._take, "plot")

    def _take(self, drawn: Picture) -> None:
        self.picture = drawn
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the picture; the cursor's column is reversed where nothing is drawn."""
        base = self.rich_style
        if self.picture is None or y >= len(self.picture.lines):
            return Strip.blank(self.size.width, base)
        segments = list(self.picture.lines[y].render(self.app.console))
        strip = Strip([Segment(s.text, base + (s.style or Style())) for s in segments if s.text])
        strip = strip.adjust_cell_length(self.size.width, base)
        drawing = self.picture.drawing
        if self.day is None or y >= len(drawing.lines) - 1:
            return strip
        column = drawing.column(self.day - self.picture.start)
        if not 0 <= column < self.size.width:
            return strip
        before, here, after = strip.divide([column, column + 1, self.size.width])
        return Strip.join([before, here.apply_style(Style(reverse=True)), after])


@lru_cache(maxsize=64)
def picture(result: Result, size: Size, band: bool, ascii_only: bool, colours: tuple[str, ...]) -> Picture:
    """The picture of a result in that size; drawn once for each result, size and set of colours."""
    drawn = sketch(result)
    least = [len(drawn.rows((), compact)) for compact in (False, True)]
    compact = size.height - least[0] < PLOT_ROWS_WANTED and least[1] < least[0]
    longest = drawn.longest + 2 if drawn.longest else 0
    margin = min(max(longest, NARROWEST_MARGIN), max(size.width // 3, NARROWEST_MARGIN))
    look = Look(size.width, max(size.height - least[compact], 6), margin, band, ascii_only, colours)
    drawing = draw(drawn, look)
    rows = drawn.rows([day for day, _ in drawing.ticks], compact)
    return Picture(size, drawing, drawn.start, tuple(_line(row, drawing, look) for row in rows))


def _line(row: Numbers, drawing: Drawing, look: Look) -> Text:
    if not row.words:
        words, style = row.label, "italic"
    else:
        columns = [column for _, column in drawing.ticks]
        words = under_ticks(row.label, list(row.words), columns, look.width, centred="(" not in row.words[0])
        style = "" if row.curve is None else look.colours[row.curve % len(look.colours)]
    return Text(ascii_text(words) if look.ascii_only else words, style=style, end="", no_wrap=True)
