"""Signatures in a blinded study: registered keys alone, nothing of other readers, and packs as anchors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.signatures.errors import SignatureRefused
from hlh_tui.review.signatures.faults import merge_faults, signature_faults
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.sign import sign
from hlh_tui.review.signatures.status import signatures, signatures_seen_by
from hlh_tui.study.anchors import anchors_at
from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import log_rows
from hlh_tui.study.models import Actor
from hlh_tui.study.redaction import redact
from hlh_tui.study.verify import verify, verify_path
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, OKAFOR, blinded_study, unpacked
from tests.study.test_tampering import hashed_anew, put, with_

CHECKS = (signature_faults, merge_faults)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with blinded_study(tmp_path / "main.duckdb") as made:
        yield made


@pytest.fixture
def keys(study: Study, make_key: Callable[[Actor], Key]) -> dict[str, Key]:
    made = {reader.id: make_key(reader) for reader in (MEYER, BIANCHI)}
    for reader in (MEYER, BIANCHI):
        register(study, COORDINATOR, reader, "reader", "has a key", made[reader.id].public_key)
    return made


def returned(study: Study, reader: Actor, key: Key, folder: Path) -> Path:
    """The reader's pack with one case decided and signed, returned."""
    with open_study(unpacked(study, reader, folder)) as pack:
        decide(pack, reader, Decision("C001", "CR", "fever gone"))
        sign(pack, reader, "C001", "made", key)
        return write_return(pack, key=key).file


def test_c13_who_has_no_key_or_no_role_does_not_sign(study: Study, make_key: Callable[[Actor], Key]) -> None:
    decide(study, OKAFOR, Decision("HLH-001", "CR", ""))
    with pytest.raises(SignatureRefused, match=r"the study does not know the key of N\. Okafor; the coordinator"):
        sign(study, OKAFOR, "HLH-001", "made", make_key(OKAFOR))
    stranger = Actor("x", "X. Stranger")
    with pytest.raises(NotAllowed, match=r"X\. Stranger has no role in this study"):
        sign(study, stranger, "HLH-001", "made", make_key(stranger))


def test_c13_final_categories_are_closed_to_readers_while_they_read(study: Study, keys: dict[str, Key]) -> None:
    decide(study, MEYER, Decision("HLH-001", "CR", ""))
    with pytest.raises(SignatureRefused, match="final categories are closed to you in this phase"):
        sign(study, MEYER, "HLH-001", "approved", keys["a-meyer"])


def test_c14_a_reader_sees_no_signature_of_another(study: Study, keys: dict[str, Key]) -> None:
    for reader in (MEYER, BIANCHI):
        decide(study, reader, Decision("HLH-001", "CR", ""))
        sign(study, reader, "HLH-001", "made", keys[reader.id])
    assert len(signatures(study)) == 2
    assert [each.signer for each in signatures_seen_by(study, "a-meyer")] == ["a-meyer"]
    assert signatures_seen_by(study, "n-okafor") == ()


def test_evidence_ends_at_the_cut_off_of_the_protocol(study: Study, keys: dict[str, Key]) -> None:
    decide(study, MEYER, Decision("HLH-001", "CR", ""))
    sign(study, MEYER, "HLH-001", "made", keys["a-meyer"])
    cursor = study.connection.cursor()
    cursor.execute("UPDATE observation SET value = 1 WHERE patient_id = 'HLH-001' AND day = 60")
    assert signatures(study)[0].valid
    cursor.execute("UPDATE observation SET value = 1 WHERE patient_id = 'HLH-001' AND day = 28")
    assert signatures(study)[0].why == "the chart of HLH-001 changed after it was signed"


def test_a_merged_signature_verifies_and_moved_to_another_case_it_does_not(
    study: Study, keys: dict[str, Key], tmp_path: Path
) -> None:
    merge(study, COORDINATOR, [returned(study, MEYER, keys["a-meyer"], tmp_path / "m")])
    assert verify(study, checks=CHECKS).ok
    assert [each.valid for each in signatures(study)] == [True]
    rows = log_rows(study)
    at = next(row for row in rows if row[4] == "signed")
    cursor = study.connection.cursor()
    other = "HLH-002" if at[5] != "HLH-002" else "HLH-003"
    for name in ("log_no_update", "log_no_delete"):
        cursor.execute(f"DROP TRIGGER {name} ON log")
    cursor.execute("DELETE FROM log")
    for row in hashed_anew([with_(row, patient_id=other) if row is at else row for row in rows]):
        cursor.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    (found,) = signatures(study)
    assert found.why == f"it was moved from case {at[5]} to case {other}"
    assert f"the signature in entry {at[0]} does not hold: {found.why}" in verify(study, checks=CHECKS).problems


def test_c7_a_return_is_an_anchor_for_what_was_merged(study: Study, keys: dict[str, Key], tmp_path: Path) -> None:
    file = returned(study, MEYER, keys["a-meyer"], tmp_path / "m")
    (anchor,) = anchors_at(file)
    before = verify(study, [anchor])
    assert before.problems == (
        "of a-meyer.hlhreturn the log does not hold entry 2 (decided), 3 (signed): merge it, or ask where they went",
    )
    merge(study, COORDINATOR, [file])
    assert verify(study, [anchor], CHECKS).ok
    assert verify(study, anchors_at(tmp_path / "m" / "a-meyer.hlhpack")).ok
    foreign, _ = verify_path(tmp_path / "m" / "a-meyer.duckdb", [anchor])
    assert foreign.ok


def test_a_return_of_another_study_is_named(study: Study, keys: dict[str, Key], tmp_path: Path) -> None:
    file = returned(study, MEYER, keys["a-meyer"], tmp_path / "m")
    with blinded_study(tmp_path / "other.duckdb") as other:
        (problem,) = verify(other, anchors_at(file)).problems
    assert problem.startswith("a-meyer.hlhreturn is of another study (")


def test_a_sealed_return_says_how_it_is_opened(study: Study, keys: dict[str, Key], tmp_path: Path) -> None:
    import pyrage

    public = str(pyrage.x25519.Identity.generate().to_public())
    assert main(["seal", str(returned(study, MEYER, keys["a-meyer"], tmp_path / "m")), "--to", public]) == 0
    with pytest.raises(StudyFileError, match="is sealed; open it first with hlh-tui unseal"):
        anchors_at(tmp_path / "m" / "a-meyer.hlhreturn.age")


def test_c19_a_redacted_reason_leaves_the_signature_and_every_anchor_standing(
    study: Study, keys: dict[str, Key], tmp_path: Path
) -> None:
    saved = decide(study, MEYER, Decision("HLH-001", "CR", "Mrs Example of Kirchgasse 9 is well"))
    sign(study, MEYER, "HLH-001", "made", keys["a-meyer"])
    entries, head = study.head
    (tmp_path / "head.json").write_text(json.dumps({"entries": entries, "head": head}))
    redact(study, COORDINATOR, saved.seq, ["reason"], "a name and an address")
    assert b"Kirchgasse" not in study.where.mirror.read_bytes()
    assert signatures(study)[0].valid
    assert verify(study, anchors_at(tmp_path / "head.json"), CHECKS).ok


def test_c19_a_redacted_reason_of_a_merged_read_is_no_fault_and_a_changed_one_is(
    study: Study, keys: dict[str, Key], tmp_path: Path
) -> None:
    merge(study, COORDINATOR, [returned(study, MEYER, keys["a-meyer"], tmp_path / "m")])
    rows = log_rows(study)
    decided = next(row for row in rows if row[4] == "decided")
    redact(study, COORDINATOR, decided[0], ["reason"], "a name")
    assert verify(study, checks=CHECKS).ok
    assert signatures(study)[0].valid
    cursor = study.connection.cursor()
    for name in ("log_no_update", "log_no_delete"):
        cursor.execute(f"DROP TRIGGER {name} ON log")
    cursor.execute("DELETE FROM log")
    other = with_(decided, payload=decided[6].replace("fever gone", "fever went"))
    for row in hashed_anew([other if row is decided else row for row in rows]):
        cursor.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    problems = verify(study, checks=CHECKS).problems
    assert f"entry {decided[0]} is not what entry 2 of the pack of A. Meyer says" in problems


@pytest.mark.parametrize("text", ["not json", '{"pack":5,"cases":[1],"person":[],"covers":""}'])
def test_whatever_entry_is_garbled_the_check_says_so(
    study: Study, keys: dict[str, Key], tmp_path: Path, text: str
) -> None:
    merge(study, COORDINATOR, [returned(study, MEYER, keys["a-meyer"], tmp_path / "m")])
    rows = log_rows(study)
    study.close()
    for row in rows:
        put(study.path, [with_(each, payload=text) if each is row else each for each in rows], mirror=False)
        found, _ = verify_path(study.path, checks=CHECKS)
        assert not found.ok
        assert found.first_bad_seq == row[0]
