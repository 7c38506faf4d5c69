"""The words of the Biomarkers screen: tests under the plot, and the patient under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.biomarkers_text import band_words, compared, patient_change, rank_test_words
from hlh_tui.cohort.biomarkers.models import AnalyteResult
from hlh_tui.cohort.biomarkers.words import change_words, p_words, shift_words
from hlh_tui.cohort.course.models import Bar, HeatMap, HeatRow, Lane, Swimmer, Waterfall
from hlh_tui.ui.present import relative_day
from hlh_tui.ui.values import value_text
from hlh_tui.ui.widgets.timeline_tracks import LETTERS

if TYPE_CHECKING:
    from hlh_tui.cohort.biomarkers.models import Group, Measurement, RankTest, Series

STATES = {"met": "met", "not_met": "not met", "not_evaluable": "not evaluable"}
FEW = 3
"""Groups up to which each gets its own signed-rank line."""


def analyte_details(result: AnalyteResult) -> list[str]:
    """The test between groups, what n can show, the tests within groups, who was high, then the notes."""
    lines = []
    if result.test is not None:
        first, second = compared(result)
        lines.append(f"{first} against {second}: {rank_test_words(result.test, result)}")
    within = (result.everybody,) if result.by is None or len(result.groups) > FEW else result.groups
    tests = [within_words(each, result) for each in within if each.within.p is not None]
    inside = [f"within groups (exploratory): {'; '.join(tests)}."] if tests else []
    ordered = [*lines, result.power, *inside] if lines else [*inside, result.power]
    high = [high_words(each) for each in (*(result.groups if result.by else ()), result.everybody)]
    reference = [f"reference {band_words(result)}; above it {'; '.join(filter(None, high))}."] if result.band else []
    return [*ordered, *reference, *result.notes]


def within_words(group: Group, result: AnalyteResult) -> str:
    """``response 10/10, signed-rank p = 0.002, x 0.11 (95 % interval ...)``."""
    test: RankTest = group.within
    shift = shift_words(test, result.measure, result.decimals)
    return f"{group.label} {len(group.paired)}/{len(group.patients)}, {test.method} p {p_words(test.p)}, {shift}"


def high_words(group: Group) -> str:
    """``response 10/10 before, 5/10 after``; empty where nobody could be judged."""
    if not group.judged_before and not group.judged_after:
        return ""
    before, after = (
        f"{len(some)}/{len(of)}"
        for some, of in ((group.high_before, group.judged_before), (group.high_after, group.judged_after))
    )
    return f"{group.label} {before} before, {after} after"


def reading(result: AnalyteResult | Waterfall | Swimmer | HeatMap, patient: str) -> str:
    """What the plot says of one patient, in a sentence or two; empty for somebody who is not on it."""
    if isinstance(result, AnalyteResult):
        return next((series_words(each, result) for each in result.series if each.patient_id == patient), "")
    if isinstance(result, Waterfall):
        return next((bar_words(each, result) for each in result.bars if each.patient_id == patient), "")
    if isinstance(result, Swimmer):
        return next((lane_words(each) for each in result.lanes if each.patient_id == patient), "")
    return next((heat_words(each, result) for each in result.rows if each.patient_id == patient), "")


def series_words(series: Series, result: AnalyteResult) -> str:
    """Group, change, and every value with its day."""
    change = "no change known, " if series.change is None else "change "
    values = ", ".join(f"{relative_day(each.day)} {measured(each, result.analyte)}" for each in series.values)
    charted = f"{values} {result.unit}" if values else "no value charted"
    pair = ""
    if series.change is not None and series.baseline and series.chosen:
        before, after = (measured(each, result.analyte) for each in (series.baseline, series.chosen))
        pair = f" ({before} → {after})"
    return f"{series.patient_id} {series.group}: {change}{patient_change(series, result)}{pair} · {charted}"


def measured(value: Measurement, analyte: str) -> str:
    """A value with its comparator."""
    return value_text(analyte, value.value, value.comparator)


def bar_words(bar: Bar, result: Waterfall) -> str:
    """Category, best change with its day, and the two values."""
    head = f"{bar.patient_id} {bar.category or 'no category yet'}"
    if bar.change is None or bar.baseline is None or bar.best is None:
        return f"{head}: {bar.why}"
    before, best = measured(bar.baseline, result.analyte), measured(bar.best, result.analyte)
    beyond = " or beyond, a value is a limit of the assay" if bar.bound else ""
    change = change_words(bar.change, result.measure, result.decimals)
    return f"{head}: {change}{beyond}, {before} → {best} {result.unit} on {relative_day(bar.best.day)}"


def lane_words(lane: Lane) -> str:
    """How long followed, treatment, state and events."""
    parts = [f"{lane.patient_id} {lane.category or 'no category yet'}: followed to day {lane.end:g}"]
    parts[0] += ", alive" if lane.ongoing else ", died"
    for drug in dict.fromkeys(each.drug for each in lane.treatments):
        given = [each for each in lane.treatments if each.drug == drug]
        days = [
            f"{each.start:g}"
            if each.single
            else f"{each.start:g} to {'last contact' if each.ongoing else f'{each.end:g}'}"
            for each in given
        ]
        parts.append(f"{drug} day {', '.join(days)}")
    for state in lane.states:
        ended = f" ({state.ended_by})" if state.ended_by else ""
        parts.append(f"{state.category} day {state.start:g} to {state.end:g}{ended}")
    for mark in lane.marks:
        name = LETTERS.get(mark.kind, ("", mark.kind))[1]
        parts.append(f"{name} day {mark.day:g}{f', {mark.text}' if mark.text else ''}")
    return " · ".join(parts)


def heat_words(row: HeatRow, result: HeatMap) -> str:
    """What is not met, time by time."""
    head = f"{row.patient_id} {row.category or 'no category yet'}"
    if row.hidden:
        return f"{head}: hidden until you have been shown the proposal, which follows your own decision on the case"
    parts = []
    for number, time in enumerate(result.times):
        states = {item.label: cells[number] for item, cells in zip(result.items, row.cells, strict=True)}
        when = "baseline" if not time else f"day {time:g}"
        if not any(states.values()):
            parts.append(f"{when}: no evaluation")
            continue
        wanted = [
            f"{words} {', '.join(label for label, state in states.items() if state == key)}"
            for key, words in STATES.items()
            if key != "met" and key in states.values()
        ]
        parts.append(f"{when}: {'; '.join(wanted) or 'all met'}")
    return f"{head} · {' · '.join(parts)}"
