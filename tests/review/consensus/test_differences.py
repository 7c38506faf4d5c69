"""Where readers differ: the worst first, and nobody's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.review.conduct.people import withdraw
from hlh_tui.review.consensus.consensus_json import difference_json
from hlh_tui.review.consensus.differences import (
    NotCompared,
    category_distance,
    difference_of,
    differences,
    reader_numbers,
)
from hlh_tui.review.consensus.settle import Settlement, settle
from hlh_tui.review.errors import NotAllowed
from hlh_tui.study.file import Study
from hlh_tui.study.models import Actor
from tests.review.consensus.panel import COORDINATOR, THIRD, WATCHER, advance, blinded_study, read
from tests.review.small_study import BIANCHI, MEYER

BRANDT = Actor("b-brandt", "B. Brandt")


def test_the_worst_disagreement_comes_first(study: Study) -> None:
    """CR against NR is three ranks apart, CR against PR one; NE has no rank and stands behind every distance."""
    read(study, MEYER, "P01", "CR")
    read(study, BIANCHI, "P01", "PR")
    read(study, MEYER, "P02", "NE")
    read(study, BIANCHI, "P02", "CR")
    read(study, MEYER, "P05", "NR")
    read(study, BIANCHI, "P05", "CR")
    found = differences(study, MEYER)
    assert [(one.patient_id, one.distance, one.evaluability, one.state) for one in found] == [
        ("P05", 3, False, "open"),
        ("P01", 1, False, "open"),
        ("P02", 0, True, "open"),
    ]


def test_of_two_equal_distances_the_one_both_are_sure_of_comes_first_and_agreement_last(study: Study) -> None:
    read(study, MEYER, "P01", "CR", confidence="low")
    read(study, BIANCHI, "P01", "PR")
    read(study, MEYER, "P05", "PR")
    read(study, BIANCHI, "P05", "IMP")
    read(study, MEYER, "P02", "NR")
    read(study, BIANCHI, "P02", "NR", confidence="low")
    found = differences(study, MEYER)
    assert [(one.patient_id, one.state) for one in found] == [("P05", "open"), ("P01", "open"), ("P02", "agreed")]


def test_a_case_read_by_one_is_no_difference(study: Study) -> None:
    assert differences(study, MEYER) == ()
    read(study, MEYER, "P01", "CR")
    assert differences(study, MEYER) == ()
    with pytest.raises(NotCompared, match="P01 cannot be compared: one reader has decided it"):
        difference_of(study, MEYER, "P01")
    with pytest.raises(NotCompared, match="P02 cannot be compared: nobody has decided it"):
        difference_of(study, MEYER, "P02")
    with pytest.raises(NotCompared, match="there is no patient 'P99' in this study"):
        difference_of(study, MEYER, "P99")


def test_readers_are_numbers_that_do_not_tell_who_is_who(study: Study) -> None:
    cases = [f"P{number:03}" for number in range(400)]
    numbers = [reader_numbers(study, case, ["a-meyer", "l-bianchi"]) for case in cases]
    assert all(sorted(each.values()) == [1, 2] for each in numbers)
    first = sum(each["a-meyer"] == 1 for each in numbers)
    assert 160 < first < 240
    again = [reader_numbers(study, case, ["l-bianchi", "a-meyer"]) for case in cases]
    assert again == numbers


def test_nothing_that_is_printed_of_a_read_names_its_reader(study: Study) -> None:
    read(study, MEYER, "P05", "CR", day=14)
    read(study, BIANCHI, "P05", "PR")
    read(study, BRANDT, "P05", "NR")
    (found,) = differences(study, MEYER)
    assert [one.number for one in found.reads] == [1, 2, 3]
    text = json.dumps(difference_json(found)).lower()
    for word in ("meyer", "bianchi", "brandt", "entry", "recorded_at"):
        assert word not in text


def test_what_a_case_was_settled_with_stands_beside_its_reads(study: Study) -> None:
    read(study, MEYER, "P05", "CR", day=14)
    read(study, BIANCHI, "P05", "PR", day=7)
    (found,) = differences(study, MEYER)
    assert (found.final, found.source, found.settled) == (None, "unresolved", None)
    settle(study, MEYER, Settlement("P05", "new", "edge", "Ferritin fell late.", category="PR"))
    (found,) = differences(study, MEYER)
    assert (found.state, found.final, found.source) == ("settled", "PR", "consensus")
    assert found.settled is not None
    assert (found.settled.by, found.settled.accepted, found.settled.disagreement) == ("A. Meyer", "new", "edge")


def test_the_accepted_read_stays_the_same_person_when_another_reader_comes(study: Study) -> None:
    """With enough newcomers their numbers fall before, between and behind those of the first two."""
    read(study, MEYER, "P05", "CR", day=14)
    read(study, BIANCHI, "P05", "PR", day=7)
    (found,) = differences(study, MEYER)
    (number,) = [one.number for one in found.reads if one.category == "PR"]
    settle(study, MEYER, Settlement("P05", str(number), "edge", "Seen together."))
    for name in "abcdefgh":
        read(study, Actor(name, name), "P05", "NR")
        (found,) = differences(study, MEYER)
        assert found.settled is not None
        accepted = found.read(int(found.settled.accepted or "0"))
        assert accepted is not None
        assert accepted.category == "PR"


def test_c13_while_a_blinded_study_is_read_nobody_compares(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "blinded.duckdb") as study:
        read(study, MEYER, "P05", "CR")
        read(study, BIANCHI, "P05", "PR")
        for actor in (MEYER, BIANCHI, THIRD, COORDINATOR, WATCHER, Actor("x", "X. Ternal")):
            with pytest.raises(NotAllowed):
                differences(study, actor)
            with pytest.raises(NotAllowed):
                difference_of(study, actor, "P05")
        advance(study, "compare")
        assert len(differences(study, THIRD)) == 1
        with pytest.raises(NotAllowed, match="may compare the readers in phase consensus or open"):
            differences(study, MEYER)
        advance(study, "consensus")
        assert len(differences(study, MEYER)) == 1
        withdraw(study, COORDINATOR, MEYER.id, "has left the hospital")
        with pytest.raises(NotAllowed, match=r"A\. Meyer has no role in this study"):
            differences(study, MEYER)
        assert [one.category for one in differences(study, THIRD)[0].reads] in (["CR", "PR"], ["PR", "CR"])


def test_distances_follow_the_protocol(study: Study) -> None:
    assert category_distance(study.protocol, {"CR", "NR"}) == (3, False)
    assert category_distance(study.protocol, {"CR", "PR", "NE"}) == (1, True)
    assert category_distance(study.protocol, {"NE"}) == (0, False)
    assert category_distance(study.protocol, {"PR"}) == (0, False)
