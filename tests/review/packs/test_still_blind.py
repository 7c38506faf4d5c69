"""What came back from packs tells nobody what they must not know: which case was a repeat, and whose read is whose."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hlh_tui.review.chart_text import chart_text
from hlh_tui.review.conduct.people import register
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.public_keys import public_text
from hlh_tui.review.signatures.sign import sign_cases
from hlh_tui.review.signatures.status import signatures_seen_by
from hlh_tui.study.file import open_study
from hlh_tui.study.models import Actor
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, OKAFOR, read_all, unpacked

THIRD = Actor("t-hird", "T. Hird")


def key_of(reader: Actor) -> Key:
    private = Ed25519PrivateKey.generate()
    return Key(reader.id, reader.name, public_text(private.public_key().public_bytes_raw()), private)


@pytest.fixture
def read(study, tmp_path):
    """The study with the signed reads of all three, in phase read, and its third reader registered."""
    register(study, COORDINATOR, THIRD, "adjudicator", "settles")
    for reader, category in ((MEYER, "CR"), (BIANCHI, "PR"), (OKAFOR, "NR")):
        key = key_of(reader)
        register(study, COORDINATOR, reader, "reader", "has a key", key.public_key)
        path = unpacked(study, reader, tmp_path / reader.id)
        codes = [saved and f"C{number:03d}" for number, saved in enumerate(read_all(path, reader, category), start=1)]
        with open_study(path) as pack:
            sign_cases(pack, reader, codes, "made", key)
            file = write_return(pack, key=key).file
        assert [each.outcome for each in merge(study, COORDINATOR, [file])] == ["merged"]
    return study


def patients(study) -> list[str]:
    return [patient for (patient,) in study.rows("SELECT patient_id FROM patient ORDER BY 1")]


def test_a_reader_does_not_learn_which_case_was_a_repeat(read) -> None:
    dealt = next(each for each in conduct_of(read).dealt if each.reader == MEYER.id)
    mine = {patient for _, patient, _ in dealt.cases}
    assert [repeat for _, _, repeat in dealt.cases].count(True) == 1
    for patient in mine:
        said = chart_text(read, patient, None, MEYER)
        assert said.count("A. Meyer: CR complete response") == 1, said
        assert "second look" not in said
        assert len(signatures_seen_by(read, MEYER.id, patient)) == 1


def test_who_settles_does_not_learn_whose_read_is_whose(read) -> None:
    for phase in ("compare", "consensus"):
        move_phase(read, COORDINATOR, phase, "next")
        assert signatures_seen_by(read, THIRD.id) == ()
        for patient in patients(read):
            said = chart_text(read, patient, None, THIRD)
            assert {"reader 1: ", "reader 2: "} <= {line[:10] for line in said.splitlines()}
            for reader in (MEYER, BIANCHI, OKAFOR):
                # Each gives their name in the reason too, which no program can mask.
                assert f"{reader.name}: " not in said
    move_phase(read, COORDINATOR, "open", "settled")
    assert len(signatures_seen_by(read, THIRD.id)) == sum(len(each.cases) for each in conduct_of(read).dealt)
    assert "second look, unknown to the reader, by" in "".join(
        chart_text(read, one, None, THIRD) for one in patients(read)
    )
