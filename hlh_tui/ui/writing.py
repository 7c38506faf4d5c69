"""Everything that is written to the log, one after the other in the order of the keys; nothing is ever dropped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from hlh_tui.ui.app import HlhApp

Result = TypeVar("Result")
Job = Callable[[], None]


class WriteQueue:
    """First in, first out: a commit, then the undo pressed after it, then the next commit.

    At most one thread writes at a time. Whether a write succeeds or fails, the screen is told on its own thread.
    """

    def __init__(self, app: HlhApp) -> None:
        self._app = app
        self._waiting: deque[Job] = deque()
        self._writing = threading.Lock()
        self._guard = threading.Lock()
        self._writer_runs = False
        self.failures = 0
        """Writes that failed since the app was started."""

    def put(
        self, work: Callable[[], Result], done: Callable[[Result], None], failed: Callable[[Exception], None] | None
    ) -> None:
        """Write when everything before is written; ``done`` gets the result, ``failed`` (or a notice) the error."""
        app = self._app

        def job() -> None:
            try:
                result = work()
            except Exception as error:  # whatever it is, the reader is told and goes on
                self.failures += 1
                app.call_later(failed or app.tell_error, error)
            else:
                app.call_later(done, result)

        with self._guard:
            self._waiting.append(job)
            start, self._writer_runs = not self._writer_runs, True
        if start:
            app.run_worker(self._write_all, thread=True, group="write", exit_on_error=False)

    @property
    def busy(self) -> bool:
        """Whether something is being written or waits for its turn."""
        return self._writer_runs

    def finish(self) -> None:
        """Return when everything is written, before the study is closed."""
        self._write_all()

    def _write_all(self) -> None:
        with self._writing:
            while (job := self._next()) is not None:
                job()

    def _next(self) -> Job | None:
        with self._guard:
            if self._waiting:
                return self._waiting.popleft()
            self._writer_runs = False
            return None
