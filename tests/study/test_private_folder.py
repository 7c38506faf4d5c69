"""A private folder is gone when its work is over, also when a call to end the program comes at the worst moment."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hlh_tui.study.private_folder import private_folder


@pytest.fixture(autouse=True)
def _told_to_end_leaves_through_its_clean_up() -> Iterator[None]:
    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    former = signal.signal(signal.SIGTERM, leave)
    yield
    signal.signal(signal.SIGTERM, former)


def told_to_end_after(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same, with a call to end the program right after it is done."""

    def and_then(*given: Any, **named: Any) -> Any:
        done = work(*given, **named)
        os.kill(os.getpid(), signal.SIGTERM)
        return done

    return and_then


def test_it_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with private_folder("charts-", tmp_path) as folder:
        (folder / "inside").mkdir()
        (folder / "inside" / "patients.csv").write_text("P01")
        assert folder.parent == tmp_path
        assert folder.name.startswith("charts-")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == []


def test_an_end_that_is_called_for_while_it_is_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "mkdtemp", told_to_end_after(tempfile.mkdtemp))
    with pytest.raises(SystemExit) as left, private_folder("charts-", tmp_path):
        pytest.fail("the work began although the program was told to end")
    assert left.value.code == 143
    assert list(tmp_path.iterdir()) == []


def test_an_end_that_is_called_for_while_it_is_removed_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = contextlib.ExitStack()
    folder = place.enter_context(private_folder("charts-", tmp_path))
    for name in ("a", "b", "c"):
        (folder / name).write_text("a chart")
    monkeypatch.setattr(os, "unlink", told_to_end_after(os.unlink))
    with pytest.raises(SystemExit) as left:
        place.close()
    monkeypatch.undo()
    assert left.value.code == 143
    assert list(tmp_path.iterdir()) == []


def test_a_thread_that_cannot_be_interrupted_makes_one_too(tmp_path: Path) -> None:
    seen: list[bool] = []

    def work() -> None:
        with private_folder("charts-", tmp_path) as folder:
            seen.append(folder.is_dir())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]
    assert list(tmp_path.iterdir()) == []


def test_what_fails_inside_is_raised_and_the_folder_gone(tmp_path: Path) -> None:
    with pytest.raises(shutil.Error, match="halfway"), private_folder("charts-", tmp_path):
        raise shutil.Error("halfway")
    assert list(tmp_path.iterdir()) == []
