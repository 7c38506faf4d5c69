"""Table S1: the baseline characteristics patient by patient."""

from hlh_tui.cohort.tables.table import table
from tests.cohort.example import add_patient, new_study
from tests.cohort.tables.charts import at

PRIOR = "Regimens towards HLH prior to emapalumab"


def test_a_row_for_each_patient_of_the_paper(paper):
    found = table(paper, "patients", "prior_treatment")
    assert [row.label for row in found.rows if not row.level] == [
        "previously treated (n = 8)",
        "treatment-naive (n = 5)",
    ]
    row = next(row for row in found.rows if row.level == "P04")
    assert dict(zip(found.columns, (cell.text for cell in row.cells), strict=True)) == {
        "Age (years)": "26",
        "Sex": "Female",
        "Aetiology": "Epstein-Barr virus infection",
        "Onset of HLH symptoms to therapy (weeks)": "13.3",
        PRIOR: "Ruxolitinib, IVIg",
        "Status of HLH before therapy": "Relapse",
        "Underlying disease": "Epstein-Barr virus, NK cells infected",
        "Weight (kg)": "52",
    }
    assert {cell.patients for cell in row.cells} == {("P04",)}
    assert found.notes[-1] == "Nothing is missing in 13 patients."


def test_what_is_missing_stays_visible(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 10, sex="male", age_years=40.5, prior_ivig="yes", prior_etoposide="no")
        add_patient(study, "B", 10, aetiology="leishmania")
        found = table(study, "patients")
    assert [cell.text for cell in found.rows[1].cells[:3]] == ["40.5", "Male", "–"]
    assert at(found, "A", PRIOR).text == "IVIg (not known: Intravenous glucocorticoids, Ruxolitinib, Ciclosporin)"
    assert at(found, "B", PRIOR).text == "–"
    assert at(found, "B", "Aetiology").text == "leishmania"
    assert "Age (years) 1" in found.notes[1]
    assert "Weight (kg) 2" in found.notes[1]
