"""Writing from the Workflow screen: in the order of the keys, told below the page, and heard by every screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from hlh_tui.ui.background import sentence

if TYPE_CHECKING:
    from hlh_tui.ui.screens.workflow import WorkflowScreen

Result = TypeVar("Result")


def write(screen: WorkflowScreen, work: Callable[[], Result], words: Callable[[Result], str]) -> None:
    """Write to the log in the order of the keys, say what came of it, and let every screen follow."""
    app = screen.app

    def done(result: Result) -> None:
        screen.tell(words(result))
        app.announce_conduct()
        screen.ask()

    app.write(work, done, lambda error: screen.tell(sentence(error)))
