"""Feedback on a training decision, over the screen on which it was made."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.present import ascii_text, paragraph, plain
from hlh_tui.ui.screens.dialogue import Dialogue
from hlh_tui.ui.training import Told


class FeedbackScreen(Dialogue[None]):
    """Right or wrong, the reason per criterion, and how far the training is."""

    app = getters.app(HlhApp)
    CSS_PATH = "feedback.tcss"
    BINDINGS: ClassVar = [
        Binding("enter,escape", "close", "Close"),
        Binding("j", "scroll_by(1)", show=False),
        Binding("k", "scroll_by(-1)", show=False),
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told

    def compose(self) -> ComposeResult:
        """The verdict in the border, the reasons, the score."""
        with Vertical(classes="dialogue", id="feedback") as box:
            box.border_title = plain(f"synthetic training case: {self.told.title}")
            box.border_subtitle = "enter closes"
            with VerticalScroll():
                yield Static(paragraph(self._drawn("\n".join(self.told.lines))))
            yield Static(plain(self._drawn(self.told.standing)), classes="hint")

    def _drawn(self, words: str) -> str:
        return ascii_text(words) if self.app.ascii_only else words

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Return to the case."""
        self.dismiss()
