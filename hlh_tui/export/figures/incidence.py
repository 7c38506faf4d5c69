"""Cumulative incidence for print: every cause by Aalen and Johansen, and 1 - Kaplan-Meier as the wrong answer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.endpoint import counted_from, find_endpoint
from hlh_tui.export.figures.counts_below import Block, Group
from hlh_tui.export.figures.curves import (
    Around,
    colour,
    curves_height,
    draw_band,
    draw_end,
    draw_line,
    has_bands,
    interval,
    mark,
    place_curves,
)
from hlh_tui.export.figures.key import Entry
from hlh_tui.export.figures.models import Options, Panel
from hlh_tui.export.figures.sheet import Box, sentence
from hlh_tui.export.figures.steps import levels
from hlh_tui.export.figures.style import style
from hlh_tui.export.figures.time_axis import TimeAxis, time_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.cohort.survival.incidence import Cause, IncidenceResult
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.study.file import Study

NAIVE_DASH = (0, (1, 1.2))


@dataclass(frozen=True, slots=True)
class Point:
    """A day of a curve with how many are at risk just before it."""

    day: float
    at_risk: int
    lower: float | None
    upper: float | None


def incidence_panel(study: Study, endpoint: str, options: Options) -> Panel:
    """The causes of ``endpoint``; ``CohortError`` where there is nobody to estimate from."""
    from hlh_tui.cohort.survival.incidence import incidence

    found = incidence(study, endpoint, ci=options.ci or "log-log")
    protocol = study.protocol
    since = counted_from(find_endpoint(study, endpoint), protocol)
    axis = time_axis(0.0, found.event_free.steps[-1].day, protocol.month_days, found.n)
    around = Around(axis, since, key(found), blocks(found, axis), (Group("", style().colours.ink),))
    return Panel(
        title=f"{found.label}: cumulative incidence (n = {found.n})",
        notes=notes(found, axis),
        width=style().page.single,
        height=lambda width: curves_height(around, width),
        draw=lambda sheet, box: draw(sheet, box, found, around),
    )


def notes(found: IncidenceResult, axis: TimeAxis) -> tuple[str, ...]:
    """The estimates at the chosen days, the wrong answer beside the first, and the result's own notes."""
    said = []
    for at in found.estimates:
        parts = []
        for state, cause in zip(at.states, (*found.causes, found.event_free), strict=True):
            if state.probability is None:
                continue
            wrong = (
                f", 1 - KM {100 * state.naive:.1f} %"
                if competing(found) and cause in found.causes and state.naive
                else ""
            )
            parts.append(f"{cause.label} {100 * state.probability:.1f} %{interval(state.lower, state.upper)}{wrong}")
        said += [f"{axis.words(at.day)}: {'; '.join(parts)}."] if parts else []
    few = f"fewer than {style().survival.few_at_risk} at risk"
    banded = has_bands(len(found.causes))
    marks = f"Shaded: 95 % interval. Dashed and hatched: {few}." if banded else f"Dashed: {few}."
    return (*said, marks, *found.notes)


def competing(found: IncidenceResult) -> bool:
    """Whether anything competes; without it 1 - Kaplan-Meier is the same curve."""
    return len(found.causes) > 1


def key(found: IncidenceResult) -> tuple[Entry, ...]:
    """The key: every cause with its events, and the wrong answer."""
    entries = [
        Entry(f"{cause.label} ({cause.events})", colour(index), marker=mark(index))
        for index, cause in enumerate(found.causes)
    ]
    if competing(found):
        wrong = f"1 - Kaplan-Meier of {found.causes[0].label}: too high"
        entries.append(Entry(wrong, style().colours.wrong, NAIVE_DASH))
    return tuple(entries)


def blocks(found: IncidenceResult, axis: TimeAxis) -> tuple[Block, ...]:
    """At risk just before each tick, each cause and censored up to it."""
    days = [step.day for step in found.event_free.steps]
    before = [bisect_left(days, tick) for tick in axis.ticks]
    until = [bisect_right(days, tick) for tick in axis.ticks]
    at_risk = (*found.at_risk, 0)
    rows = {"At risk": tuple(at_risk[place] for place in before)}
    counted = {sentence(cause.label): [step.events for step in cause.steps] for cause in found.causes}
    for name, numbers in (*counted.items(), ("Censored", found.censored)):
        sums = [0, *accumulate(numbers)]
        rows[name] = tuple(sums[place] for place in until)
    return tuple(Block(name, (row,)) for name, row in rows.items())


def draw(sheet: Sheet, box: Box, found: IncidenceResult, around: Around) -> None:
    """Place everything into the box."""
    plot = place_curves(sheet, box, around)
    plot.set_ylabel("Cumulative incidence (%)")
    for index, cause in enumerate(found.causes):
        draw_cause(plot, cause, index, found.at_risk, has_bands(len(found.causes)))
    if competing(found):
        draw_wrong(plot, found.causes[0])


def draw_cause(plot: Axes, cause: Cause, index: int, at_risk: Sequence[int], banded: bool) -> None:
    """The curve of a cause with its interval and its mark at the end."""
    points = [Point(step.day, left, step.lower, step.upper) for step, left in zip(cause.steps, at_risk, strict=True)]
    whole = levels(0.0, 0.0, points, [step.cif for step in cause.steps])
    if banded:
        draw_band(plot, whole, index)
    draw_line(plot, whole, index)
    draw_end(plot, cause.steps[-1].day, cause.steps[-1].cif, index)


def draw_wrong(plot: Axes, cause: Cause) -> None:
    """1 - Kaplan-Meier of a cause as a dotted line."""
    look = style()
    days, shares = [0.0], [0.0]
    for step in cause.steps:
        days += [step.day, step.day]
        shares += [shares[-1], step.naive]
    plot.plot(days, shares, color=look.colours.wrong, lw=look.line.curve, ls=NAIVE_DASH, clip_on=False)
