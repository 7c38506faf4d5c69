"""An analyte's courses and its pairs: one panel a group, side by side on one axis of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.change import LOG_RATIO
from hlh_tui.ui.widgets.cell_canvas import CellCanvas
from hlh_tui.ui.widgets.day_axis import DayAxis, Origin
from hlh_tui.ui.widgets.line_panel import Line, fixed
from hlh_tui.ui.widgets.value_axis import ValueAxis, tick_words, value_axis

if TYPE_CHECKING:
    from hlh_tui.cohort.biomarkers.models import AnalyteResult, Group, Measurement, Series

GUTTER = 8
"""Columns of the axis of values."""
NARROWEST = 14
"""Columns of the narrowest panel."""
MARKS = ("o", "x", "+", "*", "#", "=")
"""The mark of a value, one for each group."""
BELOW, ABOVE = "▼", "▲"
MOST_DRAWN = 150
"""Courses of one group that are drawn; of more, as many evenly picked ones."""
INKS = 6
MARKS_A_COLUMN = 2
"""Values a column of a panel up to which each has its mark."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are drawn: from the baseline window to the evidence cut-off."""

    first: float
    last: float
    visits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One group's part of the canvas: its columns, the place of its ink and mark, and its courses."""

    group: Group
    left: int
    width: int
    place: int
    series: tuple[Series, ...]

    @property
    def ink(self) -> str:
        """The ink of the group."""
        return f"curve-{self.place % INKS + 1}"

    @property
    def mark(self) -> str:
        """The mark of a value of the group."""
        return MARKS[self.place % len(MARKS)]


def spaghetti(
    result: AnalyteResult, days: Span, patient: str | None, width: int, height: int, ascii_only: bool = False
) -> list[Line]:
    """Every value of every patient along the days, the chosen patient's course in the strongest ink."""
    shown = {each.patient_id: _within(each, days) for each in result.series}
    axis, canvas = _prepared(result, [value for own in shown.values() for value in own], width, height, ascii_only)
    panels = panels_of(result, width, patient)
    charted = [value.day for own in shown.values() for value in own]
    first, last = min([*charted, 0.0]), max([*charted, result.day])
    for panel in panels:
        along = DayAxis(first, max(last, first + 1), panel.width - 2, Origin("", 0.0))
        _day_axis(canvas, panel, along, days)
        few = sum(len(shown[each.patient_id]) for each in panel.series) <= MARKS_A_COLUMN * panel.width
        for each in sorted(panel.series, key=lambda one: one.patient_id == patient):
            own = shown[each.patient_id]
            points = [_point(canvas, axis, panel.left + along.clamped(value.day), value) for value in own]
            _course(canvas, panel, points, own, strong=each.patient_id == patient, marked=few)
    _finish(canvas, axis, panels, result)
    return canvas.lines()


def paired(result: AnalyteResult, patient: str | None, width: int, height: int, ascii_only: bool = False) -> list[Line]:
    """Baseline and chosen day of every patient joined by a line, with the medians of the group."""
    both = [value for each in result.series for value in (each.baseline, each.chosen) if value is not None]
    axis, canvas = _prepared(result, both, width, height, ascii_only)
    panels = panels_of(result, width, patient)
    for panel in panels:
        before, after = panel.left + panel.width // 4, panel.left + panel.width * 3 // 4
        canvas.write(panel.left - 1, canvas.height - 2, "└" + "─" * (panel.width - 1))
        for column, words in ((before, "baseline"), (after, f"day {result.day:g}")):
            canvas.write(column, canvas.height - 2, "┬")
            begin = max(column - len(words) // 2, panel.left)
            canvas.write(begin, canvas.height - 1, words)
        for each in sorted(panel.series, key=lambda one: one.patient_id == patient):
            values = [(column, value) for column, value in ((before, each.baseline), (after, each.chosen)) if value]
            points = [_point(canvas, axis, column, value) for column, value in values]
            _course(
                canvas, panel, points, [value for _, value in values], strong=each.patient_id == patient, marked=True
            )
        for column, spread, side in ((before, panel.group.before, -1), (after, panel.group.after, 1)):
            if spread.median is not None:
                row = axis.dot(spread.median) // canvas.down + 1
                canvas.write(column + (1 if side > 0 else -3), row, "━━━", "strong")
    _finish(canvas, axis, panels, result)
    return canvas.lines()


def panels_of(result: AnalyteResult, width: int, patient: str | None) -> list[Panel]:
    """As many groups as there is room for, that of the chosen patient among them."""
    room = max((width - GUTTER) // NARROWEST, 1)
    groups = list(enumerate(result.groups))
    if len(groups) > room:
        wanted = next((place for place, group in groups if patient in group.patients), 0)
        first = min(max(wanted - room + 1, 0), len(groups) - room)
        groups = groups[first : first + room]
    each = (width - GUTTER) // len(groups)
    courses: dict[str, list[Series]] = {}
    for series in result.series:
        courses.setdefault(series.group, []).append(series)
    return [
        Panel(group, GUTTER + number * each, each, place, _drawn(courses.get(group.label, []), patient))
        for number, (place, group) in enumerate(groups)
    ]


def _drawn(series: Sequence[Series], patient: str | None) -> tuple[Series, ...]:
    if len(series) <= MOST_DRAWN:
        return tuple(series)
    picked = {round(place * (len(series) - 1) / (MOST_DRAWN - 1)) for place in range(MOST_DRAWN)}
    return tuple(each for place, each in enumerate(series) if place in picked or each.patient_id == patient)


def left_out_words(result: AnalyteResult, width: int, patient: str | None) -> str:
    """What of the cohort has no room on the plot; empty where all is drawn."""
    panels = panels_of(result, width, patient)
    drawn = sum(len(panel.series) for panel in panels)
    of = sum(len(panel.group.patients) for panel in panels)
    parts = [f"{len(panels)} of {len(result.groups)} groups"] if len(panels) < len(result.groups) else []
    parts += [f"{drawn} of {of} patients"] if drawn < of else []
    return f"drawn: {', '.join(parts)}" if parts else ""


def _within(series: Series, days: Span) -> list[Measurement]:
    return [each for each in series.values if days.first <= each.day <= days.last]


def _prepared(
    result: AnalyteResult, values: Sequence[Measurement], width: int, height: int, ascii_only: bool
) -> tuple[ValueAxis, CellCanvas]:
    canvas = CellCanvas(width, height, ascii_only)
    held = [each.value for each in values]
    band = result.band
    limits = [limit for limit in (band.lower, band.upper) if limit] if band else []
    log = result.measure == LOG_RATIO
    axis = value_axis([*held, *limits], (canvas.height - 3) * canvas.down, log)
    _band(canvas, axis, result)
    return axis, canvas


def _band(canvas: CellCanvas, axis: ValueAxis, result: AnalyteResult) -> None:
    """The reference band as a ground, with a line at each limit."""
    band = result.band
    if band is None:
        return
    rows, rule = canvas.height - 3, "-" if canvas.ascii_only else "╌"
    top = 0 if band.upper is None else axis.dot(band.upper) // canvas.down
    bottom = rows - 1 if not band.lower else axis.dot(band.lower) // canvas.down
    for row in range(top, bottom + 1):
        limit = (row == top and band.upper is not None) or (row == bottom and bool(band.lower))
        canvas.write(GUTTER, row + 1, (rule if limit else " ") * (canvas.width - GUTTER), "limit")
        for column in range(GUTTER, canvas.width):
            canvas.ground(column, row + 1, "band")


def _day_axis(canvas: CellCanvas, panel: Panel, along: DayAxis, days: Span) -> None:
    """The axis of days of one panel with the labels that have room."""
    canvas.write(panel.left - 1, canvas.height - 2, "└" + "─" * (panel.width - 1))
    for column, words in along.ticks(days.visits):
        canvas.write(panel.left + column, canvas.height - 2, "┬")
        canvas.write(panel.left + column, canvas.height - 1, words)


def _point(canvas: CellCanvas, axis: ValueAxis, column: int, value: Measurement) -> tuple[int, int]:
    """The dot of a value, below the line of headings."""
    return column * canvas.across, axis.dot(value.value) + canvas.down


def _course(
    canvas: CellCanvas,
    panel: Panel,
    points: Sequence[tuple[int, int]],
    values: Sequence[Measurement],
    *,
    strong: bool,
    marked: bool,
) -> None:
    """Lines between the values, then their marks; where they would hide the lines only those that say more."""
    ink = "picked" if strong else panel.ink
    for start, end in pairwise(points):
        canvas.line(start, end, ink, strong)
    for (x, y), value in zip(points, values, strict=True):
        mark = BELOW if value.below_detection else ABOVE if value.above_range else panel.mark
        if not (marked or strong or value.comparator or value in (values[0], values[-1])):
            continue
        canvas.write(x // canvas.across, y // canvas.down, mark, ink)


def _finish(canvas: CellCanvas, axis: ValueAxis, panels: Sequence[Panel], result: AnalyteResult) -> None:
    """The axis of values, and each panel's heading."""
    rows = canvas.height - 3
    for row in range(rows):
        canvas.write(GUTTER - 1, row + 1, "│")
    used: set[int] = set()
    for value in axis.ticks(max(rows // 2, 2)):
        row = axis.dot(value) // canvas.down
        if row not in used:
            used.add(row)
            canvas.write(0, row + 1, fixed(tick_words(value), GUTTER - 1, right=True) + "┤")
    canvas.write(0, 0, fixed(result.unit, GUTTER - 1, right=True), "dim")
    for panel in panels:
        words = f"{panel.mark} {panel.group.label} {len(panel.group.paired)}/{len(panel.group.patients)}"
        canvas.write(panel.left, 0, fixed(words, panel.width - 1), f"{panel.ink} strong")
        if panel is not panels[0]:
            for row in range(rows):
                if canvas.is_blank(panel.left - 1, row + 1):
                    canvas.write(panel.left - 1, row + 1, "│", "dim")
