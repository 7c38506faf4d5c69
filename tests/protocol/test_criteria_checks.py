"""What the engine does not judge is refused when a criteria file is read, with the key that is wrong."""

from __future__ import annotations

import math
from typing import Any, get_args

import msgspec
import pytest

from hlh_tui.intake.tables import tables
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_checks import checked
from hlh_tui.protocol.criteria_choices import check_choices
from hlh_tui.protocol.criteria_file import criteria_set, with_changes
from hlh_tui.protocol.criteria_models import Choice, CriteriaSet
from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.protocol.item_models import TRANSFUSED, EventKind


def bundled(name: str) -> CriteriaSet:
    return criteria_set(load.read_bundled(load.CRITERIA, name))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"items.ferritin.limit.value": math.nan}, "items.ferritin.limit.value: nan is not a number to compare with"),
        ({"items.ferritin.limit.value": math.inf}, "items.ferritin.limit.value: inf is not a number to compare with"),
        ({"items.fever.change.above": math.nan}, "items.fever.change.above: nan is not a number"),
        ({"items.neutrophils.change.above": 1.0}, "items.neutrophils.change.above: an excess is measured above"),
        ({"items.spleen.pick": "worst"}, "items.spleen.pick: 'worst' compares numbers of one analyte"),
        ({"domains.fever.met": "any"}, "items.fever.pick: 'worst' stands in a domain with met = 'all' only"),
        ({"items.fever.support": "gcsf"}, "items.fever.support: only the last value can be judged by support"),
        ({"otherwise.id": "CR"}, "'CR' names two outcomes"),
        ({"not_evaluable.id": "NR"}, "'NR' names two outcomes"),
        ({"improvement.percent": -5}, "improvement.percent: -5 is no improvement; give 0 to 100"),
        ({"categories.PR.count": 99}, "PR.count: 99 of 8 domains cannot be; give 1 to 8"),
        ({"best.horizon_day": 0}, "best.horizon_day: nothing after day 0 would count"),
        ({"collapses.response.categories": []}, "collapses.response.categories: is empty"),
        ({"title": " "}, "title: is empty"),
        (
            {"best.ends_at.hsct.kind": "transplant"},
            "options: best.ends_at.transplant.kind: 'transplant' is not allowed; use one of adverse_event,",
        ),
        (
            {"supports.gcsf.events": [{"kind": "g-csf"}]},
            "options: supports.gcsf.events.g-csf.kind: 'g-csf' is not allowed; use one of adverse_event,",
        ),
        (
            {"supports.platelet_transfusion.events": [{"kind": "transfusion", "term": "plaetlets"}]},
            "supports.platelet_transfusion.events.transfusion.term: 'plaetlets' is not known; use one of"
            " cryoprecipitate, plasma, platelets, red_cells",
        ),
        ({"exclusions.progression.event": "progress"}, "options: exclusions.progression.event: 'progress' is not"),
        ({"exclusions.progression.event": None}, "exclusions.progression: give either item or event"),
        ({"guards.scd25_worsening.analyte": "scd52"}, "guards.scd25_worsening.analyte: 'scd52' is not known; use one"),
        ({"guards.scd25_worsening.factor": 0}, "options: guards.scd25_worsening.factor: give a number of more than 0"),
        ({"best.confirm_days": "three"}, "options: best.confirm_days: give a number, not text; correct the file"),
        (
            {"guards.scd25_worsening.consecutive": 2.5},
            "options: guards.scd25_worsening.consecutive: give a whole number, not one with decimals",
        ),
        ({"items.ferritin.analytes": []}, "options: items.ferritin.analytes: give a list of at least 1 entry"),
        (
            {"items.ferritin.limit.vaule": 1},
            "options set 'items.ferritin.limit.vaule', but there is no 'vaule' in items.ferritin.limit; use one of by,"
            " confidence, direction, interval, source, strict, value, words",
        ),
        (
            {"items.ferritin.change.percent": 25},
            "items.ferritin.change: a percent of its own needs source and confidence",
        ),
        ({"best.confirm_days.x": 1}, "options set 'best.confirm_days.x', but there is no 'x' in best.confirm_days;"),
        (
            {"items.ferritin": {}},
            "options set 'items.ferritin', which is a whole record; go on with one of analytes, baseline, change,",
        ),
    ],
)
def test_what_cannot_be_judged_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        with_changes(bundled("locatelli-2020"), changes)
    assert str(refused.value).startswith(f"locatelli-2020: {sentence}")


def test_the_kinds_of_event_and_transfusion_are_those_that_charts_hold() -> None:
    """A rule for another kind would wait for an event that no import lets in."""
    columns = {column.name: column for column in tables()["events"].columns}
    assert get_args(EventKind) == columns["kind"].words
    when = columns["term"].when
    assert when is not None
    assert (when.is_, when.words) == ("transfusion", TRANSFUSED)


def test_a_choice_that_changes_nothing_is_refused() -> None:
    criteria = bundled("locatelli-2020")
    coag = criteria.options["coag"]
    forgotten = msgspec.structs.replace(coag, choices=(coag.choices[0], Choice("both", "fibrinogen and D-dimer")))
    with pytest.raises(ProtocolError, match=r"options\.coag: choice 'both': sets nothing, so that it reads as the"):
        check_choices(msgspec.structs.replace(criteria, options={"coag": forgotten}, variants={}))


def test_more_items_than_can_be_counted_are_refused() -> None:
    criteria = bundled("locatelli-2020")
    more = [msgspec.structs.replace(criteria.item("ferritin"), id=f"ferritin_{n}") for n in range(23)]
    with pytest.raises(ProtocolError, match="items: 31 are too many; give at most 30"):
        checked(msgspec.structs.replace(criteria, items=(*criteria.items, *more)))
    assert checked(msgspec.structs.replace(criteria, items=(*criteria.items, *more[1:])))


def test_items_with_steps_that_would_not_be_counted_are_refused() -> None:
    criteria = bundled("midwest-dep")
    more = [msgspec.structs.replace(criteria.item("ferritin"), id=f"ferritin_{n}") for n in range(20)]
    assert checked(msgspec.structs.replace(criteria, items=(*criteria.items, *more[:18])))
    last = msgspec.structs.replace(criteria, items=(*more[:14], *criteria.items))
    with pytest.raises(ProtocolError, match=r"items\.alt\.change\.steps: too many items before it"):
        checked(last)


@pytest.mark.parametrize("name", ["", "../../x", "a@b", "adopt", "set", "a b", "\x1b[31m", "x" * 61])
def test_an_id_is_a_name(name: str) -> None:
    with pytest.raises(ProtocolError, match=r"criteria set: id: .* is not a name; give small letters, digits"):
        checked(msgspec.structs.replace(bundled("ohi"), id=name))


def test_steps_that_ask_for_nothing_are_counted_too() -> None:
    criteria = bundled("emapalumab-dose-escalation")
    more = [msgspec.structs.replace(criteria.item("spleen"), id=f"spleen_{n}") for n in range(9)]
    assert checked(msgspec.structs.replace(criteria, items=(*criteria.items, *more)))
    last = msgspec.structs.replace(criteria, items=(*more, *criteria.items))
    with pytest.raises(ProtocolError, match=r"items\.neutrophils\.change\.steps: too many items before a step with"):
        checked(msgspec.structs.replace(last, items=(*last.items, msgspec.structs.replace(more[0], id="spleen_9"))))
