"""Each item at its limit, with bounds, duplicates and look-backs."""

from __future__ import annotations

from tests.assess.conftest import Assessed
from tests.assess.courses import before, normal, patient, result
from tests.assess.look import item, on


def test_the_limit_itself(assessed: Assessed) -> None:
    found = assessed(
        just_met=patient(
            before(),
            normal(7, temperature=37.4, neutrophils=1.0, platelets=100, ferritin=1999.9, fibrinogen=1.51, d_dimer=499),
        ),
        just_not=patient(
            before(),
            normal(7, temperature=37.5, neutrophils=0.99, platelets=99, ferritin=2000, fibrinogen=1.5, d_dimer=500)
            + normal(8, spleen_below_margin=0.5, cns_involvement=1),
        ),
    )
    assert {each.id: each.state for each in on(found["just_met"], 7).items} == {
        "fever": "met",
        "spleen": "met",
        "neutrophils": "met",
        "platelets": "met",
        "ferritin": "met",
        "fibrinogen": "met",
        "d_dimer": "met",
        "cns": "met",
    }
    for name in ("fever", "neutrophils", "platelets", "ferritin", "fibrinogen", "d_dimer"):
        assert item(found["just_not"], 7, name).state == "not_met", name
    assert item(found["just_not"], 8, "spleen").state == "not_met"
    assert item(found["just_not"], 8, "cns").state == "not_met"
    assert [each.limit for each in on(found["just_met"], 7).items] == [
        "<37.5",
        "≤0",
        "≥1.0",
        "≥100",
        "<2000",
        ">1.5",
        "<500",
        "absent",
    ]


def test_improvement_by_exactly_half(assessed: Assessed) -> None:
    """Fever counts its excess over 37.5: from 39.1 (1.6) to 38.3 (0.8) is a fall by half, in floating point too."""
    now = {"neutrophils": 0.9, "platelets": 60, "ferritin": 5000, "fibrinogen": 1.2, "d_dimer": 3000}
    chart = patient(
        before(temperature=39.1, neutrophils=0.6),
        normal(7, temperature=38.3, spleen_below_margin=3, cns_involvement=1, **now),
        normal(8, temperature=38.31, spleen_below_margin=3.1, cns_involvement=1)
        + normal(9, neutrophils=0.89, platelets=59.9, ferritin=5001, fibrinogen=1.19, d_dimer=3001),
    )
    found = assessed(half=chart)["half"]
    assert {each.id: (each.improved, each.change_pct) for each in on(found, 7).items} == {
        "fever": ("yes", -50),
        "spleen": ("yes", -50),
        "neutrophils": ("yes", 50),
        "platelets": ("yes", 50),
        "ferritin": ("yes", -50),
        "fibrinogen": ("yes", 50),
        "d_dimer": ("yes", -50),
        "cns": ("no", None),
    }
    assert on(found, 7).category == "IMP"
    assert [item(found, 8, name).improved for name in ("fever", "spleen")] == ["no", "no"]
    blood = ("neutrophils", "platelets", "ferritin", "fibrinogen", "d_dimer")
    assert {name: item(found, 9, name).improved for name in blood} == dict.fromkeys(blood, "no")


def test_bounds_prove_what_they_prove(assessed: Assessed) -> None:
    found = assessed(
        bound=patient(
            before(ferritin=">40000", d_dimer=6000, platelets=40),
            normal(7, ferritin=">2000", d_dimer="<500", platelets=">=100"),
            normal(11, ferritin="<3000", d_dimer="<3000", platelets="<60"),
            normal(15, ferritin="<=2000", d_dimer="<=500", platelets=">60"),
        )
    )["bound"]

    def at(day: float, name: str) -> tuple[str, str, float | None]:
        each = item(found, day, name)
        return each.state, each.improved, each.change_pct

    assert at(7, "ferritin") == ("not_met", "unknown", None)
    assert at(7, "d_dimer") == ("met", "yes", None)
    assert at(7, "platelets") == ("met", "yes", None)
    assert at(11, "ferritin") == ("not_evaluable", "yes", None), "from above 40000 to below 3000 is more than half"
    assert at(11, "d_dimer") == ("not_evaluable", "yes", None)
    assert at(11, "platelets") == ("not_met", "no", None), "below 60 is less than half more than 40"
    assert at(15, "ferritin") == ("not_evaluable", "yes", None), "2000 itself is not met"
    assert at(15, "d_dimer") == ("not_evaluable", "yes", None)
    assert at(15, "platelets") == ("not_evaluable", "yes", None)
    ferritin = item(found, 7, "ferritin")
    assert (ferritin.value, ferritin.comparator, ferritin.baseline, ferritin.baseline_comparator) == (
        2000,
        ">",
        40000,
        ">",
    )
    assert ferritin.why == (
        "not met: >2000 µg/L on day 7 is at or above 2000"
        "; change from >40000 µg/L on day 0 cannot be given as a percentage"
    )
    platelets = item(found, 11, "platelets")
    assert (platelets.value, platelets.comparator) == (60, "<")
    assert item(found, 7, "platelets").comparator == ">="
    assert item(found, 15, "d_dimer").comparator == "<="
    assert item(found, 15, "d_dimer").why.startswith(
        "not evaluable: ≤500 µg/L FEU on day 15 does not settle whether it is below 500"
    )


def test_the_less_favourable_of_two_results_at_one_instant(assessed: Assessed) -> None:
    twice = [result(7, "ferritin", 2600), result(7, "platelets", 60), result(0, "ferritin", 12000)]
    found = assessed(twice=patient(twice, before(), normal(7)))["twice"]
    assert (item(found, 7, "ferritin").value, item(found, 7, "ferritin").baseline) == (2600, 12000)
    assert (item(found, 7, "platelets").value, item(found, 7, "platelets").state) == (60, "not_met")


def test_either_finding_of_the_spleen_suffices(assessed: Assessed) -> None:
    nothing = {"spleen_below_margin": None}
    found = assessed(
        absent=patient(before(), normal(7, spleen_below_margin=2, splenomegaly=0)),
        not_palpable=patient(before(), normal(7, spleen_below_margin=0, splenomegaly=1)),
        newer_finding=patient(before(), normal(7, spleen_below_margin=0), normal(8, splenomegaly=1, **nothing)),
        halved=patient(before(), normal(7, spleen_below_margin=2, splenomegaly=1)),
        old=patient(before(), normal(3), normal(17, **nothing), normal(17.0001, **nothing)),
    )
    absent, palpable = item(found["absent"], 7, "spleen"), item(found["not_palpable"], 7, "spleen")
    assert (absent.state, absent.why) == ("met", "met: Splenomegaly absent on day 7")
    assert (palpable.state, palpable.value) == ("met", 0)
    newer = item(found["newer_finding"], 8, "spleen")
    assert (newer.state, newer.analyte, newer.improved) == ("not_met", "splenomegaly", "unknown")
    assert newer.why == (
        "not met: Splenomegaly present on day 8; change from 6 cm on day 0 cannot be given as a percentage"
    )
    halved = item(found["halved"], 7, "spleen")
    assert (halved.state, halved.improved, round(halved.change_pct or 0, 1)) == ("not_met", "yes", -66.7)
    assert [item(found["old"], day, "spleen").state for day in (17, 17.0001)] == ["met", "not_evaluable"]


def test_look_backs(assessed: Assessed) -> None:
    """Laboratory values serve 3 days and exactly 3; fever the last 24 hours without the first instant of them."""
    trace = [result(day, "scd25", 900) for day in (8, 10, 10.0001)]
    warm = [result(6.9, "temperature", 39), result(7.5, "temperature", 37), result(7.9, "temperature", 36.5)]
    found = assessed(
        laboratory=patient(before(), normal(7), trace),
        fever=patient(before(), normal(6), warm),
        before_dose=patient(before(ferritin=500), [result(0.5, "temperature", 36)]),
    )
    assert [item(found["laboratory"], day, "ferritin").state for day in (8, 10, 10.0001)] == [
        "met",
        "met",
        "not_evaluable",
    ]
    assert item(found["laboratory"], 10.0001, "ferritin").why == (
        "not evaluable: no value after the first dose in the 3 d up to day 10"
    )
    assert [item(found["fever"], day, "fever").value for day in (6.9, 7.5, 7.9)] == [39, 39, 37]
    assert item(found["fever"], 7.9, "fever").value_day == 7.5
    assert item(found["before_dose"], 0.5, "ferritin").state == "not_evaluable"
    assert item(found["before_dose"], 0.5, "ferritin").baseline_state == "met"


def test_baseline_window(assessed: Assessed) -> None:
    rows = [
        result(-7, "platelets", 20),
        result(-7.0001, "neutrophils", 0.1),
        result(-3, "ferritin", 9000),
        result(-1, "ferritin", 30000),
        result(-1, "temperature", 40),
        result(-0.5, "temperature", 38),
        result(-1.0001, "temperature", 41),
    ]
    found = assessed(baseline=patient(rows, normal(3)))["baseline"]
    baselines = {each.id: (each.baseline, each.baseline_day) for each in on(found, 3).items}
    assert baselines["platelets"] == (20, -7)
    assert baselines["neutrophils"] == (None, None)
    assert baselines["ferritin"] == (30000, -1)
    assert baselines["fever"] == (40, -1)
    assert item(found, 3, "neutrophils").abnormal_at_baseline is None
    assert item(found, 3, "neutrophils").why.endswith("; no baseline value")
