"""What is shown while the terminal is too small; keys do nothing behind it."""

from __future__ import annotations

from typing import ClassVar

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
        """Room needed and room there is; nothing once there is enough."""
        width, height = self.app.size
        return "" if self.enough else f"needs at least {SMALLEST[0]} x {SMALLEST[1]}, now {width} x {height}"

    @property
    def enough(self) -> bool:
        """Whether the terminal is large enough now."""
        width, height = self.app.size
        return width >= SMALLEST[0] and height >= SMALLEST[1]

    def on_resize(self) -> None:
        """Leave, or say the new size."""
        self.look()

    def on_screen_resume(self) -> None:
        """Leave if the terminal grew while a question stood in front."""
        self.call_later(self.look)

    def look(self) -> None:
        """Leave where there is room; what asks something in front of this is answered first."""
        self.query_one(Static).update(self.words())
        if self.enough and self.is_active:  # dismissing takes away whatever is in front, once for every size sent
            self.dismiss()
