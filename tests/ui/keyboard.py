"""A person at a keyboard: only keys go in, and only what is on the screen comes out."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.events import Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot

from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from tests.ui.screen_text import screen_text


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The app with somebody at it."""

    app: HlhApp
    pilot: Pilot[None]

    @property
    def screen(self) -> str:
        """The words on the screen, wrapped or not."""
        return " ".join(screen_text(self.app).replace("│", " ").split())

    async def press(self, *keys: str) -> None:
        """Press those keys, one after the other."""
        await self.pilot.press(*keys)

    async def type(self, words: str) -> None:
        """Type the words over what is proposed, and press enter."""
        await self.pilot.press("end", "ctrl+u", *(_character_to_key(letter) for letter in words), "enter")

    async def paste(self, words: str) -> None:
        """Paste the words over what is proposed, as the terminal does, and press enter."""
        await self.pilot.press("end", "ctrl+u")
        assert self.app.focused is not None
        self.app.focused.post_message(Paste(words))
        await self.pilot.press("enter")

    async def sees(self, *words: str, seconds: float = 20) -> str:
        """The words on the screen once all of these are among them."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if all(word in self.screen for word in words):
                return self.screen
            await self.pilot.pause(0.02)
        missing = [word for word in words if word not in self.screen]
        raise AssertionError(f"{missing} never appeared; the screen is\n{screen_text(self.app)}")

    async def settled(self) -> str:
        """The words on the screen once nothing is being read or written any more."""
        for _ in range(3):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
        return self.screen


@asynccontextmanager
async def sits_at(
    study: Path, person: Actor, monkeypatch: pytest.MonkeyPatch, home: Path, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Keyboard]:
    """The person opens the study on their own computer, whose settings are below ``home``."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / person.id))
    app = HlhApp(study, person)
    async with app.run_test(size=size, notifications=True) as pilot:
        keyboard = Keyboard(app, pilot)
        await keyboard.settled()
        yield keyboard
        await keyboard.settled()
