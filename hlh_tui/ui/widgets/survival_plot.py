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
from hlh_tui.ui.present import ascii_text, plain
from hlh_tui.ui.theme import CURVES
from hlh_tui.ui.widgets.survival_drawing import Drawing, Look, draw, letter, under_ticks

if TYPE_CHECKING:
    from hlh_tui.cohort.models import SurvivalResult

PLOT_ROWS_WANTED = 10
NARROWEST_MARGIN, WIDEST_MARGIN = 10, 26
COUNTS = ("at risk", "events", "censored")


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole widget: the plot above, the rows of numbers below."""

    drawing: Drawing
    below: tuple[Text, ...]

    @property
    def lines(self) -> tuple[Text, ...]:
        """All lines from the top."""
        return (*self.drawing.lines, *self.below)


class SurvivalPlot(Widget):
    """Curves, censoring marks, confidence band and number at risk; ``day`` puts a line on the plot."""

    app = getters.app(HlhApp)
    day: reactive[float | None] = reactive(None)

    def __init__(self) -> None:
        super().__init__()
        self.result: SurvivalResult | None = None
        self.band = True
        self.picture: Picture | None = None

    def show(self, result: SurvivalResult, band: bool) -> None:
        """Draw a result off the keyboard's thread."""
        self.result, self.band = result, band
        self.redraw()

    def on_mount(self) -> None:
        """Draw anew in the colours of another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())

    def on_resize(self) -> None:
        """Draw anew in another size."""
        self.redraw()

    def redraw(self) -> None:
        """Draw what is shown, in the present size and theme."""
        if self.result is None or not self.size:
            return
        result, size, band, ascii_only = self.result, self.size, self.band, self.app.ascii_only
        colours = tuple(self.app.theme_variables[name] for name in CURVES)
        in_background(self.app, self, lambda: picture(result, size, band, ascii_only, colours), self._take, "plot")

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
        column = drawing.column(self.day - (self.result.landmark_day or 0 if self.result else 0))
        if not 0 <= column < self.size.width:
            return strip
        before, here, after = strip.divide([column, column + 1, self.size.width])
        return Strip.join([before, here.apply_style(Style(reverse=True)), after])


@lru_cache(maxsize=64)
def picture(result: SurvivalResult, size: Size, band: bool, ascii_only: bool, colours: tuple[str, ...]) -> Picture:
    """The picture of a result in that size; drawn once for each result, size and set of colours."""
    from hlh_tui.cohort.risk import risk_counts

    labels = [row_label(result, index) for index in range(len(result.strata))]
    longest = max((len(label) for label in labels), default=0) + 2
    margin = min(max(longest, NARROWEST_MARGIN), WIDEST_MARGIN, max(size.width // 4, NARROWEST_MARGIN))
    several = len(result.strata) > 1
    full = len(COUNTS) * (len(result.strata) + 1) if several else len(COUNTS)
    compact = size.height - full < PLOT_ROWS_WANTED
    rows = (len(result.strata) + 1 if several else len(COUNTS)) if compact else full
    look = Look(size.width, max(size.height - rows, 6), margin, band, ascii_only, colours)
    drawing = draw(result, look)
    columns = [column for _, column in drawing.ticks]
    counted = [risk_counts(stratum, [day for day, _ in drawing.ticks]) for stratum in result.strata]
    numbers = {
        "at risk": [[str(c.at_risk) for c in counts] for counts in counted],
        "events": [[str(c.events) for c in counts] for counts in counted],
        "censored": [[str(c.censored) for c in counts] for counts in counted],
    }
    below: list[Text] = []
    if not several:
        below = [plain(under_ticks(name, numbers[name][0], columns, size.width)) for name in COUNTS if counted]
    elif compact:
        below.append(Text("at risk (events, censored)", style="italic", end=""))
        for index, label in enumerate(labels):
            words = [f"{c.at_risk} ({c.events},{c.censored})" for c in counted[index]]
            below.append(_row(label, words, columns, size.width, colours[index % len(colours)]))
    else:
        for name in COUNTS:
            below.append(Text(name, style="italic", end=""))
            below += [
                _row(label, numbers[name][index], columns, size.width, colours[index % len(colours)])
                for index, label in enumerate(labels)
            ]
    if ascii_only:
        below = [Text(ascii_text(line.plain), style=line.style, end="") for line in below]
    return Picture(drawing, tuple(below))


def _row(label: str, words: list[str], columns: list[int], width: int, colour: str) -> Text:
    return Text(under_ticks(label, words, columns, width), style=colour, end="", no_wrap=True)


def row_label(result: SurvivalResult, index: int) -> str:
    """A curve's letter and name; one curve alone has no letter."""
    name = result.strata[index].label or "all"
    return f"{letter(index)} {name}" if len(result.strata) > 1 else name
