"""Opening a study beside the start of the app; nothing here needs a terminal library."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.ui.glance import Glance, Head, Seen, head_of

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


class Opening:
    """A study being opened in a thread of its own, with the cases of one reader.

    With a ``glance`` the cases come from it, and the study itself is opened once ``go_on`` is called.
    """

    def __init__(
        self, path: Path, reader: Actor, role: str = "reader", read_only: bool = False, glance: Glance | None = None
    ) -> None:
        self.path = path
        self.reader = reader
        self.role = role
        self.read_only = read_only
        self.error: Exception | None = None
        self._study: Study | None = None
        self._seen: Seen | None = None
        self._listed = threading.Event()
        self._painted = threading.Event()
        self._thread = threading.Thread(target=self._open, args=(glance,), name="open the study", daemon=True)
        self._thread.start()

    def _open(self, glance: Glance | None) -> None:
        try:
            if glance is not None:
                self._seen = glance.seen()
            if self._seen is not None:
                self._listed.set()
                self._painted.wait()
            self._open_study()
        except Exception as error:  # the thread that asks for the study meets it
            self.error = error
        finally:
            self._listed.set()

    def _open_study(self) -> None:
        from hlh_tui.study.file import open_study

        self._study = open_study(self.path, read_only=self.read_only)
        if self._seen is None:
            from hlh_tui.review.state import cases

            head = head_of(self._study, self.reader, self.role)
            self._seen = Seen(head, cases(self._study, self.reader.id, head.role))

    def go_on(self) -> None:
        """The list is painted: open the study itself now, if that has not happened yet."""
        self._painted.set()

    def wait(self, seconds: float) -> bool:
        """Whether the cases are there, after waiting for them no longer than that."""
        return self._listed.wait(seconds) and self._seen is not None

    def study(self) -> Study:
        """The open study, waiting for it; raises what opening raised (``HlhError`` or worse)."""
        self._painted.set()
        self._thread.join()
        if self.error is not None:
            raise self.error
        if self._study is None:
            raise RuntimeError("the study is closed")
        return self._study

    def head(self) -> Head:
        """What the title bar says, waiting for it."""
        return self._first().head

    def look_again(self) -> None:
        """Read anew what the title bar says: the study has moved to another phase, or people were registered."""
        if self._study is not None and self._seen is not None:
            self._seen = Seen(head_of(self._study, self.reader, self.role), self._seen.cases)

    def cases(self) -> tuple[CaseRow, ...]:
        """The cases as they were when the study was first read, waiting for them."""
        return self._first().cases

    def _first(self) -> Seen:
        self._listed.wait()
        if self._seen is None:
            self.study()
            raise RuntimeError("the study was not read")
        return self._seen

    def close(self) -> None:
        """Close the study if it is open; may be called twice."""
        self._painted.set()
        self._thread.join()
        study, self._study = self._study, None
        if study is not None:
            study.close()
