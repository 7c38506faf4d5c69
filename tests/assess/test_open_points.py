"""What the program does where the page of the criteria is silent (left out of the comparison with the oracle)."""

from __future__ import annotations

from tests.assess.conftest import Assessed
from tests.assess.courses import before, normal, patient, result
from tests.assess.look import item, on


def test_a_rise_from_nothing_is_an_improvement_without_a_percentage(assessed: Assessed) -> None:
    """Any rise from 0 is more than 50 %, staying at 0 is none; an excess over 37.5 that arises is no improvement."""
    found = assessed(
        counts=patient(before(neutrophils=0), normal(7, neutrophils=0.4), normal(11, neutrophils=0)),
        warm=patient(before(temperature=37.5), normal(7, temperature=38.5), normal(9, temperature=37.5)),
    )
    assert [item(found["counts"], day, "neutrophils").improved for day in (7, 11)] == ["yes", "no"]
    risen = item(found["counts"], 7, "neutrophils")
    assert (risen.change_pct, risen.why) == (
        None,
        "not met: 0.4 10⁹/L on day 7 is below 1; risen from 0 10⁹/L on day 0",
    )
    assert item(found["counts"], 11, "neutrophils").change_pct is None
    assert [item(found["warm"], day, "fever").improved for day in (7, 9)] == ["no", "no"]


def test_a_blood_count_without_baseline_is_neither_assumed_normal_nor_abnormal(assessed: Assessed) -> None:
    chart = patient(before(neutrophils=None), normal(7, neutrophils=0.4, platelets=80), normal(11, platelets=80))
    found = assessed(p=chart)["p"]
    cytopenia = {day: next(d for d in on(found, day).domains if d.id == "cytopenia") for day in (7, 11)}
    assert (cytopenia[7].abnormal_at_baseline, cytopenia[7].improved) == (True, "unknown")
    assert cytopenia[11].improved == "yes"


def test_two_results_of_scd25_at_one_instant_are_not_two_consecutive_values(assessed: Assessed) -> None:
    twice = [result(day, "scd25", value) for day, value in ((0, 1000), (7, 5000), (7, 6000))]
    found = assessed(p=patient(before(), normal(7), twice))["p"]
    assert on(found, 7).guard == "clear"


def test_a_bound_beside_an_exact_result_widens_it_only_as_far_as_it_proves(assessed: Assessed) -> None:
    beside = [result(7, "platelets", "<150"), result(7, "ferritin", "<3000")]
    found = assessed(p=patient(before(), beside, normal(7, platelets=112, ferritin=2500)))["p"]
    assert item(found, 7, "platelets").state == "not_evaluable"
    assert item(found, 7, "ferritin").state == "not_met"


def test_an_open_bound_at_exactly_half_is_on_its_side(assessed: Assessed) -> None:
    chart = patient(before(), normal(7, ferritin=">5000", d_dimer="<3000", platelets="<60", fibrinogen=">1.2"))
    found = assessed(p=chart)["p"]
    improved = {name: item(found, 7, name).improved for name in ("ferritin", "d_dimer", "platelets", "fibrinogen")}
    assert improved == {"ferritin": "no", "d_dimer": "yes", "platelets": "no", "fibrinogen": "yes"}


def test_an_improvement_from_below_a_bound_counts_when_it_is_proven(assessed: Assessed) -> None:
    found = assessed(p=patient(before(platelets="<20"), normal(7, platelets=99), normal(11, platelets=25)))["p"]
    assert [item(found, day, "platelets").improved for day in (7, 11)] == ["yes", "unknown"]


def test_improvement_proven_by_bounds_does_not_make_a_day_evaluable(assessed: Assessed) -> None:
    rows = [result(7, "ferritin", "<=4999"), result(7, "fibrinogen", 1.4), result(7, "neutrophils", 1.2)]
    start = before(temperature=37, spleen_below_margin=0, cns_involvement=0, platelets=100)
    day = on(assessed(p=patient(start, rows))["p"], 7)
    assert [domain.id for domain in day.domains if domain.improved == "yes" and domain.abnormal_at_baseline] == [
        "cytopenia",
        "ferritin",
        "coagulopathy",
    ]
    assert (day.category, day.indeterminate) == ("NE", True)
