from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from hlh_tui.ui.app import HlhApp
from tests.ui import stillness
from tests.ui.review_study import make_study
from tests.ui.ward import MEYER, make_ward

Opened = Callable[..., AbstractAsyncContextManager[tuple[HlhApp, Pilot[None]]]]
still = stillness.still


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
