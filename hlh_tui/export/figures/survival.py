"""Kaplan-Meier curves for print, with at risk, events and censored aligned under the axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.curves_text import comparison_lines
from hlh_tui.cohort.survival.endpoint import counted_from, find_endpoint
from hlh_tui.cohort.survival.risk import risk_counts
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

    from hlh_tui.cohort.survival.models import Limits, Stratum, SurvivalResult
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.study.file import Study

COUNTS = {"At risk": "at_risk", "Events": "events", "Censored": "censored"}
LONG_LABEL = 34


def survival_panel(study: Study, endpoint: str, options: Options) -> Panel:
    """The curves of ``endpoint``; ``CohortError`` where there is none to draw."""
    from hlh_tui.cohort.survival.curves import survival

    found = survival(study, endpoint, options.by, ci=options.ci or "log-log")
    n, last = sum(each.n for each in found.strata), max(each.steps[-1].day for each in found.strata)
    axis = time_axis(found.landmark_day or 0.0, last, study.protocol.month_days, n)
    since = counted_from(find_endpoint(study, endpoint), study.protocol)
    around = Around(axis, since, key(found), blocks(found, axis), groups(found))
    return Panel(
        title=title(found),
        notes=notes(found, axis),
        width=style().page.single,
        height=lambda width: curves_height(around, width),
        draw=lambda sheet, box: draw(sheet, box, found, around),
    )


def title(found: SurvivalResult) -> str:
    """What is drawn, in how many, with how many events."""
    n, events = sum(each.n for each in found.strata), sum(each.events for each in found.strata)
    by = f" by {found.by.replace('_', ' ')}" if found.by else ""
    since = f", from day {found.landmark_day:g}" if found.landmark_day else ""
    return f"{found.label}{by}{since} (n = {n}, {events} event{'' if events == 1 else 's'})"


def notes(found: SurvivalResult, axis: TimeAxis) -> tuple[str, ...]:
    """Estimates with their intervals, comparisons, what the marks mean, and the result's own notes."""
    said = [estimates(stratum, axis, len(found.strata) > 1) for stratum in found.strata]
    said += [sentence(f"{words}.") for words in comparison_lines(found)]
    shaded = f"shaded: 95 % interval, {found.ci_method}"
    unshaded = f"95 % intervals, {found.ci_method}, in numbers only, because so many bands would hide one another"
    said.append(f"Kaplan-Meier; {shaded if has_bands(len(found.strata)) else unshaded}. Upright ticks: censored.")
    few = f"fewer than {style().survival.few_at_risk} at risk"
    said.append(f"Dashed{' and hatched' if has_bands(len(found.strata)) else ''}: {few}.")
    return (*said, *found.notes)


def estimates(stratum: Stratum, axis: TimeAxis, named: bool) -> str:
    """Median and survival at the chosen days in one sentence."""
    parts = [
        f"{axis.words(each.day)} {100 * each.survival:.1f} %{interval(each.lower, each.upper)}"
        for each in stratum.estimates
        if each.survival is not None
    ]
    said = "; ".join([*parts, f"median {median(stratum.median, axis)}"])
    return sentence(f"{stratum.label}: {said}." if named else f"{said}.")


def median(limits: Limits, axis: TimeAxis) -> str:
    """The median with its interval; NR where it is not reached."""
    estimate, lower, upper = (axis.number(each) for each in (limits.estimate, limits.lower, limits.upper))
    return f"{estimate} {axis.unit} ({lower}–{upper})" if limits.estimate is not None else f"NR ({lower}–{upper})"


def is_survival(label: str) -> bool:
    """Whether the label of an endpoint can name its curve: survival can, time to something cannot."""
    return "survival" in label.lower() and len(label) < LONG_LABEL


def key(found: SurvivalResult) -> tuple[Entry, ...]:
    """The key: one entry a curve, none for a single one."""
    if len(found.strata) < 2:
        return ()
    return tuple(
        Entry(f"{each.label} (n = {each.n})", colour(index), marker=mark(index))
        for index, each in enumerate(found.strata)
    )


def groups(found: SurvivalResult) -> tuple[Group, ...]:
    """Whose numbers stand under the axis."""
    return tuple(Group(each.label, colour(index), mark(index)) for index, each in enumerate(found.strata))


def blocks(found: SurvivalResult, axis: TimeAxis) -> tuple[Block, ...]:
    """The numbers under the axis: those of ``risk_counts`` at the ticks."""
    counted = [risk_counts(stratum, axis.ticks) for stratum in found.strata]
    return tuple(
        Block(name, tuple(tuple(getattr(count, field) for count in counts) for counts in counted))
        for name, field in COUNTS.items()
    )


def draw(sheet: Sheet, box: Box, found: SurvivalResult, around: Around) -> None:
    """Place everything into the box."""
    plot = place_curves(sheet, box, around)
    plot.set_ylabel(f"{found.label} (%)" if is_survival(found.label) else "Without the event (%)")
    for index, stratum in enumerate(found.strata):
        draw_curve(plot, stratum, index, found.landmark_day or 0.0, has_bands(len(found.strata)))
        if len(found.strata) > 1:
            draw_end(plot, stratum.steps[-1].day, stratum.steps[-1].survival, index)


def draw_curve(plot: Axes, stratum: Stratum, index: int, start: float, banded: bool) -> None:
    """Band, steps and censoring ticks of one curve."""
    whole = levels(start, 1.0, stratum.steps, [step.survival for step in stratum.steps])
    if banded:
        draw_band(plot, whole, index)
    draw_line(plot, whole, index)
    censored = [(step.day, step.survival) for step in stratum.steps if step.censored]
    days, shares = [day for day, _ in censored], [share for _, share in censored]
    plot.plot(days, shares, ls="none", marker="|", ms=5.5, mew=0.9, color=colour(index), clip_on=False)
