"""Support, guard, exclusions, reactivated disease, missing items, and which evaluations count."""

from __future__ import annotations

import pytest

from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from tests.assess.conftest import Assessed
from tests.assess.courses import abnormal, before, normal, patient, platelet_transfusions, result
from tests.assess.look import best, days, item, on


def test_support_ends_exactly_four_days_before_the_value(assessed: Assessed) -> None:
    gcsf = [{"day": 1.0, "kind": "gcsf", "end_day": 6.0}]
    filgrastim = [{"drug": "filgrastim", "drug_class": "gcsf", "start_day": 1, "end_day": None}]
    found = assessed(
        four=patient(before(), normal(7.2), events=platelet_transfusions(3.2)),
        less=patient(before(), normal(7.2), events=platelet_transfusions(3.2001)),
        after=patient(before(), normal(7.2), events=platelet_transfusions(7.2001)),
        red_cells=patient(before(), normal(7), events=[{"day": 6, "kind": "transfusion", "term": "red_cells"}]),
        course=patient(before(), normal(9.9999, 10), events=gcsf),
        ongoing=patient(before(), normal(20), exposures=filgrastim),
    )
    assert {name: best(each)[0] for name, each in found.items()} == dict.fromkeys(found, "NR")
    assert item(found["four"], 7.2, "platelets").state == "met"
    assert item(found["less"], 7.2, "platelets").state == "not_met"
    assert item(found["after"], 7.2, "platelets").state == "met"
    assert item(found["red_cells"], 7, "platelets").state == "met"
    assert item(found["course"], 9.9999, "neutrophils").state == "not_met"
    assert item(found["course"], 9.9999, "neutrophils").support == "G-CSF from day 1 to day 6"
    assert item(found["course"], 10, "neutrophils").state == "met"
    assert item(found["course"], 10, "platelets").state == "met"
    assert item(found["ongoing"], 20, "neutrophils").why.startswith(
        "not met: 2.2 10⁹/L on day 20 is at or above 1, but G-CSF was given from day 1 on, within 4 days before"
    )


SPELLED = [
    ("filgrastim", "G-CSF"),
    ("Filgrastim 300 ug", None),
    ("pegfilgrastim", ""),
    ("LIPEGFILGRASTIM", ""),
    ("tbo-filgrastim", "growth factor"),
    ("Lenograstim", "growth factor"),
    ("rhG-CSF", ""),
    ("PEG rh G CSF", ""),
    ("Granulocyte colony stimulating factor", None),
    ("Neupogen", "g_csf"),
]
OTHERS = [("sargramostim", "GM-CSF"), ("granulocyte-macrophage colony-stimulating factor", ""), ("eltrombopag", None)]


@pytest.mark.parametrize(("drug", "drug_class"), SPELLED + OTHERS)
def test_g_csf_by_its_names(assessed: Assessed, drug: str, drug_class: str | None) -> None:
    """However G-CSF is spelled, as a drug or as a class, normal neutrophils under it make no complete response."""
    is_gcsf = (drug, drug_class) in SPELLED
    given = [{"drug": drug, "drug_class": drug_class, "start_day": 5, "end_day": 14}]
    found = assessed(p=patient(before(), normal(7, 10), exposures=given))["p"]
    assert best(found) == ("PR" if is_gcsf else "CR", 7, 10)
    assert item(found, 7, "neutrophils").support == ("G-CSF from day 5 to day 14" if is_gcsf else None)
    supports = criteria_set(load.read_bundled(load.CRITERIA, "locatelli-2020")).supports
    assert [rule.covers(drug, drug_class) for rule in supports] == [False, is_gcsf]


def test_support_makes_a_normal_baseline_count_abnormal(assessed: Assessed) -> None:
    chart = patient(before(platelets=120), normal(7), events=platelet_transfusions(-2))
    platelets = item(assessed(p=chart)["p"], 7, "platelets")
    assert (platelets.baseline_state, platelets.abnormal_at_baseline) == ("not_met", True)


def test_support_by_day_of_the_value_not_of_the_evaluation(assessed: Assessed) -> None:
    counts = {"platelets": None, "neutrophils": None}
    chart = patient(before(), normal(7), normal(9, **counts), events=platelet_transfusions(8))
    found = assessed(p=chart)["p"]
    assert item(found, 9, "platelets").state == "met"


def test_guard_needs_two_consecutive_values_of_one_assay(assessed: Assessed) -> None:
    def course(*values: tuple[float, float, str]) -> list[dict[str, object]]:
        return [result(day, "scd25", value, assay=assay, unit="U/mL") for day, value, assay in values]

    quiet = normal(7, 8, 9, 10)
    found = assessed(
        exactly_double=patient(before(), quiet, course((0, 4000, "a"), (7, 8000, "a"), (8, 8000, "a"))),
        two=patient(before(), quiet, course((0, 4000, "a"), (7, 8001, "a"), (8, 8001, "a"), (10, 8000, "a"))),
        two_assays=patient(
            before(), quiet, course((0, 4000, "a"), (0, 4000, "b"), (7, 9000, "a"), (8, 9000, "b"), (9, 900, "a"))
        ),
        no_baseline=patient(before(), quiet, course((7, 9000, "a"), (8, 99000, "a"))),
        interrupted=patient(
            before(), quiet, course((0, 4000, "a"), (7, 9000, "a"), (8, 7000, "a"), (9, 9000, "a"), (10, 9000, "a"))
        ),
    )
    assert days(found["exactly_double"])[-1] == (10, "CR")
    assert days(found["two"]) == [(7, "CR"), (8, "PR"), (9, "PR"), (10, "CR")]
    assert on(found["two"], 8).why.endswith("; sCD25 worsening rules out complete response")
    assert best(found["two_assays"]) == ("CR", 7, 10)
    assert on(found["no_baseline"], 8).guard == "not_evaluable"
    assert best(found["no_baseline"]) == ("CR", 7, 10)
    assert days(found["interrupted"]) == [(7, "CR"), (8, "CR"), (9, "CR"), (10, "PR")]


def test_new_cns_involvement_and_progression_rule_out_all_but_complete(assessed: Assessed) -> None:
    ill = {"ferritin": 5000}
    progression = [{"day": 5, "kind": "progression"}]
    found = assessed(
        old_cns=patient(before(), abnormal(3), normal(7, 10, **ill)),
        new_cns=patient(before(cns_involvement=0), abnormal(3), normal(7, 10, **ill)),
        unknown_cns=patient(before(cns_involvement=None), abnormal(3), normal(7, 10, **ill)),
        progression=patient(before(), normal(4, 7, 10, **ill), events=progression),
        progression_before=patient(before(), normal(7, 10, **ill), events=[{"day": 0, "kind": "progression"}]),
        complete=patient(before(), normal(7, 10), events=progression),
    )
    assert best(found["old_cns"]) == ("PR", 7, 10)
    assert best(found["new_cns"])[0] == "NR"
    assert not on(found["new_cns"], 7).indeterminate
    assert best(found["unknown_cns"])[0] == "NR"
    maybe = on(found["unknown_cns"], 7)
    assert (maybe.category, maybe.best_case, maybe.indeterminate) == ("NR", "PR", True)
    assert maybe.why.endswith(
        "; CNS involvement may be new: none charted at baseline"
        "; indeterminate: with CNS at baseline unknown, partial response is possible"
    )
    assert days(found["progression"]) == [(4, "PR"), (7, "NR"), (10, "NR")]
    assert on(found["progression"], 7).why.endswith("; progression rules out partial response, HLH improvement")
    assert best(found["progression_before"])[0] == "PR"
    assert best(found["complete"]) == ("CR", 7, 10)


FEW = {"spleen_below_margin": 0, "cns_involvement": 0, "fibrinogen": 2}


@pytest.mark.parametrize(("status", "expected"), [("relapse", "PR"), ("refractory", "NR"), ("initial", "NR")])
def test_two_of_three_suffice_for_partial_response_when_reactivated(
    assessed: Assessed, status: str, expected: str
) -> None:
    """Fever, cytopenia and ferritin abnormal; fever and counts normalise, ferritin does not move."""
    chart = patient(before(**FEW), normal(7, 10, ferritin=10000), disease_status=status)
    assert best(assessed(p=chart)["p"])[0] == expected


@pytest.mark.parametrize(("unknown", "domain"), [("spleen_below_margin", "Spleen"), ("cns_involvement", "CNS")])
def test_reactivated_with_three_known_abnormal_and_one_unknown_may_need_three(
    assessed: Assessed, unknown: str, domain: str
) -> None:
    """With the baseline of one domain unknown there may be four abnormal: two are enough in the best case only."""
    start = before(**FEW | {unknown: None})
    found = assessed(p=patient(start, normal(7, 10, ferritin=10000), disease_status="relapse"))["p"]
    assert best(found)[0] == "NR"
    day = on(found, 7)
    assert (day.category, day.best_case, day.indeterminate) == ("NR", "PR", True)
    assert day.why.endswith(f"; indeterminate: with {domain} at baseline unknown, partial response is possible")


def test_reactivated_with_four_abnormal_needs_three(assessed: Assessed) -> None:
    rows = normal(7, 10, ferritin=10000, d_dimer=6000, fibrinogen=0.8)
    chart = patient(before(**FEW | {"fibrinogen": 0.8}), rows, disease_status="relapse")
    assert best(assessed(p=chart)["p"])[0] == "NR"


@pytest.mark.parametrize(
    ("status", "ferritin", "expected"), [("relapse", 4000, "IMP"), ("initial", 4000, "NR"), ("relapse", 6000, "NR")]
)
def test_both_of_two_suffice_for_improvement_when_reactivated(
    assessed: Assessed, status: str, ferritin: float, expected: str
) -> None:
    chart = patient(
        before(**FEW, temperature=37), normal(7, 10, ferritin=ferritin, platelets=80), disease_status=status
    )
    assert best(assessed(p=chart)["p"])[0] == expected


def test_missing_items_leave_the_day_open(assessed: Assessed) -> None:
    found = assessed(
        no_cns=patient(before(), normal(7, 10, cns_involvement=None)),
        only_two=patient(before(), [result(7, "ferritin", 500), result(7, "temperature", 36.5)]),
        unknown_baseline=patient(
            before(spleen_below_margin=None, cns_involvement=None, fibrinogen=None, d_dimer=None),
            normal(7, 10, ferritin=10000),
        ),
        irrelevant=patient(before(), [result(7, "scd25", 500)]),
    )
    partial = on(found["no_cns"], 7)
    assert (partial.category, partial.best_case, partial.indeterminate) == ("PR", "CR", True)
    assert partial.why.endswith("indeterminate: with CNS unknown, complete response is possible")
    assert best(found["no_cns"]) == ("PR", 7, 10)
    two = on(found["only_two"], 7)
    assert (two.category, two.best_case) == ("NR", "CR")
    baseline = on(found["unknown_baseline"], 7)
    assert (baseline.category, baseline.best_case, baseline.indeterminate) == ("NR", "NR", False)
    nothing = on(found["irrelevant"], 7)
    assert (nothing.category, nothing.best_case, nothing.indeterminate) == ("NE", "CR", True)
    assert best(found["irrelevant"]) == ("NE", None, None)


def test_one_clotting_value_not_met_and_the_other_unknown_is_not_evaluable(assessed: Assessed) -> None:
    chart = patient(before(), normal(7, fibrinogen=1.2, d_dimer=None))
    clotting = next(each for each in on(assessed(p=chart)["p"], 7).domains if each.id == "coagulopathy")
    assert (clotting.state, clotting.improved) == ("not_evaluable", "yes")
