"""Studies for the controls, made once and copied for each test; keys that need no slow passphrase; the app."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.review.signatures.keys import Key
from hlh_tui.study.models import Actor
from tests.controls.lifecycle import lived
from tests.review.conduct.blinded import ADJUDICATOR, MEYER
from tests.review.signatures.conftest import new_key
from tests.ui import stillness

Run = Callable[..., tuple[int, str, str]]
KEYS: dict[str, Key] = {}
still = stillness.still


def key_of(person: Actor) -> Key:
    """The person's key, the same one throughout."""
    return KEYS.setdefault(person.id, new_key(person))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the study of a whole life and what was kept of it elsewhere; not to be written into."""
    folder = tmp_path_factory.mktemp("lifecycle")
    lived(folder, key_of(MEYER), key_of(ADJUDICATOR))
    return folder


@pytest.fixture
def life(once: Path, tmp_path: Path) -> Path:
    """A copy of that study; beside it ``export``, ``final.json``, ``certificate.txt`` and ``backup.duckdb``."""
    shutil.copytree(once, tmp_path / "life")
    return tmp_path / "life" / "song.duckdb"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls the command line: its exit code, what it printed, and its sentence on stderr."""
    monkeypatch.delenv("HLH_TUI_READER", raising=False)

    def called(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return called
