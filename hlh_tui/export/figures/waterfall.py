"""Best change of an analyte for print: one bar a patient, from the greatest rise to the greatest fall."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.change import LOG_RATIO
from hlh_tui.export.figures.categories import Fill, category_fills
from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.key import Entry, key_height, write_key
from hlh_tui.export.figures.lanes import names_width, patients_of, require_room
from hlh_tui.export.figures.log_axis import log_limits, log_ticks, plain_number
from hlh_tui.export.figures.models import Options, Panel
from hlh_tui.export.figures.sheet import Box, axes, plain
from hlh_tui.export.figures.style import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hlh_tui.cohort.course.models import Bar, Waterfall
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

PLOT_HEIGHT = 52.0
Y_LABEL_ROOM = 14.0
NAME_TOP = 2.5
NAME_ROOM = 2.4
UNDECIDED = "no final category yet"


def waterfall_panel(study: Study, analyte: str, options: Options) -> Panel:
    """The best change of ``analyte`` of every patient; ``FigureRefused`` where nobody has one."""
    from hlh_tui.cohort.course.waterfall import waterfall

    require_room(patients_of(study), "waterfall")
    return panel_of(waterfall(study, analyte, options.by), study.protocol)


def panel_of(found: Waterfall, protocol: StudyProtocol) -> Panel:
    """The panel of a waterfall."""
    known = [bar for bar in found.bars if bar.change is not None]
    if not known:
        raise FigureRefused(f"nobody has a {found.label} before and after day 0, so there is no change to draw")
    fills = fills_of(found, protocol)
    return Panel(
        title=f"{found.label}: best change up to day {found.until:g} (n = {len(known)} of {len(found.bars)})",
        notes=notes(found),
        width=style().page.single,
        height=lambda width: key_height(key(fills), width) + PLOT_HEIGHT + names_height(found),
        draw=lambda sheet, box: draw(sheet, box, found, fills),
    )


def notes(found: Waterfall) -> tuple[str, ...]:
    """What the marks mean, who has no change and why, and the result's own notes."""
    said = ["One bar a patient; colour and hatch: the adjudicated category."]
    if any(bar.bound for bar in found.bars):
        said.append(
            "A triangle at the end of a bar: the value lay at an end of its assay; it points to the true change."
        )
    without = [f"{bar.patient_id} ({bar.why})" for bar in found.bars if bar.change is None]
    if without:
        said.append(f"No change: {', '.join(without)}.")
    return (*said, *found.notes)


def fills_of(found: Waterfall, protocol: StudyProtocol) -> dict[str, tuple[str, Fill]]:
    """Label and fill of the categories that occur, from the best; without a category last."""
    fills, present = category_fills(protocol), {bar.category for bar in found.bars}
    shown = {each.id: (each.label, fills[each.id]) for each in protocol.categories if each.id in present}
    return shown | ({"": (UNDECIDED, Fill(style().colours.grid, ""))} if None in present else {})


def key(fills: dict[str, tuple[str, Fill]]) -> list[Entry]:
    """The key: the categories that occur."""
    return [Entry(label, fill.colour, fill=True, hatch=fill.hatch) for label, fill in fills.values()]


def names_height(found: Waterfall) -> float:
    """The height in mm of the patients' names under the bars."""
    return names_width(bar_names(found)) + NAME_TOP


def bar_names(found: Waterfall) -> list[str]:
    """Each patient, with the group where there is a division."""
    return [plain(f"{bar.patient_id} {bar.group}" if found.by else bar.patient_id) for bar in found.bars]


def draw(sheet: Sheet, box: Box, found: Waterfall, fills: dict[str, tuple[str, Fill]]) -> None:
    """Place key and bars into the box."""
    look = style()
    write_key(sheet, box, key(fills))
    plot = axes(
        sheet,
        box.inset(left=Y_LABEL_ROOM, right=1.0, bottom=names_height(found), top=key_height(key(fills), box.width)),
    )
    plot.set_xlim(-0.7, len(found.bars) - 0.3)
    changes = [bar.change for bar in found.bars if bar.change is not None]
    set_change_axis(plot, found, [0.0, *changes])
    plot.axhline(0, color=look.colours.ink, lw=look.line.axis)
    plot.spines["bottom"].set_visible(False)
    for place, bar in enumerate(found.bars):
        draw_bar(plot, place, bar, fills[bar.category or ""][1])
    names = bar_names(found)
    room = (box.width - Y_LABEL_ROOM) / len(names)
    plot.set_xticks(
        range(len(names)), names if room >= NAME_ROOM else [""] * len(names), rotation=90, fontsize=look.text.small
    )
    plot.tick_params(axis="x", length=0)


def set_change_axis(plot: Axes, found: Waterfall, changes: Sequence[float]) -> None:
    """The y axis: factors of baseline on a logarithmic scale, or differences."""
    low, high = min(changes), max(changes)
    if found.measure != LOG_RATIO:
        room = 0.08 * (high - low) or 1.0
        plot.set_ylim(low - room, high + room)
        plot.set_ylabel(f"Change from baseline ({found.unit})" if found.unit else "Change from baseline")
        return
    bottom, top = log_limits(exp(low), exp(high))
    ticks = log_ticks(bottom, top)
    plot.set_ylim(log(bottom), log(top))
    plot.set_yticks([log(tick) for tick in ticks], [f"×{plain_number(tick)}" for tick in ticks])
    plot.set_ylabel(f"{found.short}, factor of baseline (log)")


def draw_bar(plot: Axes, place: int, bar: Bar, fill: Fill) -> None:
    """One bar, with a triangle where the true change lies further; a cross on the line for no change known."""
    look = style()
    if bar.change is None:
        plot.plot([place], [0], ls="none", marker="x", ms=4, color=look.colours.soft)
        return
    plot.bar(
        place,
        bar.change,
        0.78,
        facecolor=fill.colour,
        hatch=fill.hatch,
        edgecolor=look.colours.ink,
        linewidth=look.line.thin,
    )
    if bar.bound:
        shape = {"<": look.marks.below_detection, ">": look.marks.above_range}.get(bar.bound, "d")
        plot.plot(
            [place], [bar.change], ls="none", marker=shape, ms=4, mfc=look.colours.paper, mec=look.colours.ink, mew=0.8,
            clip_on=False, zorder=4,
        )  # fmt: skip
