"""Every sensible reading at once: who changes, by which option, and what rates the readings allow."""

from __future__ import annotations

import json

import msgspec
import pytest

from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.multiverse import MOST_WORLDS, Multiverse, multiverse
from hlh_tui.assess.multiverse_json import multiverse_json
from hlh_tui.assess.multiverse_text import multiverse_text
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from tests.assess.charts import ChartRows
from tests.assess.conftest import Charted
from tests.assess.courses import abnormal, before, normal, patient

LOCATELLI = criteria_set(load.read_bundled(load.CRITERIA, "locatelli-2020"))
CHARTS: dict[str, ChartRows] = {
    "clots": patient(before(), normal(7, 10, d_dimer=900)),
    "brief": patient(before(), normal(7), abnormal(9, 12)),
    "well": patient(before(), normal(7, 10)),
    "ill": patient(before(), abnormal(7, 10)),
}


def with_options(*names: str, **more: object) -> CriteriaSet:
    """Locatelli with these options alone, all their values sensible."""
    options = {}
    for name in names:
        option = LOCATELLI.options[name]
        choices = tuple(msgspec.structs.replace(choice, sensible=True) for choice in option.choices[:2])
        options[name] = msgspec.structs.replace(option, choices=choices)
    return msgspec.structs.replace(LOCATELLI, options=options, variants={}, **more)


@pytest.fixture
def four_worlds(charted: Charted) -> Multiverse:
    """Coagulopathy by either or both, confirmed after 3 days or not at all."""
    return multiverse(charted(CHARTS), with_options("coag", "confirm_days"))


def test_the_share_of_worlds_of_each_category(four_worlds: Multiverse) -> None:
    assert (four_worlds.worlds, four_worlds.patients) == (4, 4)
    assert [(axis.option, axis.values) for axis in four_worlds.axes] == [
        ("coag", ("and_or", "both")),
        ("confirm_days", ("3", "0")),
    ]
    assert {course.patient_id: (course.default, course.counts) for course in four_worlds.courses} == {
        "brief": ("NR", {"CR": 2, "NR": 2}),
        "clots": ("CR", {"CR": 2, "PR": 2}),
        "ill": ("NR", {"NR": 4}),
        "well": ("CR", {"CR": 4}),
    }
    assert [course.patient_id for course in four_worlds.changing] == ["brief", "clots"]


def test_which_option_moves_whom(four_worlds: Multiverse) -> None:
    brief, clots, ill, _ = four_worlds.courses
    (mover,) = clots.movers
    assert (mover.option, mover.worlds) == ("coag", 2), "the two pairs of worlds with equal confirmation"
    assert mover.values == {"and_or": {"CR": 2}, "both": {"PR": 2}}
    assert mover.from_default == {"both": "PR"}
    assert [(each.option, each.from_default) for each in brief.movers] == [("confirm_days", {"0": "CR"})]
    assert ill.movers == ()
    assert [(each.option, each.moved, each.from_default, each.worlds) for each in four_worlds.option_effects] == [
        ("coag", ("clots",), ("clots",), 2),
        ("confirm_days", ("brief",), ("brief",), 2),
    ]


def test_a_patient_whom_an_option_moves_only_in_other_readings(charted: Charted) -> None:
    chart = patient(before(), normal(7, d_dimer=900), abnormal(9, 12))
    (course,) = multiverse(charted({"p": chart}), with_options("coag", "confirm_days")).courses
    assert course.counts == {"CR": 1, "PR": 1, "NR": 2}
    assert {each.option: (each.worlds, each.from_default) for each in course.movers} == {
        "confirm_days": (2, {"0": "CR"}),
        "coag": (1, {}),
    }


def test_the_rates_that_the_readings_allow(four_worlds: Multiverse) -> None:
    assert four_worlds.collapse.categories == ("CR", "PR", "IMP")
    assert four_worlds.rates == ((2, 2), (3, 2))
    assert four_worlds.default_responders == 2


def test_what_counts_as_response_where_the_set_does_not_say(charted: Charted) -> None:
    study = charted({"well": CHARTS["well"]})
    without_imp = with_options("coag", collapses=(), categories=LOCATELLI.categories[:2])
    assert multiverse(study, without_imp).collapse.categories == ("CR", "PR")
    own = tuple(msgspec.structs.replace(rule, id=f"OWN{place}") for place, rule in enumerate(LOCATELLI.categories))
    found = multiverse(study, with_options("coag", collapses=(), categories=own))
    assert (found.collapse.label, found.collapse.categories) == (
        "Any category but no response",
        ("OWN0", "OWN1", "OWN2"),
    )


def test_worlds_that_come_to_the_same_criteria_are_assessed_once(charted: Charted) -> None:
    criteria = with_options("coag", "bound")
    same = msgspec.structs.replace(criteria.options["coag"].choices[0], value="again", label="the same")
    coag = criteria.options["coag"]
    options = {**criteria.options, "coag": msgspec.structs.replace(coag, choices=(*coag.choices, same))}
    heard: list[tuple[int, int]] = []
    found = multiverse(charted(CHARTS), msgspec.structs.replace(criteria, options=options), lambda *n: heard.append(n))
    assert (found.worlds, heard) == (6, [(done, 4) for done in range(5)])


def test_options_that_are_held(charted: Charted) -> None:
    found = multiverse(charted(CHARTS), with_options("coag", "confirm_days"), held={"confirm_days": "0"})
    assert (found.worlds, found.held) == (2, {"confirm_days": "0"})
    assert {course.patient_id: course.default for course in found.courses}["brief"] == "CR"
    assert "held: confirm_days=0" in multiverse_text(found)


def test_a_variant_holds_its_options(charted: Charted) -> None:
    variant, options = "label", LOCATELLI.variants["label"].options
    sensible = {key: option for key, option in LOCATELLI.options.items() if key in options or key == "coag"}
    found = multiverse(
        charted({"well": CHARTS["well"]}),
        msgspec.structs.replace(LOCATELLI, options=sensible, variants={variant: LOCATELLI.variants[variant]}),
        held={"variant": variant},
    )
    assert found.held == dict(options)


def test_too_many_worlds_are_refused_with_a_way_out(charted: Charted) -> None:
    options = {f"option{place}": LOCATELLI.options["bound"] for place in range(13)}
    criteria = msgspec.structs.replace(LOCATELLI, options=options, variants={})
    with pytest.raises(AssessError) as refused:
        multiverse(charted(CHARTS), criteria)
    assert str(refused.value) == (
        f"locatelli-2020 has 8192 combinations of sensible values, more than {MOST_WORLDS}: keep some of its options"
        " fixed, for example --set option0=..."
    )


def test_the_text_fits_80_columns_and_needs_no_colour(four_worlds: Multiverse) -> None:
    text = multiverse_text(four_worlds)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in text
    assert "        2/4   50 %     50 % ███████████████  the default reading" in lines
    assert "        3/4   75 %     50 % ███████████████" in lines
    assert " 1 coag            1    1  and_or / both: clots" in lines
    assert "brief    ▓ 50       ·  [ ▓ 50]   2" in lines
    assert "clots  [ ▓ 50]   ▓ 50       ·    1" in lines
    assert "The response rate lies between 2/4 (50 %) and 3/4 (75 %); the default reading" in text
    assert "2 of 4 patients have one category in every reading: NR: ill; CR: well." in text


def test_one_reading_alone(charted: Charted) -> None:
    text = multiverse_text(multiverse(charted(CHARTS), with_options()))
    assert "No option has more than one sensible value: there is one reading." in text
    assert "Every reading gives 2/4 (50 %)." in text


def test_a_study_without_patients(charted: Charted) -> None:
    assert multiverse_text(multiverse(charted({}), with_options("coag"))).startswith("the study has no patients yet")


def test_the_json_object(four_worlds: Multiverse) -> None:
    found = multiverse_json(four_worlds)
    assert json.loads(json.dumps(found)) == found
    assert found["rates"] == [{"responders": 2, "worlds": 2}, {"responders": 3, "worlds": 2}]
    assert found["courses"][1]["movers"][0]["values"] == {"and_or": {"CR": 2}, "both": {"PR": 2}}
    assert found["criteria"]["id"] == "locatelli-2020"
