"""Dealing, packing, returning and merging from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hlh_tui.cli import main
from hlh_tui.review.begun import Begun, Draft, keep
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.unpacking import unpack
from hlh_tui.review.signatures.public_keys import public_text
from hlh_tui.study.file import open_study
from hlh_tui.study.verify import verify
from tests.review.packs.blinded import COORDINATOR, MEYER, blinded_study, read_all, unpacked


@pytest.fixture
def path(tmp_path, monkeypatch) -> Path:
    """A closed blinded study with three readers; the coordinator sits at the keyboard."""
    blinded_study(tmp_path / "main.duckdb").close()
    monkeypatch.setenv("HLH_TUI_READER", "C. Ordinator")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "main.duckdb"


def said(capsys) -> dict:
    """The JSON object that was printed."""
    return json.loads(capsys.readouterr().out)


def test_deal_pack_decide_return_and_merge_in_words(path, capsys):
    assert main(["deal", str(path), "--seed", "11"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("dealt 5 cases to A. Meyer, 1 of them twice (#") or lines[0].startswith("dealt 6 cases")
    assert lines[-1] == f"next: hlh-tui pack {path}"
    assert main(["pack", str(path), "--reader", "A. Meyer"]) == 0
    out = capsys.readouterr().out
    assert out.endswith("cases; they read it with hlh-tui open a-meyer.hlhpack\n")
    mine = unpack(path.with_name("a-meyer.hlhpack")).study
    assert main(["decide", str(mine), "C001", "CR", "--reader", "A. Meyer"]) == 0
    assert main(["return", str(mine)]) == 0
    out = capsys.readouterr().out
    assert "a-meyer.hlhreturn: 1 of " in out
    assert "cases decided; send it to the coordinator" in out
    assert "begun" not in out
    assert main(["merge", str(path), str(mine.with_name("a-meyer.hlhreturn"))]) == 0
    out = capsys.readouterr().out
    assert out.startswith("merged 1 entry of A. Meyer from a-meyer.hlhreturn; it is not signed, for no key of A. Meyer")
    assert main(["deal", str(path)]) == 0
    assert capsys.readouterr().out == "nothing to deal: every case has its readers\n"


def test_a_judgement_that_is_only_begun_is_told_with_the_return(path, capsys):
    assert main(["pack", str(path), "--reader", "A. Meyer"]) == 0
    mine = unpack(path.with_name("a-meyer.hlhpack")).study
    with open_study(mine) as study:
        keep(study, MEYER, "reader", (Begun(MEYER.id, "reader", "C001", Draft("CR")),))
    assert main(["return", str(mine)]) == 0
    said = capsys.readouterr().out
    assert "a-meyer.hlhreturn: 0 of " in said
    assert said.endswith("\na judgement is begun and not saved, and not in it: save it in the app, then return again\n")


def test_the_same_as_json(path, capsys):
    assert main(["deal", str(path), "--json"]) == 0
    dealt = said(capsys)["dealt"]
    assert [each["reader"] for each in dealt] == ["a-meyer", "l-bianchi", "n-okafor"]
    assert {each["repeats"] for each in dealt} == {1}
    assert main(["pack", str(path), "--json"]) == 0
    packs = said(capsys)["packs"]
    assert [Path(each["file"]).name for each in packs] == ["a-meyer.hlhpack", "l-bianchi.hlhpack", "n-okafor.hlhpack"]
    assert packs[0]["pack_id"] == dealt[0]["pack_id"]
    mine = unpack(Path(packs[0]["file"])).study
    read_all(mine, MEYER)
    assert main(["return", str(mine), "--json"]) == 0
    returned = said(capsys)
    assert (returned["decided"], returned["cases"]) == (packs[0]["cases"], packs[0]["cases"])
    assert main(["merge", str(path), returned["file"], "--json"]) == 0
    (merged,) = said(capsys)["files"]
    assert (merged["outcome"], merged["head"], merged["entries"]) == ("merged", returned["head"], packs[0]["cases"])
    assert main(["merge", str(path), returned["file"], str(path.with_name("none")), "--json"]) == 1
    again, missing = said(capsys)["files"]
    assert (again["outcome"], missing["outcome"], missing["kind"]) == ("nothing_new", "refused", "damaged")


def test_packing_for_everybody_deals_first_and_says_when_nothing_is_left(path, capsys):
    assert main(["pack", str(path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main(["pack", str(path)]) == 2
    assert capsys.readouterr().err == (
        "hlh-tui pack: nothing is left to pack: every case that was dealt is in a pack already\n"
    )


def test_a_pack_is_sealed_to_a_registered_reader_by_name(path, capsys):
    key = public_text(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert main(["reader", "add", str(path), "A. Meyer", "--key", key, "--reason", "has a key"]) == 0
    assert main(["pack", str(path), "--reader", "A. Meyer", "--to", "A. Meyer"]) == 0
    assert "cases, sealed; they read it with hlh-tui open a-meyer.hlhpack\n" in capsys.readouterr().out
    sealed = path.with_name("a-meyer.hlhpack.age")
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1\n-> ssh-ed25519 ")
    assert main(["pack", str(path), "--reader", "L. Bianchi", "--to", "somebody else"]) == 2
    assert "'somebody else' is no recipient" in capsys.readouterr().err


def test_who_may_not_is_told_so_in_a_sentence(path, capsys, monkeypatch):
    monkeypatch.setenv("HLH_TUI_READER", "A. Meyer")
    for words in (["deal", str(path)], ["pack", str(path), "--reader", "A. Meyer"], ["merge", str(path), "x"]):
        assert main(words) == 2
        err = capsys.readouterr().err
        assert "only a coordinator may" in err
        assert err.count("\n") == 1


def test_output_and_again_are_for_one_reader(path, capsys):
    assert main(["pack", str(path), "-o", "x.hlhpack"]) == 2
    assert "say whose pack with --reader NAME" in capsys.readouterr().err


def test_opening_needs_a_terminal_and_unpacks_nothing_without_one(path, capsys):
    assert main(["pack", str(path), "--reader", "A. Meyer"]) == 0
    assert main(["open", str(path.with_name("a-meyer.hlhpack"))]) == 2
    assert "the app needs a terminal" in capsys.readouterr().err
    assert not path.with_name("a-meyer.duckdb").exists()
    assert main([str(path.with_name("a-meyer.hlhpack"))]) == 2
    assert main([str(path.with_name("nowhere.hlhpack"))]) == 2


def test_what_somebody_is_told_of_a_return_of_a_study_that_is_no_pack(path, capsys):
    assert main(["return", str(path)]) == 2
    assert capsys.readouterr().err == (
        "hlh-tui return: main.duckdb is not a pack; a return is written from the pack that you read\n"
    )


KILLED = """
import sys
from pathlib import Path
from hlh_tui.study import log
from hlh_tui.study.file import open_study
from hlh_tui.review.packs.merging import merge
from tests.review.packs.blinded import COORDINATOR

insert_all = log.insert_all
mirror_entry = log.mirror_entry

def slow(cursor, rows):
    insert_all(cursor, rows)
    if sys.argv[3] == "before":
        print("now", flush=True)
        sys.stdin.read()

def after(study, row):
    if sys.argv[3] == "after":
        print("now", flush=True)
        sys.stdin.read()
    mirror_entry(study, row)

log.insert_all, log.mirror_entry = slow, after
with open_study(Path(sys.argv[1])) as study:
    merge(study, COORDINATOR, [Path(sys.argv[2])])
"""


@pytest.mark.parametrize(("when", "entries"), [("before", 0), ("after", 6)])
def test_a_merge_that_is_killed_is_completed_by_merging_again(tmp_path, when, entries):
    with blinded_study(tmp_path / "main.duckdb") as study:
        mine = unpacked(study, MEYER, tmp_path / "m")
    with open_study(mine) as pack:
        for number in range(1, 6):
            decide(pack, MEYER, Decision(f"C{number:03d}", "CR", ""))
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "main.duckdb"), str(mine), when],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"now\n"
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdin.close()
    process.stdout.close()
    with open_study(tmp_path / "main.duckdb") as study:
        there = study.rows("SELECT count(*) FROM log WHERE action IN ('decided', 'pack_merged')")[0][0]
        assert there == entries
        assert merge(study, COORDINATOR, [mine])[0].outcome == ("merged" if entries == 0 else "nothing_new")
        assert study.rows("SELECT count(*) FROM log WHERE action IN ('decided', 'pack_merged')") == [(6,)]
        assert verify(study).ok
