"""One line that says what the last decision moved."""

from __future__ import annotations

from rich.text import Text
from textual import getters
from textual.widget import Widget

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.present import fit, plain


class ChangedLine(Widget):
    """``P05: Response 9/13 → 10/13; remission unchanged``; not there until something was decided."""

    app = getters.app(HlhApp)

    def on_mount(self) -> None:
        """Follow what is told."""
        self.watch(self.app, "changed", self.follow)

    def follow(self, words: str) -> None:
        """Be there exactly when there is something to say."""
        self.set_class(bool(words), "-said")
        self.refresh()

    def render(self) -> Text:
        """The words that fit."""
        words = plain(self.app.changed).plain if self.app.changed else ""
        return Text(fit(words, self.size.width, ascii_only=self.app.ascii_only).rstrip(), end="", no_wrap=True)
