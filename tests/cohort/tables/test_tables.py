"""Baseline and response tables as a reader of the paper knows them."""

import json
from statistics import quantiles

import numpy as np
import pytest

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.printed import percent
from hlh_tui.cohort.tables.baseline import baseline_table
from hlh_tui.cohort.tables.response import response_table
from hlh_tui.cohort.tables.table import table, table_csv, table_json, table_text
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.models import Actor
from tests.cohort.example import add_patient, judge, new_study
from tests.cohort.tables.charts import at

AGES = (18, 21, 24, 27, 30, 33, 34, 41, 46, 52, 58, 66, 79)
ONSET_DAYS = (-12, -16, -20, -24, -28, -30, -32, -40, -45, -56, -63, -77, -93)
AETIOLOGY = ("ebv",) * 5 + ("lymphoma",) * 5 + ("autoimmune",) * 2 + ("unidentified",)
STATUS = ("refractory",) * 5 + ("relapse",) * 3 + ("initial",) * 5
PRIOR = {
    "prior_glucocorticoids": 5,
    "prior_ruxolitinib": 5,
    "prior_etoposide": 4,
    "prior_ivig": 2,
    "prior_ciclosporin": 1,
}


def published(study):
    """Thirteen patients with the margins of the published Table 1; P01 to P08 are previously treated."""
    for index in range(13):
        prior = {name: "yes" if index < count else "no" for name, count in PRIOR.items()}
        add_patient(
            study,
            f"P{index + 1:02}",
            100,
            sex="female" if index < 3 else "male",
            age_years=AGES[index],
            onset_day=ONSET_DAYS[index],
            aetiology=AETIOLOGY[index],
            disease_status=STATUS[index],
            **prior,
        )


def printed(found, column=0):
    return [(row.label, row.level, row.cells[column].text) for row in found.rows]


def test_table_1_prints_as_published(tmp_path):
    with new_study(tmp_path) as study:
        published(study)
        found = baseline_table(study)
    assert found.columns == ("Overall",)
    status, prior = "Status of HLH before therapy", "Regimens towards HLH prior to emapalumab"
    assert printed(found) == [
        ("Patients", "", "13"),
        ("Age (years)", "", ""),
        ("Age (years)", "Median (range)", "34 (18–79)"),
        ("Sex", "", ""),
        ("Sex", "Female", "3 (23)"),
        ("Sex", "Male", "10 (77)"),
        ("Aetiology", "", ""),
        ("Aetiology", "Epstein-Barr virus infection", "5 (38)"),
        ("Aetiology", "Lymphoma", "5 (38)"),
        ("Aetiology", "Autoimmune disease", "2 (15)"),
        ("Aetiology", "Unidentified", "1 (8)"),
        ("Onset of HLH symptoms to therapy (weeks)", "", ""),
        ("Onset of HLH symptoms to therapy (weeks)", "Median (range)", "4.6 (1.7–13.3)"),
        (prior, "", ""),
        (prior, "Intravenous glucocorticoids", "5 (38)"),
        (prior, "Ruxolitinib", "5 (38)"),
        (prior, "Etoposide", "4 (31)"),
        (prior, "IVIg", "2 (15)"),
        (prior, "Ciclosporin", "1 (8)"),
        (status, "", ""),
        (status, "Initial", "5 (38)"),
        (status, "Refractory", "5 (38)"),
        (status, "Relapse", "3 (23)"),
    ]


def test_columns_by_prior_treatment_count_their_own_patients(tmp_path):
    with new_study(tmp_path) as study:
        published(study)
        found = baseline_table(study, "prior_treatment")
    assert found.columns == ("Overall", "previously treated", "treatment-naive")
    assert [cell.text for cell in found.rows[0].cells] == ["13", "8", "5"]
    female = next(row for row in found.rows if row.level == "Female")
    assert [cell.text for cell in female.cells] == ["3 (23)", "3 (38)", "0 (0)"]
    assert female.cells[1].patients == ("P01", "P02", "P03")
    assert (female.cells[1].n, female.cells[1].denominator, female.cells[1].pct) == (3, 8, 37.5)


def test_quartiles_behind_a_median_are_those_of_r(tmp_path):
    with new_study(tmp_path) as study:
        published(study)
        cell = baseline_table(study).rows[2].cells[0]
    # R: quantile(c(18,21,24,27,30,33,34,41,46,52,58,66,79)) 18 27 34 52 79
    assert cell.values == (34, 18, 79, 27, 52)
    uneven = [1.5, 2, 4, 8.25, 16, 17]
    assert quantiles(uneven, n=4, method="inclusive") == pytest.approx(np.percentile(uneven, (25, 50, 75)).tolist())


def test_missing_values_have_a_row_of_their_own_and_stay_in_the_denominator(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 10, sex="male", age_years=40, prior_ivig="yes")
        add_patient(study, "B", 10, age_years=50.5, prior_ivig="not known")
        add_patient(study, "C", 10, sex="male", aetiology="leishmania")
        rows = {(row.label, row.level): row.cells[0] for row in baseline_table(study).rows}
    assert rows["Sex", "Male"].text == "2 (67)"
    assert rows["Sex", "Missing"].text == "1 (33)"
    assert rows["Sex", "Missing"].patients == ("B",)
    assert rows["Age (years)", "Median (range)"].text == "45.3 (40.0–50.5)"
    assert rows["Age (years)", "Missing"].text == "1 (33)"
    assert rows["Aetiology", "leishmania"].text == "1 (33)"
    prior = "Regimens towards HLH prior to emapalumab"
    assert rows[prior, "IVIg"].text == "1 (33)"
    assert rows[prior, "IVIg: missing"].patients == ("B", "C")


def test_halves_are_rounded_up():
    assert [percent(1, 8), percent(3, 8), percent(5, 13), percent(1, 3, 1), percent(2, 3, 1)] == [
        "13",
        "38",
        "38",
        "33.3",
        "66.7",
    ]


def adjudicated(study):
    """The published categories; non-responders are P01 and P06 (treated) and P12 (naive)."""
    published(study)
    judge(study, "CR", "P05", "P08", "P10", "P11")
    judge(study, "PR", "P03", "P04", "P09", "P13")
    judge(study, "IMP", "P02", "P07")
    judge(study, "NR", "P01", "P06", "P12")


def test_the_response_table_of_the_paper_with_exact_intervals(tmp_path):
    with new_study(tmp_path) as study:
        adjudicated(study)
        found = response_table(study, "prior_treatment")
    assert found.columns == ("Overall", "previously treated", "treatment-naive")
    rows = {row.level or row.label: [cell.text for cell in row.cells] for row in found.rows}
    assert rows["Decided"] == ["13/13", "8/8", "5/5"]
    assert rows["complete response"][0] == "4/13 30.8 % (9.1–61.4)"
    assert rows["partial response"][0] == "4/13 30.8 % (9.1–61.4)"
    assert rows["HLH improvement"][0] == "2/13 15.4 % (1.9–45.4)"
    assert rows["no response"][0] == "3/13 23.1 % (5.0–53.8)"
    assert rows["not evaluable"][0] == "0/13 0.0 % (0.0–24.7)"
    assert rows["Response (CR + PR + improvement)"] == [
        "10/13 76.9 % (46.2–95.0)",
        "6/8 75.0 % (34.9–96.8)",
        "4/5 80.0 % (28.4–99.5)",
    ]
    assert rows["Remission (CR + PR)"][0] == "8/13 61.5 % (31.6–86.1)"
    assert rows["Undecided"] == ["0/13", "0/8", "0/5"]
    assert found.notes[0] == "13 of 13 decided (13 single)."
    assert "(Clopper-Pearson, exact)" in found.notes[1]
    complete = next(row for row in found.rows if row.level == "complete response")
    assert complete.cells[0].patients == ("P05", "P08", "P10", "P11")


def test_open_cases_are_counted_and_not_in_the_denominator(tmp_path):
    with new_study(tmp_path) as study:
        published(study)
        judge(study, "CR", "P01", "P02")
        judge(study, "NE", "P03")
        decide(study, Actor("k-tanaka", "K. Tanaka"), Decision("P02", "NR", "read the chart"))
        rows = {row.level or row.label: row.cells[0] for row in response_table(study, None).rows}
    assert (rows["Decided"].text, rows["Decided"].patients) == ("2/13", ("P01", "P03"))
    assert rows["complete response"].text == "1/2 50.0 % (1.3–98.7)"
    assert rows["not evaluable"].patients == ("P03",)
    assert (rows["Undecided"].text, rows["Unresolved: readers differ"].text) == ("10/13", "1/13")
    assert rows["Unresolved: readers differ"].patients == ("P02",)


def test_before_any_decision_there_is_no_proportion(tmp_path):
    with new_study(tmp_path) as study:
        published(study)
        found = table(study, "response")
    rows = {row.level or row.label: [cell.text for cell in row.cells] for row in found.rows}
    assert rows["complete response"] == ["–", "–", "–"]
    assert found.notes[0] == "0 of 13 decided."


def test_an_empty_study_has_empty_tables(tmp_path):
    with new_study(tmp_path) as study:
        assert baseline_table(study).rows[2].cells[0].text == "–"
        assert response_table(study).rows[1].cells[0].text == "0/0"
        assert "–" in table_text(table(study, "baseline"), 80)


def test_columns_by_response_keep_the_undecided(tmp_path):
    with new_study(tmp_path) as study:
        published(study)
        judge(study, "CR", "P01")
        judge(study, "NR", "P02")
        found = table(study, "baseline", "response")
    assert found.columns == ("Overall", "response", "no response", "undecided")
    assert [cell.text for cell in found.rows[0].cells] == ["13", "1", "1", "11"]


def test_an_unknown_table_names_those_there_are(tmp_path):
    with (
        new_study(tmp_path) as study,
        pytest.raises(CohortError, match="there is no table 'survival': choose one of baseline, patients, treatment"),
    ):
        table(study, "survival")


@pytest.mark.parametrize("width", [50, 80, 120])
def test_text_stays_within_the_width_and_keeps_every_cell(tmp_path, width):
    with new_study(tmp_path) as study:
        adjudicated(study)
        found = table(study, "response")
    text = table_text(found, width)
    assert max(map(len, text.splitlines())) <= width
    for row in found.rows:
        for cell in row.cells:
            assert cell.text in text


def test_text_is_aligned(tmp_path):
    with new_study(tmp_path) as study:
        published(study)
        lines = table_text(table(study, "baseline", "prior_treatment"), 80).splitlines()
    assert lines[:6] == [
        "Baseline characteristics",
        "",
        "                                                  previously",
        "                                  Overall         treated        treatment-naive",
        "────────────────────────────────────────────────────────────────────────────────",
        "Patients                          13              8              5",
    ]
    assert "  Female                          3 (23)          3 (38)         0 (0)" in lines


def test_csv_and_json_carry_the_same_cells(tmp_path):
    with new_study(tmp_path) as study:
        adjudicated(study)
        found = table(study, "response")
    lines = table_csv(found).splitlines()
    assert lines[0] == "label,level,Overall,previously treated,treatment-naive"
    assert "Adjudicated category,complete response,4/13 30.8 % (9.1–61.4) [12.7–57.6]," in "\n".join(lines)
    document = json.loads(json.dumps(table_json(found), allow_nan=False))
    assert list(document) == ["name", "columns", "rows", "title", "notes"]
    row = next(row for row in document["rows"] if row["level"] == "complete response")
    cell = row["cells"][0]
    assert (cell["n"], cell["denominator"]) == (4, 13)
    assert (cell["pct"], cell["lower"], cell["upper"]) == pytest.approx((30.77, 9.09, 61.43), abs=5e-3)
    assert (cell["wilson_lower"], cell["wilson_upper"]) == pytest.approx((12.68, 57.63), abs=5e-3)
    assert cell["patients"] == ["P05", "P08", "P10", "P11"]


def test_symptoms_that_began_on_day_0_are_no_time_before_therapy_without_a_sign(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 30, onset_day=0)
        add_patient(study, "B", 30, onset_day=-14)
        cell = at(table(study, "baseline"), "Median (range)", label="Onset of HLH symptoms to therapy (weeks)")
    assert cell.text == "1 (0–2)"
    assert str(cell.values[1]) == "0.0"
