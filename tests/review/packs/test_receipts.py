"""A coordinator who wants another result: merged entries altered later, with every hash made to fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.review.conduct.people import register
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.packs.translation import original
from hlh_tui.review.signatures.faults import merge_faults, signature_faults
from hlh_tui.study.file import open_study
from hlh_tui.study.log import canonical_json, entry_from, entry_hash, log_rows
from hlh_tui.study.verify import Verification, verify_path
from tests.review.packs.blinded import COORDINATOR, MEYER, blinded_study, read_all, unpacked
from tests.review.packs.test_still_blind import key_of
from tests.study.test_tampering import Rows, hashed_anew, put, with_

CHECKS = (signature_faults, merge_faults)


@pytest.fixture
def merged(tmp_path: Path) -> tuple[Path, Rows]:
    """A closed study with the signed return of A. Meyer, whose single decisions nobody signed, and its log."""
    path, key = tmp_path / "song.duckdb", key_of(MEYER)
    with blinded_study(path) as study:
        register(study, COORDINATOR, MEYER, "reader", "has a key", key.public_key)
        mine = unpacked(study, MEYER, tmp_path / "m")
        read_all(mine, MEYER, "NR")
        with open_study(mine) as pack:
            file = write_return(pack, key=key).file
        assert merge(study, COORDINATOR, [file])[0].signed
        rows = log_rows(study)
    assert verify_path(path, checks=CHECKS)[0].ok
    return path, rows


def after(path: Path, rows: Rows) -> Verification:
    put(path, hashed_anew(rows), mirror=True)
    return verify_path(path, checks=CHECKS)[0]


def edited(row, **changes):
    return with_(row, payload=canonical_json({**json.loads(row[6]), **changes}))


def of_pack(rows: Rows) -> list[int]:
    return [place for place, row in enumerate(rows) if row[4] == "decided"]


def response_at(rows: Rows, which: int) -> Rows:
    """The log with another category in one merged decision, and all hashes of the pack made to fit."""
    rows, prev = list(rows), ""
    for place in of_pack(rows)[which:]:
        said = json.loads(rows[place][6])
        if not prev:
            said["category"] = "CR"
        else:
            said["pack"]["prev_hash"] = prev
        row = with_(rows[place], payload=canonical_json(said))
        seq, at, actor, name, action, code, text, before, _ = original(entry_from(row))
        names = {"seq": seq, "recorded_at": at, "actor": actor, "actor_name": name, "action": action}
        prev = entry_hash(**names, patient_id=code, payload=json.loads(text), prev_hash=before)
        said["pack"]["hash"] = prev
        rows[place] = with_(row, payload=canonical_json(said))
    return rows


@pytest.mark.parametrize("which", [0, 2, -1])
def test_a_merged_decision_made_another_is_found(merged: tuple[Path, Rows], which: int) -> None:
    path, rows = merged
    found = after(path, response_at(rows, which))
    assert not found.ok
    assert "is not what A. Meyer signed: the signature kept of it is over another log" in found.problems[0]


def test_so_it_is_where_the_merge_is_made_to_say_the_new_head(merged: tuple[Path, Rows]) -> None:
    path, rows = merged
    rows = response_at(rows, 0)
    head = json.loads(rows[of_pack(rows)[-1]][6])["pack"]["hash"]
    told = json.loads(rows[-1][6])
    manifest = canonical_json({**json.loads(told["receipt"]["manifest"]), "head": head})
    changed = edited(rows[-1], head=head, receipt={**told["receipt"], "manifest": manifest})
    assert "does not verify with their key" in after(path, [*rows[:-1], changed]).problems[0]


@pytest.mark.parametrize("changes", [{"receipt": None}, {"receipt": None, "signed": False}, {"receipt": 5}])
def test_the_signature_of_a_return_is_not_taken_away(merged: tuple[Path, Rows], changes: dict[str, object]) -> None:
    path, rows = merged
    found = after(path, [*rows[:-1], edited(rows[-1], **changes)])
    assert "is not what A. Meyer signed: their signature over it is missing" in found.problems[0]


def test_a_merged_decision_is_not_left_out_nor_its_merge(merged: tuple[Path, Rows]) -> None:
    path, rows = merged
    places = of_pack(rows)
    left_out = after(path, [row for place, row in enumerate(rows) if place != places[1]])
    assert any("does not follow entry" in problem for problem in left_out.problems)
    cut = after(path, rows[:-1])
    assert any("no merge of its pack follows it" in problem for problem in cut.problems)
