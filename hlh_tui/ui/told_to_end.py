"""What a call to end does to the app: it leaves as by its key, so that no copy of charts and no odd terminal stays."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

CALLS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextlib.contextmanager
def leaving_when_told(app: App[None]) -> Iterator[None]:
    """While inside, a call to end lets the app write what is decided and leave with 128 + the signal's number."""

    def leave(number: int, _frame: object) -> None:
        if not os.isatty(0):
            _without_terminal()
        try:
            # Not app.exit at once: the loop may be asleep, and only what comes as from a thread wakes it.
            asyncio.get_running_loop().call_soon_threadsafe(lambda: app.exit(return_code=128 + number))
        except RuntimeError:
            raise SystemExit(128 + number) from None

    former = {number: signal.signal(number, leave) for number in CALLS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _without_terminal() -> None:
    """Let what is still drawn go nowhere: the terminal was closed, and writing to it would fail."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
