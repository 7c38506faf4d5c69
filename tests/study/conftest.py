"""Studies to test on: new ones, filled ones, and ones whose process died."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor

ANNA = Actor("anna-berg", "Anna Berg")

CRASH = """
import os, sys
from pathlib import Path
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
study = open_study(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    append(study, Actor("anna-berg", "Anna Berg"), "flagged", "P01", {"note": f"note {number}"})
os._exit(9)
"""


@pytest.fixture
def anna() -> Actor:
    return ANNA


@pytest.fixture
def new_study() -> Callable[..., Study]:
    def make(path: Path, **options: object) -> Study:
        return create_study(
            path, read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020"), ANNA, **options
        )

    return make


@pytest.fixture
def study(tmp_path: Path, new_study: Callable[..., Study]):
    """An open study with nothing but its making in the log."""
    with new_study(tmp_path / "song.duckdb", synthetic=True) as made:
        yield made


@pytest.fixture
def ten(tmp_path: Path, new_study: Callable[..., Study]) -> Path:
    """A closed study with ten log entries: its making and nine flags."""
    path = tmp_path / "song.duckdb"
    with new_study(path) as made:
        for number in range(2, 11):
            append(made, ANNA, "flagged", f"P{number:02}", {"note": f"look at entry {number}"})
    return path


@pytest.fixture
def crash() -> Callable[[Path, int], None]:
    """Open a study in another process, append entries and die without closing it: its entries stay in the WAL."""

    def run(path: Path, entries: int) -> None:
        done = subprocess.run([sys.executable, "-c", CRASH, str(path), str(entries)], capture_output=True)
        assert done.returncode == 9, done.stderr.decode()

    return run
