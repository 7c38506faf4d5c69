"""Disposition: 4 died without HSCT, 5 transplanted, 4 alive without; every patient exactly once in any study."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hlh_tui.cohort.tables.outcome import ALIVE, ALL_DEATHS, DEAD, TRANSPLANTED
from hlh_tui.cohort.tables.table import table
from tests.cohort.example import add_patient, new_study
from tests.cohort.tables.charts import at, event


def test_the_disposition_of_the_paper(paper):
    found = table(paper, "outcome")
    assert [(row.level or row.label, row.cells[0].n) for row in found.rows] == [
        ("Patients", 13),
        ("Died without HSCT", 4),
        ("died: HLH", 3),
        ("died: sudden cardiac death, unrelated to HLH", 1),
        ("HSCT", 5),
        ("alive at last contact", 3),
        ("died: infection after HSCT", 2),
        ("Alive without HSCT", 4),
        ("All deaths", 6),
    ]
    assert at(found, "HSCT").patients == ("P02", "P03", "P04", "P06", "P11")
    assert at(found, "Alive without HSCT").patients == ("P05", "P08", "P09", "P10")


def test_a_transplant_before_the_index_event_is_history(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 50)
        event(study, "A", -200, "hsct")
        add_patient(study, "B", 50)
        event(study, "B", 50, "death")
        found = table(study, "outcome")
    assert at(found, "Alive without HSCT").patients == ("A",)
    assert at(found, "died: cause not given").patients == ("B",)


days = st.integers(min_value=0, max_value=300)
patients = st.lists(
    st.tuples(st.none() | days, st.none() | days, st.sampled_from([None, "", "HLH", "infection"]),
              st.sampled_from(["male", "female", None])),
    max_size=8,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(patients)
def test_every_patient_exactly_once(courses):
    with tempfile.TemporaryDirectory() as folder, new_study(Path(folder)) as study:
        for number, (hsct, death, cause, sex) in enumerate(courses):
            add_patient(study, f"P{number}", 300, sex=sex)
            if hsct is not None:
                event(study, f"P{number}", hsct, "hsct")
            if death is not None:
                event(study, f"P{number}", death, "death", cause=cause)
        found = table(study, "outcome", "sex" if courses else None)
    for column in range(len(found.columns)):
        everybody = sorted(at(found, "Patients", column).patients)
        parts = {label: at(found, label, column, label) for label in (DEAD, TRANSPLANTED, ALIVE)}
        assert sorted(who for cell in parts.values() for who in cell.patients) == everybody
        for label in (DEAD, TRANSPLANTED):
            under = [row.cells[column] for row in found.rows if row.label == label and row.level]
            assert sorted(who for cell in under for who in cell.patients) == sorted(parts[label].patients)
        assert at(found, ALL_DEATHS, column).n == sum(
            death is not None for number, (_, death, _, _) in enumerate(courses) if f"P{number}" in everybody
        )
