"""How long after an undo or a redo each view of 10 000 patients is current, and whether a key waits meanwhile."""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.benchmarks.measure import HLH_TUI, Promise
from tests.terminal import Terminal

PATIENTS = 10_000
TURNS = 8
READER = {"HLH_TUI_READER": "A. Meyer"}
LEFT_OPEN = 5
"""Cases that stay undecided."""


@dataclass(frozen=True)
class View:
    """A view: the keys that bring it up, each with what it shows then, and what it shows of so many decided cases."""

    name: str
    keys: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]


CASES = (("C", "cases ·"),)
TO_RESPONSE = (("T", "adverse-events"), *(("tab", f"[{name}]") for name in ("patients", "treatment", "response")))
TO_FLOW = tuple(("tab", f"[{name}]") for name in ("fever", "labs", "adverse-events", "outcome", "flow"))
VIEWS = (
    View("list of cases", CASES, ("· {decided} decided",)),
    View("what the decision moved", CASES, ("/{other} → ", "/{decided};")),
    View("response table", TO_RESPONSE, ("{decided}/10000",)),
    View("flow of patients", TO_FLOW, ("Decided", "{decided}/10000")),
)


def study_in(folder: Path) -> Path:
    """A study of simulated patients, all but five decided by one reader through ``decide --from``."""
    study, charts, decisions = folder / "live.duckdb", folder / "charts", folder / "decisions.csv"
    environment = {**os.environ, **READER}

    def run(*words: str | Path) -> None:
        subprocess.run([HLH_TUI, *map(str, words)], check=True, capture_output=True, env=environment)

    run("simulate", charts, "--patients", str(PATIENTS))
    run("new", study, "--synthetic")
    run("import", study, charts)
    truth = duckdb.sql(f"SELECT patient_id, category FROM '{charts}/truth.parquet' ORDER BY patient_id").fetchall()
    with decisions.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["patient_id", "reader", "category", "reason"])
        lines.writerows((patient, "A. Meyer", category, "as simulated") for patient, category in truth[:-LEFT_OPEN])
    run("decide", study, "--from", decisions)
    return study


def live() -> list[Promise]:
    """One promise for each view, and one for a key that comes while the views follow."""
    with tempfile.TemporaryDirectory(prefix="hlh-tui-live-") as place:
        folder = Path(place)
        study = study_in(folder)
        with Terminal([HLH_TUI, study.name], cwd=folder, environment=READER) as terminal:
            terminal.wait_for(f"{PATIENTS - LEFT_OPEN} decided")
            terminal.settle(8.0)  # until what the other screens need is loaded
            *first, flow = VIEWS
            promises = [follows(terminal, view) for view in first]
            promises += [key_meanwhile(terminal), follows(terminal, flow), curves_follow(terminal)]
            promises.append(biomarkers_follow(terminal))
            terminal.press("q")
            terminal.wait_for_exit()
    return promises


def go(terminal: Terminal, view: View) -> None:
    """Bring the view up and wait until it has nothing more to paint."""
    for key, words in view.keys:
        terminal.press(key)
        terminal.wait_for(words)
        terminal.settle(0.5)
    terminal.settle(1.0)


def follows(terminal: Terminal, view: View) -> Promise:
    """The median from the key that takes a decision back or puts it back to the view that shows it."""
    go(terminal, view)
    taken = [turned(terminal, view, turn) for turn in range(TURNS)]
    return shown_within(view.name, taken)


def shown_within(view: str, taken: list[float]) -> Promise:
    """The promise on decisions put back; those taken back, whose question closes first, are told beside it."""
    undone, redone = (statistics.median(taken[turn::2]) * 1000 for turn in (0, 1))
    what = f"{view}, {PATIENTS} patients: a decision put back is shown"
    found = f"{redone:.0f} ms; taken back, after its question {undone:.0f}"
    return Promise(what, redone, "", found, "≤ 250 ms", redone <= 250)


def turn_key(terminal: Terminal, turn: int) -> float:
    """Undo, with the reason that is proposed, or redo every other turn; the time just before the key that does it."""
    if turn % 2 == 0:
        terminal.press("u")
        terminal.wait_for("why?")
    before = time.perf_counter()
    terminal.press("enter" if turn % 2 == 0 else "U")
    return before


def turned(terminal: Terminal, view: View, turn: int) -> float:
    """Seconds from an undo (or, every other turn, a redo) to the view that counts it."""
    decided = PATIENTS - LEFT_OPEN - 1 + turn % 2
    before = turn_key(terminal, turn)
    terminal.wait_for(*(words.format(decided=decided, other=decided + 1 - 2 * (turn % 2)) for words in view.shown))
    seconds = terminal.heard[-1][0] - before
    terminal.settle(0.5)
    return seconds


def key_meanwhile(terminal: Terminal) -> Promise:
    """From a key pressed right after a decision was taken back, on the response table, to what it does."""
    taken = []
    for turn in range(TURNS):
        turn_key(terminal, turn)
        terminal.wait_for(gone=("why?",))  # the question takes every key until it is closed
        before = time.perf_counter()
        terminal.press("jk"[turn % 2])
        terminal.wait_for(f"{('Decided', 'Patients')[turn % 2]} · Overall")
        taken.append(terminal.heard[-1][0] - before)
        terminal.settle(0.5)
    median = statistics.median(taken) * 1000
    return Promise("a key pressed right after a decision", median, "", f"{median:.0f} ms", "≤ 100 ms", median <= 100)


def curves_follow(terminal: Terminal) -> Promise:
    """From a decision taken back or put back to the curves by response that count it."""
    for key, words in (("S", "log-log"), ("g", "enter chooses"), ("j", ""), ("j", ""), ("enter", "by response")):
        terminal.press(key)
        terminal.wait_for(words)
        terminal.settle(1.0)
    return moves(terminal, "survival by response", "response: n = ")


def biomarkers_follow(terminal: Terminal) -> Promise:
    """From a decision taken back or put back to the analyte before and after by response that counts it."""
    for key, words in (("B", "by response"), ("j", ""), ("j", ""), ("j", ""), ("tab", "before and after")):
        terminal.press(key)
        terminal.wait_for(words)
        terminal.settle(1.0)
    return moves(terminal, "an analyte before and after", "o response")


def moves(terminal: Terminal, view: str, where: str) -> Promise:
    """The median from the key to another number in the line that holds ``where``."""
    taken = []
    for turn in range(TURNS):
        old = counted(terminal.text(), where)
        before = turn_key(terminal, turn)
        terminal.wait_until(lambda text, old=old: counted(text, where) not in ("", old), "another number of responders")
        taken.append(terminal.heard[-1][0] - before)
        terminal.settle(0.5)
    return shown_within(view, taken)


def counted(text: str, where: str) -> str:
    """What a screen says of the responders in numbers."""
    return next((line for line in text.splitlines() if where in line), "")
