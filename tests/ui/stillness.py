"""Waiting for the app until nothing goes on in it, however busy the computer is with other things."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import textual.app
import textual.pilot
from textual._wait import wait_for_idle
from textual.constants import MAX_FPS

from hlh_tui.ui.app import HlhApp

SOON = 2.5 / MAX_FPS
"""Seconds within which the next painting is due, for its timer may leave out a beat: what is due later is a rest or a
notice running out, and nobody waits."""
ROUNDS = 4
"""How often in a row the loop must have nothing to do: a message may pass from the app to a screen to a widget."""
LOOKS, BETWEEN = 10, 0.002
"""How often in a row every thread must be asleep to be waiting for something (20 ms, as in Textual), and the seconds
between two looks."""
LONGEST = 5.0
"""Seconds after which nobody waits any longer for threads that go on computing."""
TASKS = Path("/proc/self/task")
BEFORE = frozenset(threading.enumerate())
"""The threads of pytest itself."""


@pytest.fixture(scope="session", autouse=True)
def still() -> Iterator[None]:
    """After a key the pilot waits until nothing goes on, not for a while; what was told stays told until it is read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textual.app, "wait_for_idle", wait_until_still)
        patch.setattr(textual.pilot, "wait_for_idle", wait_until_still)
        patch.setattr(HlhApp, "NOTIFICATION_TIMEOUT", 3600)
        yield


async def wait_until_still(min_sleep: float = 0, max_sleep: float = LONGEST) -> None:
    """In place of Textual's ``wait_for_idle``, which sleeps 20 ms at least and measures the processor's time.

    Returns as soon as the event loop has nothing to run and nothing due soon, and no thread of the app works
    or all of them have been asleep for a while (a test may hold them up). A thread that waits for its turn on a busy
    computer is not asleep; measured by its processor time it would be.
    """
    if not TASKS.is_dir():
        await wait_for_idle(min_sleep)
        return
    loop: Any = asyncio.get_running_loop()
    until = loop.time() + max_sleep
    nothing = asleep = 0
    while nothing < ROUNDS and loop.time() < until:
        if threads_at_work(loop) and asleep < LOOKS:
            await asyncio.sleep(BETWEEN)
            nothing, asleep = 0, asleep + 1 if threads_asleep() else 0
        elif due := next_due(loop):
            await asyncio.sleep(max(0.0, due - loop.time()))
            nothing = 0
        else:
            await asyncio.sleep(0)
            nothing = 0 if loop._ready else nothing + 1


def next_due(loop: Any) -> float | None:
    """When something is to happen soon, in the loop's time; None if nothing is."""
    soon = loop.time() + SOON
    return min((each.when() for each in loop._scheduled if not each.cancelled() and each.when() <= soon), default=None)


def threads_at_work(loop: Any) -> bool:
    """Whether a thread that the app has begun is not yet done."""
    pool: ThreadPoolExecutor | None = loop._default_executor
    in_pool = pool._threads if pool else set()
    if pool and (pool._work_queue.qsize() or pool._idle_semaphore._value < len(in_pool)):
        return True
    return any(each not in in_pool and each not in BEFORE for each in threading.enumerate())


def threads_asleep() -> bool:
    """Whether all threads but this one are asleep, the engine's own among them."""
    states = {}
    for task in TASKS.iterdir():
        try:
            states[task.name] = (task / "stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):  # ended while we looked
            continue
    return all(state == "S" for name, state in states.items() if name != str(threading.get_native_id()))
