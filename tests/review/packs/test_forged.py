"""A reader who forges: another's name, a signature that is none, or one moved from another decision."""

from __future__ import annotations

import pytest

from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.signatures.sign import sign_cases
from hlh_tui.review.signatures.status import signatures
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.models import Actor
from hlh_tui.study.verify import verify
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, unpacked
from tests.review.packs.test_still_blind import key_of


@pytest.fixture
def key():
    return key_of(MEYER)


def returned(study, tmp_path, key, act):
    """What came of the merge of a return after ``act`` was done to the pack; its return is signed by its reader."""
    register(study, COORDINATOR, MEYER, "reader", "has a key", key.public_key)
    with open_study(unpacked(study, MEYER, tmp_path / "m")) as pack:
        decide(pack, MEYER, Decision("C001", "CR", "fever gone"))
        decide(pack, MEYER, Decision("C002", "NR", "spleen larger"))
        act(pack)
        file = write_return(pack, key=key).file
    (merged,) = merge(study, COORDINATOR, [file])
    assert verify(study).ok
    return merged


def signed_payload(pack, key, patient: str):
    sign_cases(pack, MEYER, [patient], "made", key)
    return dict(entries(pack)[-1].payload)


@pytest.mark.parametrize(
    ("name", "outcome"), [(BIANCHI.name, "refused"), ("The Chair", "refused"), ("a. meyer", "merged")]
)
def test_nobody_returns_decisions_under_another_name(study, tmp_path, key, name: str, outcome: str) -> None:
    wish = Decision("C003", "CR", "says somebody")
    merged = returned(study, tmp_path, key, lambda pack: decide(pack, Actor(MEYER.id, name), wish))
    assert merged.outcome == outcome
    if outcome == "refused":
        assert merged.why.endswith(f"is signed as {name}, and the pack was dealt to A. Meyer")
        assert not [entry for entry in entries(study) if entry.actor_name == name and entry.action == "decided"]


def test_a_signature_that_is_none_never_gets_into_the_study(study, tmp_path, key) -> None:
    garbage = {"decision": {"seq": 2, "entry_hash": "x"}, "signature": 5}
    merged = returned(study, tmp_path, key, lambda pack: append(pack, MEYER, "signed", "C001", garbage))
    assert (merged.outcome, "is not a signature as hlh-tui writes it" in merged.why) == ("refused", True)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"case": "C002"}, "has a signature that does not verify"),
        ({}, "was signed elsewhere and moved here"),
        ({"case": "C002", "pack_id": None}, "was signed elsewhere and moved here"),
        ({"case": "C002", "public_key": "other"}, "was not signed with the key of A. Meyer that the pack names"),
    ],
)
def test_a_signature_is_not_moved_to_another_case_of_the_pack(study, tmp_path, key, change, why: str) -> None:
    def move(pack) -> None:
        said = signed_payload(pack, key, "C001")
        second = next(entry for entry in entries(pack) if entry.action == "decided" and entry.patient_id == "C002")
        said["decision"] = {"seq": second.seq, "entry_hash": second.hash}
        if change:
            said["covers"] = {**said["covers"], "entry_hash": second.hash}
        if change.get("public_key"):
            change["public_key"] = key_of(MEYER).public_key
        append(pack, MEYER, "signed", "C002", {**said, **change})

    merged = returned(study, tmp_path, key, move)
    assert (merged.outcome, merged.why.partition("(signed) ")[2]) == ("refused", why)


def test_who_got_another_key_meanwhile_returns_what_they_signed_with_the_first(study, tmp_path, key) -> None:
    register(study, COORDINATOR, MEYER, "reader", "has a key", key.public_key)
    with open_study(unpacked(study, MEYER, tmp_path / "m")) as pack:
        decide(pack, MEYER, Decision("C001", "CR", "fever gone"))
        sign_cases(pack, MEYER, ["C001"], "made", key)
        second = key_of(MEYER)
        register(study, COORDINATOR, MEYER, "reader", "lost the first key", second.public_key)
        file = write_return(pack, key=second).file
    assert [each.outcome for each in merge(study, COORDINATOR, [file])] == ["merged"]
    assert [(each.genuine, each.why) for each in signatures(study)] == [(True, "")]
    assert verify(study).ok
