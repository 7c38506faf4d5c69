"""A reader who has only a pack trains for the study it came from; the certificate comes back with the pack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.training.certificate import certificate, is_certificate
from hlh_tui.review.training.record import certificates, record_certificate
from hlh_tui.review.training.study import aim_of, make_training
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append
from tests.review.packs.blinded import COORDINATOR, MEYER, blinded_study, unpacked


def certificate_for(pack: Path, path: Path) -> dict[str, Any]:
    with open_study(pack) as mine:
        aim = aim_of(mine)
    hand = make_training(path, MEYER, aim, 5, 1)
    with open_study(path) as training:
        for patient_id, case in hand.cases.items():
            decide(training, MEYER, Decision(patient_id, case.category, "as the criteria say"))
        return certificate(training)


def test_a_certificate_comes_back_with_the_pack(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "main.duckdb") as study:
        pack = unpacked(study, MEYER, tmp_path / "m")
        said = certificate_for(pack, tmp_path / "t.duckdb")
        assert said["trained_for"] == study.facts["study_id"]
        with open_study(pack) as mine:
            record_certificate(mine, MEYER, said)
            assert certificates(mine) == (said,)
        with open_study(pack, read_only=True) as mine:
            file = write_return(mine).file
        (merged,) = merge(study, COORDINATOR, [file])
        assert merged.outcome == "merged"
        assert certificates(study) == (said,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"passed": "yes"},
        {"reader": {"id": "l-bianchi", "name": "L. Bianchi"}},
        {"reader": None},
        {"criteria": "locatelli"},
        {"pass_mark": 7.5},
        {"right": -1},
        {"head": "x" * 10_000},
        {"synthetic": False},
        {"by_category": {"CR": {"cases": 1}}},
    ],
)
def test_what_is_no_certificate_of_its_reader_is_left_in_the_log(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with blinded_study(tmp_path / "main.duckdb") as study:
        pack = unpacked(study, MEYER, tmp_path / "m")
        said = certificate_for(pack, tmp_path / "t.duckdb") | wrong
        for payload in ({"action": "trained", "payload": {"certificate": said}}, {"action": "trained", "payload": 7}):
            append(study, MEYER, "pack_entry", payload=payload)
        append(study, MEYER, "trained", payload={"certificate": said})
        append(study, MEYER, "trained", payload={})
        assert certificates(study) == ()


def test_a_certificate_is_one_only_whole(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "main.duckdb") as study:
        pack = unpacked(study, MEYER, tmp_path / "m")
        said = certificate_for(pack, tmp_path / "t.duckdb")
    assert is_certificate(said)
    for key in said:
        assert not is_certificate({name: value for name, value in said.items() if name != key}), key
    for other in (None, [], "certificate", 7, {}):
        assert not is_certificate(other)
