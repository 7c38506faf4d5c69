"""What the last decision moved, told beside the results that it moved."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background

if TYPE_CHECKING:
    from hlh_tui.cohort.sensitivity.follower import Follower
    from hlh_tui.ui.app import HlhApp
    from hlh_tui.ui.news import Decided


class Changes:
    """Hears of every entry and sets ``HlhApp.changed``; silent where the protocol hides results."""

    def __init__(self, app: HlhApp) -> None:
        self.app = app
        self.follower: Follower | None = None
        self.turn = threading.Lock()

    def hear(self, news: Decided) -> None:
        """Work out off the keyboard's thread what a decision, an undo or a redo moved."""

        def tell() -> str:
            words = self._follower().tell(news.saved.seq)
            return f"{news.patient_id}: {words}" if words else ""

        def take(words: str) -> None:
            if words:
                self.app.changed = words

        # Results that cannot be had (a chart in error) are told of by the screens that show them.
        in_background(self.app, self.app, tell, take, "changed", lambda _: None)

    def prepare(self) -> None:
        """Read what the first telling needs; called while the reader reads the list."""
        self._follower().prepare()

    def _follower(self) -> Follower:
        from hlh_tui.cohort.sensitivity.follower import Follower

        with self.turn:
            if self.follower is None:
                self.follower = Follower(self.app.study)
            return self.follower
