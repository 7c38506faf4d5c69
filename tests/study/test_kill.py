"""Killed at random moments: every entry that was acknowledged is there afterwards, and the chain holds."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.study.verify import verify

WRITER = """
import itertools, sys
from pathlib import Path
from hlh_tui.study.file import checkpoint, open_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
study = open_study(Path(sys.argv[1]))
print("open", flush=True)
for number in itertools.count():  # until it is killed, however late that is
    entry = append(study, Actor("anna-berg", "Anna Berg"), "flagged", "P01", {"note": f"{sys.argv[2]}-{number}"})
    print(entry.seq, entry.hash, flush=True)
    if sys.argv[3] == "checkpoint" and number % 7 == 6:
        checkpoint(study)
"""


@pytest.mark.parametrize("way", ["write-ahead log", "checkpoint"])
def test_every_acknowledged_entry_survives_kill_9(ten, way):
    chance = random.Random(20241122)
    acknowledged: dict[int, str] = {}
    before = 10
    for attempt in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(ten), str(attempt), way], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout.readline() == "open\n"
        answers = "".join(writer.stdout.readline() for _ in range(chance.randrange(45)))
        time.sleep(chance.uniform(0, 0.004))  # somewhere within the next commits, however fast the machine is
        os.kill(writer.pid, signal.SIGKILL)
        answers += writer.communicate()[0]
        whole = [line.split() for line in answers.splitlines(keepends=True) if line.endswith("\n")]
        acknowledged |= {int(seq): digest for seq, digest in whole}
        with open_study(ten) as study:
            present = {entry.seq: entry.hash for entry in entries(study)}
            assert acknowledged.items() <= present.items()
            assert len(present) - before - len(whole) in (0, 1)  # one more: committed, not yet answered
            before = len(present)
            assert verify(study).problems == ()
    assert len(acknowledged) > 50, "the kills came too early to prove anything"
