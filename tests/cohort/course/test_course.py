"""Waterfall, swimmer plot and heat map of small cohorts whose courses are known by heart."""

from __future__ import annotations

from math import log

import pytest

from hlh_tui.cohort.course.heat_map import heat_map
from hlh_tui.cohort.course.models import HIDDEN, State
from hlh_tui.cohort.course.swimmer import swimmer
from hlh_tui.cohort.course.waterfall import waterfall
from hlh_tui.cohort.errors import CohortError
from tests.cohort.biomarkers.cytokines import IL6, charted, il6_study
from tests.cohort.example import add_event, add_patient, judge, new_study


def given(study, patient, drug, start, end) -> None:
    study.connection.cursor().execute(
        "INSERT INTO exposure (patient_id, drug, start_day, end_day) VALUES (?, ?, ?, ?)", [patient, drug, start, end]
    )


def test_the_waterfall_falls_from_the_greatest_rise_to_the_greatest_fall(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        found = waterfall(study, "il6")
    assert [bar.patient_id for bar in found.bars][:3] == ["N02", "N01", "R10"]
    assert [bar.patient_id for bar in found.bars][-3:] == ["R01", "R02", "N03"]
    assert found.bars[0].change == pytest.approx(log(310 / 300))
    assert [bar.category for bar in found.bars][:3] == ["NR", "NR", "CR"]
    assert found.bars[-1].why == "no value after day 0 up to day 28"
    assert next(bar for bar in found.bars if bar.patient_id == "R02").bound == "<"
    assert any("At a limit of the assay" in note and "R02, R08" in note for note in found.notes)


def test_the_best_change_is_the_lowest_value_up_to_the_cut_off_or_the_highest_of_platelets(tmp_path) -> None:
    with new_study(tmp_path) as study:
        add_patient(study, "A", 100)
        for day, crp, platelets in ((-1, "100", "20"), (3, "50", "60"), (14, "10", "40"), (29, "1", "200")):
            charted(study, "A", day, "crp", crp, unit="mg/L")
            charted(study, "A", day, "platelets", platelets, unit="10*9/L")
        fall, rise = waterfall(study, "crp"), waterfall(study, "platelets")
    assert (fall.better, fall.bars[0].best.day) == ("falling", 14)
    assert fall.bars[0].change == pytest.approx(log(0.1))
    assert (rise.better, rise.bars[0].best.day) == ("rising", 3)
    assert rise.bars[0].change == pytest.approx(log(3))


def test_a_waterfall_of_nothing_is_a_sentence(tmp_path) -> None:
    with new_study(tmp_path) as study, pytest.raises(CohortError, match="charted in no patient"):
        waterfall(study, "ferritin")


def test_a_lane_has_treatment_state_and_what_ended_it(tmp_path) -> None:
    with new_study(tmp_path) as study:
        add_patient(study, "A", 55)
        given(study, "A", "emapalumab", 0, 0.04)
        given(study, "A", "ruxolitinib", -14, None)
        given(study, "A", "dexamethasone", 0, 5)
        given(study, "A", "ruxolitinib", -30, -20)
        add_event(study, "A", -3, "relapse")
        add_event(study, "A", 38.4, "relapse")
        add_event(study, "A", 55, "death")
        judge(study, "PR", "A", day=5.4)
        (lane,) = swimmer(study).lanes
    assert lane.states == (State("PR", 5.4, 38.4, "relapse"),)
    assert [(each.drug, each.start, each.end, each.single, each.ongoing) for each in lane.treatments] == [
        ("ruxolitinib", 0, 55, False, True),
        ("emapalumab", 0, 0.04, True, False),
    ]
    assert [(mark.kind, mark.day) for mark in lane.marks] == [("relapse", 38.4), ("death", 55)]
    assert (lane.end, lane.ongoing) == (55, False)


def test_lanes_are_sorted_within_groups_by_follow_up(tmp_path) -> None:
    with new_study(tmp_path) as study:
        for patient, last in (("A", 20), ("B", 200), ("C", 90), ("D", 90)):
            add_patient(study, patient, last)
        judge(study, "NR", "B")
        judge(study, "CR", "A", "C", day=4)
        everybody, by_response = swimmer(study), swimmer(study, "response")
    assert [lane.patient_id for lane in everybody.lanes] == ["B", "C", "D", "A"]
    assert [lane.patient_id for lane in by_response.lanes] == ["C", "A", "B", "D"]
    assert all(lane.ongoing for lane in everybody.lanes)
    assert "No final category yet in 1 of 4: D." in everybody.notes
    assert "No study drug is charted after day 0." in everybody.notes


def test_a_response_without_a_day_has_no_state_and_is_named(tmp_path) -> None:
    with new_study(tmp_path) as study:
        add_patient(study, "A", 20)
        judge(study, "CR", "A")
        found = swimmer(study)
    assert found.lanes[0].states == ()
    assert "No state is drawn where no day was recorded: A." in found.notes


def test_states_of_the_criteria_at_baseline_and_visits(tmp_path) -> None:
    with new_study(tmp_path) as study:
        add_patient(study, "A", 60)
        for day, platelets in ((-1, "20"), (3, "60"), (7.2, "150"), (14, "180")):
            charted(study, "A", day, "platelets", platelets, unit="10*9/L", upper=None)
        add_patient(study, "B", 60)
        found = heat_map(study)
    assert (found.criteria, found.times) == ("locatelli-2020", (0, 3, 7, 14))
    place = [item.id for item in found.items].index("platelets")
    first, second = found.rows
    assert first.cells[place] == ("not_met", "not_met", "met", "met")
    assert first.days == (None, 3, 7.2, 14)
    assert second.cells[place] == (None, None, None, None)
    assert {states[2] for states in first.cells} == {"met", "not_evaluable"}


def test_what_the_reader_has_not_been_shown_is_hidden_at_every_time(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        charted(study, "R01", -1, "platelets", "20", unit="10*9/L")
        found = heat_map(study, {"R02"})
    by_patient = {row.patient_id: row for row in found.rows}
    assert {state for states in by_patient["R01"].cells for state in states} == {HIDDEN}
    assert by_patient["R01"].days == (None,) * 4
    assert not by_patient["R02"].hidden
    assert sum(row.hidden for row in found.rows) == len(IL6) - 1
    assert found.notes[-1].startswith("Hidden: 12 of 13 patients")


def test_an_empty_study_gives_empty_plots(tmp_path) -> None:
    with new_study(tmp_path) as study:
        assert swimmer(study).lanes == ()
        assert heat_map(study).rows == ()
        assert heat_map(study, set(), "response").rows == ()
