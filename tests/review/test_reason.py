from __future__ import annotations

import pytest

from hlh_tui.review.models import Cited, CurrentDecision, Decision
from hlh_tui.review.reason import draft_reason, reason_required

FERRITIN = Cited("observation", 14, "ferritin", "640 µg/L")
FEVER = Cited("item", 2, "fever", "fever resolved")


def in_force(category: str, **changes: object) -> CurrentDecision:
    facts = {
        "seq": 2,
        "recorded_at": "2026-11-22T10:00:00.000000Z",
        "patient_id": "P05",
        "reader": "a-meyer",
        "reader_name": "A. Meyer",
        "role": "reader",
        "category": category,
        "day": None,
        "confidence": "high",
        "reason": "",
        "evidence": (),
        "proposal_seen": False,
        "proposal": None,
    }
    return CurrentDecision(**{**facts, **changes})  # type: ignore[arg-type]


def test_draft_names_the_category_and_each_piece_with_its_day() -> None:
    drafted = draft_reason("complete response", [FERRITIN, FEVER])
    assert drafted == "Complete response: ferritin 640 µg/L on day 14; fever resolved by day 2."


@pytest.mark.parametrize(
    ("cited", "phrase"),
    [
        (
            Cited("exposure", 0, "dexamethasone", "10 mg/m² intravenous"),
            "dexamethasone 10 mg/m² intravenous from day 0",
        ),
        (Cited("event", 3.5, "transfusion", "transfusion of platelets"), "transfusion of platelets on day 3.5"),
        (Cited("note", -1, "progress note", "febrile all night."), "progress note febrile all night on day -1"),
    ],
)
def test_draft_words_fit_the_kind_of_evidence(cited: Cited, phrase: str) -> None:
    assert draft_reason("HLH improvement", [cited]) == f"HLH improvement: {phrase}."


def test_draft_says_a_piece_cited_twice_once() -> None:
    assert draft_reason("no response", [FERRITIN, FERRITIN]) == "No response: ferritin 640 µg/L on day 14."


def test_no_evidence_gives_no_draft_so_that_a_required_reason_stays_open() -> None:
    assert draft_reason("complete response", []) == ""


@pytest.mark.parametrize(
    ("decision", "proposal", "indeterminate", "old", "why"),
    [
        (Decision("P05", "CR", ""), None, False, None, None),
        (Decision("P05", "CR", ""), "CR", False, None, None),
        (Decision("P05", "CR", ""), "CR", False, in_force("CR"), None),
        (Decision("P05", "PR", ""), None, False, in_force("CR"), "it changes your decision CR that is in force"),
        (Decision("P05", "CR", "", day=7), None, False, in_force("CR"), "it changes your decision CR that is in force"),
        (
            Decision("P05", "CR", ""),
            None,
            False,
            in_force("CR", reason="All six normal."),
            "it changes your decision CR that is in force",
        ),
        (Decision("P05", "CR", "", confidence="low"), None, False, None, "the confidence is low"),
        (Decision("P05", "CR", ""), "PR", False, None, "it differs from the proposal PR that you have seen"),
        (
            Decision("P05", "CR", ""),
            "CR",
            True,
            None,
            "the proposal you have seen rests on an item that was not evaluable",
        ),
        (Decision("P05", "CR", "", role="consensus"), None, False, None, "a consensus states its reason"),
    ],
)
def test_when_a_reason_is_required(
    decision: Decision, proposal: str | None, indeterminate: bool, old: CurrentDecision | None, why: str | None
) -> None:
    assert reason_required(decision, proposal, indeterminate, old) == why
