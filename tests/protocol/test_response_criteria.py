"""The bundled response criteria: every rule sourced, every choice readable, each file says what its source says."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import msgspec
import pytest

from hlh_tui.assess.options import choose
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet

SETS = (
    "emapalumab-dose-escalation",
    "hlh-2004-response",
    "hlh-jak",
    "locatelli-2020",
    "marsh-2013",
    "midwest-dep",
)


def read(name: str) -> CriteriaSet:
    return criteria_set(load.read_bundled(load.CRITERIA, name))


def patients(name: str) -> list[dict[str, Any]]:
    text = (load.CRITERIA / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["patients"]
    return found


def sourced(record: object) -> list[tuple[str, str]]:
    """Source and confidence of every record with both; a change by the percentage of the set has none of its own."""
    if isinstance(record, dict):
        states = "same_assay" not in record or record["percent"] is not None
        named = states and "confidence" in record and "source" in record
        own = [(record["source"], record["confidence"])] if named else []
        return own + [pair for value in record.values() for pair in sourced(value)]
    if isinstance(record, list | tuple):
        return [pair for value in record for pair in sourced(value)]
    return []


@pytest.mark.parametrize("name", SETS)
def test_a_set_names_itself_its_population_and_what_counts(name: str) -> None:
    criteria = read(name)
    assert (criteria.id, len(criteria.hash)) == (name, 64)
    assert criteria.kind == ("flags" if name == "emapalumab-dose-escalation" else "response")
    assert criteria.title
    assert criteria.citation
    assert criteria.population
    assert criteria.collapses
    assert all(
        each.source and criteria.otherwise.id not in criteria.collapses[0].categories for each in criteria.collapses
    )


@pytest.mark.parametrize("name", SETS)
def test_every_rule_says_where_it_is_from_and_how_sure_that_is(name: str) -> None:
    criteria = read(name)
    pairs = sourced(msgspec.to_builtins(criteria))
    assert len(pairs) > 25
    assert all(len(source) >= 3 and confidence in {"S", "C", "G", "G-", "design"} for source, confidence in pairs)
    assert all(option.why for option in criteria.options.values())


@pytest.mark.parametrize("name", SETS)
def test_every_choice_can_be_read_and_the_default_changes_nothing(name: str) -> None:
    criteria = read(name)
    plain = msgspec.structs.replace(choose(criteria).criteria, hash="")
    for key, option in criteria.options.items():
        assert option.choices[0].set == {}, key
        assert option.choices[0].sensible, key
        for choice in option.choices[1:]:
            read_so = msgspec.structs.replace(choose(criteria, {key: choice.value}).criteria, hash="")
            assert read_so != plain, (key, choice.value)
    for variant in criteria.variants:
        choose(criteria, {"variant": variant})


@pytest.mark.parametrize(
    ("name", "worlds"),
    [
        ("emapalumab-dose-escalation", 4),
        ("hlh-2004-response", 16),
        ("hlh-jak", 64),
        ("locatelli-2020", 512),
        ("marsh-2013", 8),
        ("midwest-dep", 16),
    ],
)
def test_the_multiverse_is_small_and_holds_no_bounds(name: str, worlds: int) -> None:
    options = read(name).options
    assert math.prod(len(option.sensible) for option in options.values()) == worlds
    assert options["missing"].sensible == ("strict", "locf3")
    for event in ("hsct", "new_therapy"):
        assert options[event].sensible == ("while_on_treatment",)
        assert [choice.value for choice in options[event].choices[1:]] == ["treatment_policy", "composite"]


def test_locatelli_counts_improvement_in_three_ways_and_reads_two_sources_whole() -> None:
    criteria = read("locatelli-2020")
    assert {each.id: each.categories for each in criteria.collapses} == {
        "response": ("CR", "PR", "IMP"),
        "remission": ("CR", "PR"),
        "pooled_partial": ("PR", "IMP"),
        "complete": ("CR",),
    }
    label = choose(criteria, {"variant": "label"})
    assert {key: label.options[key] for key in ("bound", "coag", "cyto_domains", "impr_cut", "min_abn")} == {
        "bound": "label",
        "coag": "both",
        "cyto_domains": "2",
        "impr_cut": "ge",
        "min_abn": "standard",
    }
    assert [domain.id for domain in label.criteria.used_domains][2:4] == ["neutropenia", "thrombocytopenia"]
    assert label.criteria.item("platelets").limit.shown == ">100"
    registry = choose(criteria, {"variant": "registry"})
    assert registry.options == {key: option.default for key, option in criteria.options.items()}


def test_locatelli_intercurrent_events_have_a_named_strategy() -> None:
    criteria = read("locatelli-2020")
    strategies = {end.kind: end.strategy for end in criteria.best.endings}
    assert strategies == dict.fromkeys(("hsct", "chemotherapy", "death"), "while_on_treatment")
    by_drug = choose(criteria, {"new_therapy_by": "exposure", "new_therapy": "composite"}).criteria.best.endings[1]
    assert (by_drug.kind, by_drug.by_exposure, by_drug.strategy) == ("chemotherapy", True, "composite")
    assert "etoposide" in by_drug.drugs
    assert not {"dexamethasone", "methylprednisolone", "ruxolitinib"} & set(by_drug.drugs)
    unsupported = choose(criteria, {"support_days": "ignored"}).criteria.supports
    assert all(not (each.events or each.drugs or each.drug_classes) for each in unsupported)
    assert choose(criteria, {"ddu": "not_used"}).criteria.item("d_dimer").not_units == ("DDU",)


def test_dep_steps_are_those_of_the_source() -> None:
    criteria = read("midwest-dep")
    steps = {item.id: item.change.steps for item in criteria.items if item.change and item.change.steps}
    assert {key: [(s.from_value, s.to_value, s.percent, s.beyond) for s in each] for key, each in steps.items()} == {
        "neutrophils": [(None, 0.5, 100, 0.5), (0.5, 2.0, 100, 2.0)],
        "alt": [(400, None, 50, None)],
    }
    fold = criteria.item("scd25").change
    assert fold is not None
    assert (round(100 / (100 - (fold.percent or 0)), 6), fold.strict, fold.same_assay) == (1.5, True, True)
    assert criteria.improvement is not None
    assert (criteria.improvement.percent, criteria.improvement.met_counts) == (25, False)
    assert [visit.day for visit in criteria.best.visits] == [14, 28]
    assert {item.id for item in criteria.items if item.limit.interval == "laboratory"} == {
        "scd25",
        "ferritin",
        "triglycerides",
        "haemoglobin",
        "neutrophils",
        "platelets",
        "alt",
    }


def test_dose_escalation_steps_are_those_of_the_label() -> None:
    criteria = read("emapalumab-dose-escalation")
    steps = {item.id: item.change.steps for item in criteria.items if item.change}
    assert {
        key: [(s.from_value, s.to_value, s.percent, s.beyond, s.nothing) for s in e] for key, e in steps.items()
    } == {
        "fever": [(None, None, None, 37.5, False)],
        "platelets": [(None, 50, None, 50, False), (50, 100, 30, None, False), (100, None, None, 100, False)],
        "neutrophils": [
            (None, 0.5, None, 0.5, False),
            (0.5, 1.0, None, 0.5, False),
            (1.0, 1.5, None, 1.0, False),
            (1.5, None, None, None, True),
        ],
        "ferritin": [(3000, None, 20, None, False), (None, 3000, None, 3000, False)],
        "spleen": [(None, None, 0, None, False)],
        "fibrinogen": [(None, 1.0, 0, None, False), (1.0, None, None, 1.0, False)],
        "d_dimer": [(500, None, 0, None, False), (None, 500, None, 500, False)],
    }
    assert {domain.id: domain.improved for domain in criteria.domains}["coagulopathy"] == "any"
    assert criteria.best.rule == "latest"


def test_what_a_source_does_not_say_is_marked() -> None:
    jak, marsh, states = read("hlh-jak"), read("marsh-2013"), read("hlh-2004-response")
    assert len(jak.items) == 7
    assert jak.item("performance_status").limit.confidence == "design"
    assert [(rule.id, rule.of, rule.count) for rule in jak.categories] == [
        ("CR", "every_domain", 0),
        ("PR", "abnormal_at_baseline", 1),
    ]
    assert {domain.confidence for domain in marsh.domains} == {"design"}
    assert [(rule.id, rule.count, rule.confidence) for rule in marsh.categories] == [("PR", 2, "S"), ("SINGLE", 1, "S")]
    assert {domain.confidence for domain in states.domains} == {"G-"}
    assert [len([d for d in states.domains if d.group == g]) for g in ("response", "resolution", "reactivation")] == [
        5,
        9,
        8,
    ]
    assert [(each.id, each.after, each.confidence) for each in states.reversals] == [
        ("REACTIVATION", "RESOLUTION", "G-")
    ]


@pytest.mark.parametrize("name", SETS)
def test_example_patients_fit_their_set_and_cover_its_categories(name: str) -> None:
    criteria, found = read(name), patients(name)
    assert len({each["id"] for each in found}) == len(found) >= 6
    for each in found:
        reading = choose(criteria, each.get("options")).criteria
        expected = each["expected"]
        assert {expected["best"], *expected.get("days", {}).values()} <= set(reading.outcomes), each["id"]
        named = {item for states in expected.get("items", {}).values() for item in states}
        assert named <= {item.id for item in reading.items}, each["id"]
    assert {each["expected"]["best"] for each in found} == set(criteria.outcomes)
