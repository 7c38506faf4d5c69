"""``verify`` and signatures: moved, forged, rewritten before them, or over a chart that was changed behind them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from hlh_tui.cli import main
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.signatures.certificate import write_certificate
from hlh_tui.review.signatures.faults import merge_faults, signature_faults
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.sign import sign
from hlh_tui.review.signatures.status import signatures
from hlh_tui.study.file import Study
from hlh_tui.study.log import canonical_json, log_rows
from hlh_tui.study.verify import Verification, verify, verify_path
from tests.review.small_study import MEYER, log_import
from tests.study.test_tampering import Rows, hashed_anew, put, with_

CHECKS = (signature_faults, merge_faults)


@pytest.fixture
def signed(study: Study, key: Key) -> tuple[Path, Rows]:
    """A closed study whose cases P05 and P01 are signed (entries 4 and 5), and its log."""
    sign(study, MEYER, "P05", "made", key)
    sign(study, MEYER, "P01", "made", key)
    assert verify(study, checks=CHECKS).ok
    rows = log_rows(study)
    study.close()
    return study.path, rows


def after(path: Path, rows: Rows) -> Verification:
    put(path, rows, mirror=True)
    return verify_path(path, checks=CHECKS)[0]


def edited(row: tuple[object, ...], **changes: object) -> tuple[object, ...]:
    return with_(row, payload=canonical_json({**json.loads(str(row[6])), **changes}))


def test_a_signature_moved_to_another_case_is_named(signed: tuple[Path, Rows]) -> None:
    path, rows = signed
    found = after(path, hashed_anew([*rows[:3], with_(rows[3], patient_id="P01"), rows[4]]))
    assert found.first_bad_seq == 4
    assert found.problems[0] == ("the signature in entry 4 does not hold: it was moved from case P05 to case P01")


def test_a_signature_moved_with_its_case_rewritten_does_not_verify(signed: tuple[Path, Rows]) -> None:
    path, rows = signed
    moved = edited(with_(rows[3], patient_id="P01"), case="P01")
    found = after(path, hashed_anew([*rows[:3], moved, rows[4]]))
    assert found.problems[0].startswith("the signature in entry 4 does not hold: it does not verify")


def test_two_signatures_swapped_are_named(signed: tuple[Path, Rows]) -> None:
    path, rows = signed
    found = after(path, hashed_anew([*rows[:3], with_(rows[4], seq=4), with_(rows[3], seq=5)]))
    assert found.first_bad_seq == 4
    assert "it was not signed after entry 3" in found.problems[0]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_c7_a_log_hashed_anew_does_not_hold_before_a_signature(signed: tuple[Path, Rows], at: int) -> None:
    """The whole chain is made again, consistently, with one word changed: only the signatures do not follow."""
    path, rows = signed
    other = [edited(row, note="x") if row[0] == at else row for row in rows]
    found = after(path, hashed_anew(other))
    assert found.first_bad_seq == 4
    assert "does not hold" in found.problems[0]


def test_c10_a_decision_rewritten_under_its_signature_is_named(signed: tuple[Path, Rows]) -> None:
    path, rows = signed
    found = after(path, hashed_anew([rows[0], edited(rows[1], category="CR"), *rows[2:]]))
    assert found.first_bad_seq == 4


def test_c10_a_chart_changed_behind_the_signature_is_named(signed: tuple[Path, Rows]) -> None:
    path, _ = signed
    connection = duckdb.connect(path)
    connection.execute("UPDATE observation SET value = 64 WHERE patient_id = 'P05' AND day = 14")
    connection.close()
    found, _ = verify_path(path, checks=CHECKS)
    assert found.problems == (
        "the chart of P05 is not the one that entry 4 signed, and no import since then explains it: the database was"
        " changed",
    )
    assert found.first_bad_seq == 4


def test_a_signature_that_is_void_in_the_open_is_no_fault_of_the_log(study: Study, key: Key) -> None:
    sign(study, MEYER, "P05", "made", key)
    decide(study, MEYER, Decision("P05", "NR", "relapse"))
    assert not signatures(study)[0].valid
    assert verify(study, checks=CHECKS).ok


def test_garbled_payloads_are_reported_and_do_not_stop_the_check(signed: tuple[Path, Rows]) -> None:
    path, rows = signed
    for text in ("[]", "not json", "{}", '{"covers":{}}', "null"):
        found = after(path, [*rows[:3], with_(rows[3], payload=text), rows[4]])
        assert not found.ok
        assert found.first_bad_seq == 4


def test_c7_signatures_cut_off_the_end_are_found_against_their_certificate(
    study: Study, key: Key, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_import(study)
    sign(study, MEYER, "P05", "made", key)
    text, machine = write_certificate(study, signatures(study), tmp_path / "certificate.txt")
    rows = log_rows(study)
    study.close()
    for anchor in (text, machine):
        assert main(["verify", str(study.path), "--against", str(anchor)]) == 0
        assert f"holds against {anchor.name}" in capsys.readouterr().out
    put(study.path, rows[:4], mirror=True)
    assert main(["verify", str(study.path)]) == 0
    capsys.readouterr()
    for anchor in (text, machine):
        assert main(["verify", str(study.path), "--against", str(anchor)]) == 1
        assert "entry 5 is missing at the end of the log" in capsys.readouterr().out
