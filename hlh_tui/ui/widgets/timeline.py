"""The patient's course on one time axis, with the current day as a column through all tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.reactive import reactive

from hlh_tui.protocol.item_models import Support
from hlh_tui.study.models import Chart, Observation
from hlh_tui.ui.values import analyte_label, day_text
from hlh_tui.ui.widgets.day_axis import DayAxis, Origin, window
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, Span, fixed
from hlh_tui.ui.widgets.timeline_tracks import Cell, Track, analyte_track, drug_tracks, event_tracks

GUTTER = 13
"""Columns of the tracks' labels."""

ZOOMS: tuple[tuple[float, float], ...] = (
    (-3.0, 7.0),
    (-7.0, 14.0),
    (-14.0, 28.0),
    (-28.0, 56.0),
    (-91.0, 182.0),
    (-3650.0, 3650.0),
)
"""Days before and after the origin, nearest first; the last one is the whole course."""

OPENING_ZOOM = 2

FIRST_ANALYTES = ("ferritin", "platelets", "neutrophils", "fibrinogen", "d_dimer", "temperature", "scd25", "crp")
"""The order in which analytes get a track where there is not room for all."""


@dataclass(frozen=True, slots=True)
class TimelineView:
    """What the timeline shows; days since the index event."""

    chart: Chart
    series: Mapping[str, tuple[Observation, ...]]
    """The observations of each analyte, ordered by day."""
    cursor: float
    until: float
    """Last day shown of the chart."""
    origin: Origin
    visits: tuple[float, ...]
    zoom: int = OPENING_ZOOM
    analyte: str = ""
    """The analyte under the board's cursor; it always has a track."""
    hindsight: bool = False
    """Whether days after the evidence cut-off are shown."""
    supports: tuple[Support, ...] = ()
    """What the criteria count as support: a drug among it is marked as its event is."""


class Timeline(LinePanel):
    """Drugs, events and analytes of one case; moving the cursor repaints this panel alone."""

    view: reactive[TimelineView | None] = reactive(None, layout=False)

    def watch_view(self) -> None:
        """Draw the new view."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The axis, then as many tracks as there is room for."""
        if self.view is None or width < GUTTER * 3:
            return []
        return timeline_lines(self.view, width, height, self.ascii_only)


def timeline_lines(view: TimelineView, width: int, height: int, ascii_only: bool = False) -> list[Line]:
    """The timeline as lines of spans."""
    tail = min(max(width // 5, 16), 34)
    axis = axis_of(view, width - GUTTER - tail - 1)
    tracks = _tracks(view, axis, height - 1, ascii_only)
    cursor = axis.column(view.cursor)
    lines: list[Line] = [_axis_line(view, axis, cursor, tail)]
    lines += [_track_line(view, track, cursor, tail, ascii_only) for track in tracks]
    return lines[:height]


def axis_of(view: TimelineView, width: int) -> DayAxis:
    """The axis in that many columns: the zoom around the origin, never empty before the first charted day."""
    start, end = window(ZOOMS[view.zoom], view.origin.day, view.cursor, view.until)
    start = max(start, min(_first_day(view.chart), view.cursor, view.origin.day))
    return DayAxis(start, max(end, start + 1), width, view.origin)


def _tracks(view: TimelineView, axis: DayAxis, rows: int, ascii_only: bool) -> list[Track]:
    """Tracks for ``rows`` lines: about a third drugs, one to three lines of events, analytes below."""
    chart, until = view.chart, view.until
    drugs = drug_tracks(chart, axis, until, max(rows * 2 // 5, 3), ascii_only)
    events = event_tracks(chart, axis, until, max(min(rows // 5, 3), 1), view.supports)
    left = rows - len(drugs) - len(events)
    courses = {
        a: analyte_track(view.series.get(a, ()), axis, until, ascii_only) for a in (view.analyte, *FIRST_ANALYTES) if a
    }
    wanted = [a for a in courses if courses[a] is not None and a != view.analyte][: max(left, 0)]
    if courses.get(view.analyte) is not None:
        wanted = [*wanted[: max(left - 1, 0)], view.analyte]
    shown = sorted(wanted, key=lambda a: FIRST_ANALYTES.index(a) if a in FIRST_ANALYTES else len(FIRST_ANALYTES))
    return [*drugs, *events, *(course for a in shown if (course := courses[a]) is not None)]


def _first_day(chart: Chart) -> float:
    days = [o.day for o in chart.observations[:1]] + [e.day for e in chart.events[:1]]
    days += [e.start_day for e in chart.exposures]
    if chart.patient.onset_day is not None:
        days.append(chart.patient.onset_day)
    return min(days, default=0.0)


def _track_line(view: TimelineView, track: Track, cursor: int | None, tail: int, ascii_only: bool) -> Line:
    selected = view.analyte and track.label == analyte_label(view.analyte)
    return [
        (fixed(track.label, GUTTER), "strong" if selected else ""),
        *_runs(_with_cursor(track.cells, cursor, ascii_only)),
        (" " + fixed(track.tail, tail), "dim"),
    ]


def _axis_line(view: TimelineView, axis: DayAxis, cursor: int | None, tail: int) -> Line:
    cells: list[Cell] = [(" ", "")] * axis.width
    here = "" if cursor is None else day_text(view.cursor - view.origin.day)
    start = min(cursor or 0, axis.width - len(here))
    for column, label in axis.ticks(view.visits):
        if not here or column + len(label) < start or column > start + len(here):
            _write(cells, column, label, "head")
    _write(cells, start, here, "cursor")
    until = "whole course" if view.hindsight else f"to day {day_text(view.until)}"
    words = until if not view.origin.day else f"from {view.origin.label}, {until}"
    if view.hindsight and view.origin.day:
        words = f"{until}, from {view.origin.label}"
    return [
        (fixed("day", GUTTER), "head"),
        *_runs(cells),
        (" " + fixed(words, tail), "alert" if view.hindsight else "head"),
    ]


def _write(cells: list[Cell], column: int, words: str, ink: str) -> None:
    for place, character in enumerate(words):
        cells[column + place] = (character, ink)


def _with_cursor(cells: Sequence[Cell], cursor: int | None, ascii_only: bool) -> list[Cell]:
    marked = list(cells)
    if cursor is not None:
        character, ink = marked[cursor]
        line = "|" if ascii_only else "│"
        marked[cursor] = (line, "mark") if character == " " else (character, f"cursor-dim {ink}".strip())
    return marked


def _runs(cells: Sequence[Cell]) -> list[Span]:
    """Neighbouring cells of one ink joined into spans."""
    runs: list[Span] = []
    for character, ink in cells:
        if runs and runs[-1][1] == ink:
            runs[-1] = (runs[-1][0] + character, ink)
        else:
            runs.append((character, ink))
    return runs
