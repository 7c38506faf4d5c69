"""Opening a study beside the start of the app; nothing here needs a terminal library."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


class Opening:
    """A study being opened in a thread of its own, with the cases of one reader.

    The database engine takes about as long to load as the terminal library, so the one is loaded while the other is.
    """

    def __init__(self, path: Path, reader: Actor, role: str = "reader", read_only: bool = False) -> None:
        self.path = path
        self.reader = reader
        self.role = role
        self.read_only = read_only
        self.error: Exception | None = None
        self._study: Study | None = None
        self._cases: tuple[CaseRow, ...] = ()
        self._thread = threading.Thread(target=self._open, name="open the study", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        try:
            from hlh_tui.study.file import open_study

            self._study = open_study(self.path, read_only=self.read_only)
            from hlh_tui.review.state import cases

            self._cases = cases(self._study, self.reader.id, self.role)
        except Exception as error:  # the thread that asks for the study meets it
            self.error = error

    def wait(self, seconds: float) -> bool:
        """Whether the study is open, after waiting for it no longer than that."""
        self._thread.join(seconds)
        return not self._thread.is_alive() and self.error is None

    def study(self) -> Study:
        """The open study, waiting for it; raises what opening raised (``HlhError`` or worse)."""
        self._thread.join()
        if self.error is not None:
            raise self.error
        if self._study is None:
            raise RuntimeError("the study is closed")
        return self._study

    def cases(self) -> tuple[CaseRow, ...]:
        """The cases as they were when the study was opened, waiting for them."""
        self.study()
        return self._cases

    def close(self) -> None:
        """Close the study if it is open; may be called twice."""
        self._thread.join()
        study, self._study = self._study, None
        if study is not None:
            study.close()
