"""A call to end a verb, by ctrl+c or a signal: it leaves through its clean-up, and with the exit code of that call."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def ended_when_told(*, tidily: bool) -> Iterator[None]:
    """While inside, ctrl+c raises ``KeyboardInterrupt`` and, if ``tidily``, SIGTERM a ``SystemExit`` of 143.

    Whatever error is made of either on its way: the engine takes both for a query that failed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []

    def leave(number: int, _frame: object) -> None:
        told.append(number)
        raise ending(number)

    former = {}
    if tidily:
        former[signal.SIGTERM] = signal.signal(signal.SIGTERM, leave)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is ignored, or somebody else's
        former[signal.SIGINT] = signal.signal(signal.SIGINT, leave)
    try:
        yield
    except Exception as error:
        if told:
            raise ending(told[-1]) from error
        raise
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def ending(number: int) -> BaseException:
    """What ends the program for that signal."""
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
