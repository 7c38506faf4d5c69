"""C8 copies for people and machines, C9 to C11 signatures, C12 locks."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path

import duckdb
import pytest
from textual.widgets import Input

from hlh_tui.review.conduct.authority import refusal
from hlh_tui.review.conduct.locks import lock, unlock
from hlh_tui.review.conduct.models import PHASES
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.review.signatures.errors import SignatureRefused
from hlh_tui.review.signatures.keys import create_key
from hlh_tui.review.signatures.sign import sign
from hlh_tui.review.signatures.status import signatures
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, entries, log_rows
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from tests.controls.conftest import Run, key_of
from tests.controls.lifecycle import made
from tests.light_age import light
from tests.review.conduct.blinded import COORDINATOR, MEYER, PEOPLE, blinded_study
from tests.review.small_study import CHARTS, small_study
from tests.study.test_tampering import hashed_anew, put, with_
from tests.ui.conftest import settle as settled
from tests.ui.screen_text import screen_text

PHRASE = "seven tall lamps on a quay"
CHAIR = ("--reader", "C. Chair")

# C8


def test_c08_the_whole_trail_in_every_form_for_people_and_for_machines(run: Run, life: Path) -> None:
    with open_study(life, read_only=True) as study:
        log = entries(study)
    revised = next(entry for entry in log if entry.action == "decided" and entry.payload["old"])
    mark = f"changed since first entry {revised.payload['old']['seq']} (CR)"
    written = {form: run("log", life, f"--{form}", *CHAIR)[1] for form in ("json", "jsonl", "csv", "html")}
    written["text"] = run("log", life, *CHAIR)[1]
    for form, text in written.items():
        assert mark in html.unescape(text), form
        assert "the spleen stayed enlarged" in text, form
    assert [each["hash"] for each in json.loads(written["json"])["trail"]] == [entry.hash for entry in log]
    assert [json.loads(line)["payload"] for line in written["jsonl"].splitlines()] == [entry.payload for entry in log]
    table = list(csv.DictReader(io.StringIO(written["csv"])))
    assert [(row["number"], row["hash"]) for row in table] == [(str(entry.seq), entry.hash) for entry in log]
    assert (table[revised.seq - 1]["old"].split("; ")[0], table[revised.seq - 1]["new"].split("; ")[0]) == (
        "category: CR",
        "category: PR",
    )
    for entry in log:
        assert f"<code>{entry.hash}</code>" in written["html"]
        assert re.search(
            rf"^ *{entry.seq}  \d{{4}}-\d\d-\d\d .* {re.escape(entry.actor_name)} \(", written["text"], re.MULTILINE
        )


def test_c08_every_export_holds_the_trail_as_csv_parquet_and_json_lines(life: Path) -> None:
    with open_study(life, read_only=True) as study:
        log = [entry for entry in entries(study) if entry.seq < study.head[0]]  # the export itself is the last entry
    out = life.with_name("export")
    lines = (out / "log.jsonl").read_text(encoding="utf-8").splitlines()
    with (out / "data" / "audit.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    parquet = duckdb.sql(f"SELECT count(*), max(seq) FROM '{out}/data/audit.parquet'").fetchall()
    assert [json.loads(line)["hash"] for line in lines] == [entry.hash for entry in log]
    assert [row["seq"] for row in table] == [str(entry.seq) for entry in log]
    assert parquet == [(len(log), len(log))]


def test_c08_any_past_state_can_be_shown_and_written(run: Run, life: Path) -> None:
    with open_study(life, read_only=True) as study:
        log = entries(study)
    first = next(entry for entry in log if entry.action == "decided" and entry.patient_id == "P05")
    for at in (str(first.seq), first.recorded_at.removesuffix("Z")):
        code, text, _ = run("replay", life, "--at", at, *CHAIR)
        assert code == 0
        assert f"entry {first.seq}: A. Meyer: CR from day 7, high confidence: fever gone by day 2" in text
        assert "phase      read" in text
        then = json.loads(run("replay", life, "--at", at, "--json", *CHAIR)[1])
        (case,) = [case for case in then["cases"] if case["patient_id"] == "P05"]
        assert [(one["reader"], one["category"]) for one in case["decisions"]] == [("a-meyer", "CR")]
    upto = run("log", life, "--until", first.recorded_at, "--jsonl", *CHAIR)[1]
    assert len(upto.splitlines()) == first.seq


# C9


def test_c09_every_printout_shows_printed_name_time_and_meaning(run: Run, life: Path) -> None:
    with open_study(life, read_only=True) as study:
        (found,) = [each for each in signatures(study) if each.patient_id == "P05"]
    when = found.signed_at[:19].replace("T", " ")
    line = f"signed by A. Meyer, {when} UTC: I made this decision (PR)"
    report = run("show", life, "P05", *CHAIR)[1]
    assert report.split("SIGNATURES\n")[1].strip() == line
    assert f"P05 #{found.seq}: {line}\n" in run("sign", life, "--list", *CHAIR)[1]
    for certificate in (life.with_name("certificate.txt"), life.with_name("export") / "signatures.txt"):
        text = certificate.read_text(encoding="utf-8")
        assert (
            f"  signed by A. Meyer (a-meyer)\n  on {when} UTC\n  meaning: I made this decision\n  state: valid" in text
        )
    with (life.with_name("export") / "data" / "signatures.csv").open(encoding="utf-8", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["patient_id"] == "P05"]
    assert (row["printed_name"], row["meaning"], row["signed_at"]) == (
        "A. Meyer",
        "I made this decision",
        found.signed_at,
    )
    for form in ((), ("--html",), ("--csv",)):
        trail = html.unescape(run("log", life, "--action", "signature", *form, *CHAIR)[1])
        assert "on P05 as A. Meyer, meaning “I made this decision”" in trail


def test_c09_a_user_id_alone_is_no_signature(tmp_path: Path) -> None:
    with small_study(tmp_path / "small.duckdb") as study:
        decide(study, MEYER, Decision("P01", "CR", ""))
        sign(study, MEYER, "P01", "made", key_of(MEYER))
        payload = dict(entries(study)[-1].payload)
        for name in ("", "a-meyer"):
            append(study, MEYER, "signed", "P01", {**payload, "printed_name": name})
            assert not signatures(study)[-1].genuine, name
        before = study.head
        for name in ("a-meyer", "a. meyer"):
            with pytest.raises(SignatureRefused, match=rf"made out to A\. Meyer; .* printed name, not as {name}$"):
                sign(study, Actor("a-meyer", name), "P01", "reviewed", key_of(MEYER))
        assert study.head == before


# C10


def test_c10_whatever_it_covers_voids_the_signature_when_it_changes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "small.duckdb"
    with small_study(path, charts=CHARTS) as study:
        for case in ("P01", "P02", "P05"):
            decide(study, MEYER, Decision(case, "CR", "fever gone"), reveals=False)
            sign(study, MEYER, case, "made", key_of(MEYER))
        assert [each.valid for each in signatures(study)] == [True, True, True]
        decide(study, MEYER, Decision("P01", "PR", "the spleen stayed enlarged"), reveals=False)
        study.connection.cursor().execute("UPDATE observation SET value = 641 WHERE day = 14 AND patient_id = 'P05'")
        first, second, third = signatures(study)
    assert (first.valid, second.valid, third.valid) == (False, True, False)
    assert first.sentence.startswith("SIGNATURE VOID, A. Meyer changed the decision to PR (entry 8, ")
    assert third.sentence.startswith("SIGNATURE VOID, the chart of P05 changed after it was signed")
    assert "SIGNATURE VOID, A. Meyer changed" in run("show", path, "P01", "--reader", "A. Meyer")[1]
    assert "SIGNATURE VOID, the chart" in run("sign", path, "--list", "--reader", "A. Meyer")[1]
    code, out, _ = run("verify", path)
    assert code == 1, "the chart changed behind the program's back"
    assert "the chart of P05 is not the one that entry 7 signed, and no import since then explains it" in out


def test_c10_a_signature_copied_to_another_case_does_not_verify(run: Run, life: Path) -> None:
    with open_study(life, read_only=True) as study:
        rows = log_rows(study)
    (signed,) = [row for row in rows if row[4] == "signed" and row[5] == "P05"]
    for moved in (
        [with_(row, patient_id="P02") if row is signed else row for row in rows],
        [*rows, with_(signed, seq=rows[-1][0] + 1, patient_id="P02")],
    ):
        put(life, hashed_anew(moved), mirror=True)
        code, out, _ = run("verify", life)
        assert code == 1
        assert "it was moved from case P05 to case P02" in out


# C11


@pytest.fixture
def meyers_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A. Meyer's key on this computer, under the passphrase."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    light(monkeypatch)
    create_key(MEYER, PHRASE)


@pytest.mark.usefixtures("meyers_key")
def test_c11_each_call_that_signs_needs_key_and_passphrase_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "small.duckdb"
    with small_study(path) as study:
        for case in ("P01", "P02"):
            decide(study, MEYER, Decision(case, "CR", "fever gone"))
    asked: list[str] = []
    answers = [PHRASE, "a guess at the words", PHRASE]

    def typed(question: str) -> str:
        asked.append(question)
        return answers[len(asked) - 1]

    monkeypatch.setattr("hlh_tui.cli.passphrase.asked", typed)
    by = ("--reader", "A. Meyer")
    assert run("sign", path, "P01", *by)[0] == 0
    code, _, err = run("sign", path, "P02", *by)
    assert (code, err) == (2, "hlh-tui sign: the passphrase does not open the key of A. Meyer; try again\n")
    assert run("sign", path, "P02", *by)[0] == 0
    assert asked == ["passphrase of the key of A. Meyer: "] * 3
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another computer"))
    code, _, err = run("sign", path, "P01", "--meaning", "reviewed", *by)
    assert code == 2
    assert "A. Meyer has no key on this computer" in err
    assert len(asked) == 3, "the passphrase alone, without the key, is not even asked for"


@pytest.mark.usefixtures("meyers_key")
async def test_c11_the_app_asks_at_every_signing_also_within_one_session(tmp_path: Path) -> None:
    path = tmp_path / "small.duckdb"
    with small_study(path) as study:
        for case in ("P01", "P02"):
            decide(study, MEYER, Decision(case, "CR", "fever gone"), reveals=False)
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(app, pilot)
        for case, words, signed in (("P01", PHRASE, 1), ("P02", "a guess at the words", 1), ("P02", PHRASE, 2)):
            app.open_case(case)
            await settled(app, pilot)
            await pilot.press("s")
            await settled(app, pilot)
            assert f"Sign {case}" in screen_text(app)
            asked = app.screen.query_one(Input)
            assert (asked.password, asked.value) == (True, ""), "nothing is filled in from the time before"
            asked.value = words
            await pilot.press("enter")
            await settled(app, pilot)
            assert len(signatures(app.study)) == signed


# C12

EVERYBODY = ((COORDINATOR, "coordinator"), *PEOPLE, (Actor("s-tranger", "S. Tranger"), None))


def test_c12_only_the_coordinator_locks_and_unlocks_in_every_phase(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "song.duckdb") as study:
        for phase in PHASES:
            if phase != "read":
                move_phase(study, COORDINATOR, phase, "go on")
            for person, role in EVERYBODY:
                for action in ("lock", "unlock"):
                    assert (refusal(study, person, action) is None) == (role == "coordinator"), (phase, role, action)
            for turn in (lock, unlock):
                for person, role in EVERYBODY:
                    if role != "coordinator":
                        before = study.head
                        with pytest.raises(NotAllowed):
                            turn(study, person, "P01", "I would like to")
                        assert study.head == before
                turn(study, COORDINATOR, "P01", f"in phase {phase}")
        turned = [(one.action, one.patient_id, one.payload["reason"]) for one in entries(study) if "lock" in one.action]
    assert turned == [(action, "P01", f"in phase {phase}") for phase in PHASES for action in ("locked", "unlocked")]


def test_c12_a_lock_holds_against_every_way_to_decide_until_an_unlock_that_shows(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    with made(path, "song-2024") as study:
        for case in ("P01", "P05"):
            decide(study, MEYER, Decision(case, "CR", "fever gone"), reveals=False)
            sign(study, MEYER, case, "made", key_of(MEYER))
    assert run("lock", path, "P01", "--reason", "agreed on", *CHAIR)[0] == 0
    many = tmp_path / "many.csv"
    many.write_text("patient_id,reader,category,reason\nP01,A. Meyer,PR,looked again\n", encoding="utf-8")
    for words in (("decide", path, "P01", "PR", "--reason", "looked again"), ("decide", path, "--from", many)):
        code, _, err = run(*words, *(() if "--from" in words else ("--reader", "A. Meyer")))
        assert code in (1, 2)
        assert "P01 is locked by C. Chair (agreed on); the coordinator unlocks it with a reason first" in err
    with open_study(path) as study:
        assert [each.valid for each in signatures(study)] == [True, True], "locking voids nothing"
    assert run("unlock", path, "P01", "--reason", "a letter came late", *CHAIR)[0] == 0
    assert "SIGNATURE VOID, C. Chair unlocked P01 (entry 8, " in run("show", path, "P01", *CHAIR)[1]
    assert "SIGNATURE VOID" not in run("show", path, "P05", *CHAIR)[1]
    assert run("verify", path)[0] == 0, "void in the open is no fault"


def test_c12_a_locked_study_takes_no_other_charts_and_no_other_criteria(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    small_study(path).close()
    charts = tmp_path / "charts"
    charts.mkdir()
    (charts / "patients.csv").write_text("patient_id,sex,last_contact_day\nP09,female,40\n", encoding="utf-8")
    assert run("lock", path, "--reason", "complete", *CHAIR)[0] == 0
    before = (tmp_path / "song.log.jsonl").read_bytes()
    for words in (("import", path, charts), ("criteria", "set", path, "coag=both", "--reason", "the board")):
        code, _, err = run(*words, *CHAIR)
        assert code == 2
        assert "the study is locked by C. Chair (complete); the coordinator unlocks it with a reason first" in err
    assert (tmp_path / "song.log.jsonl").read_bytes() == before
    assert run("unlock", path, "--reason", "one patient was missing", *CHAIR)[0] == 0
    assert run("import", path, charts, *CHAIR)[0] == 0


async def test_c12_the_screen_of_the_case_shows_that_its_signature_is_void(tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    with made(path, "song-2024") as study:
        decide(study, MEYER, Decision("P01", "CR", "fever gone"), reveals=False)
        sign(study, MEYER, "P01", "made", key_of(MEYER))
        lock(study, COORDINATOR, None, "complete")
        unlock(study, COORDINATOR, None, "the audit")
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(app, pilot)
        app.open_case("P01")
        await settled(app, pilot)
        assert "SIGNATURE VOID: C. Chair unlocked the study (entry 6" in screen_text(app)
