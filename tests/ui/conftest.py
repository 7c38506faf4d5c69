from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from hlh_tui.ui import likely
from hlh_tui.ui.app import HlhApp
from tests.ui import parsed_once, stillness
from tests.ui.review_study import make_study
from tests.ui.ward import MEYER, make_ward

Opened = Callable[..., AbstractAsyncContextManager[tuple[HlhApp, Pilot[None]]]]
still = stillness.still
styles_parsed_once = parsed_once.styles_parsed_once


@pytest.fixture
def reads_ahead() -> bool:
    """Whether the app assesses cases before they are opened; a module that is about that says so."""
    return False


@pytest.fixture(autouse=True)
def only_what_is_asked(reads_ahead: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no case assessed that the test may never open: that takes longer than all else when the app starts."""
    if not reads_ahead:
        monkeypatch.setattr(likely, "_assess", lambda app, patient_ids: None)


async def settle(app: HlhApp, pilot: Pilot[None]) -> None:
    """Wait until no worker has anything left to bring to the screen."""
    for _ in range(3):
        with suppress(WorkerCancelled):  # a newer question made it void while it was waited for
            await app.workers.wait_for_complete()
        await pilot.pause()


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens the ward in the app at a size and waits for its first screen."""

    @asynccontextmanager
    async def run(
        size: tuple[int, int] = (120, 40), decided: int = 0, *, app_options: dict[str, Any] | None = None, **ward: Any
    ) -> AsyncIterator[tuple[HlhApp, Pilot[None]]]:
        path = make_ward(tmp_path / "ward.duckdb", decided=decided, **ward)
        app = HlhApp(path, MEYER, **(app_options or {}))
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(app, pilot)
            yield app, pilot

    return run


@pytest.fixture
def press() -> Callable[..., Any]:
    """Presses keys one after the other and waits for what they set going."""

    async def keys(app: HlhApp, pilot: Pilot[None], *names: str) -> None:
        for name in names:
            await pilot.press(name)
            await settle(app, pilot)

    return keys


@pytest.fixture
def study_path(tmp_path: Path) -> Path:
    """A study of five cases with hand-made charts, fresh for each test."""
    return make_study(tmp_path)
