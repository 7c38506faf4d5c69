"""``reader create``, ``sign``, ``seal`` and ``unseal`` as people and scripts call them."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from tests.light_age import light
from tests.review.small_study import BIANCHI, CHARTS, MEYER, log_import, small_study

PHRASE = "seven tall lamps on a quay"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a passphrase in a file, no keys, and a study in which two readers have decided."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("HLH_TUI_READER", raising=False)
    monkeypatch.chdir(tmp_path)
    light(monkeypatch)
    (tmp_path / "words").write_text(PHRASE + "\n")
    with small_study(tmp_path / "song.duckdb", charts=CHARTS) as study:
        decide(study, MEYER, Decision("P05", "PR", "fever gone"))
        decide(study, MEYER, Decision("P01", "CR", ""))
        decide(study, BIANCHI, Decision("P01", "CR", ""))
        log_import(study)
    return tmp_path


def create(name: str = "A. Meyer") -> None:
    assert main(["reader", "create", name, "--passphrase-file", "words"]) == 0


def test_create_prints_the_key_for_the_coordinator(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create()
    out = capsys.readouterr().out
    assert "public key: ed25519:" in out
    assert "hlh-tui reader add STUDY 'A. Meyer' --role reader --key ed25519:" in out
    assert main(["reader", "key", "A. Meyer", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["public_key"] in out
    assert said["folder"] == str(here / "config" / "hlh-tui" / "keys" / "a-meyer")
    assert main(["reader", "create", "A. Meyer", "--passphrase-file", "words"]) == 2
    assert "a key is never replaced" in capsys.readouterr().err
    assert main(["reader", "key", "L. Bianchi"]) == 2
    assert "L. Bianchi has no key on this computer" in capsys.readouterr().err


def test_a_key_is_registered_and_another_text_is_not(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create()
    key = next(word for word in capsys.readouterr().out.split() if word.startswith("ed25519:"))
    words = ["reader", "add", "song.duckdb", "A. Meyer", "--reader", "C. Ordinator", "--reason", "trained"]
    assert main([*words, "--key", "ed25519:AAAA"]) == 2
    assert "is no public key" in capsys.readouterr().err
    assert main([*words, "--key", key]) == 0
    assert "with a key" in capsys.readouterr().out


def test_c11_every_call_asks_for_the_passphrase(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create()
    (here / "wrong").write_text("seven tall lamps on a key\n")
    sign = ["sign", "song.duckdb", "P05", "--reader", "A. Meyer", "--passphrase-file"]
    assert main([*sign, "wrong"]) == 2
    assert capsys.readouterr().err == ("hlh-tui sign: the passphrase does not open the key of A. Meyer; try again\n")
    assert main([*sign, "words"]) == 0
    capsys.readouterr()
    assert main([*sign, "wrong"]) == 2


def test_sign_says_who_when_what_and_lists(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create()
    capsys.readouterr()
    words = ["sign", "song.duckdb", "--reader", "A. Meyer", "--passphrase-file", "words"]
    assert main([*words, "--all", "--certificate", "mine.txt"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("A. Meyer signs on 20")
    assert ": I made this decision\n2 cases: P01 CR, P05 PR\n" in out
    assert "P01 #6: signed by A. Meyer, 20" in out
    assert "certificate: mine.txt and mine.json" in out
    text = (here / "mine.txt").read_text()
    for line in (
        "  signed by A. Meyer (a-meyer)",
        "  meaning: I made this decision",
        "  state: valid",
        "SYNTHETIC DATA",
    ):
        assert line in text
    assert main([*words[:4], "--list", "P05", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["signatures"]
    assert (found["patient_id"], found["printed_name"], found["valid"]) == ("P05", "A. Meyer", True)
    assert main(["decide", "song.duckdb", "P05", "NR", "--reader", "A. Meyer", "--reason", "relapse"]) == 0
    capsys.readouterr()
    assert main([*words[:4], "--list"]) == 0
    assert "P05 #7: SIGNATURE VOID, A. Meyer changed the decision to NR (entry 8, " in capsys.readouterr().out
    assert main(["verify", "song.duckdb", "--against", "mine.json", "mine.txt"]) == 0


def test_sign_takes_the_final_category(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create("C. Ordinator")
    words = ["sign", "song.duckdb", "--reader", "C. Ordinator", "--passphrase-file", "words", "--meaning", "approved"]
    assert main([*words, "--all"]) == 0
    out = capsys.readouterr().out
    assert ": I reviewed and approve the final category\n2 cases: P01 CR, P05 PR\n" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "name the patients to sign, or give --all, or --list the signatures"),
        (["--all", "P05"], "name the patients to sign, or give --all, or --list the signatures"),
        (["P05", "--meaning", "yes"], "'yes' is no meaning of a signature; use one of made"),
        (["P02"], "A. Meyer has no decision in force for P02 that could be signed"),
        (["P99"], "A. Meyer has no decision in force for P99 that could be signed"),
        (["P05", "--certificate", "words"], "words exists already and is never overwritten"),
        (["P05", "--certificate", "no/such/file"], "there is no folder"),
        (["P05", "--passphrase-file", "nothing"], "the passphrase cannot be read from nothing"),
        (["P05", "--passphrase-file", "empty"], "there is no passphrase in empty; write it on line 1"),
    ],
)
def test_what_cannot_be_signed_is_one_sentence(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    create()
    (here / "empty").write_text("\n")
    given = ["--passphrase-file", "words"] if "--passphrase-file" not in words else []
    assert main(["sign", "song.duckdb", "--reader", "A. Meyer", *given, *words]) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1


def test_a_passphrase_from_standard_input(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    create()
    monkeypatch.setattr(sys, "stdin", io.StringIO(PHRASE + "\n"))
    assert main(["sign", "song.duckdb", "P05", "--reader", "A. Meyer", "--passphrase-file", "-"]) == 0


def test_a_script_without_a_terminal_is_told_what_to_give(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hlh_tui", "seal", "words"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ},
    )
    assert done.returncode == 2
    assert done.stderr == (
        "hlh-tui seal: a passphrase is typed at a terminal; in a script give --passphrase-file FILE, or - for standard"
        " input\n"
    )


def test_a_typed_passphrase_is_not_shown(here: Path) -> None:
    """At a real terminal: the question is there, what is typed is not, and two that differ make no key."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "hlh_tui", "reader", "create", "A. Meyer"])
    seen = b""
    for question, answer in ((b"new passphrase: ", PHRASE), (b"the same again: ", "seven tall lamps on a key")):
        while question not in seen:
            seen += os.read(terminal, 4096)
        os.write(terminal, answer.encode() + b"\n")
    try:
        while part := os.read(terminal, 4096):
            seen += part
    except OSError:  # the terminal goes away with the process
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    os.close(terminal)
    assert b"seven" not in seen
    assert b"the two passphrases differ; nothing was done, try again" in seen
    assert not (here / "config").exists()


def test_seal_and_unseal_with_a_passphrase(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "report.csv").write_text("P05,died\n")
    assert main(["seal", "report.csv", "--passphrase-file", "words"]) == 0
    assert capsys.readouterr().out == (
        "sealed report.csv as report.csv.age to a passphrase; report.csv itself stays as it was\n"
    )
    assert main(["unseal", "report.csv.age", "--passphrase-file", "words"]) == 2
    assert "report.csv exists already and is never overwritten" in capsys.readouterr().err
    assert main(["unseal", "report.csv.age", "--passphrase-file", "words", "-o", "again.csv"]) == 0
    assert (here / "again.csv").read_text() == "P05,died\n"
    (here / "wrong").write_text("seven tall lamps on a key\n")
    assert main(["unseal", "report.csv.age", "--passphrase-file", "wrong", "-o", "third.csv"]) == 2
    assert capsys.readouterr().err == (
        "hlh-tui unseal: report.csv.age: the passphrase does not open it; check it and try again\n"
    )
    assert not (here / "third.csv").exists()


def test_seal_to_a_readers_key_and_to_an_age_key(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pyrage

    create()
    key = next(word for word in capsys.readouterr().out.split() if word.startswith("ed25519:"))
    other = pyrage.x25519.Identity.generate()
    (here / "age.txt").write_text(f"# created\n# public key: {other.to_public()}\n{other}\n")
    assert main(["seal", "song.duckdb", "--to", key, "--to", str(other.to_public()), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["recipients"] == 2
    assert main(["unseal", "song.tar.age", "--reader", "A. Meyer", "--passphrase-file", "words"]) == 0
    assert main(["verify", "song/song.duckdb"]) == 0
    assert main(["unseal", "song.tar.age", "--identity", "age.txt", "-o", "second"]) == 0
    assert sorted(each.name for each in (here / "second").iterdir()) == ["song.duckdb", "song.log.jsonl"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["seal", "nothing"], "there is no nothing; check the name"),
        (["seal", "words", "--to", "bob"], "'bob' is no recipient; give an age key (age1...)"),
        (["seal", "words", "--to", "age1x", "--passphrase-file", "words"], "give --to or a passphrase, not both"),
        (["seal", "words", "--passphrase-file", "short"], "a passphrase needs at least 12 characters"),
        (["unseal", "words"], "words is not sealed with age; check the name"),
        (["unseal", "nothing.age"], "there is no file nothing.age; check the name"),
    ],
)
def test_what_cannot_be_sealed_is_one_sentence(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    (here / "short").write_text("hunter2\n")
    assert main(words) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1


def test_the_help_says_that_the_working_file_is_not_encrypted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["seal", "--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert "the working file of a study cannot be encrypted" in words
    assert "Keep it on an encrypted disk" in words
