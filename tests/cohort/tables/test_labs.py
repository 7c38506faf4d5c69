"""Laboratory values: windows, the n of each number, and what is known of values beyond the range of an assay."""

import pytest

from hlh_tui.cohort.tables.labs import bounded
from hlh_tui.cohort.tables.table import table
from tests.cohort.example import add_patient, new_study
from tests.cohort.tables.charts import at, observe

FERRITIN = "Ferritin (µg/L)"


def cells(found, label, column=0):
    return {row.level: row.cells[column].text for row in found.rows if row.label == label and row.level}


def test_the_paper_measures_every_analyte_of_the_criteria(paper):
    found = table(paper, "labs")
    baseline = at(found, "Baseline", label=FERRITIN)
    assert (baseline.n, baseline.denominator, baseline.text) == (13, 13, "23180 (14500–35160) n = 13/13")
    assert baseline.values[0] == 23180
    labels = [row.label for row in found.rows if not row.level]
    assert labels[:3] == ["Patients", "Temperature (°C)", "Spleen below costal margin (cm)"]
    assert {"Interleukin-6 (pg/mL)", "D-dimer (µg/L FEU)", "Fibrinogen (g/L)"} <= set(labels)
    assert list(cells(found, FERRITIN)) == [
        "Baseline", "Day 3", "Day 3, change", "Day 7", "Day 7, change", "Day 14", "Day 14, change",
    ]  # fmt: skip


def test_visits_take_the_nearest_value_of_their_window(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 100)
        # Baseline: the last before day 0, not on it later; day 3: 2 and 4 are as near, the earlier counts.
        for day, value in ((-8, 1), (-3, 1000), (0, 2000), (0.4, 3), (2, 500), (4, 400), (9, 100), (9.1, 9), (18, 8)):
            observe(study, "A", day, "ferritin", value)
        found = table(study, "labs")
    assert cells(found, FERRITIN) == {
        "Baseline": "2000 (2000–2000) n = 1/1",
        "Day 3": "500 (500–500) n = 1/1",
        "Day 3, change": "−75 % (−75 to −75) n = 1/1",
        "Day 7": "100 (100–100) n = 1/1",
        "Day 7, change": "−95 % (−95 to −95) n = 1/1",
        "Day 14": "– n = 0/1",
        "Day 14, change": "– n = 0/1",
    }


def test_a_median_on_a_bound_is_printed_as_a_bound(tmp_path):
    with new_study(tmp_path) as study:
        for patient, baseline, comparator, later in (
            ("A", 1000, None, 500), ("B", 2000, ">", 400), ("C", 2000, ">", 300),
        ):  # fmt: skip
            add_patient(study, patient, 100)
            observe(study, patient, -1, "ferritin", baseline, comparator)
            observe(study, patient, 7, "ferritin", later)
        found = table(study, "labs")
    shown = cells(found, FERRITIN)
    assert shown["Baseline"] == ">2000 (>1500–>2000) n = 3/3"
    assert at(found, "Baseline", label=FERRITIN).values == ()
    assert shown["Day 7"] == "400 (350–450) n = 3/3"
    # From more than 2000 to 400 is a fall of more than 80 %.
    assert shown["Day 7, change"] == "<−80 % (<−82; −75 to −65) n = 3/3"


def test_below_detection(tmp_path):
    with new_study(tmp_path) as study:
        for patient, baseline, later in (("A", 100, 5), ("B", 200, 5), ("C", 50, 10)):
            add_patient(study, patient, 100)
            observe(study, patient, 0, "il6", baseline, unit="pg/mL")
            observe(study, patient, 7, "il6", later, "<" if later == 5 else None, unit="pg/mL")
        found = table(study, "labs")
    shown = cells(found, "Interleukin-6 (pg/mL)")
    assert shown["Day 7"].startswith("<5.0 (<5.0") or shown["Day 7"].startswith("<5 (<5")
    assert shown["Day 7, change"].startswith("<−95 %")


def test_changes_are_between_values_of_one_unit_and_assay(tmp_path):
    with new_study(tmp_path) as study:
        for patient in "ABC":
            add_patient(study, patient, 100)
        observe(study, "A", 0, "scd25", 1000, unit="[arb'U]/mL", assay="Immulite")
        observe(study, "A", 7, "scd25", 500, unit="[arb'U]/mL", assay="Immulite")
        observe(study, "B", 0, "scd25", 1000, unit="[arb'U]/mL", assay="Immulite")
        observe(study, "B", 7, "scd25", 9000, unit="[arb'U]/mL", assay="bead")
        observe(study, "C", 0, "scd25", 8000, unit="pg/mL", assay="bead")
        observe(study, "C", 7, "scd25", 4000, unit="pg/mL", assay="bead")
        found = table(study, "labs")
    labels = [row.label for row in found.rows if row.level == "Baseline"]
    assert labels == [
        "Soluble CD25 (sIL-2 receptor) (U/mL, Immulite)",
        "Soluble CD25 (sIL-2 receptor) (U/mL, bead)",
        "Soluble CD25 (sIL-2 receptor) (pg/mL, bead)",
    ]
    assert at(found, "Day 7, change", label=labels[0]).patients == ("A",)
    assert at(found, "Day 7, change", label=labels[1]).text == "– n = 0/3"
    assert at(found, "Day 7, change", label=labels[2]).patients == ("C",)


def test_a_baseline_of_zero_has_no_relative_change_and_a_scale_an_absolute_one(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 100)
        observe(study, "A", 0, "spleen_below_margin", 0, unit="cm")
        observe(study, "A", 7, "spleen_below_margin", 2, unit="cm")
        observe(study, "A", 0, "temperature", 39.5, unit="Cel")
        observe(study, "A", 7, "temperature", 36.5, unit="Cel")
        found = table(study, "labs")
    assert at(found, "Day 7, change", label="Spleen below costal margin (cm)").text == "– n = 0/1"
    assert at(found, "Day 7, change", label="Temperature (°C)").text == "−3.0 (−3.0 to −3.0) n = 1/1"


def test_groups_count_their_own(tmp_path):
    with new_study(tmp_path) as study:
        for patient, sex, value in (("A", "male", 10), ("B", "female", 20), ("C", "male", 30), ("D", None, 40)):
            add_patient(study, patient, 100, sex=sex)
            observe(study, patient, 0, "crp", value, unit="mg/L")
        found = table(study, "labs", "sex")
    row = next(row for row in found.rows if row.level == "Baseline")
    assert found.columns == ("Overall", "female", "male", "missing")
    assert [(cell.patients, cell.values[0]) for cell in row.cells] == [
        (("A", "B", "C", "D"), 25),
        (("B",), 20),
        (("A", "C"), 20),
        (("D",), 40),
    ]


@pytest.mark.parametrize(
    ("low", "high", "inclusive", "text"),
    [
        (2000, float("inf"), False, ">2000"),
        (2000, float("inf"), True, "≥2000"),
        (0, 5, False, "<5"),
        (0, 5, True, "≤5"),
        (3, 5, False, "3 to 5"),
        (0, float("inf"), False, "unbounded"),
        (7, 7, False, "7"),
    ],
)
def test_bounds_in_words(low, high, inclusive, text):
    assert bounded(low, high, 0.0, 0, change=False, inclusive=inclusive) == text


def test_nothing_measured_is_said(tmp_path):
    with new_study(tmp_path) as study:
        assert [row.label for row in table(study, "labs").rows] == ["Patients"]
        add_patient(study, "A", 10)
        found = table(study, "labs")
    assert [row.label for row in found.rows] == ["Patients"]
    assert found.notes[-1].startswith("Nobody has values of: Temperature")
