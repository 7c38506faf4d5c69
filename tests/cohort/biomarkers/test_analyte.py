"""An analyte before and after: literal pairs, exact tests, limits of detection, and charts that lack something."""

from __future__ import annotations

import json
from math import exp, log

import pytest

from hlh_tui.cli import main
from hlh_tui.cohort.biomarkers.analyte import analyte_result
from hlh_tui.cohort.biomarkers.biomarkers_text import analyte_text, family_text
from hlh_tui.cohort.biomarkers.family import family
from hlh_tui.cohort.biomarkers.measurements import charted as charted_analytes
from hlh_tui.cohort.errors import CohortError
from tests.cohort.biomarkers.cytokines import IL6, charted, il6_study
from tests.cohort.example import add_patient, judge, new_study


def of(result, patient):
    return next(each for each in result.series if each.patient_id == patient)


def test_groups_pairs_and_who_is_high(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        result = analyte_result(study, "IL-6", "response")
    assert (result.analyte, result.measure, result.day) == ("il6", "log_ratio", 7)
    assert [group.label for group in result.groups] == ["response", "no response"]
    response, rest = result.groups
    assert (len(response.paired), len(rest.paired), len(rest.patients)) == (10, 2, 3)
    assert response.before.median == 72
    assert (len(result.everybody.high_before), len(result.everybody.judged_before)) == (13, 13)
    assert (len(response.high_after), len(response.judged_after)) == (6, 10)
    assert of(result, "R01").change == pytest.approx(log(5 / 100))
    assert (result.band.lower, result.band.upper) == (None, 5.4)


def test_complete_separation_of_ten_and_two_gives_the_smallest_p(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        test = analyte_result(study, "il6", "response").test
    assert (test.n, test.statistic, test.ties) == ((10, 2), 0, True)
    assert test.p == test.smallest_p == pytest.approx(2 / 66)
    # of the 20 ratios of ratios, by hand, the two in the middle are 0.1 / (140/150) and 0.125 / (310/300)
    assert exp(test.estimate) == pytest.approx(((0.125 * 0.1) / ((140 / 150) * (310 / 300))) ** 0.5)
    assert test.lower < test.estimate < test.upper < 0


def test_a_value_below_detection_counts_at_its_limit_and_says_so(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        result = analyte_result(study, "il6", "response")
    assert of(result, "R02").change == pytest.approx(log(2 / 80))
    assert (of(result, "R02").bound, of(result, "R01").bound) == ("<", "")
    assert any("count at its limit" in note and "R02, R08" in note for note in result.notes)
    text = analyte_text(result, 100)
    assert "at most × 0.025" in text
    assert "<2.0" in text


def test_who_has_no_change_is_named_with_the_reason(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        add_patient(study, "X01", 50)
        add_patient(study, "X02", 50)
        charted(study, "X02", 7.0, "il6", "10")
        result = analyte_result(study, "il6", "response")
    assert of(result, "N03").why == "no value on day 7 ± 2"
    assert of(result, "X01").why == "nothing charted"
    assert of(result, "X02").why == "no value in the 7 days up to day 0"
    assert "Without a change, no value on day 7 ± 2: N03." in result.notes
    assert "Not in the test, no final category yet: X01, X02." in result.notes
    assert [group.label for group in result.groups] == ["response", "no response", "undecided"]
    assert result.test.n == (10, 2)


@pytest.mark.parametrize(
    ("values", "change"),
    [
        ({-8: 10, -6: 20, -0.5: 40, 7: 80}, 2.0),  # the last one before day 0
        ({-8: 10, 7: 80}, None),  # eight days before is too old
        ({0: 40, 7: 80}, 2.0),  # a value of day 0 was drawn before the dose
        ({0.4: 10, -1: 40, 7: 80}, 2.0),  # the morning after it is none
        ({-1: 40, 5: 20, 9.9: 80}, 0.5),  # both two days away: the earlier
        ({-1: 40, 5: 20, 8.2: 80}, 2.0),  # day 8 is nearer than day 5
        ({-1: 40, 7.1: 20, 7.9: 80}, 2.0),  # the last one of day 7
        ({-1: 40, 4.9: 20, 10: 80}, None),  # outside 7 ± 2
    ],
)
def test_which_values_stand_for_baseline_and_day_7(tmp_path, values, change) -> None:
    with new_study(tmp_path) as study:
        add_patient(study, "P1", 50)
        for day, value in sorted(values.items()):
            charted(study, "P1", day, "il6", str(value))
        found = of(analyte_result(study, "il6"), "P1").change
    assert found == (None if change is None else pytest.approx(log(change)))


def test_the_true_change_of_two_limits_is_open(tmp_path) -> None:
    pairs = {"A": ("<5", "<2"), "B": (">1000", "10"), "C": ("10", ">1000"), "D": ("<5", "50"), "E": (">1000", ">1000")}
    with new_study(tmp_path) as study:
        for patient, (before, after) in pairs.items():
            add_patient(study, patient, 50)
            charted(study, patient, -1, "il6", before)
            charted(study, patient, 7, "il6", after)
        result = analyte_result(study, "il6")
    assert {each.patient_id: each.bound for each in result.series} == {"A": "?", "B": "<", "C": ">", "D": ">", "E": "?"}
    assert of(result, "E").change == 0


def test_other_assay_other_unit_and_zero(tmp_path) -> None:
    with new_study(tmp_path) as study:
        for patient in ("A", "U", "Z"):
            add_patient(study, patient, 50)
        charted(study, "A", -1, "il6", "10", assay="one")
        charted(study, "A", 7, "il6", "10", assay="other")
        charted(study, "U", -1, "scd25", "5000", unit="[arb'U]/mL")
        charted(study, "U", 7, "scd25", "5000", unit="pg/mL")
        charted(study, "Z", -1, "spleen_below_margin", "4", unit="cm")
        charted(study, "Z", 7, "spleen_below_margin", "0", unit="cm")
        assay, unit = analyte_result(study, "il6"), analyte_result(study, "scd25")
        spleen = analyte_result(study, "spleen_below_margin")
    assert of(assay, "A").why == "measured by two assays that must not be compared"
    assert of(unit, "U").why == "measured in units that cannot be converted"
    assert (spleen.measure, of(spleen, "Z").change) == ("difference", -4)


def test_temperature_is_a_difference(tmp_path) -> None:
    with new_study(tmp_path) as study:
        add_patient(study, "P1", 50)
        charted(study, "P1", -1, "temperature", "39.5", unit="Cel")
        charted(study, "P1", 7, "temperature", "36.8", unit="Cel")
        result = analyte_result(study, "temperature")
    assert of(result, "P1").change == -2.7
    assert "-2.7" in analyte_text(result, 100)


def test_the_family_is_that_of_the_protocol_and_adjusted_by_holm(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        for patient in IL6:
            charted(study, patient, -1, "ifn_gamma", "10")
            charted(study, patient, 7, "ifn_gamma", "5")
        members = family(study)
        by_response = analyte_result(study, "il6", "response")
        by_sex_day_14 = analyte_result(study, "il6", "response", day=14)
    assert [(each.analyte, each.by) for each in members] == [
        (analyte, by) for analyte in ("ifn_gamma", "il6", "il10") for by in ("response", "remission")
    ]
    by_name = {(each.analyte, each.by): each for each in members}
    # il10 is not charted, so four comparisons count: 2/66 twice and 1 twice
    assert by_name["il10", "response"].test.p is None
    assert by_name["il6", "response"].p_holm == pytest.approx(4 * 2 / 66)
    assert by_name["ifn_gamma", "response"].test.p == 1
    assert by_response.p_holm == by_name["il6", "response"].p_holm
    assert by_response.family == 4
    assert by_sex_day_14.p_holm is None
    assert "0.030   0.121" in family_text(members, 80)


def test_what_thirteen_can_show(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        charted(study, "N03", 7.4, "il6", "60")
        result = analyte_result(study, "il6", "response")
        alone = analyte_result(study, "il6")
        by_sex = analyte_result(study, "il6", "sex")
    assert "n = 13 (10 against 3): no exact p can fall below 0.007" in result.power
    assert "at most 3 of 30 pairs" in result.power
    assert alone.power.startswith("n = 13: no exact signed-rank p can fall below 0.0002; without a control arm")
    assert by_sex.test is None
    assert "No test between groups: sex has 0 of them here, and the test compares two." in by_sex.notes


def test_one_against_one_can_show_nothing(tmp_path) -> None:
    with new_study(tmp_path) as study:
        for patient, after in (("A", "10"), ("B", "90")):
            add_patient(study, patient, 50)
            charted(study, patient, -1, "il6", "100")
            charted(study, patient, 7, "il6", after)
        judge(study, "CR", "A")
        judge(study, "NR", "B")
        result = analyte_result(study, "il6", "response")
    assert result.test.p == 1
    assert result.power == "n = 2 (1 against 1): no exact p can fall below 1.000, so no difference could ever be shown."
    assert "no interval: too few" in analyte_text(result, 100)


def test_nobody_with_a_change_is_said_plainly(tmp_path) -> None:
    with new_study(tmp_path) as study:
        add_patient(study, "A", 20)
        charted(study, "A", -1, "il6", "10")
        result = analyte_result(study, "il6")
        assert result.power == "n = 0: nobody has a known change, so there is nothing to test."
        assert "no value on day 7 ± 2" in analyte_text(result, 80)


def test_refusals_are_sentences(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        for analyte, said in (
            ("interleukine-6", "did you mean il6"),
            ("ferritin", "Ferritin is charted in no patient of this study"),
            ("cns_involvement", "choose a measured analyte"),
        ):
            with pytest.raises(CohortError, match=said):
                analyte_result(study, analyte)
        with pytest.raises(CohortError, match="cannot be divided by 'colour'"):
            analyte_result(study, "il6", "colour")
        with pytest.raises(CohortError, match="day 0 is not after day 0"):
            analyte_result(study, "il6", day=0)
        assert [(each.analyte.id, each.patients, each.named) for each in charted_analytes(study)] == [
            ("ifn_gamma", 0, True),
            ("il6", 13, True),
            ("il10", 0, True),
        ]


def test_without_decisions_everybody_is_undecided(tmp_path) -> None:
    with il6_study(tmp_path, decided=False) as study:
        result = analyte_result(study, "il6", "response")
        members = family(study)
    assert [group.label for group in result.groups] == ["undecided"]
    assert (result.test, result.p_holm) == (None, None)
    assert all(member.test.p is None for member in members)
    assert "charted" not in analyte_text(result, 80)


def test_the_verb_prints_text_and_json(tmp_path, capsys) -> None:
    with il6_study(tmp_path) as study:
        path = str(study.path)
    assert main(["biomarkers", path, "il6", "--by", "response", "--day", "7"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Interleukin-6 (pg/mL) by response, baseline and day 7: exploratory\n")
    assert "W = 0, p = 0.030" in " ".join(out.split())
    assert main(["biomarkers", path, "--json", "--by", "response"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["exploratory"] is True
    (il6,) = found["analytes"]
    assert il6["test"]["p"] == pytest.approx(2 / 66)
    assert il6["series"][1]["values"][1] == {"day": 7.4, "value": 2.0, "comparator": "<"}
    assert len(found["family"]) == 6
    assert main(["biomarkers", path, "il-7"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_empty_study_is_a_sentence(tmp_path, capsys) -> None:
    with new_study(tmp_path) as study:
        path = str(study.path)
    assert main(["biomarkers", path]) == 2
    assert "name an analyte; charted: nothing that is measured" in capsys.readouterr().err
    assert main(["biomarkers", path, "il6"]) == 2
    assert "charted in no patient" in capsys.readouterr().err


def test_it_is_said_what_medians_tests_and_adjustment_count(tmp_path) -> None:
    with il6_study(tmp_path) as study:
        text = " ".join(analyte_text(analyte_result(study, "il6", "response"), 100).split())
    assert "baseline and day: median (quartiles) of all with a value then, change: of n;" in text
    assert "Where nothing changed there is no sign: the signed-rank test leaves it out." in text
    assert "Quartiles by definition type 7 (R, Excel)." in text
    # interferon gamma and IL-10 are not charted here
    assert "Holm's adjustment over the 2 comparisons that can be tested, of the 6 of the protocol's family:" in text
