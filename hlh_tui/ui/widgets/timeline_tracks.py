"""The chart laid out as tracks along the days: drugs, events, and the course of an analyte."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log

from hlh_tui.protocol.item_models import Support
from hlh_tui.study.models import Chart, Event, Exposure, Observation
from hlh_tui.ui.values import analyte_label, change_between, value_text
from hlh_tui.ui.widgets.day_axis import DayAxis

BLOCKS = "▁▂▃▄▅▆▇█"
BLOCKS_ASCII = "_.:-=+*#"
DOSE, DOSE_ASCII = "▾", "v"
BAR, BAR_ASCII = "━", "="
WIDE_AXIS = 60
"""Columns from which the legend of events has room for whole names."""

LOG_SPAN = 20
"""Where the highest value is more than so many times the lowest, the course is drawn on a logarithmic scale."""

LETTERS: dict[str, tuple[str, str]] = {
    "death": ("D", "death"),
    "hsct": ("X", "HSCT"),
    "relapse": ("R", "relapse"),
    "progression": ("P", "progression"),
    "chemotherapy": ("C", "chemotherapy"),
    "gcsf": ("G", "G-CSF"),
    "transfusion": ("T", "transfusion"),
    "adverse_event": ("!", "AE"),
    "infection": ("I", "infection"),
    "procedure": ("S", "procedure"),
    "onset": ("O", "onset"),
}
"""Event kind -> letter on the axis and its name, the one that wins a shared column first."""

Cell = tuple[str, str]
"""A character and its ink."""


@dataclass(frozen=True, slots=True)
class Track:
    """One line of the timeline: label, one cell a column, and the words at its end."""

    label: str
    cells: tuple[Cell, ...]
    tail: str


def drug_tracks(chart: Chart, axis: DayAxis, until: float, rows: int, ascii_only: bool = False) -> list[Track]:
    """One track a drug that was given on the axis, at most ``rows``; the last one gathers what has no room."""
    drugs: dict[str, list[Exposure]] = {}
    for exposure in chart.exposures:
        if exposure.start_day <= min(until, axis.end) and _end(exposure, chart) >= axis.start:
            drugs.setdefault(exposure.drug, []).append(exposure)
    ordered = sorted(drugs.items(), key=lambda pair: _weight(pair[1], chart, until))
    hidden = ordered[rows - 1 :] if len(ordered) > rows > 0 else []
    tracks = [
        Track(drug, _drug_cells(given, chart, axis, until, ascii_only), _dose(given, until))
        for drug, given in ordered[: rows - 1 if hidden else rows]
    ]
    if hidden:
        gathered = [exposure for _, given in hidden for exposure in given]
        names = ", ".join(drug for drug, _ in hidden)
        tracks.append(Track(f"+{len(hidden)} drugs", _drug_cells(gathered, chart, axis, until, ascii_only), names))
    return tracks


def event_tracks(chart: Chart, axis: DayAxis, until: float, rows: int, supports: Sequence[Support] = ()) -> list[Track]:
    """Events as letters; those that share a column go to the next row, the last row shows the weightiest."""
    placed: list[dict[int, str]] = [{} for _ in range(rows)]
    shown: dict[str, None] = {}
    for kind, day in _dated(chart, until, supports):
        column = axis.column(day)
        if column is None or kind not in LETTERS:
            continue
        letter = LETTERS[kind][0]
        shown[letter] = None
        if any(row.get(column) == letter for row in placed):
            continue
        free = next((row for row in placed if column not in row), None)
        if free is not None:
            free[column] = letter
    names = (lambda name: name) if axis.width >= WIDE_AXIS else abbreviated
    legend = [f"{letter} {names(name)}" for letter, name in LETTERS.values() if letter in shown]
    used = [row for row in placed if row] or placed[:1]
    tails = _shared(legend, len(used))
    return [
        Track(
            "events" if number == 0 else "",
            tuple(_event_cell(row.get(column)) for column in range(axis.width)),
            tails[number],
        )
        for number, row in enumerate(used)
    ]


def analyte_track(
    charted: Sequence[Observation], axis: DayAxis, until: float, ascii_only: bool = False
) -> Track | None:
    """The course of an analyte as a bar per column (last value of the column), first -> last value and change.

    The first value is the baseline (the last one up to day 0) where there is one. None when nothing is charted.
    """
    values = [o for o in charted if floor(o.day) <= until]
    on_axis = [(axis.column(o.day), o) for o in values]
    last = {column: o.value for column, o in on_axis if column is not None}
    if not values:
        return None
    blocks = BLOCKS_ASCII if ascii_only else BLOCKS
    level = _scale(list(last.values()), len(blocks))
    cells = tuple((blocks[level(last[c])], "course") if c in last else (" ", "") for c in range(axis.width))
    before = [o for o in values if o.day <= 0]
    first, end = (before or values)[-1 if before else 0], values[-1]
    arrow = ">" if ascii_only else "→"
    words = value_text(end.analyte, first.value, first.comparator)
    if end is not first:
        words += f" {arrow} {value_text(end.analyte, end.value, end.comparator)}"
        words += f" {change_between(first, end)}"
    return Track(analyte_label(end.analyte), cells, words)


def _end(exposure: Exposure, chart: Chart) -> float:
    return chart.patient.last_contact_day if exposure.end_day is None else exposure.end_day


def _weight(given: Sequence[Exposure], chart: Chart, until: float) -> tuple[bool, bool, float]:
    """What sorts the drugs: given after day 0, then the dose that day 0 is counted from, then the longest given."""
    days = sum(max(min(_end(e, chart), until) - max(e.start_day, 0.0), 0.0) for e in given)
    index_dose = any(_is_dose(e) and round(e.start_day) == 0 for e in given)
    return all(_end(e, chart) < 0 for e in given), not index_dose, -days


def _is_dose(exposure: Exposure) -> bool:
    """Whether the drug was given once (a mark) and not over days (a bar)."""
    return exposure.end_day is not None and exposure.end_day - exposure.start_day <= 1


def _drug_cells(
    given: Sequence[Exposure], chart: Chart, axis: DayAxis, until: float, ascii_only: bool
) -> tuple[Cell, ...]:
    cells: list[Cell] = [(" ", "")] * axis.width
    for exposure in given:
        start, end = exposure.start_day, min(_end(exposure, chart), until)
        if start > min(until, axis.end) or end < axis.start:
            continue
        if _is_dose(exposure):
            cells[axis.clamped(start)] = (DOSE_ASCII if ascii_only else DOSE, "dose")
            continue
        for column in range(axis.clamped(start), axis.clamped(end) + 1):
            if cells[column][1] != "dose":
                cells[column] = (BAR_ASCII if ascii_only else BAR, "drug")
    return tuple(cells)


def _dose(given: Sequence[Exposure], until: float) -> str:
    shown = [exposure for exposure in given if exposure.start_day <= until]
    doses = list(dict.fromkeys(f"{e.dose:g}" for e in shown if e.dose is not None))
    unit = next((e.dose_unit for e in shown if e.dose_unit), "")
    amount = doses[0] if len(doses) == 1 else f"{doses[0]}-{doses[-1]}" if doses else ""
    times = f" x{len(shown)}" if len(shown) > 1 else ""
    return f"{amount} {unit or ''}".strip() + times


def _dated(chart: Chart, until: float, supports: Sequence[Support]) -> list[tuple[str, float]]:
    """(kind, day) of everything with a letter that is shown, the weightiest kind first."""
    dated = [(event.kind, event.day) for event in chart.events if event.day <= until]
    given = [exposure for exposure in chart.exposures if exposure.start_day <= until]
    dated += [
        (support.events[0].kind, exposure.start_day)
        for support in supports
        for exposure in given
        if support.events and support.covers(exposure.drug, exposure.drug_class)
    ]
    dated += [(event.kind, event.end_day) for event in chart.events if _lasting(event, until) and event.end_day]
    if chart.patient.onset_day is not None:
        dated.append(("onset", chart.patient.onset_day))
    order = list(LETTERS)
    return sorted(dated, key=lambda pair: (order.index(pair[0]) if pair[0] in order else len(order), pair[1]))


def _lasting(event: Event, until: float) -> bool:
    """Support that went on for days is marked at its end too: the end is what the exclusion window counts from."""
    return event.kind in ("gcsf", "transfusion") and event.end_day is not None and event.end_day <= until


def abbreviated(name: str) -> str:
    """A name in at most six characters."""
    return name if len(name) <= 6 else f"{name[:5]}."


def _event_cell(letter: str | None) -> Cell:
    if letter is None:
        return " ", ""
    return letter, "alert" if letter in "!DP" else "event"


def _shared(legend: list[str], rows: int) -> list[str]:
    """The legend's entries dealt out over the rows in order."""
    each = -(-len(legend) // rows) if rows else 0
    return ["  ".join(legend[row * each : (row + 1) * each]) for row in range(rows)]


def _scale(values: Sequence[float], levels: int) -> Callable[[float], int]:
    """Value -> level 0 to ``levels`` - 1 between the lowest and the highest value."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if low > 0 and high > LOG_SPAN * low:
        low, span = log(low), log(high) - log(low)
        return lambda value: round((log(value) - low) / span * (levels - 1))
    return lambda value: round((value - low) / (high - low) * (levels - 1)) if high > low else levels // 2
