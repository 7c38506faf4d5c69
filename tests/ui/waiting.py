"""Waiting for something to happen in the app, however long that takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.pilot import Pilot

from tests.ui.screen_text import screen_text

LONGEST = 60
"""Seconds after which it will not happen any more, on any machine."""


async def until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    """Return once it has happened; ``AssertionError`` with the screen if it does not."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST
    while not happened():
        assert loop.time() < end, f"it did not happen; the screen is\n{screen_text(pilot.app)}"
        await asyncio.sleep(0.02)
