"""Steps from one state of the Review screen to the next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hlh_tui.assess.models import Assessment, Best, Evaluation, Item
from hlh_tui.protocol.models import Context
from hlh_tui.review.models import CaseRow, Cited, CurrentDecision
from hlh_tui.study.models import Chart, Patient
from hlh_tui.ui.judgement import choose, cite, nothing_new, read_through, response_day, reword, turn_confidence
from hlh_tui.ui.review_state import (
    CaseFile,
    Draft,
    ReviewState,
    days_shown,
    move_day,
    move_visit,
    neighbour,
    next_undecided,
    open_case,
    within_shown,
)

FERRITIN = Cited("observation", 14.0, "ferritin", "ferritin 640 µg/L")
FEVER = Cited("observation", 7.25, "temperature", "temperature 36.7 °C")


def item(analyte: str, value_day: float, state: str, improved: str = "no") -> Item:
    return Item(
        analyte, analyte, analyte, analyte, 1.0, None, -1.0, 2.0, None, value_day, "1", "", None, state, "not_met",
        True, improved, None, "",
    )  # fmt: skip


ITEMS = {
    3.0: (item("temperature", 3.0, "not_met"), item("ferritin", 3.0, "not_met", "yes")),
    7.5: (item("temperature", 7.25, "met"), item("ferritin", 3.0, "not_met")),
    13.9: (item("temperature", 13.9, "met"), item("ferritin", 14.0, "met")),
}


def evaluation(day: float) -> Evaluation:
    return Evaluation(day, "NR", "NR", False, "clear", True, ITEMS.get(day, ()), (), "")


DAYS = (0.5, 1.25, 1.75, 3.0, 7.0, 7.5, 13.9, 21.0, 35.0)
VISITS = {3.0: 3.0, 7.0: 7.0, 14.0: 13.9}


def case(patient_id: str = "P01") -> CaseFile:
    patient = Patient(patient_id, "male", 34.0, "ebv", "initial", -10.0, 120.0, None, None, None, {})
    best = Best("CR", 7.0, 13.9, None, None, "")
    assessment = Assessment(patient_id, best, tuple(map(evaluation, DAYS)), VISITS)
    return CaseFile(Chart(patient, (), (), (), ()), assessment, {})


def row(patient_id: str, mine: str | None = None) -> CaseRow:
    return CaseRow(
        patient_id, "male", 34.0, "ebv", "initial", 120.0, mine, None, False, False, None, 0, 0, None, "undecided"
    )


def in_force(category: str) -> CurrentDecision:
    return CurrentDecision(
        7, "2026-03-01T19:40:00.000000Z", "P01", "a-meyer", "A. Meyer", "reader", category, 7.25, "high",
        "fever gone", (FEVER,), False, None,
    )  # fmt: skip


STATE = open_case(
    ReviewState(until_day=28.0, context=Context(7, 3), rows=(row("P01"), row("P02", "CR"), row("P03"))), "P01", case()
)


def test_a_case_opens_on_the_last_scheduled_visit() -> None:
    assert STATE.day == 13.9


def test_days_are_grouped_and_the_cut_off_hides_what_is_later() -> None:
    assert days_shown(STATE) == (0.0, 0.5, 1.75, 3.0, 7.5, 13.9, 21.0)
    assert days_shown(replace(STATE, whole_course=True))[-1] == 35.0


@pytest.mark.parametrize(
    ("day", "step", "expected"),
    [(0.0, 1, 0.5), (0.5, 1, 1.75), (1.75, -1, 0.5), (0.5, -1, 0.0), (0.0, -1, 0.0), (7.0, 1, 13.9), (21.0, 1, 21.0)],
)
def test_the_cursor_goes_by_days_with_data(day: float, step: int, expected: float) -> None:
    assert move_day(replace(STATE, day=day), step).day == expected


@pytest.mark.parametrize(
    ("day", "step", "expected"), [(13.9, -1, 7.0), (7.5, -1, 7.0), (3.0, -1, 0.0), (0.0, 1, 3.0), (13.9, 1, 13.9)]
)
def test_the_cursor_goes_by_scheduled_visits(day: float, step: int, expected: float) -> None:
    assert move_visit(replace(STATE, day=day), step).day == expected


def test_hiding_the_later_course_brings_the_cursor_back() -> None:
    assert within_shown(replace(STATE, day=35.0)).day == 21.0


def test_neighbours_and_the_next_undecided_case() -> None:
    assert neighbour(STATE, 1) == "P02"
    assert neighbour(STATE, -1) is None
    assert next_undecided(STATE) == "P03"
    assert next_undecided(replace(STATE, patient_id="P03")) == "P01"
    assert next_undecided(replace(STATE, rows=(row("P01"), row("P02", "CR")))) is None


def test_an_unsaved_choice_stays_with_its_case() -> None:
    chosen = choose(STATE, "PR")
    away = open_case(chosen, "P02", case("P02"))
    assert away.draft == Draft()
    assert open_case(away, "P01", case()).draft.category == "PR"


def test_moving_decides_nothing() -> None:
    moved = move_visit(move_day(replace(STATE, row="ferritin"), 1), -1)
    assert dict(moved.drafts) == {}


def test_the_response_begins_with_the_earliest_cited_value_that_meets_or_improves() -> None:
    baseline = Cited("observation", -1.0, "ferritin", "ferritin 8 420 µg/L at baseline")
    drafted = cite(cite(cite(STATE, FERRITIN), FEVER), baseline)
    assert response_day(drafted, drafted.draft) == 7.25
    assert response_day(drafted, cite(drafted, FEVER).draft) == 14.0
    assert response_day(STATE, cite(STATE, baseline).draft) is None


@pytest.mark.parametrize(
    ("also", "day"),
    [
        (Cited("observation", 3.0, "temperature", "temperature 38.4 °C"), 7.25),
        (Cited("observation", 3.0, "CRP", "CRP 88 mg/L"), 7.25),
        (Cited("item", 3.0, "spleen", "spleen not evaluable"), 7.25),
        (Cited("observation", 3.0, "ferritin", "ferritin 3 600 µg/L"), 3.0),
    ],
    ids=["not met", "no criterion", "no value", "improved"],
)
def test_only_a_value_that_meets_or_improves_dates_the_response(also: Cited, day: float) -> None:
    assert response_day(STATE, cite(cite(STATE, FEVER), also).draft) == day


def test_a_changed_decision_keeps_its_evidence_and_asks_for_a_new_reason() -> None:
    decided = replace(STATE, decisions={"P01": in_force("CR")})
    assert nothing_new(decided)
    revised = choose(decided, "PR").draft
    assert revised == Draft("PR", "high", "", False, (FEVER,))
    assert not nothing_new(choose(decided, "PR"))


def test_confidence_turns_and_an_emptied_reason_is_drafted_again() -> None:
    low = turn_confidence(STATE)
    assert low.draft.confidence == "low"
    assert turn_confidence(low).draft.confidence == "high"
    assert reword(STATE, "seen by haematology").draft.own_words
    assert not reword(STATE, "  ").draft.own_words


def test_a_blinded_reader_is_told_when_every_case_is_decided() -> None:
    closed = [replace(row, source="closed", mine="CR") for row in STATE.rows]
    assert read_through(replace(STATE, rows=tuple(closed)))
    assert not read_through(replace(STATE, rows=(*closed[:-1], replace(closed[-1], mine=None))))
    assert not read_through(replace(STATE, rows=tuple(replace(row, source="single") for row in closed)))
