"""What a reader signs in a pack holds in the study that the pack is of, until something under it changes."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hlh_tui.review.conduct.people import register
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.public_keys import public_text
from hlh_tui.review.signatures.sign import sign_cases
from hlh_tui.review.signatures.status import signatures
from hlh_tui.study.file import open_study
from tests.review.packs.blinded import COORDINATOR, MEYER, unpacked


@pytest.fixture
def key() -> Key:
    """A. Meyer's key, opened."""
    private = Ed25519PrivateKey.generate()
    return Key(MEYER.id, MEYER.name, public_text(private.public_key().public_bytes_raw()), private)


def test_a_signature_made_in_a_pack_holds_in_the_study(study, tmp_path, key):
    register(study, COORDINATOR, MEYER, "reader", "has a key", key.public_key)
    mine = unpacked(study, MEYER, tmp_path / "m")
    with open_study(mine) as pack:
        decide(pack, MEYER, Decision("C001", "CR", "fever gone", day=7))
        decide(pack, MEYER, Decision("C002", "PR", "spleen smaller"))
        sign_cases(pack, MEYER, ["C001", "C002"], "made", key)
        assert [each.valid for each in signatures(pack)] == [True, True]
        file = write_return(pack, key=key).file
    assert [each.outcome for each in merge(study, COORDINATOR, [file])] == ["merged"]
    found = signatures(study)
    assert [each.valid for each in found] == [True, True]
    patients = {code: patient for code, patient, _ in conduct_of(study).dealt[0].cases}
    assert [each.patient_id for each in found] == [patients["C001"], patients["C002"]]
    decided = dict(study.rows("SELECT seq, payload FROM log WHERE action = 'decided'"))
    for (payload,) in study.rows("SELECT payload FROM log WHERE action = 'signed'"):
        said = json.loads(payload)
        assert said["decision"]["seq"] in decided


def test_a_signature_that_came_back_is_void_once_the_chart_under_it_changes(study, tmp_path, key):
    register(study, COORDINATOR, MEYER, "reader", "has a key", key.public_key)
    mine = unpacked(study, MEYER, tmp_path / "m")
    with open_study(mine) as pack:
        decide(pack, MEYER, Decision("C001", "CR", "fever gone", day=7))
        sign_cases(pack, MEYER, ["C001"], "made", key)
        file = write_return(pack, key=key).file
    merge(study, COORDINATOR, [file])
    (_, patient, _) = conduct_of(study).dealt[0].cases[0]
    cursor = study.connection.cursor()
    cursor.execute("UPDATE observation SET value = value + 1 WHERE patient_id = ? AND day = 3", [patient])
    cursor.close()
    assert [each.valid for each in signatures(study)] == [False]
