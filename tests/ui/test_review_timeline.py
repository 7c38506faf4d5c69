"""The timeline as text: axis, drugs, events, courses, cut-off, zoom and alignment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.load import CRITERIA, read_bundled
from hlh_tui.study.models import Chart, Event, Exposure, Observation, Patient
from hlh_tui.ui.widgets.day_axis import DayAxis, Origin, window
from hlh_tui.ui.widgets.timeline import TimelineView, timeline_lines
from hlh_tui.ui.widgets.timeline_tracks import analyte_track, drug_tracks, event_tracks

FIRST_DOSE = Origin("first emapalumab dose", 0.0)


def value(day: float, number: float, analyte: str = "ferritin", comparator: str | None = None) -> Observation:
    return Observation(
        day, analyte, number, comparator, "ug/L", f"{number:g}", "ug/L", None, None, None, None, None, None, None, None
    )


def drug(name: str, start: float, end: float | None, dose: float | None = None, unit: str | None = None) -> Exposure:
    return Exposure(name, None, start, end, dose, unit, None, None)


def event(day: float, kind: str, term: str | None = None, end_day: float | None = None) -> Event:
    return Event(day, end_day, kind, term, None, None, None, None)


PATIENT = Patient("P05", "male", 34.0, "ebv", "refractory", -30.0, 200.0, None, None, None, {})
CHART = Chart(
    PATIENT,
    (value(-10, 900), value(-1, 8420), value(3, 4210), value(14, 640), value(40, 90)),
    (
        drug("dexamethasone", -20, -3, 10, "mg/m2/d"),
        drug("emapalumab", 0, 0, 1.4, "mg/kg"),
        drug("emapalumab", 3, 3, 1.4, "mg/kg"),
        drug("ruxolitinib [R]", -2, None, 20, "mg/d"),
    ),
    (event(2, "transfusion", "platelets"), event(5, "gcsf"), event(9, "adverse_event"), event(40, "hsct")),
    (),
)
VIEW = TimelineView(CHART, {"ferritin": CHART.observations}, 7.0, 28.0, FIRST_DOSE, (3.0, 7.0, 14.0), 2, "ferritin")


def text(view: TimelineView, width: int = 78, height: int = 7, ascii_only: bool = False) -> list[str]:
    return ["".join(words for words, _ in line) for line in timeline_lines(view, width, height, ascii_only)]


def test_a_day_stands_in_its_column_and_off_the_axis_in_none() -> None:
    axis = DayAxis(-14, 28, 43, FIRST_DOSE)
    assert [axis.column(day) for day in (-14, 0, 7, 28)] == [0, 14, 21, 42]
    assert axis.column(28.5) is None
    assert axis.clamped(200) == 42


def test_ticks_are_weeks_from_the_origin_with_the_visits_between() -> None:
    axis = DayAxis(-14, 28, 43, FIRST_DOSE)
    assert axis.ticks((3.0,)) == ((0, "-14"), (7, "-7"), (14, "0"), (17, "3"), (21, "7"), (28, "14"), (35, "21"))
    from_onset = DayAxis(-30, 12, 43, Origin("onset", -30.0))
    assert from_onset.ticks()[:2] == ((0, "0"), (7, "7"))


def test_the_window_holds_the_cursor_and_ends_at_the_cut_off() -> None:
    assert window((-14.0, 28.0), 0.0, 7.0, 28.0) == (-14.0, 28.0)
    assert window((-3.0, 7.0), 0.0, 14.0, 28.0) == (4.0, 14.0)
    assert window((-28.0, 56.0), 0.0, 7.0, 28.0) == (-28.0, 28.0)


def test_drugs_are_bars_doses_are_marks_and_the_index_drug_is_first() -> None:
    lines = text(VIEW)
    assert lines[1].startswith("emapalumab")
    assert lines[1].count("▾") == 2
    assert lines[1].rstrip().endswith("1.4 mg/kg x2")
    assert lines[2].startswith("ruxolitinib ~")
    assert "━━━━" in lines[2]


def test_brackets_in_a_drug_name_stay() -> None:
    wide = DayAxis(-14, 28, 60, FIRST_DOSE)
    assert "ruxolitinib [R]" in [track.label for track in drug_tracks(CHART, wide, 28, 4)]


def test_drugs_without_room_are_gathered_and_named() -> None:
    track = drug_tracks(CHART, DayAxis(-28, 28, 60, FIRST_DOSE), 28, 2)[1]
    assert track.label == "+2 drugs"
    assert track.tail == "ruxolitinib [R], dexamethasone"


def test_events_are_letters_with_a_legend_and_the_cut_off_hides_the_transplantation() -> None:
    axis = DayAxis(-14, 28, 60, FIRST_DOSE)
    track = event_tracks(CHART, axis, 28, 1)[0]
    assert "".join(letter for letter, _ in track.cells).split() == ["T", "G", "!"]
    assert track.tail == "G G-CSF  T transfusion  ! AE"
    whole = event_tracks(CHART, DayAxis(-14, 60, 60, FIRST_DOSE), 200, 1)[0]
    assert "".join(letter for letter, _ in whole.cells).split() == ["T", "G", "!", "X"]
    assert "X HSCT" in whole.tail


def test_events_of_one_day_take_a_second_line() -> None:
    chart = replace(CHART, events=(event(2, "transfusion"), event(2, "death")))
    rows = event_tracks(chart, DayAxis(-14, 28, 43, FIRST_DOSE), 28, 2)
    assert [row.cells[16][0] for row in rows] == ["D", "T"]


def test_the_course_gives_baseline_end_value_and_change_up_to_the_cut_off() -> None:
    track = analyte_track(CHART.observations, DayAxis(-14, 28, 43, FIRST_DOSE), 28)
    assert track is not None
    assert track.tail == "8 420 → 640 -92%"
    assert "".join(cell for cell, _ in track.cells).split() == ["▁", "█", "▄", "▁"]


def test_a_comparator_leaves_the_change_open() -> None:
    track = analyte_track((value(-1, 2000, comparator=">"), value(7, 640)), DayAxis(-14, 28, 43, FIRST_DOSE), 28)
    assert track is not None
    assert track.tail.strip() == ">2 000 → 640"


def test_nothing_charted_gives_no_track() -> None:
    assert analyte_track((), DayAxis(-14, 28, 43, FIRST_DOSE), 28) is None


@pytest.mark.parametrize("width", [60, 78, 118, 200])
@pytest.mark.parametrize("height", [4, 7, 12, 30])
@pytest.mark.parametrize("zoom", range(6))
def test_every_line_is_as_wide_as_the_panel(width: int, height: int, zoom: int) -> None:
    lines = text(replace(VIEW, zoom=zoom), width, height)
    assert 2 <= len(lines) <= height
    assert {cell_len(line) for line in lines} == {width}


def test_the_cursor_is_a_line_through_the_tracks_and_a_number_on_the_axis() -> None:
    lines = text(VIEW)
    column = lines[1].index("│")
    assert lines[0][column] == "7"


def test_hindsight_is_said() -> None:
    assert text(VIEW)[0].rstrip().endswith("to day 28")
    assert "whole course" in text(replace(VIEW, until=200.0, hindsight=True))[0]


def test_ascii_alone_draws_everything() -> None:
    lines = text(VIEW, ascii_only=True)
    assert all(line.isascii() for line in lines)
    assert "v" in lines[1]
    assert "====" in lines[2]


@pytest.mark.parametrize(("drug", "drug_class"), [("filgrastim", None), ("rhG-CSF", "growth factor"), ("x", "G-CSF")])
def test_g_csf_given_as_a_drug_is_marked_as_the_criteria_count_it(drug: str, drug_class: str | None) -> None:
    supports = criteria_set(read_bundled(CRITERIA, "locatelli-2020")).supports
    given = Exposure(drug, drug_class, 6.0, 9.0, 300, "ug/d", "subcutaneous", None)
    chart = replace(CHART, exposures=(given,), events=())
    track = event_tracks(chart, DayAxis(-14, 28, 43, FIRST_DOSE), 28, 1, supports)[0]
    assert "".join(letter for letter, _ in track.cells).split() == ["G"]
