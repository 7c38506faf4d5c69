"""C19 in a study of packs: an entry that a reader recorded and signed in a pack is redacted in the main study."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.signatures.faults import merge_faults, signature_faults
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.public_keys import public_text
from hlh_tui.review.signatures.sign import sign_cases
from hlh_tui.review.signatures.status import signatures
from hlh_tui.review.trail.redact import redact
from hlh_tui.study.file import open_study
from hlh_tui.study.verify import verify, verify_path
from tests.review.packs.blinded import COORDINATOR, MEYER, blinded_study, unpacked
from tests.study.test_verify import tamper

CHECKS = (signature_faults, merge_faults)
NAME = "Zebediah Quux"


@pytest.fixture
def merged(tmp_path: Path) -> tuple[Path, int, Path]:
    """The main study, closed; the entry of the merged decision that holds a name; and what was returned."""
    path = tmp_path / "song.duckdb"
    private = Ed25519PrivateKey.generate()
    key = Key(MEYER.id, MEYER.name, public_text(private.public_key().public_bytes_raw()), private)
    with blinded_study(path) as study:
        register(study, COORDINATOR, MEYER, "reader", "has a key", key.public_key)
        with open_study(unpacked(study, MEYER, tmp_path / "m")) as pack:
            decide(pack, MEYER, Decision("C001", "CR", f"{NAME} had no fever", day=7))
            decide(pack, MEYER, Decision("C002", "PR", "spleen smaller"))
            sign_cases(pack, MEYER, ["C001"], "made", key)
            file = write_return(pack, key=key).file
        assert [each.outcome for each in merge(study, COORDINATOR, [file])] == ["merged"]
        ((seq,),) = study.rows("SELECT seq FROM log WHERE action = 'decided' AND contains(payload, 'Quux')")
    return path, seq, file


def test_c19_a_merged_and_signed_entry_is_redacted_and_everything_verifies(merged) -> None:
    path, seq, file = merged
    with open_study(path) as study:
        redact(study, COORDINATOR, seq, ["reason"], "a patient was named")
        assert verify(study, checks=CHECKS).problems == ()
        assert [each.valid for each in signatures(study)] == [True]
        assert [each.outcome for each in merge(study, COORDINATOR, [file])] == ["nothing_new"]
        assert study.rows("SELECT count(*) FROM log WHERE contains(payload, 'Quux')") == [(0,)]


def test_another_change_of_the_redacted_entry_is_still_found(merged) -> None:
    path, seq, _ = merged
    with open_study(path) as study:
        redact(study, COORDINATOR, seq, ["reason"], "a patient was named")
    tamper(path, f"UPDATE log SET payload = replace(payload, '\"CR\"', '\"NR\"') WHERE seq = {seq}", mirror=True)
    found = verify_path(path, checks=CHECKS)[0]
    assert found.first_bad_seq == seq
    assert f"entry {seq} was changed: its content does not give its hash" in found.problems
