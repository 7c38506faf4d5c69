"""A cohort of literal IL-6 values: thirteen patients, ten of whom respond."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.study.file import Study
from tests.cohort.example import add_patient, judge, new_study

# patient: baseline, day 7; the response falls further the higher the number
IL6 = {
    "R01": ("100", "5"),
    "R02": ("80", "<2"),
    "R03": ("64", "8"),
    "R04": ("90", "9"),
    "R05": ("50", "10"),
    "R06": ("40", "5"),
    "R07": ("30", "6"),
    "R08": ("20", "<2"),
    "R09": ("200", "20"),
    "R10": ("120", "30"),
    "N01": ("150", "140"),
    "N02": ("300", "310"),
    "N03": ("70", None),
}


def charted(study: Study, patient: str, day: float, analyte: str, value: str, **columns: object) -> None:
    """One observation; a value such as <2 carries its comparator."""
    number = value.lstrip("<>=")
    row = {"upper": 5.4, "unit": "pg/mL", **columns}
    study.connection.cursor().execute(
        "INSERT INTO observation (patient_id, day, analyte, value, comparator, unit, raw_value, lower, upper, assay)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [patient, day, analyte, float(number), value[: -len(number)] or None, row["unit"], value, row.get("lower"),
         row["upper"], row.get("assay")],
    )  # fmt: skip


def il6_study(folder: Path, decided: bool = True) -> Study:
    """The thirteen patients with IL-6 on day -0.5 and day 7.4."""
    study = new_study(folder)
    for patient, (before, after) in IL6.items():
        add_patient(study, patient, 100)
        charted(study, patient, -0.5, "il6", before)
        if after is not None:
            charted(study, patient, 7.4, "il6", after)
    if decided:
        judge(study, "CR", *(patient for patient in IL6 if patient[0] == "R"))
        judge(study, "NR", *(patient for patient in IL6 if patient[0] == "N"))
    return study
