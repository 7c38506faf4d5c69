"""Adverse events: none drug-related of grade 3 or more in the paper, and what is not given is shown."""

from hlh_tui.cohort.tables.table import table
from tests.cohort.example import add_patient, new_study
from tests.cohort.tables.charts import at, event

ALL = "Patients with an adverse event"


def test_safety_of_the_paper(paper):
    found = table(paper, "adverse-events")
    assert at(found, "drug-related, grade ≥ 3", label=ALL).text == "0 (0)"
    assert at(found, "drug-related", label="CMV infection").patients == ("P08",)
    assert at(found, "any grade", label="neutropenia").patients == ("P03", "P07")
    severe = at(found, "grade ≥ 3", label=ALL)
    assert (severe.text, severe.patients) == ("5 (38)", ("P01", "P03", "P06", "P07", "P12"))


def test_a_patient_counts_once_and_what_is_not_given_is_told(tmp_path):
    with new_study(tmp_path) as study:
        for patient in "ABCD":
            add_patient(study, patient, 50)
        event(study, "A", 1, "adverse_event", "Rash", 1, "possible")
        event(study, "A", 9, "adverse_event", "rash", 3, "Probable")
        event(study, "B", 2, "adverse_event", "rash", None, "definite")
        event(study, "C", 3, "adverse_event", None, 5, None)
        event(study, "D", -3, "adverse_event", "rash", 4, "definite")
        event(study, "D", 3, "infection", "sepsis", 4, "definite")
        found = table(study, "adverse-events")
    shown = {row.level: row.cells[0].patients for row in found.rows if row.label == ALL and row.level}
    assert shown == {
        "any grade": ("A", "B", "C"),
        "grade ≥ 3": ("A", "C"),
        "drug-related": ("A", "B"),
        "drug-related, grade ≥ 3": ("A",),
        "drug-related, grade not given": ("B",),
        "grade not given": ("B",),
        "relatedness not given": ("C",),
    }
    assert [row.label for row in found.rows if not row.level] == ["Patients", ALL, "Rash", "term not given"]
    assert at(found, "any grade", label="Rash").text == "2 (50)"
    assert "Grade not given in 1 of 4 events" in found.notes[1]
