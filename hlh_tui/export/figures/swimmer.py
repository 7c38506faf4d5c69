"""The courses of all patients for print: one lane each, with responses, drugs and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.endpoint import kind_words
from hlh_tui.export.figures.categories import Fill, category_fills
from hlh_tui.export.figures.key import Entry, key_height, write_key
from hlh_tui.export.figures.lanes import (
    groups_room,
    names_shown,
    names_width,
    patients_of,
    require_room,
    row_height,
    set_names,
    write_groups,
)
from hlh_tui.export.figures.models import Options, Panel
from hlh_tui.export.figures.sheet import Box, axes
from hlh_tui.export.figures.style import of_group, style
from hlh_tui.export.figures.time_axis import TimeAxis, label_time, time_axis, time_room

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import LineStyleType

    from hlh_tui.cohort.course.models import Lane, Swimmer, Treatment
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

RIGHT_ROOM = 3.0
STATE_BOTTOM, STATE_TOP = 0.02, -0.38
"""Where the bar of states lies in a lane, which reaches from -0.5 (top) to 0.5."""
DRUGS_TOP, DRUGS_BOTTOM = 0.10, 0.40
MARK_AT = -0.18
MARK, STAR = 5.2, 8.0
"""Sizes in points; a star looks smaller than it is."""


def swimmer_panel(study: Study, options: Options) -> Panel:
    """The courses of all patients; ``FigureRefused`` for more than a page holds."""
    from hlh_tui.cohort.course.swimmer import swimmer

    require_room(patients_of(study), "swimmer")
    return panel_of(swimmer(study, options.by), study.protocol)


def panel_of(found: Swimmer, protocol: StudyProtocol) -> Panel:
    """The panel of a swimmer plot."""
    row = row_height(len(found.lanes), style().lanes.lane)
    axis = time_axis(0.0, max(lane.end for lane in found.lanes), protocol.month_days)
    fills = category_fills(protocol)
    entries, since = key(found, protocol, fills), protocol.index_event
    by = f" by {found.by.replace('_', ' ')}" if found.by else ""
    return Panel(
        title=f"Course of each patient{by} (n = {len(found.lanes)})",
        notes=found.notes,
        width=style().page.double,
        height=lambda width: key_height(entries, width) + len(found.lanes) * row + below(found, axis, since, width),
        draw=lambda sheet, box: draw(sheet, box, found, axis, fills, entries, since),
    )


def key(found: Swimmer, protocol: StudyProtocol, fills: dict[str, Fill]) -> list[Entry]:
    """The key: the categories, drugs and events that occur."""
    look = style()
    held = {state.category for lane in found.lanes for state in lane.states}
    entries = [
        Entry(each.label, fills[each.id].colour, fill=True, hatch=fills[each.id].hatch)
        for each in protocol.categories
        if each.id in held
    ]
    entries.append(Entry("followed, in no such state", look.colours.reference, fill=True))
    for number, drug in enumerate(found.drugs):
        single = {each.single for lane in found.lanes for each in lane.treatments if each.drug == drug}
        marker = look.marks.dose if True in single else ""
        dash: LineStyleType | None = "-" if False in single else None
        entries.append(Entry(f"{drug}{', each dose' if marker else ''}", of_group(look.drugs, number), dash, marker))
    entries += [
        Entry(kind_words(kind), look.colours.ink, dash=None, marker=shape) for kind, shape in shapes(found).items()
    ]
    if any(lane.ongoing for lane in found.lanes):
        entries.append(Entry("alive at last contact", look.colours.ink, marker=">"))
    return entries


def shapes(found: Swimmer) -> dict[str, str]:
    """The mark of each kind of event that occurs: the style's own, else one that is free."""
    look = style().marks
    kinds = list(dict.fromkeys(mark.kind for lane in found.lanes for mark in lane.marks))
    order = [kind for kind in look.events if kind in kinds] + sorted(kind for kind in kinds if kind not in look.events)
    others = iter(range(len(kinds)))
    return {kind: look.events.get(kind) or of_group(look.other, next(others)) for kind in order}


def draw(
    sheet: Sheet,
    box: Box,
    found: Swimmer,
    axis: TimeAxis,
    fills: dict[str, Fill],
    entries: Sequence[Entry],
    since: str,
) -> None:
    """Place key and lanes into the box."""
    look = style()
    write_key(sheet, box, entries)
    names = [lane_name(lane) for lane in found.lanes]
    left = left_room(found)
    bottom, top = below(found, axis, since, box.width), key_height(entries, box.width)
    frame = box.inset(left=left, right=RIGHT_ROOM, bottom=bottom, top=top)
    plot = axes(sheet, frame)
    set_names(plot, names_shown(names, row_height(len(names), look.lanes.lane)))
    write_groups(sheet, frame, box.left, groups(found))
    plot.set_xlim(axis.start - 0.01 * axis.end, axis.end)
    plot.set_xticks(axis.ticks, axis.labels)
    label_time(sheet, frame, axis, since)
    plot.spines["left"].set_visible(False)
    for tick in axis.ticks:
        plot.axvline(tick, color=look.colours.grid, lw=look.line.thin, zorder=0)
    marks = shapes(found)
    for place, lane in enumerate(found.lanes):
        draw_lane(plot, place, lane, found.drugs, fills, marks)


def below(found: Swimmer, axis: TimeAxis, since: str, width: float) -> float:
    """The mm under the lanes."""
    return time_room(axis, since, width - left_room(found) - RIGHT_ROOM)


def left_room(found: Swimmer) -> float:
    """The mm left of the lanes: names, and groups where there is a division."""
    return names_width([lane_name(lane) for lane in found.lanes]) + groups_room(groups(found))


def groups(found: Swimmer) -> list[str]:
    """The group of each lane; empty without a division."""
    return [lane.group for lane in found.lanes] if found.by else []


def lane_name(lane: Lane) -> str:
    """Patient and group."""
    return f"{lane.patient_id} {lane.category}" if lane.category else lane.patient_id


def draw_lane(
    plot: Axes, place: int, lane: Lane, drugs: Sequence[str], fills: dict[str, Fill], marks: dict[str, str]
) -> None:
    """One patient: follow-up, states, drugs below them, and what happened."""
    look = style()
    height = STATE_BOTTOM - STATE_TOP
    middle = place + (STATE_BOTTOM + STATE_TOP) / 2
    plot.barh(middle, lane.end, height, facecolor=look.colours.reference, edgecolor="none")
    for state in lane.states:
        fill = fills[state.category]
        plot.barh(
            middle, state.end - state.start, height, left=state.start, facecolor=fill.colour, hatch=fill.hatch,
            edgecolor=look.colours.ink, linewidth=look.line.thin,
        )  # fmt: skip
    for treatment in lane.treatments:
        draw_treatment(plot, place, treatment, drugs)
    if lane.ongoing:
        plot.plot([lane.end], [middle], marker=">", ms=3.6, color=look.colours.ink, clip_on=False, zorder=4)
    for mark in lane.marks:
        shape = marks[mark.kind]
        plot.plot(
            [mark.day], [place + MARK_AT], ls="none", marker=shape, ms=STAR if shape == "*" else MARK,
            mfc=look.colours.ink, mec=look.colours.paper, mew=0.7, clip_on=False, zorder=5,
        )  # fmt: skip


def draw_treatment(plot: Axes, place: int, treatment: Treatment, drugs: Sequence[str]) -> None:
    """A drug under the states, each drug on a line of its own; a single dose is a mark."""
    look, number = style(), list(drugs).index(treatment.drug)
    y = place + DRUGS_TOP + (DRUGS_BOTTOM - DRUGS_TOP) * (number + 0.5) / len(drugs)
    colour = of_group(look.drugs, number)
    if treatment.single:
        plot.plot([treatment.start], [y], ls="none", marker=look.marks.dose, ms=3.2, color=colour, clip_on=False, mew=0)
        return
    plot.plot([treatment.start, treatment.end], [y, y], color=colour, lw=1.8)
