"""What figures of response, biomarkers and courses show."""

import pytest

from hlh_tui.cohort.biomarkers.models import Measurement
from hlh_tui.cohort.course.models import Bar, HeatMap, Waterfall
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.tables.table import table
from hlh_tui.export.figures import biomarker, heatmap, lanes, swimmer, waterfall
from hlh_tui.export.figures.categories import category_fills
from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.log_axis import log_ticks, plain_number
from hlh_tui.export.figures.response import bars_of
from tests.cohort.example import add_patient, judge, new_study


def test_response_shows_count_denominator_and_exact_interval_of_each_group(demo, drawn):
    words = drawn(demo, "response")
    at = [words.index(line) for line in ("10/13, 77 %", "6/8, 75 %", "4/5, 80 %")]
    assert [words[place + 1] for place in at] == ["(46.2–95.0)", "(34.9–96.8)", "(28.4–99.5)"]
    assert {"n = 13", "n = 8", "n = 5"} <= set(words)
    assert {"complete response", "partial response", "HLH improvement", "no response"} <= set(words)
    assert "Clopper-Pearson, exact" in " ".join(words)


def test_bars_hold_the_counts_of_the_response_table(demo):
    bars = bars_of(demo, table(demo, "response"))
    counts = {part.label: [cell.n for cell in part.cells] for part in bars.parts}
    assert counts == {
        "complete response": [4, 2, 2],
        "partial response": [4, 2, 2],
        "HLH improvement": [2, 2, 0],
        "no response": [3, 2, 1],
    }
    assert [sum(column) for column in zip(*counts.values(), strict=True)] == [13, 8, 5]


def test_undecided_cases_stay_in_the_denominator_of_response(example, drawn):
    words = drawn(example, "response")
    assert words.count("7/13 decided") == 2
    assert "3/7, 43 %" in words


def test_no_decision_is_one_sentence(tmp_path, drawn):
    with new_study(tmp_path) as study:
        add_patient(study, "only", 30.0)
        with pytest.raises(FigureRefused, match=r"^no case has a final category yet: decide cases first$"):
            drawn(study, "response")


def test_categories_differ_in_hatch_where_colours_are_lost(demo):
    fills = category_fills(demo.protocol)
    assert len({fill.hatch for fill in fills.values()}) == len(fills) == 5
    assert len({fill.colour for fill in fills.values()}) == 5
    assert fills["CR"].hatch == ""


def test_a_biomarker_is_shown_by_response_and_by_remission_with_the_exact_test(demo, drawn):
    words = drawn(demo, "biomarker:il6")
    assert words.count("before") == words.count("day 7") == 4
    assert "Interleukin-6 before and on day 7 (n = 13)" in words
    assert "response: exact p = 0.007, Holm 0.028" in words
    assert {"response", "no response", "remission", "no remission"} <= set(words)
    assert [line for line in words if line.startswith("n = ")][:4] == ["n = 10", "n = 3", "n = 8", "n = 5"]
    said = " ".join(words)
    assert "Exploratory" in said
    assert "no exact p can fall below 0.007" in said


def test_by_gives_one_division(demo, drawn):
    words = drawn(demo, "biomarker", analyte="il10", by="prior_treatment")
    assert {"previously treated", "treatment-naive"} <= set(words)
    assert words.count("before") == 2


def test_values_beyond_the_assay_have_a_mark_of_their_own():
    value = Measurement(7.0, 2.0, None, "pg/mL")
    below, above = Measurement(7.0, 2.0, "<", "pg/mL"), Measurement(7.0, 1000.0, ">=", "pg/mL")
    shapes = [biomarker.shape_of(each, 0) for each in (value, below, above)]
    assert shapes == ["o", "v", "^"]


def test_an_analyte_that_is_not_charted_is_one_sentence(example, drawn):
    with pytest.raises(CohortError, match="Interleukin-6 is charted in no patient of this study"):
        drawn(example, "biomarker:il6")
    with pytest.raises(CohortError, match="there is no analyte"):
        drawn(example, "biomarker:nonsense")


def test_log_ticks_are_round_numbers():
    assert log_ticks(3.0, 900.0) == [5, 10, 20, 50, 100, 200, 500]
    assert log_ticks(0.5, 20_000.0) == [1, 10, 100, 1000, 10_000]
    assert [plain_number(each) for each in (0.02, 5.0, 20_000.0)] == ["0.02", "5", "20\u2009000"]


def bar(patient: str, change: float | None, bound: str = "", why: str = "") -> Bar:
    return Bar(patient, "CR", "", None, None, change, bound, why)


def fall(*bars: Bar) -> Waterfall:
    return Waterfall("ferritin", "Ferritin", "Ferritin", "µg/L", 0, None, "log_ratio", "falling", 28.0, bars, ())


def test_a_waterfall_says_who_has_no_change_and_why(demo):
    panel = waterfall.panel_of(fall(bar("P01", -1.0, "<"), bar("P02", None, why="nothing charted")), demo.protocol)
    assert panel.title == "Ferritin: best change up to day 28 (n = 1 of 2)"
    assert "No change: P02 (nothing charted)." in panel.notes
    assert any("points to the true change" in note for note in panel.notes)
    with pytest.raises(FigureRefused, match="nobody has a Ferritin before and after day 0"):
        waterfall.panel_of(fall(bar("P02", None, why="nothing charted")), demo.protocol)


def test_swimmer_shows_every_patient_and_what_happened(demo, drawn):
    words = drawn(demo, "swimmer")
    assert {"P01 NR", "P02 IMP", "P13 PR", "emapalumab, each dose", "ruxolitinib", "HSCT", "death"} <= set(words)
    assert sum(line.startswith("P") and len(line) < 8 for line in words) == 13


def test_a_kind_of_event_without_a_mark_gets_one_that_is_free(demo):
    from hlh_tui.cohort.course.models import Lane, Mark, Swimmer

    marks = (Mark("hsct", 3.0, ""), Mark("splenectomy", 4.0, ""), Mark("procedure", 5.0, ""))
    lane = Lane("P01", None, "", 30.0, True, (), (), marks)
    shapes = swimmer.shapes(Swimmer(None, (), (lane,), ()))
    assert list(shapes) == ["hsct", "procedure", "splenectomy"]
    assert len(set(shapes.values())) == 3


def test_heat_map_signs_what_is_not_met_and_what_is_not_known(demo, drawn):
    words = drawn(demo, "heatmap")
    assert {"not met (×)", "not evaluable (?)", "met", "Fever", "Spleen", "Ferritin"} <= set(words)
    assert words.count("?") == 1


def test_a_page_holds_so_many_rows_and_no_more():
    lanes.require_room(300, "swimmer")
    with pytest.raises(
        FigureRefused, match="the figure swimmer has a row for each patient, 301 here, and a page holds"
    ):
        lanes.require_room(301, "swimmer")
    with pytest.raises(FigureRefused, match="no patients yet"):
        lanes.require_room(0, "swimmer")
    assert lanes.row_height(13, 6.4) == 6.4
    assert lanes.row_height(300, 6.4) == pytest.approx(0.7)
    assert lanes.names_shown(["P01"], 0.7) == [""]


def test_a_criteria_set_without_rows_needs_no_key():
    assert heatmap.key(HeatMap("set", "1", None, (), (0.0,), (), ())) == []


def test_fever_says_in_how_many_it_resolved_and_names_who_did_not(demo, drawn):
    words = drawn(demo, "fever")
    assert {"resolved within 48 h (n = 12)", "not resolved by day 7 (n = 1)", "P12"} <= set(words)
    assert "Resolved within 48 h: 12/13 92.3 % (64.0–99.8)." in " ".join(words)


def test_fever_of_uncharted_patients_is_one_sentence(example, drawn):
    with pytest.raises(FigureRefused, match="no temperature is charted around day 0: import it first"):
        drawn(example, "fever")


def test_undecided_patients_have_a_colour_in_a_waterfall(demo):
    undecided = Bar("P03", None, "", None, None, 0.5, "", "")
    panel = waterfall.panel_of(fall(bar("P01", -1.0), undecided), demo.protocol)
    labels = [label for label, _ in waterfall.fills_of(fall(bar("P01", -1.0), undecided), demo.protocol).values()]
    assert labels == ["complete response", "no final category yet"]
    assert panel.height(88.0) > 50


def test_one_decided_patient_is_drawn(tmp_path, drawn):
    with new_study(tmp_path) as study:
        add_patient(study, "only", 30.0, disease_status="initial")
        judge(study, "NE", "only")
        words = drawn(study, "response")
    assert words.count("0/1, 0 %") == 2
    assert "not evaluable" in words
