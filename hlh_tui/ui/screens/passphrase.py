"""A passphrase asked for in one line, shown as asterisks: to open a key for one act, or typed twice for a new key."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from hlh_tui.ui.present import ascii_text, paragraph, plain
from hlh_tui.ui.screens.dialogue import Dialogue
from hlh_tui.ui.screens.signing import PassphraseInput

AGAIN = "the same again"
DIFFER = "the two differ: type the new passphrase once more"


class PassphraseScreen(Dialogue[str | None]):
    """Asks for a passphrase, with ``twice`` until it was typed twice alike; None when the person steps back."""

    BINDINGS: ClassVar = [("escape", "cancel", "Back")]

    def __init__(self, title: str, hint: str, *, twice: bool = False) -> None:
        super().__init__()
        self.heading = title
        self.hint = hint
        self.twice = twice
        self.first: str | None = None

    def compose(self) -> ComposeResult:
        """What it is for in the border, the line, what the keys do."""
        with Vertical(classes="dialogue") as box:
            box.border_title = plain(self.heading)
            yield PassphraseInput("new passphrase" if self.twice else "passphrase of your key")
            yield Static(self.words(self.hint), classes="hint")

    def words(self, hint: str) -> Text:
        """The hint with the keys, in plain ASCII where the terminal has no more."""
        text = f"{hint} · enter accepts · esc steps back"
        return paragraph(ascii_text(text) if getattr(self.app, "ascii_only", False) else text)

    @on(Input.Submitted)
    def accept(self, message: Input.Submitted) -> None:
        """Give the passphrase back once it is what was meant; without one the question stays."""
        if not message.value:
            return
        if not self.twice or message.value == self.first:
            self.dismiss(message.value)
            return
        self.hint, self.first = (AGAIN, message.value) if self.first is None else (DIFFER, None)
        self.query_one(PassphraseInput).clear()
        self.query_one(".hint", Static).update(self.words(self.hint))

    def action_cancel(self) -> None:
        """Give nothing back."""
        self.dismiss(None)
