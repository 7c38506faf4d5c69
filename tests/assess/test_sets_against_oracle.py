"""HScore, HLH-2004 and the DEP criteria against their second readings, on random values at and beside every limit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hlh_tui.assess.models import Evaluation
from hlh_tui.assess.run import assess_all
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from tests.assess.charts import ChartRows, new_study
from tests.assess.oracle_sets import Values, dep, hlh_2004, hscore
from tests.assess.quick_fill import fill

CHARTS = 3000
CHOICES: dict[str, list[float]] = {
    "known_immunosuppression": [0, 1],
    "temperature": [36.5, 38.3, 38.4, 38.45, 38.5, 39.4, 39.5],
    "splenomegaly": [0, 1],
    "hepatomegaly": [0, 1],
    "haemoglobin": [70, 89.9, 90, 92, 92.1, 114.9, 115, 129.9, 130],
    "leukocytes": [0.4, 4.9, 5.0, 5.1],
    "platelets": [20, 99, 100, 110, 111, 124, 125],
    "neutrophils": [0, 0.2, 0.3, 0.4, 0.49, 0.5, 0.51, 0.99, 1.0, 1.02, 1.79, 1.8, 2.0, 2.01, 3.6],
    "ferritin": [149, 150, 151, 400, 401, 499, 500, 1500, 1999, 2000, 6000, 6001, 8000],
    "triglycerides": [1.2, 1.49, 1.5, 1.69, 1.7, 2.99, 3.0, 4.0, 4.01],
    "fibrinogen": [1.2, 1.5, 1.51, 2.5, 2.51],
    "ast": [29, 30, 31],
    "alt": [40, 41, 50, 51, 200, 201, 400, 401, 402, 800],
    "haemophagocytosis": [0, 1],
    "nk_activity": [0, 1],
    "scd25": [846, 847, 1600, 2399, 2400, 3600, 2401],
    "molecular_hlh": [0, 0, 0, 0, 1],
}
UNITS = {
    "temperature": "Cel", "haemoglobin": "g/L", "leukocytes": "10*9/L", "platelets": "10*9/L", "neutrophils": "10*9/L",
    "ferritin": "ug/L", "triglycerides": "mmol/L", "fibrinogen": "g/L", "ast": "U/L", "alt": "U/L",
    "scd25": "[arb'U]/mL",
}  # fmt: skip


def drawn(draw: random.Random, kept: float) -> dict[str, float | None]:
    values = {name: draw.choice(each) if draw.random() < kept else None for name, each in CHOICES.items()}
    return values | {"temperature": draw.choice(CHOICES["temperature"])}


def rows(day: float, values: Values) -> list[dict[str, object]]:
    return [
        {"day": day, "analyte": name, "value": value, "unit": UNITS.get(name, "1"), "assay": None}
        for name, value in values.items()
        if value is not None
    ]


def evaluations(
    path: Path, criteria_id: str, charts: dict[str, ChartRows], day: float, options: dict[str, str] | None = None
) -> dict[str, Evaluation]:
    criteria = criteria_set(load.read_bundled(load.CRITERIA, criteria_id))
    with fill(new_study(path), charts) as study:
        return {
            found.patient_id: next(each for each in found.evaluations if each.day == day)
            for found in assess_all(study, criteria, options)
        }


def some(seed: int) -> dict[str, dict[str, float | None]]:
    draw = random.Random(seed)
    return {f"P{place:05d}": drawn(draw, draw.choice([0.6, 0.9, 1.0])) for place in range(CHARTS)}


def before_first_dose(values: Values, draw: random.Random) -> ChartRows:
    """Each value somewhere in the four weeks before the first dose, and other values where they do not count."""
    counting = [row for name, value in values.items() for row in rows(-draw.choice([0, 0.5, 7.5, 28.0]), {name: value})]
    early = {
        name: each
        for name, each in drawn(draw, 0.3).items()
        if name not in ("known_immunosuppression", "molecular_hlh")
    }
    return ChartRows([*counting, *rows(-28.0001, early), *rows(1.0, drawn(draw, 0.5))])


def test_the_second_readings_of_known_patients() -> None:
    nothing = dict.fromkeys(CHOICES)
    all_of_it = dict.fromkeys(CHOICES, 1.0) | {"temperature": 40, "ferritin": 9000, "triglycerides": 5, "ast": 99}
    assert (hscore(nothing), hscore(all_of_it)) == ((0, 337), (337, 337))
    # fever, large spleen, two lineages, ferritin 3000, triglycerides 2.0, fibrinogen 2.0: 33 + 23 + 24 + 35 + 44 + 30
    mild = dict.fromkeys(CHOICES, 0.0) | {
        "temperature": 39.0, "splenomegaly": 1, "haemoglobin": 80, "leukocytes": 2, "platelets": 150,
        "ferritin": 3000, "triglycerides": 2.0, "fibrinogen": 2.0, "neutrophils": 1.5,
    }  # fmt: skip
    assert hscore(mild) == (189, 189)
    assert hlh_2004(mild) == (False, False), "fever, spleen, ferritin"
    assert hlh_2004(mild | {"nk_activity": 1, "scd25": None}) == (False, True)
    well = {"scd25": 500.0, "ferritin": 100.0, "triglycerides": 1.0, "haemoglobin": 140.0, "platelets": 200.0}
    well |= {"neutrophils": 3.0, "alt": 30.0}
    ill = well | {"scd25": 9000.0, "ferritin": 8000.0, "neutrophils": 0.4, "alt": 500.0}
    assert dep(ill, well, "male") == ("CR", "CR")
    assert dep(ill, ill | {"scd25": 5999.0, "neutrophils": 0.8}, "male") == ("PR", "PR")
    assert dep(ill, ill | {"scd25": 6000.0, "neutrophils": 0.8}, "male") == ("NR", "NR")
    assert dep(ill, ill | {"alt": 250.0, "neutrophils": None}, "male") == ("NR", "PR")


@pytest.mark.parametrize("uncharted", ["open", "zero"])
def test_hscore(tmp_path: Path, uncharted: str) -> None:
    draw, wanted = random.Random(1), some(1)
    charts = {name: before_first_dose(values, draw) for name, values in wanted.items()}
    options = {"marrow": uncharted, "immunosuppression": uncharted}
    absent = ("haemophagocytosis", "known_immunosuppression") if uncharted == "zero" else ()
    for name, found in evaluations(tmp_path / "s.duckdb", "hscore", charts, 0, options).items():
        low, high = hscore(wanted[name], absent)
        assert found.score == (low, high), wanted[name]
        answers = tuple("HLH" if points >= 169 else "NOT" for points in (low, high))
        assert (found.category, found.best_case) == answers, wanted[name]
        assert found.indeterminate == (answers == ("NOT", "HLH"))


@pytest.mark.parametrize("molecular", ["charted", "open"])
def test_hlh_2004(tmp_path: Path, molecular: str) -> None:
    draw, wanted = random.Random(3), some(3)
    charts = {name: before_first_dose(values, draw) for name, values in wanted.items()}
    found = evaluations(tmp_path / "s.duckdb", "hlh-2004", charts, 0, {"molecular": molecular})
    for name, day in found.items():
        sure, possible = hlh_2004(wanted[name], untested_gene_is_open=molecular == "open")
        expected = "HLH" if sure else "NOT", "HLH" if possible else "NOT"
        assert (day.category, day.best_case) == expected, wanted[name]


@pytest.mark.parametrize("sex", ["female", "male"])
def test_dep(tmp_path: Path, sex: str) -> None:
    before, now = some(5), some(6)
    charts = {name: ChartRows([*rows(0, before[name]), *rows(14, now[name])], sex=sex) for name in before}
    for name, found in evaluations(tmp_path / "s.duckdb", "midwest-dep", charts, 14).items():
        assert (found.category, found.best_case) == dep(before[name], now[name], sex), (before[name], now[name])
