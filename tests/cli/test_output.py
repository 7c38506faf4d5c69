"""Standard output that is cut off, full or not Unicode, and arguments that are not text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.cli.output import at_terminal_width, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries

HLH = (sys.executable, "-m", "hlh_tui")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    charts = tmp_path / "charts"
    charts.mkdir()
    lines = ["patient_id,last_contact_day,sex", *(f"P{number:02d},30,female" for number in range(1, 41))]
    (charts / "patients.csv").write_text("\n".join(lines) + "\n")
    path = tmp_path / "s.duckdb"
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(charts)]) == 0
    return path


def test_a_batch_is_recorded_to_its_end_when_nobody_reads_on(study: Path, tmp_path: Path) -> None:
    rows = [f"P{number:02d},A. Meyer,NR,none" for number in range(1, 41)]
    (tmp_path / "d.csv").write_text("\n".join(["patient_id,reader,category,reason", *rows]))
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [*HLH, "decide", study, "--from", tmp_path / "d.csv"], stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")
    with open_study(study) as opened:
        assert sum(entry.action == "decided" for entry in entries(opened)) == 40


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["assess", "@", "--json"], ["table", "@", "baseline"]])
def test_a_closed_pipe_is_no_error(words: list[str], study: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    called = [*HLH, *(str(study) if word == "@" else word for word in words)]
    done = subprocess.run(called, stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["--version"], ["verify", "@"]])
def test_a_full_disk_behind_the_output_is_one_sentence(words: list[str], study: Path) -> None:
    called = [*HLH, *(str(study) if word == "@" else word for word in words)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(called, stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert done.returncode == 2
    assert done.stderr == "hlh-tui: the output cannot be written (No space left on device); write it elsewhere\n"


def test_an_ascii_terminal_gets_every_character_spelt_out(study: Path) -> None:
    assert main(["decide", str(study), "P01", "CR", "--reader", "Jörg Öz"]) == 0
    response = [*HLH, "table", study, "response"]
    env = os.environ | ASCII
    text = subprocess.run(response, env=env, capture_output=True, check=True).stdout.decode("ascii")
    assert "100.0 % (2.5\\u2013100.0)" in text
    shown = subprocess.run([*response, "--json"], env=env, capture_output=True, check=True).stdout.decode("ascii")
    cells = [cell["text"] for row in json.loads(shown)["rows"] for cell in row["cells"]]
    assert "1/1 100.0 % (2.5–100.0)" in cells


@pytest.mark.parametrize("words", [["show", "s.duckdb", "caf\udce9"], ["new", "caf\udce9.duckdb"]])
def test_an_argument_that_is_not_text(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err == "hlh-tui: an argument is not text in utf-8; call it from a UTF-8 locale\n"


def test_a_reason_cannot_steer_the_terminal(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(study), "P02", "NR", "--reader", "A. Meyer", "--reason", "red \x1b[31m\nnext"]) == 0
    capsys.readouterr()
    assert main(["show", str(study), "P02"]) == 0
    assert "because: red \\x1b[31m\n" in capsys.readouterr().out
    (study.parent / "charts/patients.csv").write_text("patient_id,last_contact_day\n\x1b[2J,30\n\x1b[3J,x\n")
    assert main(["import", str(study), str(study.parent / "charts")]) == 1
    assert "\x1b" not in capsys.readouterr().err
    (study.parent / "charts/patients.csv").write_text("patient_id,last_contact_day\n\x1b[2J,30\n")
    assert main(["import", str(study), str(study.parent / "charts")]) == 0
    assert main(["assess", str(study)]) == 0
    assert "\n\\x1b[2J  " in capsys.readouterr().out
    assert printable("a\tb\nµ\x00") == "a\tb\nµ\\x00"


def test_readers_with_different_letters_are_different_readers() -> None:
    names = ["A. Meyer", "a.  meyer", "Jörg Öz", "Łucja Nowak", "Ucja Nowak", "李雷", "王芳", "!!!"]
    assert [reader_from(name).id for name in names] == [
        "a-meyer",
        "a-meyer",
        "jorg-oz",
        "łucja-nowak",
        "ucja-nowak",
        "李雷",
        "王芳",
        "!!!",
    ]
    assert reader_from("A.\nMeyer").name == "A. Meyer"


def test_an_empty_reader_is_refused_not_replaced(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(study), "P03", "NR", "--reader", ""]) == 2
    assert capsys.readouterr().err == 'hlh-tui decide: a reader needs a name; give --reader "A. Meyer"\n'


def test_a_terminated_import_leaves_no_chart_behind(tmp_path: Path) -> None:
    study, charts, temporary = tmp_path / "s.duckdb", tmp_path / "charts", tmp_path / "tmp"
    charts.mkdir()
    temporary.mkdir()
    assert main(["new", str(study)]) == 0
    lines = ("patient_id,last_contact_day,site", *(f"P{number},30,x" for number in range(100_000)))
    (charts / "patients.csv").write_text("\n".join(lines))
    env = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen([*HLH, "import", study, charts], env=env, stdout=subprocess.DEVNULL) as called:
        while not list(temporary.glob("hlh-tui-*")) and called.poll() is None:
            time.sleep(0.005)
        called.terminate()
    assert called.returncode == 143
    assert list(temporary.glob("hlh-tui-*")) == []
    assert main(["verify", str(study)]) == 0


def test_long_lines_wrap_under_their_indent_in_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = "  Fever: met, limit <37.5, value 36.6\n\n    met: highest temperature is below 37.5"
    assert at_terminal_width(trace) == trace
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "30")
    assert at_terminal_width(trace).split("\n") == [
        "  Fever: met, limit <37.5,",
        "    value 36.6",
        "",
        "    met: highest temperature",
        "      is below 37.5",
    ]
