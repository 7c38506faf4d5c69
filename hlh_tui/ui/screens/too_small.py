"""What is shown while the terminal is too small; keys do nothing behind it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from hlh_tui.ui.app import SMALLEST


class TooSmallScreen(ModalScreen[None]):
    """Says how much room the app needs and leaves when it has it."""

    BINDINGS: ClassVar = [("q", "app.quit", "Quit")]

    def compose(self) -> ComposeResult:
        """The one sentence."""
        yield Static(self.words(), markup=False)

    def words(self) -> str:
        """Room needed and room there is."""
        width, height = self.app.size
        return f"needs at least {SMALLEST[0]} x {SMALLEST[1]}, now {width} x {height}"

    def on_resize(self, event: events.Resize) -> None:
        """Leave, or say the new size."""
        if event.size.width >= SMALLEST[0] and event.size.height >= SMALLEST[1]:
            if self.is_current:  # a terminal that is dragged sends several sizes before this screen is gone
                self.dismiss()
        else:
            self.query_one(Static).update(self.words())
