from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hlh_tui.review.decide import decide
from hlh_tui.review.errors import DecisionRefused
from hlh_tui.review.models import Cited, Decision
from hlh_tui.review.state import cases, current_decisions, final_categories, revealed_cases
from hlh_tui.review.undo import undo
from hlh_tui.study.file import Study
from hlh_tui.study.log import append, entries
from tests.review.small_study import BIANCHI, MEYER, PANEL, slowed


def final(study: Study, patient_id: str) -> tuple[str | None, str, str | None, int]:
    one = final_categories(study)[patient_id]
    return one.category, one.source, one.confidence, one.readers


def test_a_first_decision_is_logged_whole_with_no_old_one(study: Study) -> None:
    fever = Cited("item", 2.0, "fever", "fever resolved")
    saved = decide(study, MEYER, Decision("P02", "CR", " All normal. ", day=14, evidence=(fever,)))
    entry = entries(study)[-1]
    assert (saved.seq, saved.hash, saved.recorded_at) == (2, entry.hash, entry.recorded_at)
    assert (entry.action, entry.actor, entry.actor_name, entry.patient_id) == ("decided", "a-meyer", "A. Meyer", "P02")
    payload = dict(entry.payload)
    assert payload.pop("app_version")
    assert payload.pop("session")
    assert payload.pop("protocol_hash") == study.protocol_document.hash
    assert payload.pop("criteria_hash") == study.criteria_document.hash
    criteria = payload.pop("criteria")
    assert (criteria["id"], criteria["version"]) == ("locatelli-2020", "1.1.0")
    assert criteria["hash"] == study.criteria_document.hash
    assert criteria["options"]["coag"] == "and_or"
    assert payload == {
        "role": "reader",
        "category": "CR",
        "day": 14,
        "confidence": "high",
        "reason": "All normal.",
        "evidence": [{"kind": "item", "day": 2.0, "name": "fever", "text": "fever resolved"}],
        "proposal_seen": False,
        "proposal": None,
        "seen": None,
        "old": None,
        "reveals": True,
    }
    (current,) = current_decisions(study, "P02")
    assert current.evidence == (fever,)
    assert (current.category, current.day, current.reason) == ("CR", 14.0, "All normal.")


def test_a_changed_decision_keeps_the_old_one_beside_it(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    decide(study, MEYER, Decision("P02", "PR", "Platelets were transfused.", confidence="low"))
    entry = entries(study)[-1]
    assert entry.payload["old"] == {"seq": 2, "category": "CR", "day": None, "confidence": "high", "reason": ""}
    assert [one.category for one in current_decisions(study, "P02")] == ["PR"]
    assert len([one for one in entries(study) if one.action == "decided"]) == 2


def test_the_proposal_is_kept_only_with_decisions_that_saw_it(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    decide(study, MEYER, Decision("P02", "NR", "Nothing was charted."))
    decide(study, BIANCHI, Decision("P02", "NR", ""))
    seen = [(one.payload["proposal_seen"], one.payload["proposal"]) for one in entries(study)[1:]]
    assert seen == [(False, None), (True, "NE"), (False, None)]


def test_the_reveal_outlives_the_decision_that_made_it(study: Study) -> None:
    assert "P02" not in revealed_cases(study, "a-meyer")
    decide(study, MEYER, Decision("P02", "CR", ""))
    undo(study, MEYER, reason="a slip")
    assert "P02" in revealed_cases(study, "a-meyer")
    assert "P05" not in revealed_cases(study, "a-meyer")
    assert "P02" not in revealed_cases(study, "l-bianchi")


def test_a_decision_after_which_nothing_was_shown_reveals_nothing(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""), reveals=False)
    assert "P02" not in revealed_cases(study, "a-meyer")
    assert [row.revealed for row in cases(study, "a-meyer")] == [False, False, False]
    decide(study, MEYER, Decision("P02", "PR", "Read again."), reveals=False)
    assert "P02" not in revealed_cases(study, "a-meyer")
    decide(study, MEYER, Decision("P02", "IMP", "Read in the app."))
    assert "P02" in revealed_cases(study, "a-meyer")
    assert [row.revealed for row in cases(study, "a-meyer")] == [False, True, False]
    decide(study, MEYER, Decision("P02", "NR", "Nothing was charted."), reveals=False)
    said = [
        (one.payload["reveals"], one.payload["proposal_seen"], one.payload["proposal"]) for one in entries(study)[1:]
    ]
    assert said == [(False, False, None), (False, False, None), (True, False, None), (False, True, "NE")]


def test_an_entry_that_does_not_say_so_revealed_nothing(study: Study) -> None:
    payload = {"role": "reader", "category": "CR", "day": None, "confidence": "high", "reason": "", "evidence": []}
    append(study, MEYER, "decided", "P02", {**payload, "proposal_seen": False, "proposal": None})
    assert "P02" not in revealed_cases(study, "a-meyer")
    assert [row.revealed for row in cases(study, "a-meyer")] == [False, False, False]
    decide(study, MEYER, Decision("P02", "NR", "Nothing was charted."))
    assert (entries(study)[-1].payload["proposal_seen"], entries(study)[-1].payload["proposal"]) == (False, None)


def test_a_decision_in_force_is_not_recorded_again(study: Study) -> None:
    fever = Cited("item", 2.0, "fever", "fever resolved")
    decision = Decision("P02", "CR", "All normal.", day=14, evidence=(fever,))
    first = decide(study, MEYER, decision, reveals=False)
    again = decide(study, MEYER, replace(decision, reason=" All normal. "), reveals=False)
    assert (first.already, again.already) == (False, True)
    assert (again.seq, again.hash, again.recorded_at) == (2, first.hash, first.recorded_at)
    assert len(entries(study)) == 2


def test_keeping_a_decision_after_seeing_the_proposal_is_recorded_once(study: Study) -> None:
    decision = Decision("P02", "CR", "All normal.")
    assert decide(study, MEYER, decision, reveals=False).seq == 2
    assert decide(study, MEYER, decision).seq == 3  # the reveal is a fact of its own
    assert decide(study, MEYER, decision).seq == 4  # kept although the rules say otherwise
    kept = decide(study, MEYER, decision)
    assert (kept.seq, kept.already) == (4, True)
    said = [
        (one.payload["reveals"], one.payload["proposal_seen"], one.payload["proposal"]) for one in entries(study)[1:]
    ]
    assert said == [(False, False, None), (True, False, None), (True, True, "NE")]


@pytest.mark.parametrize(
    "other",
    [
        Decision("P02", "PR", "All normal.", day=14),
        Decision("P02", "CR", "All normal.", day=15),
        Decision("P02", "CR", "All normal.", day=14, confidence="low"),
        Decision("P02", "CR", "All normal again.", day=14),
        Decision("P02", "CR", "All normal.", day=14, evidence=(Cited("item", 2.0, "fever", "fever resolved"),)),
        Decision("P02", "CR", "All normal.", day=14, role="consensus"),
        Decision("P05", "CR", "All normal.", day=14),
    ],
)
def test_anything_else_is_a_decision_of_its_own(study: Study, other: Decision) -> None:
    decide(study, MEYER, Decision("P02", "CR", "All normal.", day=14), reveals=False)
    saved = decide(study, MEYER, other, reveals=False)
    assert (saved.seq, saved.already) == (3, False)


def test_the_same_decision_of_somebody_else_or_after_an_undo_is_recorded(study: Study) -> None:
    agreed = Decision("P02", "CR", "All normal.", role="consensus")
    assert decide(study, MEYER, agreed, reveals=False).seq == 2
    assert decide(study, BIANCHI, agreed, reveals=False).seq == 3
    undo(study, BIANCHI, "consensus", reason="a slip")
    undo(study, MEYER, "consensus", reason="a slip")
    assert decide(study, MEYER, agreed, reveals=False).seq == 6


def test_of_two_decisions_at_once_the_later_replaces_the_earlier(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    slowed(monkeypatch, "hlh_tui.review.decide.append")
    reads = [Decision("P02", "CR", "Read by one."), Decision("P02", "PR", "Read by the other.")]
    with ThreadPoolExecutor(2) as hands:
        saved = list(hands.map(lambda read: decide(study, MEYER, read), reads))
    assert sorted(one.seq for one in saved) == [2, 3]
    first, second = entries(study)[1:]
    assert first.payload["old"] is None
    assert second.payload["old"]["seq"] == 2
    assert second.payload["proposal_seen"]


def test_readers_do_not_change_each_other(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    decide(study, BIANCHI, Decision("P02", "PR", ""))
    assert [(one.reader, one.category) for one in current_decisions(study, "P02")] == [
        ("a-meyer", "CR"),
        ("l-bianchi", "PR"),
    ]


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (Decision("P99", "CR", ""), "there is no patient 'P99'; the study's 3 patients run from P01 to P05"),
        (Decision("P02", "XX", ""), "category 'XX' is not known; use one of CR, PR, IMP, NR, NE"),
        (Decision("P02", "CR", "", confidence="sure"), "confidence 'sure' is not known; use one of low, high"),
        (
            Decision("P02", "CR", "", role="chair"),
            "role 'chair' is not known; use one of reader, adjudicator, consensus, global",
        ),
        (
            Decision("P02", "CR", "", day=28.5),
            "day 28.5 is outside the follow-up of P02; give a day from 0 to 28 (last contact)",
        ),
        (
            Decision("P02", "CR", "", day=-1),
            "day -1 is outside the follow-up of P02; give a day from 0 to 28 (last contact)",
        ),
        (
            Decision("P02", "CR", "", day=float("nan")),
            "day nan is outside the follow-up of P02; give a day from 0 to 28 (last contact)",
        ),
        (
            Decision("P02", "CR", "  ", confidence="low"),
            "P02 needs a reason because the confidence is low; say why in a sentence",
        ),
        (
            Decision("P02", "CR", "", role="consensus"),
            "P02 needs a reason because a consensus states its reason; say why in a sentence",
        ),
    ],
)
def test_refusals_are_one_sentence_and_record_nothing(study: Study, decision: Decision, sentence: str) -> None:
    with pytest.raises(DecisionRefused) as refused:
        decide(study, MEYER, decision)
    assert str(refused.value) == sentence
    assert len(entries(study)) == 1


def test_c4_a_change_without_a_reason_is_refused(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    with pytest.raises(DecisionRefused) as refused:
        decide(study, MEYER, Decision("P02", "PR", ""))
    assert str(refused.value) == (
        "P02 needs a reason because it changes your decision CR that is in force; say why in a sentence"
    )


def test_after_the_reveal_a_different_category_needs_a_reason_even_with_nothing_in_force(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    undo(study, MEYER, reason="a slip")
    with pytest.raises(DecisionRefused, match="because it differs from the proposal NE that you have seen"):
        decide(study, MEYER, Decision("P02", "CR", ""))


def test_final_category_and_its_source(study: Study) -> None:
    assert final(study, "P05") == (None, "undecided", None, 0)
    decide(study, MEYER, Decision("P05", "CR", ""))
    assert final(study, "P05") == ("CR", "single", "high", 1)
    decide(study, BIANCHI, Decision("P05", "CR", "One value is missing.", confidence="low"))
    assert final(study, "P05") == ("CR", "unanimous", "low", 2)
    decide(study, BIANCHI, Decision("P05", "PR", "Spleen still enlarged."))
    assert final(study, "P05") == (None, "unresolved", None, 2)
    decide(study, PANEL, Decision("P05", "IMP", "Agreed at the meeting.", role="consensus"))
    assert final(study, "P05") == ("IMP", "consensus", "high", 2)
    undo(study, PANEL, "consensus", reason="a slip")
    assert final(study, "P05") == (None, "unresolved", None, 2)
    undo(study, BIANCHI, reason="a slip")
    assert final(study, "P05") == ("CR", "unanimous", "low", 2)


def test_a_case_has_one_consensus_whoever_wrote_it_down(study: Study) -> None:
    decide(study, MEYER, Decision("P05", "CR", "First meeting.", role="consensus"))
    decide(study, BIANCHI, Decision("P05", "PR", "Second meeting.", role="consensus"))
    assert [(one.reader, one.category) for one in current_decisions(study, "P05")] == [("l-bianchi", "PR")]
    assert json.loads(study.rows("SELECT payload FROM log WHERE seq = 3")[0][0])["old"]["category"] == "CR"
    undo(study, BIANCHI, "consensus", reason="a slip")
    assert final(study, "P05") == ("CR", "consensus", "high", 0)


def test_a_past_state_can_be_asked_for(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    decide(study, MEYER, Decision("P02", "PR", "Platelets were transfused."))
    assert [one.category for one in current_decisions(study, upto=2)] == ["CR"]
    assert final_categories(study, upto=1)["P02"].source == "undecided"
