"""What the paper says of cytokines before treatment, recomputed from the bundled synthetic cohort."""

from __future__ import annotations

import pytest

from hlh_tui.cli.demo_study import make_demo
from hlh_tui.cohort.biomarkers.analyte import analyte_result
from hlh_tui.cohort.biomarkers.family import family
from hlh_tui.cohort.biomarkers.mann_whitney import attainable
from hlh_tui.cohort.course.heat_map import heat_map
from hlh_tui.cohort.course.swimmer import swimmer
from hlh_tui.cohort.course.waterfall import waterfall
from hlh_tui.study.file import open_study
from hlh_tui.study.models import Actor


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    make_demo(path, Actor("a-meyer", "A. Meyer"), adjudicated=True)
    with open_study(path) as opened:
        yield opened


@pytest.mark.parametrize(("analyte", "high"), [("il6", 13), ("il10", 12), ("ifn_gamma", 8)])
def test_how_many_are_above_the_limit_before_treatment(study, analyte, high) -> None:
    everybody = analyte_result(study, analyte).everybody
    assert (len(everybody.high_before), len(everybody.judged_before)) == (high, 13)


def test_interferon_gamma_is_normal_afterwards_in_all(study) -> None:
    everybody = analyte_result(study, "ifn_gamma", day=14).everybody
    assert everybody.high_after == ()
    assert len(everybody.judged_after) == 12  # P09 was last seen on day 12


def test_none_of_the_four_printed_p_values_is_found_and_none_could_be(study) -> None:
    members = family(study)
    assert len(members) == 6
    sizes = {member.by: member.test.n for member in members}
    assert sizes == {"response": (10, 3), "remission": (8, 5)}
    printed = {"response": (0.008, 0.066), "remission": (0.025, 0.007)}
    for by, values in printed.items():
        possible = {round(p, 3) for p in attainable(*sizes[by])}
        assert possible.isdisjoint(values)
        assert {round(member.test.p, 3) for member in members if member.by == by} <= possible


def test_every_patient_is_once_on_every_plot(study) -> None:
    everybody = [f"P{number:02}" for number in range(1, 14)]
    assert sorted(bar.patient_id for bar in waterfall(study, "ferritin").bars) == everybody
    assert sorted(row.patient_id for row in heat_map(study).rows) == everybody
    found = swimmer(study, "category")
    assert sorted(lane.patient_id for lane in found.lanes) == everybody
    assert found.drugs == ("emapalumab", "ruxolitinib")
    marks = [mark.kind for lane in found.lanes for mark in lane.marks]
    assert (marks.count("hsct"), marks.count("death"), marks.count("relapse")) == (5, 6, 2)
    assert sum(lane.ongoing for lane in found.lanes) == 7
