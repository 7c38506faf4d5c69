"""Kaplan-Meier curves for print, with at risk, events and censored aligned under the axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.printed import limits_in_percent
from hlh_tui.cohort.survival.curves_text import comparison_lines
from hlh_tui.cohort.survival.endpoint import find_endpoint
from hlh_tui.cohort.survival.risk import risk_counts
from hlh_tui.export.figures.counts_below import Block, Group, counts_height, counts_margin, write_counts
from hlh_tui.export.figures.key import Entry, key_height, write_key
from hlh_tui.export.figures.models import Box, Options, Panel
from hlh_tui.export.figures.sheet import axes, sentence
from hlh_tui.export.figures.steps import Level, band_pieces, levels, line_pieces
from hlh_tui.export.figures.style import of_group, style
from hlh_tui.export.figures.time_axis import TimeAxis, time_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.cohort.survival.models import Limits, Stratum, SurvivalResult
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.study.file import Study

COUNTS = {"At risk": "at_risk", "Events": "events", "Censored": "censored"}
Y_LABEL_ROOM = 11.0
X_LABEL_ROOM = 9.5
RIGHT_ROOM = 2.5
LONG_LABEL = 34
HATCHES = ("/////", "\\\\\\\\\\")
DASHED = (0, (3.0, 1.5))


def survival_panel(study: Study, endpoint: str, options: Options) -> Panel:
    """The curves of ``endpoint``; ``CohortError`` where there is none to draw."""
    from hlh_tui.cohort.survival.curves import survival

    found = survival(study, endpoint, options.by, ci=options.ci or "log-log")
    n = sum(stratum.n for stratum in found.strata)
    since = "response" if find_endpoint(study, endpoint).start == "response" else study.protocol.index_event
    axis = time_axis(found.landmark_day or 0.0, last_day(found), study.protocol.month_days, n)
    return Panel(
        title=title(found),
        notes=notes(found, axis),
        width=style().page.single,
        height=lambda width: panel_height(found, axis, width),
        draw=lambda sheet, box: draw(sheet, box, found, axis, since),
    )


def last_day(found: SurvivalResult) -> float:
    """The last day of follow-up of any curve."""
    return max(step.day for stratum in found.strata for step in stratum.steps)


def title(found: SurvivalResult) -> str:
    """What is drawn, in how many, with how many events."""
    n, events = sum(each.n for each in found.strata), sum(each.events for each in found.strata)
    by = f" by {found.by.replace('_', ' ')}" if found.by else ""
    since = f", from day {found.landmark_day:g}" if found.landmark_day else ""
    return f"{found.label}{by}{since} (n = {n}, {events} event{'' if events == 1 else 's'})"


def notes(found: SurvivalResult, axis: TimeAxis) -> tuple[str, ...]:
    """Estimates with their intervals, what the marks mean, and the result's own notes."""
    said = [estimates(stratum, axis, len(found.strata) > 1) for stratum in found.strata]
    said += [sentence(f"{words}.") for words in comparison_lines(found)]
    few = style().survival.few_at_risk
    said.append(f"Kaplan-Meier; shaded: 95 % interval, {found.ci_method}. Upright ticks: censored.")
    said.append(f"Dashed and hatched: fewer than {few} at risk.")
    return (*said, *found.notes)


def estimates(stratum: Stratum, axis: TimeAxis, named: bool) -> str:
    """Median and survival at the chosen days in one sentence."""
    parts = [
        f"{axis.words(each.day)} {100 * each.survival:.1f} %" + interval(each.lower, each.upper)
        for each in stratum.estimates
        if each.survival is not None
    ]
    middle = f"median {median(stratum.median, axis)}"
    said = "; ".join([*parts, middle])
    return sentence(f"{stratum.label}: {said}." if named else f"{said}.")


def interval(lower: float | None, upper: float | None) -> str:
    """An interval in brackets; nothing where there is none or where it is the estimate itself."""
    return "" if lower is None or lower == upper else f" ({limits_in_percent(lower, upper)})"


def median(limits: Limits, axis: TimeAxis) -> str:
    """The median with its interval; NR where it is not reached."""
    estimate, lower, upper = (axis.number(each) for each in (limits.estimate, limits.lower, limits.upper))
    return f"{estimate} {axis.unit} ({lower}–{upper})" if limits.estimate is not None else f"NR ({lower}–{upper})"


def is_survival(label: str) -> bool:
    """Whether the label of an endpoint can name its curve: survival can, time to something cannot."""
    return "survival" in label.lower() and len(label) < LONG_LABEL


def key(found: SurvivalResult) -> list[Entry]:
    """The key: one entry a curve, none for a single one."""
    look = style()
    return [
        Entry(f"{each.label} (n = {each.n})", colour(index), marker=of_group(look.marks.groups, index))
        for index, each in enumerate(found.strata)
        if len(found.strata) > 1
    ]


def colour(index: int) -> str:
    """The colour of the curve with that number."""
    return of_group(style().colours.curves, index)


def groups(found: SurvivalResult) -> list[Group]:
    """Whose numbers stand under the axis."""
    return [
        Group(each.label, colour(index), of_group(style().marks.groups, index))
        for index, each in enumerate(found.strata)
    ]


def blocks(found: SurvivalResult, axis: TimeAxis) -> list[Block]:
    """The numbers under the axis: those of ``risk_counts`` at the ticks."""
    counted = [risk_counts(stratum, axis.ticks) for stratum in found.strata]
    return [
        Block(name, tuple(tuple(getattr(count, field) for count in counts) for counts in counted))
        for name, field in COUNTS.items()
    ]


def panel_height(found: SurvivalResult, axis: TimeAxis, width: float) -> float:
    """Key, plot, axis and counts in mm."""
    return (
        key_height(key(found), width) + style().survival.plot_height + X_LABEL_ROOM + counts_height(blocks(found, axis))
    )


def draw(sheet: Sheet, box: Box, found: SurvivalResult, axis: TimeAxis, since: str) -> None:
    """Place key, curves and counts into the box."""
    counts, who = blocks(found, axis), groups(found)
    left = max(Y_LABEL_ROOM, counts_margin(counts, who))
    below = counts_height(counts)
    write_key(sheet, box, key(found))
    frame = box.inset(left=left, right=RIGHT_ROOM, bottom=below + X_LABEL_ROOM, top=key_height(key(found), box.width))
    plot = axes(sheet, frame)
    set_up(plot, axis, since)
    plot.set_ylabel(f"{found.label} (%)" if is_survival(found.label) else "Without the event (%)")
    for index, stratum in enumerate(found.strata):
        draw_curve(plot, stratum, index, found.landmark_day or 0.0, mark_end=len(found.strata) > 1)
    write_counts(sheet, Box(frame.left, box.bottom, frame.width, below), counts, who, axis)


def set_up(plot: Axes, axis: TimeAxis, since: str) -> None:
    """A time axis with its ticks, and shares from 0 to 100 per cent."""
    plot.set_xlim(axis.start, axis.end)
    plot.set_xticks(axis.ticks, axis.labels)
    plot.set_xlabel(f"{axis.unit.capitalize()} since {since}")
    plot.set_ylim(0, 1.03)
    plot.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])


def draw_curve(plot: Axes, stratum: Stratum, index: int, start: float, mark_end: bool) -> None:
    """Band, steps and censoring ticks of one curve; several have a mark of their own at the end."""
    look = style()
    whole = levels(start, 1.0, stratum.steps, [step.survival for step in stratum.steps])
    draw_band(plot, whole, index)
    draw_line(plot, whole, colour(index))
    censored = [(step.day, step.survival) for step in stratum.steps if step.censored]
    marks: dict[str, Any] = {"ls": "none", "color": colour(index), "clip_on": False}
    for day, share in censored:
        plot.plot([day], [share], marker="|", ms=5.5, mew=0.9, **marks)
    if mark_end:
        shape = of_group(look.marks.groups, index)
        plot.plot([stratum.steps[-1].day], [stratum.steps[-1].survival], marker=shape, ms=4, **marks)


def draw_band(plot: Axes, whole: Sequence[Level], index: int) -> None:
    """The interval as shaded steps, hatched where few are at risk; neighbours hatched the other way."""
    shade, hatch = colour(index), HATCHES[index % 2]
    for sparse, days, lower, upper in band_pieces(whole, style().survival.few_at_risk):
        plot.fill_between(days, lower, upper, facecolor=shade, alpha=0.18, linewidth=0)
        if sparse:
            plot.fill_between(
                days, lower, upper, facecolor="none", edgecolor=shade, hatch=hatch, linewidth=0, alpha=0.45
            )


def draw_line(plot: Axes, whole: Sequence[Level], shade: str) -> None:
    """The steps, dashed where few are at risk."""
    for sparse, days, shares in line_pieces(whole, style().survival.few_at_risk):
        plot.plot(days, shares, color=shade, lw=style().line.curve, ls=DASHED if sparse else "-", clip_on=False)
