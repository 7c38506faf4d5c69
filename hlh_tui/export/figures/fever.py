"""Resolution of fever for print (Fig. S1): the temperature of each patient, and in how many fever had resolved."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.tables.fever import HOURS, LATER, RESOLVED
from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.key import Entry, key_height, write_key
from hlh_tui.export.figures.models import Panel
from hlh_tui.export.figures.response import exact_only
from hlh_tui.export.figures.sheet import Box, axes, plain, sentence
from hlh_tui.export.figures.style import of_group, seen_through, style
from hlh_tui.export.figures.time_axis import TimeAxis, label_time, time_axis, time_room

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from hlh_tui.cohort.biomarkers.models import Measurement
    from hlh_tui.cohort.tables.models import Table
    from hlh_tui.export.figures.sheet import Sheet
    from hlh_tui.protocol.table_models import Fever
    from hlh_tui.study.file import Study

PLOT_HEIGHT = 50.0
Y_LABEL_ROOM, RIGHT_ROOM = 11.0, 6.0
STATES = (RESOLVED, LATER, "not resolved")
"""How the levels of the fever table begin that say when it resolved."""
OTHERS = "no fever before treatment, or not known"
MOST_NAMED = 6
"""More patients than this are not named at the ends of their lines."""
LEADING_MARK = 3
"""Every so many readings of a line carry the mark of its group."""


@dataclass(frozen=True, slots=True)
class Course:
    """One patient's readings, and the number of the group of those who resolved in time, later, never, or others."""

    patient_id: str
    group: int
    days: tuple[float, ...]
    values: tuple[float, ...]


def fever_panel(study: Study) -> Panel:
    """Temperatures around the index event; ``FigureRefused`` where the protocol or the charts say nothing of fever."""
    from hlh_tui.cohort.biomarkers.measurements import measurements
    from hlh_tui.cohort.tables.table import table
    from hlh_tui.protocol.analytes import analytes

    rule = study.protocol.fever
    if rule is None:
        raise FigureRefused(
            f"protocol {study.protocol.id} {study.protocol.version} does not say when fever has resolved:"
            " draw biomarker:temperature instead"
        )
    found = table(study, "fever")
    groups = groups_of(found)
    drawn = courses(measurements(study, rule.analyte), groups, rule)
    if not drawn:
        raise FigureRefused(f"no {rule.analyte} is charted around day 0: import it first")
    analyte = analytes()[rule.analyte]
    axis = time_axis(0.0, rule.until_day, study.protocol.month_days)
    entries = key(groups, drawn)
    since = study.protocol.index_event
    label = f"{analyte.label} ({analyte.unit_shown})"
    return Panel(
        title=f"{found.title} (n = {len(drawn)})",
        notes=(*summary(found), *exact_only(found.notes)),
        width=style().page.single,
        height=lambda width: key_height(entries, width) + PLOT_HEIGHT + below(axis, since, width),
        draw=lambda sheet, box: draw(sheet, box, drawn, entries, axis, rule, label, since),
    )


def below(axis: TimeAxis, since: str, width: float) -> float:
    """The mm under the plot."""
    return time_room(axis, since, width - Y_LABEL_ROOM - RIGHT_ROOM)


def groups_of(found: Table) -> dict[str, tuple[str, ...]]:
    """The levels of the fever table that say when it resolved, with their patients."""
    levels = [row for row in found.rows if row.level.startswith(STATES)]
    return {row.level: row.cells[0].patients for row in levels}


def summary(found: Table) -> list[str]:
    """Each level with its count, denominator and interval, as the table prints it."""
    return [f"{sentence(row.level)}: {row.cells[0].text}." for row in found.rows if row.level.startswith(STATES)]


def courses(
    values: Mapping[str, tuple[Measurement, ...]], groups: Mapping[str, tuple[str, ...]], rule: Fever
) -> list[Course]:
    """The readings from the hours before treatment to the last day looked at, patient by patient."""
    number = {patient: place for place, patients in enumerate(groups.values()) for patient in patients}
    first = -rule.baseline_hours / HOURS
    drawn = []
    for patient, readings in values.items():
        seen = [each for each in readings if first <= each.day <= rule.until_day]
        if seen:
            place = number.get(patient, len(groups))
            days, shown = tuple(each.day for each in seen), tuple(each.value for each in seen)
            drawn.append(Course(patient, place, days, shown))
    return drawn


def key(groups: Mapping[str, tuple[str, ...]], drawn: list[Course]) -> list[Entry]:
    """The key: the groups that occur with their n."""
    look = style()
    present = [course.group for course in drawn]
    return [
        Entry(
            f"{label} (n = {present.count(place)})", of_group(look.colours.curves, place),
            marker=of_group(look.marks.groups, place),
        )
        for place, label in enumerate((*groups, OTHERS))
        if place in present
    ]  # fmt: skip


def draw(
    sheet: Sheet,
    box: Box,
    drawn: list[Course],
    entries: list[Entry],
    axis: TimeAxis,
    rule: Fever,
    label: str,
    since: str,
) -> None:
    """Place key and courses into the box."""
    look = style()
    write_key(sheet, box, entries)
    top = key_height(entries, box.width)
    frame = box.inset(left=Y_LABEL_ROOM, right=RIGHT_ROOM, bottom=below(axis, since, box.width), top=top)
    plot = axes(sheet, frame)
    first = -rule.baseline_hours / HOURS
    plot.set_xlim(first, rule.until_day)
    plot.set_xticks([first, *axis.ticks], [f"{first:g}".replace("-", "\u2212"), *axis.labels])
    label_time(sheet, frame, axis, since)
    plot.set_ylabel(label)
    plot.axhline(rule.limit, color=look.colours.soft, lw=look.line.axis, ls=(0, (4, 2)), zorder=1)
    plot.axvline(rule.within_hours / HOURS, color=look.colours.soft, lw=look.line.axis, ls=(0, (4, 2)), zorder=1)
    for place in sorted({course.group for course in drawn}):
        draw_group(plot, drawn, place)
    words: dict[str, Any] = {"fontsize": look.text.small, "color": look.colours.soft}
    plot.text(rule.until_day, rule.limit, f"fever from {rule.limit:g}", va="bottom", ha="right", **words)
    plot.text(rule.within_hours / HOURS, plot.get_ylim()[1], f" {rule.within_hours:g} h", va="top", ha="left", **words)


def draw_group(plot: Axes, drawn: Sequence[Course], place: int) -> None:
    """The lines of a group at once, with marks; who did not resolve in time is drawn over the others."""
    look, late = style(), place > 0
    own = [course for course in drawn if course.group == place]
    days = [day for course in own for day in (*course.days, nan)]
    values = [value for course in own for value in (*course.values, nan)]
    plot.plot(
        days, values, color=of_group(look.colours.curves, place), lw=look.line.curve if late else look.line.thin,
        marker=of_group(look.marks.groups, place), ms=2.6 if late else 1.8, mew=0, markevery=LEADING_MARK,
        zorder=3 if late else 2, alpha=1.0 if late and len(own) <= MOST_NAMED else seen_through(len(own)),
    )  # fmt: skip
    for course in own if late and len(own) <= MOST_NAMED else ():
        plot.annotate(
            plain(course.patient_id), (course.days[-1], course.values[-1]), xytext=(2, 0), textcoords="offset points",
            va="center", fontsize=look.text.small, annotation_clip=False,
        )  # fmt: skip
