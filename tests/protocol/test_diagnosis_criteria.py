"""The diagnosis criteria say what their sources print: limits, points, probabilities, with source and confidence."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest

from hlh_tui.assess.options import choose
from hlh_tui.protocol import load
from hlh_tui.protocol.analytes import analytes, convert, find_unit
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import Confidence

IDS = ["hlh-2004", "hlh-2024", "hscore", "ohi", "mas-2016"]
HLH_2004 = {
    "fever": "≥38.5",
    "spleen": "enlarged",
    "haemoglobin": "<90",
    "platelets": "<100",
    "neutrophils": "<1.0",
    "triglycerides": "≥3.0",
    "fibrinogen": "≤1.5",
    "haemophagocytosis": "present",
    "nk_activity": "low or absent",
    "ferritin": "≥500",
    "scd25": "≥2400",
    "molecular_hlh": "present",
}
LIMITS = {
    "hlh-2004": HLH_2004,
    "hlh-2024": {item: limit for item, limit in HLH_2004.items() if item != "nk_activity"},
    "hscore": {
        "immunosuppression": "present",
        "temperature_38_4": "≥38.4",
        "temperature_39_4": ">39.4",
        "spleen": "enlarged",
        "liver": "enlarged",
        "haemoglobin": "≤92",
        "leukocytes": "≤5.0",
        "platelets": "≤110",
        "ferritin_2000": "≥2000",
        "ferritin_6000": ">6000",
        "triglycerides_1_5": "≥1.5",
        "triglycerides_4": ">4.0",
        "fibrinogen": "≤2.5",
        "ast": "≥30",
        "haemophagocytosis": "present",
    },
    "ohi": {"scd25": ">3900", "ferritin": ">1000"},
    "mas-2016": {
        "ferritin": ">684",
        "platelets": "≤181",
        "ast": ">48",
        "triglycerides": ">156 mg/dL",
        "fibrinogen": "≤3.6",
    },
}
POINTS = {
    "immunosuppression": {1: 18},
    "temperature": {1: 33, 2: 49},
    "organomegaly": {1: 23, 2: 38},
    "lineages": {2: 24, 3: 34},
    "ferritin": {1: 35, 2: 50},
    "triglycerides": {1: 44, 2: 64},
    "fibrinogen": {1: 30},
    "ast": {1: 19},
    "haemophagocytosis": {1: 35},
}
PROBABILITIES = (
    "90 <1, 100 ~1, 110 3, 120 5, 130 9, 140 16, 150 25, 160 40, 170 54, 180 70, 190 80, 200 88, 210 93, 220 96,"
    " 230 98, 240 99, 250 >99"
)


def read(criteria_id: str) -> CriteriaSet:
    return criteria_set(load.read_bundled(load.CRITERIA, criteria_id))


def records(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from records(each)


def in_mg_dl(triglycerides: float) -> float:
    unit = find_unit(analytes()["triglycerides"], "mg/dL")
    assert unit is not None
    return convert(triglycerides, unit)


@pytest.mark.parametrize("criteria_id", IDS)
def test_every_rule_names_its_source_and_how_sure_it_is(criteria_id: str) -> None:
    criteria = read(criteria_id)
    assert (criteria.kind, criteria.best.rule, criteria.best.horizon_day) == ("diagnosis", "latest", 0)
    assert criteria.population
    assert (criteria.otherwise.id, criteria.not_evaluable.id) == ("NOT", "NE")
    rules = [each for each in records(msgspec.to_builtins(criteria)) if "confidence" in each]
    assert len(rules) > 3 * len(criteria.items)
    for rule in rules:
        assert rule.get("source", rule.get("why")), rule
        assert rule["confidence"] in get_args(Confidence)


@pytest.mark.parametrize("criteria_id", IDS)
def test_limits_are_the_printed_ones(criteria_id: str) -> None:
    criteria = read(criteria_id)
    assert {item.id: item.limit.shown for item in criteria.items} == LIMITS[criteria_id]
    for item in criteria.items:
        assert (item.pick, item.lookback) == ("strongest", item.baseline), item.id
        assert item.limit.confidence == ("G-" if (criteria_id, item.id) == ("hlh-2024", "molecular_hlh") else "S")


@pytest.mark.parametrize("criteria_id", IDS)
def test_every_choice_of_every_option_can_be_read(criteria_id: str) -> None:
    criteria = read(criteria_id)
    for name, option in criteria.options.items():
        default = choose(criteria).criteria
        assert not option.choices[0].set
        for choice in option.choices[1:]:
            chosen = choose(criteria, {name: choice.value}).criteria
            assert chosen != default, (name, choice.value)
    for name in criteria.variants:
        assert choose(criteria, {"variant": name}).criteria != criteria


def test_hlh_2004_asks_for_five_of_eight_or_a_molecular_diagnosis() -> None:
    criteria = read("hlh-2004")
    (category,) = criteria.categories
    eight, molecular = category.conditions
    assert (eight.of, eight.count, eight.group) == ("any_domain", 5, "main")
    assert (molecular.of, molecular.count, molecular.group) == ("any_domain", 1, "molecular")
    groups = [domain.group for domain in criteria.domains]
    assert (groups.count("main"), groups.count("molecular")) == (8, 1)
    domains = {domain.id: domain.met for domain in criteria.domains}
    assert (domains["cytopenia"], domains["triglycerides_fibrinogen"]) == (2, "any")
    assert len(criteria.domain_items("cytopenia")) == 3


def test_hlh_2024_asks_for_five_of_the_seven_without_nk_function() -> None:
    criteria = read("hlh-2024")
    (category,) = criteria.categories
    assert [domain.group for domain in criteria.domains].count("main") == 7
    assert (category.count, category.confidence, category.or_else) == (5, "G", ())
    assert "nk_activity" not in criteria.analytes
    suffices = choose(criteria, {"molecular": "suffices"}).criteria.categories[0]
    assert [each.group for each in suffices.conditions] == ["main", "molecular"]


def test_newborns_have_their_own_haemoglobin() -> None:
    for criteria_id in ("hlh-2004", "hlh-2024"):
        (newborn,) = read(criteria_id).item("haemoglobin").limit.by
        assert newborn.value == 100
        assert newborn.younger_than_years == pytest.approx(28 / 365.25, abs=1e-6)


def test_readings_of_printed_copies() -> None:
    criteria = read("hlh-2004")

    def limit(item: str, **options: str) -> str:
        return choose(criteria, options).criteria.item(item).limit.shown

    assert [limit("fever", fever=value) for value in ("38.5", "38.4", "38.3")] == ["≥38.5", "≥38.4", "≥38.3"]
    assert [limit(item, bounds="more_than") for item in ("fever", "triglycerides", "ferritin", "scd25")] == [
        ">38.5",
        ">3.0",
        ">500",
        ">2400",
    ]
    assert limit("fibrinogen", bounds="more_than") == "≤1.5"
    assert choose(criteria, {"scd25": "laboratory"}).criteria.item("scd25").limit.interval == "outside_laboratory"
    assert choose(criteria, {"count": "4"}).criteria.categories[0].count == 4


def test_triglycerides_read_in_mg_dl_count_from_the_printed_number() -> None:
    for_hlh = choose(read("hlh-2004"), {"triglycerides": "mg"}).criteria.item("triglycerides").limit
    bands = choose(read("hscore"), {"triglycerides": "mg"}).criteria
    mas = read("mas-2016").item("triglycerides").limit
    assert for_hlh.value == in_mg_dl(265) < 3.0
    assert bands.item("triglycerides_1_5").limit.value == in_mg_dl(132.7) < 1.5
    assert bands.item("triglycerides_4").limit.value == in_mg_dl(354) < 4
    assert (mas.value, mas.strict) == (in_mg_dl(156), True)


def test_both_parts_of_mas_2016_and_of_ohi_are_needed() -> None:
    assert {domain.id: domain.met for domain in read("mas-2016").domains} == {"ferritin": "all", "laboratory": 2}
    assert len(read("mas-2016").domain_items("laboratory")) == 4
    assert [read(criteria_id).categories[0].of for criteria_id in ("mas-2016", "ohi")] == ["every_domain"] * 2


def test_hscore_points_are_the_published_ones_and_end_at_337() -> None:
    criteria = read("hscore")
    assert {domain.id: {step.met: step.points for step in domain.points} for domain in criteria.domains} == POINTS
    assert sum(max(step.points for step in domain.points) for domain in criteria.domains) == 337
    for domain in criteria.domains:
        assert max(step.met for step in domain.points) == len(criteria.domain_items(domain.id)), domain.id
    (category,) = criteria.categories
    assert (category.of, category.count) == ("points", 169)
    assert choose(criteria, {"variant": "icu_adults"}).criteria.categories[0].count == 168
    no_marrow = choose(criteria, {"variant": "no_marrow"}).criteria
    assert no_marrow.categories[0].count == 135, "more than 134"
    assert sum(max((step.points for step in domain.points), default=0) for domain in no_marrow.domains) == 337 - 35


def test_hscore_probabilities_are_the_published_table_and_no_formula() -> None:
    score = read("hscore").score
    assert score is not None
    assert ", ".join(f"{point.score:.0f} {point.printed}" for point in score.table) == PROBABILITIES
    for point in score.table:
        assert point.percent == float(point.printed.strip("<~>"))
        fitted = 100 / (1 + math.exp(10.319 - 0.06175 * point.score))
        assert abs(fitted - point.percent) <= 1.1, point.printed
    copied = {point.score: 100 / (1 + math.exp(4.3 - 0.03 * point.score)) for point in score.table}
    assert [round(copied[at]) for at in (100, 240)] == [21, 95]
    assert max(abs(copied[point.score] - point.percent) for point in score.table) > 19


@pytest.mark.parametrize("criteria_id", IDS)
def test_example_patients_name_only_what_exists(criteria_id: str) -> None:
    criteria = read(criteria_id)
    path = load.CRITERIA / "examples" / f"{criteria_id}.toml"
    patients = tomllib.loads(path.read_text(encoding="utf-8"))["patients"]
    assert len({patient["id"] for patient in patients}) == len(patients) >= 6
    assert {patient["expected"]["best"] for patient in patients} == set(criteria.outcomes)
    assert any(patient["expected"]["indeterminate"] for patient in patients)
    for patient in patients:
        choose(criteria, patient.get("options"))
        assert patient["says"]
        assert {analyte for _, analyte, *_ in patient["observations"]} <= set(analytes())
        for states in patient["expected"].get("items", {}).values():
            assert set(states) <= {item.id for item in criteria.items}
            assert set(states.values()) <= {"met", "not_met", "not_evaluable"}
        assert ("score" in patient["expected"]) == (criteria_id == "hscore" and patient["observations"] != [])
