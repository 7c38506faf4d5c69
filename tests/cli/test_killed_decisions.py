"""A batch of decisions, killed at random moments: what was acknowledged is there, nothing is there twice."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

from hlh_tui.cli import main
from hlh_tui.study.file import open_study
from hlh_tui.study.verify import verify

HLH_TUI = str(Path(sys.executable).parent / "hlh-tui")


LINES, UNREAD = 400, 4096
"""Decisions of a batch, and the bytes of its answers that may wait to be read: some 240 of them, then it waits, so that
it is never done when it is killed, however late that is."""


def batch_of(file: Path, attempt: int) -> Path:
    """A batch of decisions by one reader on thirteen cases."""
    rows = [
        f"P{number % 13 + 1:02d},A. Meyer,{('CR', 'PR')[number // 13 % 2]},attempt {attempt} line {number}"
        for number in range(LINES)
    ]
    file.write_text("patient_id,reader,category,reason\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_every_decision_acknowledged_before_the_kill_is_there_after(tmp_path: Path) -> None:
    study_file = tmp_path / "song.duckdb"
    assert main(["demo", str(study_file), "--no-app", "--reader", "A. Meyer"]) == 0
    chance = random.Random(50)
    acknowledged: dict[int, str] = {}
    for attempt in range(5):
        batch = batch_of(tmp_path / "decisions.csv", attempt)
        words = [HLH_TUI, "decide", str(study_file), "--from", str(batch)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, bufsize=0, pipesize=UNREAD) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline() for _ in range(chance.randrange(1, 40))]
            os.kill(writer.pid, signal.SIGKILL)
            said += writer.stdout.readlines()
        found = re.findall(r"#(\d+) ([0-9a-f]+)", b"".join(line for line in said if line.endswith(b"\n")).decode())
        acknowledged |= {int(seq): digest for seq, digest in found}
        assert 0 < len(found) < LINES, "the kill came too early or too late to prove anything"
        with open_study(study_file) as study:
            kept = dict(study.rows("SELECT seq, hash FROM log WHERE action = 'decided'"))
            assert {seq for seq in acknowledged if not kept[seq].startswith(acknowledged[seq])} == set()
            assert verify(study).problems == ()
            reasons = study.rows("SELECT payload ->> '$.reason' FROM log WHERE action = 'decided'")
            assert len(set(reasons)) == len(reasons)
    assert len(acknowledged) >= 20
