"""Settling a difference: who may, with what, and what is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.review.conduct.locks import lock
from hlh_tui.review.consensus.differences import NotCompared, difference_of
from hlh_tui.review.consensus.disagreements import kind_label, kinds
from hlh_tui.review.consensus.settle import Settlement, settle, settling_refusal
from hlh_tui.review.errors import DecisionRefused, NotAllowed
from hlh_tui.review.state import final_categories
from hlh_tui.review.undo import undo
from hlh_tui.study.file import Study
from hlh_tui.study.log import entries
from tests.review.consensus.panel import COORDINATOR, FERRITIN, FEVER, THIRD, WATCHER, advance, blinded_study, read
from tests.review.small_study import BIANCHI, MEYER


def disagreed(study: Study) -> dict[str, str]:
    """Category -> the number of the read that gives it, on P05."""
    read(study, MEYER, "P05", "CR", FERRITIN, day=14)
    read(study, BIANCHI, "P05", "PR", FEVER, day=1, confidence="low")
    if study.protocol.blinding.mode == "phased":
        advance(study, "compare", "consensus")
    found = difference_of(study, THIRD, "P05")
    return {one.category: str(one.number) for one in found.reads}


def test_accepting_a_read_takes_its_category_day_and_evidence(study: Study) -> None:
    number = disagreed(study)["PR"]
    settle(study, MEYER, Settlement("P05", number, "reader_error", " The later ferritin was carried. "))
    entry = entries(study)[-1]
    payload = entry.payload
    assert (entry.action, payload["role"], payload["category"], payload["day"]) == ("decided", "consensus", "PR", 1.0)
    assert [each["name"] for each in payload["evidence"]] == ["temperature"]
    assert (payload["accepted"], payload["disagreement"]) == (number, "reader_error")
    assert payload["reason"] == "The later ferritin was carried."
    assert final_categories(study)["P05"].category == "PR"


def test_a_new_category_is_nobody_s_read(study: Study) -> None:
    disagreed(study)
    settle(study, MEYER, Settlement("P05", "new", "guideline_gap", "Neither fits.", category="IMP", day=7))
    payload = entries(study)[-1].payload
    assert (payload["category"], payload["day"], payload["accepted"]) == ("IMP", 7.0, "new")
    assert payload["evidence"] == []


def test_c4_a_settlement_without_reason_or_kind_is_refused(study: Study) -> None:
    number = disagreed(study)["CR"]
    with pytest.raises(DecisionRefused, match="P05 needs a reason because a consensus states its reason"):
        settle(study, MEYER, Settlement("P05", number, "edge", "  "))
    with pytest.raises(NotCompared, match="ambiguous, guideline_gap, data_missing, reader_error, edge; '' is none"):
        settle(study, MEYER, Settlement("P05", number, "", "Seen together."))
    assert difference_of(study, MEYER, "P05").state == "open"


@pytest.mark.parametrize("accepted", ["3", "0", "-1", "¹", "one", "", "1" * 5000])
def test_only_a_read_that_there_is_can_be_accepted(study: Study, accepted: str) -> None:
    disagreed(study)
    with pytest.raises(NotCompared, match=r"P05 has no read .*; accept 1, 2, or give new"):
        settle(study, MEYER, Settlement("P05", accepted, "edge", "Seen together."))


def test_an_accepted_read_is_not_given_another_category(study: Study) -> None:
    number = disagreed(study)["CR"]
    with pytest.raises(NotCompared, match=f"read {number} of P05 is CR, not NR; to record another category give new"):
        settle(study, MEYER, Settlement("P05", number, "edge", "Seen together.", category="NR"))
    with pytest.raises(NotCompared, match="a new category for P05 has to be named"):
        settle(study, MEYER, Settlement("P05", "new", "edge", "Seen together."))
    with pytest.raises(DecisionRefused, match="category 'XX' is not known"):
        settle(study, MEYER, Settlement("P05", "new", "edge", "Seen together.", category="XX"))


def test_there_is_nothing_to_settle_where_readers_agree(study: Study) -> None:
    read(study, MEYER, "P05", "CR")
    read(study, BIANCHI, "P05", "CR")
    with pytest.raises(NotCompared, match="the readers of P05 agree on CR: there is nothing to settle"):
        settle(study, MEYER, Settlement("P05", "new", "edge", "We think not.", category="PR"))


def test_a_settlement_is_taken_back_like_any_decision(study: Study) -> None:
    number = disagreed(study)["CR"]
    settle(study, MEYER, Settlement("P05", number, "edge", "Seen together."))
    assert undo(study, MEYER, "consensus", reason="a slip") is not None
    assert difference_of(study, MEYER, "P05").state == "open"


def test_c13_the_third_reader_settles_and_nobody_settles_their_own_case(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "blinded.duckdb") as study:
        number = disagreed(study)["CR"]
        read_alone = Settlement("P05", number, "edge", "Ferritin at the limit.")
        for actor in (MEYER, BIANCHI, COORDINATOR, WATCHER):
            assert settling_refusal(study, actor, "P05") is not None
            with pytest.raises(NotAllowed):
                settle(study, actor, read_alone)
        assert settling_refusal(study, THIRD, "P05") is None
        settle(study, THIRD, read_alone)
        assert (final_categories(study)["P05"].category, final_categories(study)["P05"].source) == ("CR", "adjudicated")


def test_c13_an_adjudicator_who_has_read_a_case_does_not_settle_it(tmp_path: Path) -> None:
    from hlh_tui.review.conduct.people import register

    with blinded_study(tmp_path / "blinded.duckdb") as study:
        number = disagreed(study)["CR"]
        register(study, COORDINATOR, MEYER, "adjudicator", "T. Hird is on leave")
        with pytest.raises(NotAllowed, match=r"A\. Meyer has read P05 and cannot settle it"):
            settle(study, MEYER, Settlement("P05", number, "edge", "I was right."))


def test_two_readers_settle_together_where_the_protocol_says_so(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "blinded.duckdb", "paired_consensus") as study:
        number = disagreed(study)["PR"]
        settle(study, BIANCHI, Settlement("P05", number, "ambiguous", "Seen together."))
        assert final_categories(study)["P05"].source == "consensus"


def test_a_single_reader_has_nobody_to_differ_from(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "blinded.duckdb", "single") as study:
        advance(study, "compare", "consensus")
        with pytest.raises(NotCompared, match="has one reader for each case: there is nothing to settle"):
            settle(study, THIRD, Settlement("P05", "1", "edge", "Alone."))
        assert "nothing to settle" in (settling_refusal(study, THIRD, "P05") or "")


def test_c12_a_locked_case_is_not_settled(study: Study) -> None:
    number = disagreed(study)["CR"]
    lock(study, COORDINATOR, "P05", "final analysis")
    with pytest.raises(NotAllowed, match="P05 is locked by"):
        settle(study, MEYER, Settlement("P05", number, "edge", "Too late."))


def test_kinds_of_disagreement_are_data() -> None:
    assert [one.id for one in kinds()] == ["ambiguous", "guideline_gap", "data_missing", "reader_error", "edge"]
    assert kind_label("guideline_gap") == "gap in the guideline"
    assert (kind_label("of a later version"), kind_label(None)) == ("of a later version", "")
