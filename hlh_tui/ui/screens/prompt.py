"""A question that is answered with one line of text."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hlh_tui.ui.present import plain


class PromptScreen(ModalScreen[str | None]):
    """Asks for one line; gives it back, or None when the reader steps back."""

    BINDINGS: ClassVar = [("escape", "cancel", "Back")]

    def __init__(self, title: str, proposal: str = "", hint: str = "") -> None:
        super().__init__()
        self.heading = title
        self.proposal = proposal
        self.hint = hint

    def compose(self) -> ComposeResult:
        """The question in the border, the line, what the keys do."""
        with Vertical(classes="dialogue") as box:
            box.border_title = plain(self.heading)
            yield Input(self.proposal, select_on_focus=False)
            hint = f"{self.hint} · " if self.hint else ""
            yield Static(plain(f"{hint}enter accepts · esc steps back"), classes="hint")

    @on(Input.Submitted)
    def accept(self, message: Input.Submitted) -> None:
        """Give the line back."""
        self.dismiss(message.value.strip())

    def action_cancel(self) -> None:
        """Give nothing back."""
        self.dismiss(None)
