"""What must hold between two charts, whatever the rules say of either.

Not among them, because the rules do not promise it: moving all days of a chart by the same number. Day 0 is the first
dose, on which baseline, look-back and horizon hang (test_units.py moves whole charts with their index date).
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hlh_tui.assess.models import Assessment
from hlh_tui.assess.run import assess_all, assess_patient, study_criteria
from tests.assess.charts import ChartRows, new_study
from tests.assess.compared import Chosen, chart_lines
from tests.assess.courses import ABNORMAL, NORMAL, before, panel, patient
from tests.assess.generated import chart
from tests.assess.quick_fill import fill

RANK = {"NE": 0, "NR": 0, "IMP": 1, "PR": 2, "CR": 3}
HIGHER_IS_BETTER = ("neutrophils", "platelets", "fibrinogen")
READINGS: list[Chosen] = [
    {},
    {"missing": "locf3", "cyto_domains": "2", "coag": "both"},
    {"bound": "label", "guard": "1"},
]
NO_UNKNOWN: list[Chosen] = [{"missing": "best"}, {"missing": "worst"}]
batches = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
Change = Callable[[ChartRows, random.Random], ChartRows | None]


def assessments(
    charts: Mapping[str, ChartRows], options: Chosen, *, shuffled: random.Random | None = None
) -> dict[str, Assessment]:
    """Every chart assessed, in one study."""
    with tempfile.TemporaryDirectory() as folder, new_study(Path(folder) / "s.duckdb") as study:
        fill(study, charts, shuffled=shuffled)
        return {found.patient_id: found for found in assess_all(study, options=options)}


def pairs(batch: int, change: Change, options: Chosen, size: int = 100) -> list[tuple[str, Assessment, Assessment]]:
    """Each chart that could be changed, as it was and changed: both charts in words, both assessments."""
    draw = random.Random(batch)
    before = {f"P{place:05d}": chart(batch << 16 | place) for place in range(size)}
    after = {name: changed for name, rows in before.items() if (changed := change(rows, draw))}
    assert len(after) > size / 2
    both = assessments(before | {f"{name} changed": rows for name, rows in after.items()}, options)
    words = {name: "\n".join([*chart_lines(before[name]), "->", *chart_lines(after[name])]) for name in after}
    return [(words[name], both[name], both[f"{name} changed"]) for name in after]


def same(first: Assessment, second: Assessment) -> bool:
    return replace(first, patient_id="") == replace(second, patient_id="")


# what changes nothing


@batches
@given(st.integers(0, 2**32))
def test_the_order_of_the_rows_changes_nothing(batch: int) -> None:
    charts = {f"P{place:05d}": chart(batch << 16 | place) for place in range(100)}
    for options in READINGS:
        assert assessments(charts, options) == assessments(charts, options, shuffled=random.Random(batch))


def add_irrelevant(rows: ChartRows, draw: random.Random) -> ChartRows:
    """Results of which the criteria do not speak, on the days of the chart and on others."""
    days = [*{o["day"] for o in rows.observations}, -2.0, 0.0, 7.7, 12.0]
    added = [
        {"day": day, "analyte": name, "value": value, "comparator": None, "unit": unit}
        for day in days
        for name, value, unit in [
            ("haemoglobin", 71.0, "g/L"),
            ("crp", 200.0, "mg/L"),
            ("triglycerides", 3.0, "mmol/L"),
        ]
    ]
    return replace(
        rows,
        observations=[*rows.observations, *added],
        events=[*rows.events, {"day": 3.0, "kind": "infection"}, {"day": 0.5, "kind": "transfusion", "term": "plasma"}],
        exposures=[*rows.exposures, {"drug": "fluconazole", "drug_class": "antifungal", "start_day": 1.0}],
    )


@batches
@given(st.integers(0, 2**32))
def test_an_irrelevant_analyte_event_or_drug_changes_nothing(batch: int) -> None:
    for options in READINGS:
        for told, first, second in pairs(batch, add_irrelevant, options):
            assert same(first, second), told


def add_cd25(rows: ChartRows, draw: random.Random) -> ChartRows | None:
    """CD25 by an assay that has no baseline, on a day without other results."""
    days = {o["day"] for o in rows.observations if o["day"] > 0}
    if not days:
        return None
    new = {"day": min(days) + 0.3333, "analyte": "scd25", "value": 9e4, "comparator": None, "assay": "new", "unit": "?"}
    return replace(rows, observations=[*rows.observations, new])


@batches
@given(st.integers(0, 2**32))
def test_a_relevant_result_that_says_nothing_adds_an_evaluation_and_changes_no_other(batch: int) -> None:
    """Such a day is judged by what the look-backs hold then, so it may confirm or interrupt a response."""
    for told, first, second in pairs(batch, add_cd25, {}):
        by_day = {each.day: each for each in second.evaluations}
        assert len(by_day) == len(first.evaluations) + 1, told
        assert all(by_day[each.day] == each for each in first.evaluations), told


def test_patients_do_not_influence_each_other() -> None:
    charts = {f"P{place:05d}": chart(1 << 40 | place) for place in range(600)}
    together = assessments(charts, {})
    for names in (["P00007"], ["P00300", "P00301"], sorted(charts)[200:260]):
        alone = assessments({name: charts[name] for name in names}, {})
        assert alone == {name: together[name] for name in names}


# what is never worse


def bettered(value: float, analyte: str, draw: random.Random) -> float:
    if analyte in ("splenomegaly", "cns_involvement"):
        return 0.0
    if analyte == "temperature":
        return max(36.5, value - draw.choice([0.1, 0.5, 2.0]))
    share = draw.choice([0.0, 0.5, 0.9])
    return value / max(share, 0.25) if analyte in HIGHER_IS_BETTER else value * share


def one_better(rows: ChartRows, draw: random.Random) -> ChartRows | None:
    """All exact results of one analyte at one moment after the first dose, better."""
    moments = sorted({(o["day"], o["analyte"]) for o in rows.observations if o["day"] > 0 and not o["comparator"]})
    return _changed(rows, draw, moments, bettered) if moments else None


def _changed(
    rows: ChartRows,
    draw: random.Random,
    moments: list[tuple[float, str]],
    how: Callable[[float, str, random.Random], float],
) -> ChartRows:
    day, analyte = draw.choice(moments)
    seed = draw.random()

    def one(o: Mapping[str, Any]) -> Mapping[str, Any]:
        if (o["day"], o["analyte"]) != (day, analyte) or o["comparator"]:
            return o
        return {**o, "value": how(o["value"], analyte, random.Random(seed))}

    return replace(rows, observations=[one(o) for o in rows.observations])


def never_worse(told: str, first: Assessment, second: Assessment) -> None:
    """On no day is the category worse; nor at best, unless a day that could not be evaluated now can.

    Such a day is passed over while it is not evaluable, and interrupts a response once it is known to be none.
    """
    for one, other in zip(first.evaluations, second.evaluations, strict=True):
        assert RANK[other.category] >= RANK[one.category], f"day {one.day:g}\n{told}"
        assert RANK[other.best_case] >= RANK[one.best_case], f"best case of day {one.day:g}\n{told}"
    became_known = any(
        one.category == "NE" != other.category for one, other in zip(first.evaluations, second.evaluations, strict=True)
    )
    assert became_known or RANK[second.best.category] >= RANK[first.best.category], told


@pytest.mark.parametrize("options", [*READINGS, *NO_UNKNOWN], ids=str)
@batches
@given(batch=st.integers(0, 2**32))
def test_a_better_value_never_gives_a_worse_category(options: Chosen, batch: int) -> None:
    for told, first, second in pairs(batch, one_better, options):
        never_worse(told, first, second)


def abnormal_baseline_worse(rows: ChartRows, draw: random.Random) -> ChartRows | None:
    """One abnormal baseline, further from its limit. (A normal one made abnormal counts among others: no promise.)"""
    abnormal = {
        "temperature": 37.5, "spleen_below_margin": 1.0, "ferritin": 2000.0, "d_dimer": 500.0, "neutrophils": 0.99,
        "platelets": 99.0, "fibrinogen": 1.5,
    }  # fmt: skip
    moments = sorted(
        {
            (o["day"], o["analyte"])
            for o in rows.observations
            if o["day"] <= 0 and not o["comparator"] and o["analyte"] in abnormal
        }
    )
    bad = [
        (day, analyte)
        for day, analyte in moments
        if all(
            o["comparator"] is None
            and (o["value"] <= abnormal[analyte] if analyte in HIGHER_IS_BETTER else o["value"] >= abnormal[analyte])
            for o in rows.observations
            if (o["day"], o["analyte"]) == (day, analyte)
        )
    ]

    def worse(value: float, analyte: str, draw: random.Random) -> float:
        return value / 2 if analyte in HIGHER_IS_BETTER else value + 1 if analyte == "temperature" else value * 2

    return _changed(rows, draw, bad, worse) if bad else None


@batches
@given(st.integers(0, 2**32))
def test_a_worse_abnormal_baseline_never_gives_a_worse_category(batch: int) -> None:
    for options in READINGS:
        for told, first, second in pairs(batch, abnormal_baseline_worse, options):
            never_worse(told, first, second)


@batches
@given(st.integers(0, 2**32))
def test_the_worst_case_is_no_better_and_the_best_case_no_worse(batch: int) -> None:
    charts = {f"P{place:05d}": chart(batch << 16 | place) for place in range(100)}
    found = {how: assessments(charts, {"missing": how}) for how in ("worst", "strict", "best")}
    for name, strict in found["strict"].items():
        worst, best = found["worst"][name], found["best"][name]
        told = "\n".join(chart_lines(charts[name]))
        for low, day, high in zip(worst.evaluations, strict.evaluations, best.evaluations, strict=True):
            assert RANK[low.category] <= RANK[high.category], told
            assert day.category in (low.category, "NE"), told
            assert (day.best_case, high.indeterminate, low.indeterminate) == (high.category, False, False), told
        if all(day.category != "NE" for day in strict.evaluations):
            assert RANK[worst.best.category] == RANK[strict.best.category] <= RANK[best.best.category], told


@pytest.mark.parametrize("options", [{}, {"impr_cut": "gt"}, {"cyto_domains": "2", "coag": "both"}], ids=str)
def test_the_further_abnormal_values_move_to_their_limits_the_better_the_category(
    tmp_path: Path, options: Chosen
) -> None:
    """From as at baseline to normal in steps of 5 %, all at once: no response, improvement, then the limits."""
    steps = [place / 20 for place in range(21)]
    moved = {
        f"S{place:02d}": {name: ABNORMAL[name] + share * (NORMAL[name] - ABNORMAL[name]) for name in ABNORMAL}
        for place, share in enumerate(steps)
    }
    charts = {name: patient(before(), panel(7, now | {"cns_involvement": 0.0})) for name, now in moved.items()}
    with fill(new_study(tmp_path / "s.duckdb"), charts) as study:
        found = [each.evaluations[0].category for each in assess_all(study, options=options)]
    assert [RANK[each] for each in found] == sorted(RANK[each] for each in found)
    assert (found[0], found[-1]) == ("NR", "CR")
    assert {"IMP", "PR"} <= set(found)


def test_a_set_changed_in_memory_is_not_answered_with_the_rows_of_its_document(tmp_path: Path) -> None:
    with fill(new_study(tmp_path / "s.duckdb"), {"P": patient(before(), panel(7, NORMAL))}) as study:
        bundled = study_criteria(study)
        assert assess_patient(study, "P", bundled).evaluations[0].category == "CR"
        ferritin = msgspec.structs.replace(
            bundled.item("ferritin"), limit=msgspec.structs.replace(bundled.item("ferritin").limit, value=500)
        )
        items = tuple(ferritin if item.id == "ferritin" else item for item in bundled.items)
        stricter = msgspec.structs.replace(bundled, items=items)
        assert assess_patient(study, "P", stricter).evaluations[0].category == "PR"
