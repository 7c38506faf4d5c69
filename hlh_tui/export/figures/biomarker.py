"""An analyte before and after treatment for print: a pair a patient, by response and by remission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.change import LOG_RATIO
from hlh_tui.cohort.biomarkers.words import p_words, shift_words
from hlh_tui.export.figures.key import Entry, key_height, write_key
from hlh_tui.export.figures.log_axis import set_log_axis
from hlh_tui.export.figures.models import Options, Panel
from hlh_tui.export.figures.sheet import Box, axes, leading, text_width, wrapped, write, write_lines
from hlh_tui.export.figures.style import of_group, seen_through, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.cohort.biomarkers.models import AnalyteResult, Group, Measurement, Series
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.study.file import Study

PLOT_HEIGHT = 46.0
Y_LABEL_ROOM = 14.0
TICK_ROOM = 5.2
TEST_ROOM = 3.4
GROUP_STEP = 1.9
SIDE = 0.45
SLIDE = 0.05
"""Half the width over which values of a group are spread, so that equal ones stay apart."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One patient's values and where they stand."""

    series: Series
    x: float


def biomarker_panel(study: Study, analyte: str, options: Options) -> Panel:
    """Levels of ``analyte`` before and at the chosen day, by ``--by`` or by each collapse of the protocol."""
    from hlh_tui.cohort.biomarkers.analyte import analyte_result

    chosen = study.protocol.biomarkers.collapses or tuple(each.id for each in study.protocol.collapses[:1])
    divisions: Sequence[str | None] = (options.by,) if options.by else (chosen or (None,))
    found = tuple(analyte_result(study, analyte, by) for by in divisions)
    return panel_of(found)


def panel_of(found: Sequence[AnalyteResult]) -> Panel:
    """The panel of one analyte under one or more divisions."""
    look, first = style(), found[0]
    return Panel(
        title=f"{first.label} before and on day {first.day:g} (n = {len(first.everybody.paired)})",
        notes=notes(found),
        width=look.page.double if len(found) > 1 else look.page.single,
        height=lambda width: key_height(key(found), width) + TEST_ROOM + PLOT_HEIGHT + names_height(found, width),
        draw=lambda sheet, box: draw(sheet, box, found),
    )


def notes(found: Sequence[AnalyteResult]) -> tuple[str, ...]:
    """Who is paired, what the marks mean, the results' own notes, and what cannot stand on a logarithmic axis."""
    said = [
        f"{sum(len(group.paired) for group in found[0].groups)} of {len(found[0].series)} patients have both values."
    ]
    for each in found:
        shift = shift_words(each.test, each.measure, each.decimals) if each.test else ""
        said += (
            [f"Hodges-Lehmann shift, {each.groups[0].label} against {each.groups[1].label}: {shift}."] if shift else []
        )
        said += [each.power] if each.power else []
    said += [note for each in found for note in each.notes]
    return tuple(dict.fromkeys(said))


def key(found: Sequence[AnalyteResult]) -> list[Entry]:
    """The key: groups are named under the axis, so only band, medians, and ends of the assay that occur."""
    look, entries = style(), []
    values = [value for each in found for series in each.series for value in (series.baseline, series.chosen) if value]
    entries.append(Entry("median", look.colours.ink, marker=""))
    if found[0].band is not None:
        entries.append(Entry(f"reference ({found[0].band.source})", look.colours.reference, fill=True))
    if any(value.below_detection for value in values):
        entries.append(
            Entry("below detection", look.colours.ink, dash=None, marker=look.marks.below_detection, hollow=True)
        )
    if any(value.above_range for value in values):
        entries.append(
            Entry("above the assay", look.colours.ink, dash=None, marker=look.marks.above_range, hollow=True)
        )
    return entries


def draw(sheet: Sheet, box: Box, found: Sequence[AnalyteResult]) -> None:
    """Place the key and one plot a division, on one scale."""
    entries, gap = key(found), style().page.gap
    write_key(sheet, box, entries)
    area = box.inset(bottom=names_height(found, box.width), top=key_height(entries, box.width) + TEST_ROOM)
    room = group_room(found, box.width)
    left = area.left + Y_LABEL_ROOM
    for number, each in enumerate(found):
        width = room * len(each.groups)
        plot = axes(sheet, Box(left, area.bottom, width, area.height))
        draw_division(plot, each, found)
        if each.test is not None:
            write_test(sheet, each, left, width, area.top + 1.0)
        for place, group in enumerate(each.groups):
            middle = left + width * (1.0 + place * GROUP_STEP) / (2.0 + (len(each.groups) - 1) * GROUP_STEP)
            write_lines(sheet, middle, area.bottom - TICK_ROOM + 0.6, group_name(group, room), style().text.tick)
        if number:
            plot.tick_params(labelleft=False)
        else:
            plot.set_ylabel(f"{each.short} ({each.unit})" if each.unit else each.short)
        left += width + gap


def group_room(found: Sequence[AnalyteResult], width: float) -> float:
    """The width of one group in mm, where all have the same."""
    columns = sum(len(each.groups) for each in found)
    return (width - Y_LABEL_ROOM - style().page.gap * (len(found) - 1)) / columns


def names_height(found: Sequence[AnalyteResult], width: float) -> float:
    """The height in mm of what stands under the plots."""
    room = group_room(found, width)
    lines = max(len(group_name(group, room)) for each in found for group in each.groups)
    return TICK_ROOM + lines * leading(style().text.tick)


def group_name(group: Group, room: float) -> list[str]:
    """The name of a group in at most two lines, and how many of it have both values."""
    size, of = style().text.tick, len(group.patients)
    n = f"n = {of}" if len(group.paired) == of else f"n = {len(group.paired)} of {of}"
    return [*wrapped(group.label, size, room - 1)[:2], n]


def draw_division(plot: Axes, found: AnalyteResult, scale: Sequence[AnalyteResult]) -> None:
    """One division: band, pairs and medians."""
    look = style()
    set_scale(plot, found, scale)
    low, high = plot.get_ylim()
    if found.band is not None:
        bottom = found.band.lower if found.band.lower is not None and found.band.lower > 0 else low
        top = found.band.upper if found.band.upper is not None else high
        plot.axhspan(bottom, top, facecolor=look.colours.reference, linewidth=0, zorder=0)
    middles = [number * GROUP_STEP for number in range(len(found.groups))]
    plot.set_xlim(-1.0, middles[-1] + 1.0)
    for index, (group, middle) in enumerate(zip(found.groups, middles, strict=True)):
        own = [each for each in found.series if each.group == group.label]
        slides = [SLIDE * (2 * (place + 0.5) / len(own) - 1) for place in range(len(own))]
        draw_pairs(plot, [Pair(each, middle + slide) for each, slide in zip(own, slides, strict=True)], index)
        draw_medians(plot, group, middle)
    set_days(plot, found, middles)


def write_test(sheet: Sheet, found: AnalyteResult, left: float, width: float, y: float) -> None:
    """The test over its plot, centred where there is room, else to the left of the plot's right edge."""
    size = style().text.small
    room = min(width, text_width(rank_test_words(found), size))
    right = left + (width + room) / 2
    write(sheet, right, y, rank_test_words(found), ha="right", fontsize=size)


def set_scale(plot: Axes, found: AnalyteResult, scale: Sequence[AnalyteResult]) -> None:
    """The y axis over all values of all divisions; logarithmic unless changes are differences."""
    values = [
        value.value for each in scale for series in each.series for value in (series.baseline, series.chosen) if value
    ]
    if found.measure == LOG_RATIO:
        set_log_axis(plot, min(values, default=1.0), max(values, default=1.0))
        return
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = 0.08 * (high - low) or 1.0
    plot.set_ylim(low - room, high + room)


def draw_pairs(plot: Axes, pairs: Sequence[Pair], index: int) -> None:
    """The values of a group with the line between those of a patient; one alone stands without a line.

    All lines are drawn at once, and all points of one shape: a cohort may have thousands.
    """
    look = style()
    xs: list[float] = []
    ys: list[float] = []
    points: dict[str, list[tuple[float, float]]] = {}
    for pair in pairs:
        sides = ((pair.x - SIDE, pair.series.baseline), (pair.x + SIDE, pair.series.chosen))
        known = [(x, value) for x, value in sides if value is not None]
        for x, value in known:
            points.setdefault(shape_of(value, index), []).append((x, value.value))
        if len(known) == 2:
            xs += [*(x for x, _ in known), nan]
            ys += [*(value.value for _, value in known), nan]
    shade = of_group(look.colours.curves, index)
    plot.plot(xs, ys, color=shade, lw=look.line.thin, alpha=seen_through(len(pairs)))
    for shape, places in points.items():
        hollow = shape != of_group(look.marks.groups, index)
        plot.plot(
            *zip(*places, strict=True), ls="none", marker=shape, ms=3.4, mew=0.8, mec=shade,
            mfc=look.colours.paper if hollow else shade, zorder=3, clip_on=False,
        )  # fmt: skip


def shape_of(value: Measurement, index: int) -> str:
    """The shape of a value: that of its group, or a triangle pointing beyond the end of its assay."""
    look = style().marks
    if value.below_detection:
        return look.below_detection
    return look.above_range if value.above_range else of_group(look.groups, index)


def draw_medians(plot: Axes, group: Group, middle: float) -> None:
    """The medians of a group before and after as bars beside its points."""
    look = style()
    for x, spread in ((middle - SIDE - 0.2, group.before), (middle + SIDE + 0.2, group.after)):
        if spread.median is not None:
            plot.plot(
                [x - 0.11, x + 0.11],
                [spread.median] * 2,
                color=look.colours.ink,
                lw=1.6,
                solid_capstyle="butt",
                zorder=4,
            )


def set_days(plot: Axes, found: AnalyteResult, middles: Sequence[float]) -> None:
    """Before and the day under each pair."""
    look = style()
    ticks = [middle + side for middle in middles for side in (-SIDE, SIDE)]
    plot.set_xticks(ticks, ["before", f"day {found.day:g}"] * len(middles), fontsize=look.text.small)
    plot.tick_params(axis="x", length=0)


def rank_test_words(found: AnalyteResult) -> str:
    """The exact test in one short line; why there is none otherwise."""
    test = found.test
    if test is None or test.p is None:
        return "no test" if test is None else f"no test: {test.why}"
    holm = f", Holm {p_words(found.p_holm).lstrip('= ')}" if found.p_holm is not None else ""
    return f"{found.by}: exact p {p_words(test.p)}{holm}"
