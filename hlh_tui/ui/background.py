"""Reading off the keyboard's thread, with its result or its error brought back as words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.worker import get_current_worker

from hlh_tui.protocol.errors import HlhError
from hlh_tui.ui.ways import at_the_keys

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from hlh_tui.ui.app import HlhApp

Result = TypeVar("Result")


def in_background(
    app: HlhApp,
    node: DOMNode,
    work: Callable[[], Result],
    done: Callable[[Result], None],
    group: str,
    failed: Callable[[Exception], None] | None = None,
) -> None:
    """Run ``work`` in a thread and hand its result to ``done`` on the thread of the screen.

    A newer call of the same ``group`` on the same node makes an older one's result and error void, so this is for
    reading; what writes goes through ``HlhApp.write``. An error becomes a notice
    (or goes to ``failed``) and never ends the app.
    """

    def job() -> None:
        worker = get_current_worker()
        try:
            result = work()
        except Exception as error:  # whatever it is, the reader is told and goes on
            if not worker.is_cancelled:
                node.call_later(failed or app.tell_error, error)
            return
        if not worker.is_cancelled:
            node.call_later(done, result)

    node.run_worker(job, thread=True, exclusive=True, group=group, exit_on_error=False)


def sentence(error: Exception) -> str:
    """What a reader is told about an error: an ``HlhError`` speaks for itself, with keys; others say what to do."""
    if isinstance(error, HlhError):
        return at_the_keys(str(error))
    kind = type(error).__name__
    return f"something unexpected went wrong ({kind}: {error}); what was saved is safe: try again, or restart the app"
