"""Signing: printed name, time and meaning, bound to decision, chart and log; void as soon as one of them changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from hlh_tui.cli.reader import reader_from
from hlh_tui.review.conduct.locks import lock, unlock
from hlh_tui.review.conduct.people import register, withdraw
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.signatures.errors import SignatureRefused
from hlh_tui.review.signatures.evidence import evidence_sha256
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.models import SignatureStatus
from hlh_tui.review.signatures.sign import sign, sign_cases
from hlh_tui.review.signatures.status import signatures
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.errors import ReadOnlyStudy
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.models import Actor
from tests.review.small_study import BIANCHI, MEYER, PANEL

COORDINATOR = Actor("coordinator", "C. Ordinator")


def only(study: Study, patient_id: str | None = None) -> SignatureStatus:
    (found,) = signatures(study, patient_id)
    return found


def test_c9_a_signature_shows_printed_name_time_and_meaning(study: Study, key: Key) -> None:
    saved = sign(study, MEYER, "P05", "made", key)
    found = only(study)
    assert (found.seq, found.patient_id, found.category) == (saved.seq, "P05", "PR")
    assert (found.valid, found.genuine, found.why) == (True, True, "")
    day, time = found.signed_at[:10], found.signed_at[11:19]
    assert found.sentence == f"signed by A. Meyer, {day} {time} UTC: I made this decision (PR)"


def test_the_entry_covers_decision_chart_and_head(study: Study, key: Key) -> None:
    before = entries(study)
    sign(study, MEYER, "P05", "made", key)
    said = entries(study)[-1].payload
    decided = next(each for each in before if each.action == "decided" and each.patient_id == "P05")
    assert said["covers"] == {
        "entry_hash": decided.hash,
        "evidence_sha256": evidence_sha256(study, "P05", None),
        "evidence_until": None,
        "head": before[-1].hash,
        "final": None,
    }
    assert said["decision"] == {"seq": decided.seq, "entry_hash": decided.hash}
    assert (said["meaning"], said["printed_name"], said["case"]) == ("I made this decision", "A. Meyer", "P05")
    assert said["public_key"] == key.public_key


def test_c10_a_changed_decision_voids_the_signature(study: Study, key: Key) -> None:
    sign(study, MEYER, "P05", "made", key)
    decide(study, MEYER, Decision("P05", "NR", "relapse on day 60"))
    found = only(study)
    assert not found.valid
    assert found.genuine
    assert found.why.startswith("A. Meyer changed the decision to NR (entry 5, ")
    assert found.sentence.startswith("SIGNATURE VOID, A. Meyer changed the decision to NR")


def test_c10_a_decision_taken_back_voids_it_and_put_back_it_holds_again(study: Study, key: Key) -> None:
    sign(study, MEYER, "P01", "made", key)
    undo(study, MEYER, reason="a slip")
    assert only(study).why.startswith("A. Meyer took the decision back (entry 5, ")
    redo(study, MEYER)
    assert only(study).valid


def test_another_readers_decision_does_not_touch_it(study: Study, key: Key) -> None:
    sign(study, MEYER, "P05", "made", key)
    decide(study, BIANCHI, Decision("P05", "NR", ""))
    decide(study, MEYER, Decision("P02", "NE", ""))
    assert only(study).valid


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE observation SET value = 641 WHERE day = 14",
        "UPDATE observation SET raw_value = '641' WHERE day = 14",
        "UPDATE note SET text = 'Fever again.'",
        "DELETE FROM event WHERE kind = 'death'",
        "UPDATE patient SET age_years = 28 WHERE patient_id = 'P05'",
        "UPDATE exposure SET end_day = 21 WHERE drug = 'dexamethasone'",
        "INSERT INTO observation (patient_id, day, analyte, value, unit, raw_value)"
        " VALUES ('P05', 61, 'ferritin', 9000, 'ug/L', '9000')",
    ],
)
def test_c10_a_changed_chart_voids_the_signature(study: Study, key: Key, change: str) -> None:
    sign(study, MEYER, "P05", "made", key)
    study.connection.cursor().execute(change)
    assert only(study).why == "the chart of P05 changed after it was signed"
    sign(study, MEYER, "P05", "made", key)
    assert [each.valid for each in signatures(study)] == [False, True]


def test_the_chart_of_another_case_does_not_touch_it(study: Study, key: Key) -> None:
    sign(study, MEYER, "P01", "made", key)
    study.connection.cursor().execute("UPDATE observation SET value = 1 WHERE patient_id = 'P05'")
    assert only(study).valid


def test_evidence_does_not_depend_on_id_order_or_source(study: Study) -> None:
    before = evidence_sha256(study, "P05", None)
    cursor = study.connection.cursor()
    for table in ("patient", "observation", "exposure", "event", "note"):
        cursor.execute(f"UPDATE {table} SET patient_id = 'C007' WHERE patient_id = 'P05'")
        cursor.execute(f"CREATE TEMP TABLE t_{table} AS SELECT * FROM {table} ORDER BY rowid DESC")
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"INSERT INTO {table} SELECT * FROM t_{table}")
    cursor.execute("UPDATE observation SET source_row = 99, source_ref = 'lab'")
    assert evidence_sha256(study, "C007", None) == before
    assert evidence_sha256(study, "P05", None) != before


def test_evidence_ends_at_the_cut_off(study: Study) -> None:
    until_56, whole = evidence_sha256(study, "P05", 56), evidence_sha256(study, "P05", None)
    assert until_56 != whole
    cursor = study.connection.cursor()
    cursor.execute("DELETE FROM event WHERE day > 56")
    cursor.execute("DELETE FROM observation WHERE day > 56")
    cursor.execute("UPDATE patient SET last_contact_day = 90 WHERE patient_id = 'P05'")
    assert evidence_sha256(study, "P05", 56) == until_56
    assert evidence_sha256(study, "P05", None) != whole
    cursor.execute("DELETE FROM observation WHERE day = 14")
    assert evidence_sha256(study, "P05", 56) != until_56


def test_c12_unlocking_voids_the_signature_visibly(study: Study, key: Key) -> None:
    lock(study, COORDINATOR, "P05", "final")
    sign(study, MEYER, "P05", "made", key)
    sign(study, MEYER, "P01", "made", key)
    assert [each.valid for each in signatures(study)] == [True, True]
    unlock(study, COORDINATOR, "P05", "new laboratory report")
    first, second = signatures(study)
    assert first.why.startswith("C. Ordinator unlocked P05 (entry 7, ")
    assert second.valid
    lock(study, COORDINATOR, None, "closed")
    unlock(study, COORDINATOR, None, "opened for the audit")
    assert only(study, "P01").why.startswith("C. Ordinator unlocked the study (entry 9, ")


def test_a_withdrawn_person_and_a_new_key_void_the_signature(
    study: Study, key: Key, make_key: Callable[[Actor], Key]
) -> None:
    register(study, COORDINATOR, MEYER, "reader", "trained", key.public_key)
    sign(study, MEYER, "P05", "made", key)
    assert only(study).valid
    other = make_key(MEYER)
    register(study, COORDINATOR, MEYER, "reader", "lost the laptop", other.public_key)
    assert "A. Meyer has been registered with another key (entry 6, " in only(study).why
    sign(study, MEYER, "P05", "made", other)
    withdraw(study, COORDINATOR, "a-meyer", "left the hospital")
    assert [each.why[:35] for each in signatures(study)] == ["A. Meyer was withdrawn from the stu"] * 2
    assert [each.genuine for each in signatures(study)] == [True, True]


def test_signing_twice_records_once(study: Study, key: Key) -> None:
    first = sign(study, MEYER, "P05", "made", key)
    again = sign(study, MEYER, "P05", "made", key)
    assert (again.seq, again.already) == (first.seq, True)
    assert sign(study, MEYER, "P05", "reviewed", key).seq == first.seq + 1


def test_many_cases_each_get_their_entry(study: Study, key: Key) -> None:
    saved = sign_cases(study, MEYER, ["P05", "P01", "P05"], "I made this decision", key)
    assert [each.seq for each in saved] == [4, 5]
    assert [(each.patient_id, each.valid) for each in signatures(study)] == [("P05", True), ("P01", True)]


def test_the_final_category_is_signed_with_the_decisions_under_it(
    study: Study, make_key: Callable[[Actor], Key]
) -> None:
    chair = make_key(PANEL)
    decide(study, BIANCHI, Decision("P05", "NR", ""))
    with pytest.raises(SignatureRefused, match="P05 has no final category that could be signed; settle the case first"):
        sign(study, PANEL, "P05", "approved", chair)
    decide(study, PANEL, Decision("P05", "PR", "ferritin halved", role="consensus"))
    sign(study, PANEL, "P05", "approved", chair)
    found = only(study)
    assert found.valid
    assert found.sentence.endswith("UTC: I reviewed and approve the final category (PR)")
    decide(study, BIANCHI, Decision("P05", "PR", "looked again"))
    assert only(study).why == "the final category of P05, or a decision under it, changed after it was signed"


def test_nobody_signs_for_another(study: Study, key: Key) -> None:
    with pytest.raises(SignatureRefused, match=r"the key is that of A\. Meyer, and L\. Bianchi signs"):
        sign(study, BIANCHI, "P05", "made", key)


def test_nobody_signs_a_decision_they_did_not_make(study: Study, make_key: Callable[[Actor], Key]) -> None:
    with pytest.raises(SignatureRefused, match=r"L\. Bianchi has no decision in force for P05"):
        sign(study, BIANCHI, "P05", "made", make_key(BIANCHI))
    with pytest.raises(SignatureRefused, match="no decision in force for P99"):
        sign(study, BIANCHI, "P99", "made", make_key(BIANCHI))


def test_another_key_than_the_known_one_is_refused(study: Study, key: Key, make_key: Callable[[Actor], Key]) -> None:
    sign(study, MEYER, "P05", "made", key)
    with pytest.raises(SignatureRefused, match=r"the study knows A\. Meyer by another key"):
        sign(study, MEYER, "P01", "made", make_key(MEYER))


def test_an_unknown_meaning_lists_the_known_ones(study: Study, key: Key) -> None:
    with pytest.raises(SignatureRefused, match=r"'yes' is no meaning .* made \(I made this decision\)"):
        sign(study, MEYER, "P05", "yes", key)


def test_nothing_is_signed_in_a_copy_for_reading(study: Study, key: Key) -> None:
    path = study.path
    study.close()
    with open_study(path, read_only=True) as copy, pytest.raises(ReadOnlyStudy):
        sign(copy, MEYER, "P05", "made", key)


def forged(study: Study, key: Key, **changes: object) -> SignatureStatus:
    """The status of a copy of a real signature with changes in its payload, appended like any entry."""
    sign(study, MEYER, "P05", "made", key)
    payload = json.loads(json.dumps(entries(study)[-1].payload))
    for path, value in changes.items():
        inner = payload
        *above, last = path.split("__")
        for name in above:
            inner = inner[name]
        inner[last] = value
    append(study, MEYER, "signed", str(payload.pop("under", "P05")), payload)
    return signatures(study)[-1]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"meaning": "I never saw this"}, "does not verify"),
        ({"printed_name": "A. Meyer, chair"}, "does not verify"),
        ({"signed_at": "2020-01-01T00:00:00.000000Z"}, "does not verify"),
        ({"covers__evidence_sha256": "0" * 64}, "does not verify"),
        ({"case": "P01"}, "does not verify"),
        ({"public_key": "ed25519:AAAA"}, "does not verify"),
        ({"signature": "no base64"}, "does not verify"),
        ({"under": "P01"}, "it was moved from case P05 to case P01"),
        ({}, "it was moved, or the log before it rewritten"),
        ({"covers": 5}, "cannot be read"),
        ({"decision": None}, "cannot be read"),
        ({"pack": {"id": "p1", "seq": 3, "hash": "0" * 64}}, "it was made in another pack"),
        ({"pack": 7, "covers__head": []}, "cannot be read"),
    ],
)
def test_c10_a_forged_or_moved_signature_is_named(study: Study, key: Key, changes: dict[str, object], why: str) -> None:
    found = forged(study, key, **changes)
    assert not found.valid
    assert not found.genuine
    assert why in found.why


def test_a_signature_under_another_name_does_not_verify(study: Study, key: Key) -> None:
    sign(study, MEYER, "P05", "made", key)
    append(study, BIANCHI, "signed", "P05", entries(study)[-1].payload)
    assert "does not verify" in signatures(study)[-1].why


def test_a_signature_from_another_study_is_named(study: Study, key: Key) -> None:
    sign(study, MEYER, "P05", "made", key)
    study.facts["study_id"] = "another"
    assert only(study).why == "it was made in another study"


def test_a_key_that_was_not_registered_is_no_signature(
    study: Study, key: Key, make_key: Callable[[Actor], Key]
) -> None:
    sign(study, MEYER, "P05", "made", key)
    register(study, COORDINATOR, MEYER, "reader", "known from now on", make_key(MEYER).public_key)
    with pytest.raises(SignatureRefused, match="by another key"):
        sign(study, MEYER, "P01", "made", key)
    stolen = replace(key, id="a-meyer")
    assert stolen.public_key == key.public_key


def test_no_signatures_is_an_empty_answer(study: Study) -> None:
    assert signatures(study) == ()
    assert signatures(study, "P05") == ()


@pytest.mark.parametrize("name", ['Ö. O\'Brien "Bob"', "王 芳", "-- ; rm", "../..", "a" * 400, "👩 Dr"])
def test_readers_with_odd_names_sign(study: Study, make_key: Callable[[Actor], Key], name: str) -> None:
    person = reader_from(name)
    decide(study, person, Decision("P02", "NE", ""))
    sign(study, person, "P02", "made", make_key(person))
    assert only(study).valid
    assert f"signed by {person.name}, 20" in only(study).sentence


def test_a_name_too_long_to_be_read_again_is_refused_before_anything_is_recorded(
    study: Study, make_key: Callable[[Actor], Key]
) -> None:
    person = Actor("long", "L" * 600)
    decide(study, person, Decision("P02", "NE", ""))
    with pytest.raises(SignatureRefused, match="sign under a shorter name"):
        sign(study, person, "P02", "made", make_key(person))
    assert entries(study)[-1].action == "decided"


def test_in_an_open_study_nobody_signs_as_another_with_a_key_of_their_own(
    study: Study, key: Key, make_key: Callable[[Actor], Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(study, MEYER, "P05", "made", key)
    monkeypatch.setattr("hlh_tui.review.signatures.sign.require_own_key", lambda *_: None)
    sign(study, MEYER, "P01", "made", make_key(MEYER))
    first, second = signatures(study)
    assert first.valid
    assert second.why == "its key is not the one that A. Meyer signed with first"
    assert not second.genuine
