"""A folder for work in between, which nobody else can read and which does not outlive it."""

from __future__ import annotations

import contextlib
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

CALLS_TO_END = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def private_folder(prefix: str, beside: Path | None = None) -> Iterator[Path]:
    """A new folder in ``beside`` (by default where the system keeps temporary files), gone afterwards with its content.

    A call to end the program that comes while the folder is made or removed waits until that is done: halfway through
    either, a folder has nobody who would remove it.
    """
    made: tempfile.TemporaryDirectory[str] | None = None
    try:
        with _calls_to_end_held():
            made = tempfile.TemporaryDirectory(prefix=prefix, dir=beside)
        yield Path(made.name)
    finally:
        if made is not None:
            with _calls_to_end_held():
                made.cleanup()


@contextlib.contextmanager
def _calls_to_end_held() -> Iterator[None]:
    """Let what would end the program wait until this is left; only the main thread is ever interrupted by it.

    By handlers, not by the mask of the thread: a call goes to any thread of the process, the engine's own among them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    former = {
        number: signal.signal(number, lambda each, _: came.append(each))
        for number in CALLS_TO_END
        if signal.getsignal(number) is not None
    }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        for each in came:
            signal.raise_signal(each)
