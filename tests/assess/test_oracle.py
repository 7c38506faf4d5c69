"""The worked examples of the response criteria, by the oracle."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assess.oracle import assess

BASELINE = {
    "temperature": 39.0,
    "spleen_below_margin": 6.0,
    "neutrophils": 0.4,
    "platelets": 30.0,
    "ferritin": 20000.0,
    "fibrinogen": 0.8,
    "d_dimer": 5000.0,
    "cns_involvement": 1.0,
    "scd25": 9000.0,
}
NORMAL = {
    "temperature": 36.8,
    "spleen_below_margin": 0.0,
    "neutrophils": 2.5,
    "platelets": 150.0,
    "ferritin": 600.0,
    "fibrinogen": 2.4,
    "d_dimer": 300.0,
    "cns_involvement": 0.0,
    "scd25": 2000.0,
}


def panel(day: float, **changed: float | None) -> list[dict[str, Any]]:
    start = BASELINE if day <= 0 else NORMAL
    values = {**start, **changed}
    return [
        {"day": day, "analyte": a, "value": v, "unit": "u", "assay": "x"} for a, v in values.items() if v is not None
    ]


def course(days: range, **changed: float | None) -> list[dict[str, Any]]:
    return [*panel(0.0), *(o for d in days for o in panel(float(d), **changed))]


def test_all_normal_from_day_7_is_complete_response() -> None:
    result = assess(course(range(7, 15)))
    assert (result.best, result.best_day, result.confirmed_day) == ("CR", 7, 10)
    assert set(result.baseline.values()) == {"not_met"}


def test_ferritin_5000_makes_it_partial() -> None:
    assert assess(course(range(7, 15), ferritin=5000.0)).best == "PR"


def test_normal_on_day_7_alone_is_no_response_with_an_unconfirmed_one() -> None:
    worse = {k: v for k, v in BASELINE.items() if k != "scd25"}
    result = assess([*panel(0.0), *panel(7.0), *panel(8.0, **worse), *panel(14.0, **worse)])
    assert (result.best, result.unconfirmed, result.unconfirmed_day) == ("NR", "CR", 7)


def test_platelets_under_transfusion_every_second_day_are_not_met() -> None:
    transfusions = [{"day": float(d), "kind": "transfusion", "term": "platelets"} for d in range(5, 16, 2)]
    result = assess(course(range(7, 15)), transfusions)
    assert result.best == "PR"
    assert result.days[0].items["platelets"] == "not_met"
    assert result.days[0].domains["cytopenia"] == "not_met"


def test_transfusion_exactly_four_days_before_is_free() -> None:
    transfusion = [{"day": 3.0, "kind": "transfusion", "term": "platelets"}]
    assert assess(course(range(7, 15)), transfusion).days[0].items["platelets"] == "met"
    assert assess(course(range(7, 15)), [{**transfusion[0], "day": 3.01}]).days[0].items["platelets"] == "not_met"


def test_growth_factor_as_exposure_keeps_neutrophils_from_counting() -> None:
    gcsf = [{"drug": "filgrastim", "drug_class": "gcsf", "start_day": 2.0, "end_day": None}]
    assert assess(course(range(7, 15)), (), gcsf).best == "PR"


@pytest.mark.parametrize(("ferritin", "expected"), [(2000.0, "PR"), (1999.0, "CR")])
def test_ferritin_at_the_limit(ferritin: float, expected: str) -> None:
    assert assess(course(range(7, 15), ferritin=ferritin)).best == expected


def test_fever_persists_and_four_fall_by_60_to_70_percent() -> None:
    changed = {
        "temperature": 39.0,
        "spleen_below_margin": 2.0,
        "neutrophils": 0.66,
        "platelets": 50.0,
        "ferritin": 7000.0,
        "fibrinogen": 1.3,
        "d_dimer": 1800.0,
        "cns_involvement": 1.0,
    }
    result = assess(course(range(7, 15), **changed))
    assert (result.best, result.best_day) == ("IMP", 7)


def test_scd25_doubled_twice_blocks_complete_response() -> None:
    result = assess(course(range(7, 15), scd25=18001.0))
    assert [d.category for d in result.days[:3]] == ["CR", "PR", "PR"]
    assert (result.best, result.unconfirmed, result.unconfirmed_day) == ("PR", "CR", 7)


def test_no_value_after_day_0_is_not_evaluable() -> None:
    assert assess(panel(0.0)).best == "NE"


def test_a_missing_item_leaves_the_day_open() -> None:
    day = assess(course(range(7, 15), fibrinogen=None, d_dimer=None)).days[0]
    assert (day.category, day.best_case, day.indeterminate) == ("PR", "CR", True)


def test_comparators_prove_only_what_they_prove() -> None:
    above = [*panel(0.0, ferritin=None), {"day": 0.0, "analyte": "ferritin", "value": 2000.0, "comparator": ">"}]
    result = assess([*above, *panel(7.0, ferritin=2500.0)])
    assert result.baseline["ferritin"] == "not_met"
    assert result.days[0].item_improved["ferritin"] is None
    proven = [o for o in panel(0.0) if o["analyte"] != "ferritin"] + [
        {"day": 0.0, "analyte": "ferritin", "value": 40000.0, "comparator": ">"}
    ]
    assert assess([*proven, *panel(7.0, ferritin=20000.0)]).days[0].item_improved["ferritin"] is True


def test_relapsed_patient_with_three_abnormal_needs_two() -> None:
    before = panel(0.0, temperature=36.5, spleen_below_margin=0.0, cns_involvement=0.0)
    after = [o for d in range(7, 15) for o in panel(float(d), ferritin=5000.0)]
    assert assess([*before, *after], disease_status="relapse").best == "PR"
    assert assess([*before, *after], disease_status="refractory").best == "IMP"


def test_new_cns_involvement_and_progression_bar_partial_response() -> None:
    before = panel(0.0, cns_involvement=0.0)
    after = [o for d in range(7, 15) for o in panel(float(d), cns_involvement=1.0)]
    assert assess([*before, *after]).best == "NR"
    assert assess(course(range(7, 15), ferritin=5000.0), [{"day": 6.0, "kind": "progression"}]).best == "NR"


def test_evaluations_after_chemotherapy_do_not_count() -> None:
    assert assess(course(range(7, 15)), [{"day": 9.0, "kind": "chemotherapy"}]).best == "NR"


def test_fever_window_is_half_open() -> None:
    hot = {"day": 6.0, "analyte": "temperature", "value": 39.0}
    assert assess([*panel(0.0), hot, *panel(7.0)]).days[-1].items["fever"] == "met"
    assert assess([*panel(0.0), {**hot, "day": 6.01}, *panel(7.0)]).days[-1].items["fever"] == "not_met"
