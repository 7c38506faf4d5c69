"""What the screens share that answer one question at a time and ask it again after every decision."""

from __future__ import annotations

from textual import events, on
from textual.widgets import Static

from hlh_tui.protocol.errors import HlhError
from hlh_tui.ui.background import sentence
from hlh_tui.ui.present import ascii_text, paragraph
from hlh_tui.ui.screens.frame import FramedScreen


class AskingScreen(FramedScreen):
    """A screen with a ``question``; ``ask`` answers it off the keyboard's thread."""

    def __init__(self) -> None:
        super().__init__()
        self.stale = False
        self.written: dict[str, str] = {}

    def ask(self) -> None:
        """Ask the cohort what is wanted now."""
        raise NotImplementedError

    def watch_question(self) -> None:
        """Ask what is wanted now."""
        self.ask()

    def follow(self, _: object) -> None:
        """Ask again, now or when the screen is next looked at."""
        self.stale = True
        if self.is_current:
            self.ask()

    @on(events.ScreenResume)
    def catch_up(self) -> None:
        """Ask again if something was decided meanwhile."""
        if self.stale:
            self.ask()

    def tell_refusal(self, error: Exception) -> bool:
        """Say where the plot would be why there is none; False for an error that is no answer, told as a notice."""
        if not isinstance(error, HlhError):
            self.app.tell_error(error)
            return False
        self.add_class("-refused")
        self.write("#refusal", sentence(error))
        self.write("#details", "")
        self.write("#reading", "")
        return True

    def write(self, where: str, words: str, *, layout: bool = True) -> None:
        """Put words into a part of the screen; the same words again would only cost a new layout."""
        if self.written.get(where) == words:
            return
        self.written[where] = words
        shown = paragraph(ascii_text(words) if self.app.ascii_only else words)
        self.query_one(where, Static).update(shown, layout=layout)
