"""C13 authority through app, command line and packs, C14 a trail that leaks nothing, C15 every unblinding told."""

from __future__ import annotations

import html
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from hlh_tui.review.conduct.blinding import reveal_after_cut_off
from hlh_tui.review.conduct.people import register
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.consensus.meeting import reveal_votes, vote
from hlh_tui.review.consensus.settle import Settlement, settle
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.packing import pack
from hlh_tui.review.packs.returning import write_return
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import entries
from hlh_tui.ui.app import HlhApp
from tests.controls.conftest import Run
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, MEYER, OBSERVER, blinded_study
from tests.review.packs import blinded as packs
from tests.review.trail.ward_of_readers import SECRETS, ward_of_readers
from tests.ui.conftest import settle as settled
from tests.ui.screen_text import screen_text

PEER = "the spleen was never felt"
"""What B. Lang wrote for a case that A. Meyer reads too."""


def peers(path: Path) -> Study:
    """Phase read: B. Lang has decided P01 as NR and P02 as PR, A. Meyer P02 as CR."""
    study = blinded_study(path)
    decide(study, LANG, Decision("P01", "NR", PEER))
    decide(study, LANG, Decision("P02", "PR", PEER))
    decide(study, MEYER, Decision("P02", "CR", "fever gone"))
    return study


# C13


def test_c13_nobody_settles_a_case_that_they_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    with peers(path) as study:
        for to in ("compare", "consensus"):
            move_phase(study, COORDINATOR, to, "go on")
        register(study, COORDINATOR, MEYER, "adjudicator", "the third reader left")
        before = study.head
        for act in (
            lambda: settle(study, MEYER, Settlement("P02", "1", "edge", "mine was right")),
            lambda: decide(study, MEYER, Decision("P02", "CR", "mine was right", role="adjudicator")),
        ):
            with pytest.raises(NotAllowed, match=r"A\. Meyer has read P02 and cannot settle it"):
                act()
        assert study.head == before
    settling = ("compare", path, "P02", "--accept", "1", "--type", "edge", "--reason", "mine was right")
    for words in (settling, ("decide", path, "P02", "CR", "--role", "adjudicator", "--reason", "mine was right")):
        code, _, err = run(*words, "--reader", "A. Meyer")
        assert code == 2
        assert "A. Meyer has read P02 and cannot settle it: another adjudicator does" in err
    assert run(*settling, "--reader", "Z. Third")[0] == 0


def test_c13_no_verb_shows_a_reader_what_the_other_decided_or_what_came_of_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    peers(path).close()
    by = ("--reader", "A. Meyer")
    for words in (
        ("compare", path, *by),
        ("compare", path, "P02", *by),
        ("agreement", path, *by),
        ("minutes", path, *by),
        ("table", path, "response"),
        ("survival", path, "overall"),
        ("incidence", path, "to-hsct"),
        ("biomarkers", path, "ferritin"),
        ("sensitivity", path),
        ("assess", path),
        ("export", path, tmp_path / "out", *by),
    ):
        code, out, err = run(*words)
        assert (code, out) == (2, ""), words
        assert "phase" in err, (words, err)
    assert not (tmp_path / "out").exists()
    for words in (("show", path, "P01"), ("show", path, "P02"), ("log", path), ("log", path, "--jsonl")):
        code, out, _ = run(*words, *by)
        assert code == 0
        assert PEER not in out
        assert LANG.name not in out, words
    # P02 differs and P01 lacks a read: how many cases are settled would tell A. Meyer what B. Lang thinks.
    for who, missing, unsettled in (("A. Meyer", None, None), ("O. Server", None, None), ("C. Chair", 3, None)):
        told = json.loads(run("phase", path, "--json", "--reader", who)[1])
        assert (told["missing_reads"], told["without_final_category"]) == (missing, unsettled), who
    assert run("phase", path, *by)[1].splitlines()[1:] == ["how far the reads are stays closed to you in this phase"]
    for at in ("6", "8"):
        out = run("replay", path, "--at", at, *by)[1]
        assert PEER not in out
        assert "B. Lang: " not in out


async def test_c13_no_screen_shows_a_reader_what_the_other_decided_or_what_came_of_it(tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    peers(path).close()
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(app, pilot)
        app.open_case("P01")
        await settled(app, pilot)
        seen = [screen_text(app)]
        for key in ("v", "C", "D", "A", "T", "S", "B", "L"):
            await pilot.press(key)
            await settled(app, pilot)
            seen.append(screen_text(app))
        for text in seen:
            assert PEER not in text
            assert not re.search(r"B\. Lang.{0,20}(NR|PR)", text)
        for text in seen[3:8]:  # differences, agreement, tables, survival, biomarkers
            assert "phase" in text
        assert "Kaplan" not in "".join(seen)
        head = app.study.head
        await pilot.press("D", "1", "enter")
        await settled(app, pilot)
        assert app.study.head == head


def test_c13_the_bytes_of_a_pack_hold_nothing_of_another_reader(tmp_path: Path) -> None:
    with packs.blinded_study(tmp_path / "main.duckdb") as study:
        first = packs.unpacked(study, packs.BIANCHI, tmp_path / "b")
        with open_study(first) as opened:
            for (case,) in opened.rows("SELECT patient_id FROM patient"):
                decide(opened, packs.BIANCHI, Decision(case, "NR", PEER))
            merge(study, packs.COORDINATOR, [write_return(opened).file])
        file = pack(study, packs.COORDINATOR, packs.MEYER.id, tmp_path / "mine.hlhpack").file
        names = (*(f"HLH-00{number}" for number in range(1, 9)), "Bianchi", "l-bianchi", "Okafor", "C. Ordinator")
    with zipfile.ZipFile(file) as opened_file:
        content = b"".join(opened_file.read(name) for name in opened_file.namelist())
    assert b"A. Meyer" in content
    for word in (*names, PEER, '"category":"NR"', '"repeat"'):
        assert word.encode() not in content, word


def test_c13_a_pack_gives_its_reader_no_other_role(run: Run, tmp_path: Path) -> None:
    with packs.blinded_study(tmp_path / "main.duckdb") as study:
        mine = packs.unpacked(study, packs.MEYER, tmp_path / "m")
    case = "C001"
    for words in (
        ("decide", mine, case, "CR", "--reader", "L. Bianchi"),
        ("decide", mine, case, "CR", "--role", "adjudicator", "--reason", "x", "--reader", "A. Meyer"),
        ("phase", mine, "open", "--reason", "to look", "--reader", "A. Meyer"),
        ("reader", "add", mine, "A. Meyer", "--role", "coordinator", "--reason", "to look", "--reader", "A. Meyer"),
        ("show", mine, case, "--reveal", "to look", "--reader", "A. Meyer"),
        ("table", mine, "response"),
        ("export", mine, tmp_path / "out", "--reader", "A. Meyer"),
    ):
        code, _, err = run(*words)
        assert code == 2, words
        assert err.count("\n") == 1
    with open_study(mine, read_only=True) as opened:
        assert opened.head[0] == 1


# C14


def test_c14_what_a_blinded_reader_gets_of_the_trail_leaks_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ward.duckdb"
    ward_of_readers(path).close()
    by = ("--reader", "A. Meyer")
    told = {form: run("log", path, *form, *by)[1] for form in ((), ("--json",), ("--jsonl",), ("--csv",), ("--html",))}
    for number in (1, 6, 10):
        told["replay", str(number)] = run("replay", path, "--at", str(number), *by)[1]
    assert run("log", path, "-o", tmp_path / "mine.html", *by)[0] == 0
    told["file",] = (tmp_path / "mine.html").read_text(encoding="utf-8")
    for what, text in told.items():
        plain = html.unescape(text).lower()
        assert [secret for secret in SECRETS if secret.lower() in plain] == [], what
    numbers = [json.loads(line)["number"] for line in told["--jsonl",].splitlines()]
    assert numbers == list(range(1, 11)), "running numbers of their own: no gap tells how far the others are"
    with open_study(path, read_only=True) as study:
        assert study.head[0] > 35
    assert all(json.loads(line)["prev_hash"] == "" for line in told["--jsonl",].splitlines())
    for wanted in (("--by", "bianchi"), ("--search", "XSECRETREASON"), ("--action", "voted")):
        assert "No entry is as wanted." in run("log", path, *wanted, *by)[1]


async def test_c14_the_log_screen_of_a_blinded_reader_leaks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ward.duckdb"
    ward_of_readers(path).close()
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(app, pilot)
        await pilot.press("L")
        await settled(app, pilot)
        text = screen_text(app)
        assert "10 entries" in text
        assert [secret for secret in SECRETS if secret.lower() in text.lower()] == []


# C15


def test_c15_every_unblinding_says_who_when_why_and_what_and_can_be_listed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    with blinded_study(path, "song-2024-blinded") as study:
        reveal_after_cut_off(study, LANG, "P05", "a relapse was mentioned")
        decide(study, LANG, Decision("P05", "NR", ""))
        decide(study, MEYER, Decision("P05", "CR", ""))
        for to in ("compare", "consensus"):
            move_phase(study, COORDINATOR, to, f"on to {to}")
        vote(study, LANG, "P05", "NR")
        reveal_votes(study, ADJUDICATOR, "P05", "A. Meyer is away")
        move_phase(study, COORDINATOR, "open", "the report is due")
        made = [entry for entry in entries(study) if entry.action in ("revealed", "phase_moved", "votes_revealed")]
    assert [(entry.actor_name, entry.patient_id, entry.payload["reason"]) for entry in made] == [
        ("B. Lang", "P05", "a relapse was mentioned"),
        ("C. Chair", None, "on to compare"),
        ("C. Chair", None, "on to consensus"),
        ("Z. Third", "P05", "A. Meyer is away"),
        ("C. Chair", None, "the report is due"),
    ]
    assert (made[0].payload["what"], made[0].payload["until"]) == ("chart after the evidence cut-off", 28.0)
    assert (made[1].payload["missing"], made[3].payload["missing"]) == (4, ["A. Meyer"])
    report = run("log", path, "--action", "unblinding", "--csv", "--reader", "O. Server")[1].splitlines()
    assert len(report) == 6
    for entry, line in zip(made, report[1:], strict=True):
        datetime.fromisoformat(entry.recorded_at)
        for said in (entry.recorded_at, entry.actor_name, entry.payload["reason"]):
            assert said in line
    text = run("log", path, "--action", "unblinding", "--reader", OBSERVER.name)[1]
    assert "had chart after the evidence cut-off of P05 shown, after day 28" in text
    assert "moved the study from phase read to phase compare, with 4 reads missing" in text
    assert "revealed the votes on P05, without A. Meyer" in text
    assert run("export", path, tmp_path / "out", "--reader", "C. Chair")[0] == 0
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "The study protocol is blinded" in readme


async def test_c15_a_look_past_the_cut_off_by_key_is_recorded_before_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    blinded_study(path).close()
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(app, pilot)
        app.open_case("P05")
        await settled(app, pilot)
        head = app.study.head[0]
        await pilot.press("w")
        await settled(app, pilot)
        assert "Show P05 after day 28" in screen_text(app)
        assert app.study.head[0] == head
        app.screen.query_one(Input).value = "a relapse was mentioned"
        await pilot.press("enter")
        await settled(app, pilot)
        last = entries(app.study)[-1]
    assert (last.action, last.actor, last.patient_id) == ("revealed", "a-meyer", "P05")
    assert last.payload["reason"] == "a relapse was mentioned"


def test_c15_an_open_study_says_that_nobody_was_blinded(life: Path, run: Run, tmp_path: Path) -> None:
    from tests.review.small_study import small_study

    path = tmp_path / "small.duckdb"
    small_study(path).close()
    assert "open: the readers were not blinded" in run("log", path, "--reader", "A. Meyer")[1]
    assert run("export", path, tmp_path / "out", "--reader", "A. Meyer")[0] == 0
    assert "opened unblinded from its start" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "opened unblinded" not in (life.with_name("export") / "README.md").read_text(encoding="utf-8")
