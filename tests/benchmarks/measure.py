"""The measurements: whole processes in a real terminal, and commits in this process."""

from __future__ import annotations

import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyte

from tests.terminal import KEYS, Terminal

HLH_TUI = str(Path(sys.executable).parent / "hlh-tui")
# What a user has: modules compiled at their first start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello, world")
Hello().run()
"""


@dataclass(frozen=True)
class Promise:
    """A promise of the README and what was measured."""

    what: str
    milliseconds: float
    compared: str
    result: str
    promised: str
    held: bool


def ratio(what: str, ours: list[float], name: str, theirs: list[float], limit: float) -> Promise:
    """A promise that the median of ``ours`` is at most ``limit`` times the median of ``theirs`` (seconds)."""
    times = statistics.median(ours) / statistics.median(theirs)
    compared = f"{name} {statistics.median(theirs) * 1000:.1f}"
    return Promise(what, statistics.median(ours) * 1000, compared, f"{times:.2f}×", f"≤ {limit:g}×", times <= limit)


def process(arguments: list[str]) -> float:
    """Seconds that a process takes from start to end."""
    start = time.perf_counter()
    subprocess.run(arguments, check=True, capture_output=True)
    return time.perf_counter() - start


def version(runs: int = 21) -> Promise:
    """``hlh-tui --version`` against an interpreter that does nothing."""
    process([HLH_TUI, "--version"])
    pairs = [(process([HLH_TUI, "--version"]), process([sys.executable, "-c", "pass"])) for _ in range(runs)]
    return ratio("`hlh-tui --version`", [a for a, _ in pairs], "`python -c pass`", [b for _, b in pairs], 3)


def painted(terminal: Terminal, words: tuple[str, ...], since: float) -> float:
    """Seconds from ``since`` to the chunk of output after which the screen shows all ``words``."""
    terminal.wait_for(*words)
    screen = pyte.Screen(terminal.columns, terminal.lines)
    stream = pyte.ByteStream(screen)
    for when, chunk in terminal.heard:
        stream.feed(chunk)
        if when >= since and all(word in "\n".join(screen.display) for word in words):
            return when - since
    raise AssertionError("the words were on the screen before")


def start(arguments: list[str], words: tuple[str, ...], cwd: Path) -> float:
    """Seconds from the start of a program to its first screen that shows ``words``."""
    with Terminal(arguments, cwd=cwd) as terminal:
        return painted(terminal, words, terminal.started)


def first_screen(runs: int = 11) -> Promise:
    """The Cases screen with every case listed, against a hello-world Textual app."""
    with tempfile.TemporaryDirectory() as folder:
        cwd = Path(folder)
        (cwd / "hello.py").write_text(HELLO)
        subprocess.run([HLH_TUI, "demo", "--no-app"], cwd=cwd, check=True, capture_output=True)
        hello, cases = [sys.executable, "hello.py"], [HLH_TUI, "song2024-demo.duckdb"]
        for command, word in ((hello, "hello"), (cases, "P13")):
            start(command, (word,), cwd)
        pairs = [(start(cases, ("P01", "P13"), cwd), start(hello, ("hello, world",), cwd)) for _ in range(runs)]
    return ratio("first usable Cases screen", [a for a, _ in pairs], "Textual hello", [b for _, b in pairs], 1.5)


def next_case() -> Promise:
    """From the key ``n`` to the next case's patient line and board on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        cwd = Path(folder)
        with Terminal([HLH_TUI, "demo"], cwd=cwd) as terminal:
            terminal.wait_for("P01", "P13")
            terminal.press("enter")
            terminal.wait_for("case 1/13", "ferritin")
            terminal.settle(0.5)
            taken = []
            for number in range(2, 14):
                terminal.heard.clear()
                before = time.perf_counter()
                terminal.press("n")
                terminal.wait_for(f"case {number}/13", f"P{number:02d}", "ferritin")
                taken.append(terminal.heard[-1][0] - before)
                terminal.settle(0.3)
    median = statistics.median(taken) * 1000
    return Promise("next case painted after the key", median, "", f"{median:.0f} ms", "≤ 50 ms", median <= 50)


def decision(count: int = 60) -> Promise:
    """A committed decision, mirror included, against a bare one-row DuckDB commit."""
    from hlh_tui.cli.demo_study import make_demo
    from hlh_tui.review.decide import decide
    from hlh_tui.review.models import Decision
    from hlh_tui.study.file import open_study
    from hlh_tui.study.models import Actor

    meyer = Actor("a-meyer", "A. Meyer")
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Path(folder) / "ours.duckdb", meyer, adjudicated=False)
        bare = duckdb.connect(str(Path(folder) / "bare.duckdb"))
        bare.execute("CREATE TABLE decision (seq BIGINT, patient_id VARCHAR, category VARCHAR, reason VARCHAR)")
        with open_study(Path(folder) / "ours.duckdb") as study:
            for number in range(count):
                patient, reason = f"P{number % 13 + 1:02d}", f"ferritin fell and fever is gone, reading {number}"
                start = time.perf_counter()
                decide(study, meyer, Decision(patient, "PR", reason))
                ours.append(time.perf_counter() - start)
                start = time.perf_counter()
                bare.execute("INSERT INTO decision VALUES (?, ?, ?, ?)", [number, patient, "PR", reason])
                theirs.append(time.perf_counter() - start)
        bare.close()
    return ratio("a decision committed and mirrored", ours, "bare DuckDB commit", theirs, 3)


def cohort_follows() -> Promise:
    """From the key that commits a decision to the response table that counts it, screens switched by keys."""
    with tempfile.TemporaryDirectory() as folder, Terminal([HLH_TUI, "demo"], cwd=Path(folder)) as terminal:
        terminal.wait_for("P01", "P13")
        terminal.press("T")
        terminal.wait_for("0 of 13 decided")
        terminal.press("R")
        terminal.wait_for("case 1/13", "ferritin")
        terminal.settle(0.5)
        terminal.heard.clear()
        before = time.perf_counter()
        terminal.press("4", "enter", "T")
        terminal.wait_for("1 of 13 decided")
        taken = (terminal.heard[-1][0] - before) * 1000
    return Promise("tables show a decision after the key", taken, "", f"{taken:.0f} ms", "≤ 1000 ms", taken <= 1000)


def after_key(terminal: Terminal, key: str, quiet: float) -> list[tuple[float, bytes]]:
    """What a program writes after a key until it is quiet: seconds since the key, and the bytes.

    The bytes are not read as a screen until all are there: that takes longer than the program does.
    """
    heard = []
    before = time.perf_counter()
    os.write(terminal.fd, KEYS.get(key, key).encode())
    while select.select([terminal.fd], [], [], quiet)[0]:
        chunk = os.read(terminal.fd, 65536)
        heard.append((time.perf_counter() - before, chunk))
    return heard


def first_curve(runs: int = 7) -> Promise:
    """From the key ``S`` to the first curve with its numbers, pressed as soon as the list of cases is there."""
    taken = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder, Terminal([HLH_TUI, "demo"], cwd=Path(folder)) as terminal:
            terminal.wait_for("P01", "P13")
            heard = after_key(terminal, "S", 1.0)
            for when, chunk in heard:
                terminal.stream.feed(chunk)
                if all(words in terminal.text() for words in ("at risk   13", "follow-up", "1.00")):
                    taken.append(when)
                    break
    median = statistics.median(taken) * 1000
    return Promise(
        "first survival curve after the key, cold", median, "", f"{median:.0f} ms", "≤ 300 ms", median <= 300
    )


def numbers_below(text: str) -> str:
    """What stands under the curves of the Survival screen."""
    return text.partition("\n censored ")[2]


def next_curve(rounds: int = 3) -> Promise:
    """From a key that asks for another endpoint, or its competing risks, to the curves with other numbers below."""
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [HLH_TUI, "demo", "--adjudicated", "--no-app", "reviewed.duckdb"],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        with Terminal([HLH_TUI, "reviewed.duckdb"], cwd=Path(folder)) as terminal:
            terminal.wait_for("P01", "P13")
            terminal.press("S")
            terminal.wait_for("at risk   13", "follow-up")
            terminal.settle(2)
            for key in ("tab", "c", "c", "tab", "tab", "c", "tab", "c", "tab", "c") * rounds:
                before = numbers_below(terminal.text())
                changed = False
                for when, chunk in after_key(terminal, key, 0.4):
                    terminal.stream.feed(chunk)
                    if not changed and numbers_below(terminal.text()) not in ("", before):
                        changed = True
                        taken.append(when)
    median = statistics.median(taken) * 1000
    return Promise("another survival curve after the key", median, "", f"{median:.0f} ms", "≤ 50 ms", median <= 50)
