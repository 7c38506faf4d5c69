"""A question that is answered with one line of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Region
from textual.widgets import Input, Static

from hlh_tui.ui.present import ascii_text, plain
from hlh_tui.ui.screens.dialogue import Dialogue


class PromptScreen(Dialogue[str | None]):
    """Asks for one line; gives it back, or None when the reader steps back. Typing replaces what is proposed."""

    BINDINGS: ClassVar = [("escape", "cancel", "Back")]

    def __init__(
        self, title: str, proposal: str = "", hint: str = "", typed: Callable[[str], None] | None = None
    ) -> None:
        super().__init__()
        self.typed = typed
        self.heading = title
        self.proposal = proposal
        self.hint = hint

    def compose(self) -> ComposeResult:
        """The question in the border, the line, what the keys do."""
        with Vertical(classes="dialogue") as box:
            box.border_title = self.words(self.heading)
            yield Input(self.proposal, select_on_focus=True)
            hint = f"{self.hint} · " if self.hint else ""
            yield Static(self.words(f"{hint}enter accepts · esc steps back"), classes="hint")

    def words(self, text: str) -> Text:
        """The text as it is meant, in plain ASCII where the terminal has no more."""
        return plain(ascii_text(text) if getattr(self.app, "ascii_only", False) else text)

    def on_mount(self) -> None:
        """Show the end of a proposal that is longer than the line: of a path the name counts."""
        line = self.query_one(Input)
        end = Region(cell_len(self.proposal), 0, 1, 1)
        self.call_after_refresh(line.scroll_to_region, end, force=True, animate=False)

    @on(Input.Changed)
    def tell_typed(self, message: Input.Changed) -> None:
        """Hand on what stands in the line so far."""
        if self.typed is not None:
            self.typed(message.value)

    @on(Input.Submitted)
    def accept(self, message: Input.Submitted) -> None:
        """Give the line back."""
        self.dismiss(message.value.strip())

    def action_cancel(self) -> None:
        """Give nothing back."""
        self.dismiss(None)
