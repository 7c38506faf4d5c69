"""The passphrase prompt of a signature: who signs what, when, and what it means (21 CFR 11.50, 11.200)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from hlh_tui.ui.present import ascii_text, paragraph, plain
from hlh_tui.ui.screens.dialogue import Dialogue


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that the reader could sign: the meaning (id and text), what it is about in words, and its cases."""

    meaning: str
    text: str
    about: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The meaning that was chosen, of which cases, and the passphrase that was typed; the latter is never shown."""

    meaning: str
    cases: tuple[str, ...]
    passphrase: str

    def __repr__(self) -> str:
        return f"Answer({self.meaning!r}, {self.cases!r})"


class PassphraseInput(Input):
    """A line that shows an asterisk for each character; Textual's own bullet is not in every terminal's font."""

    def __init__(self, placeholder: str = "passphrase of your key") -> None:
        super().__init__(password=True, placeholder=placeholder, select_on_focus=False)

    @property
    def _value(self) -> Text:
        return Text("*" * len(self.value), no_wrap=True, overflow="ignore", end="")


class SigningScreen(Dialogue[Answer | None]):
    """Shows printed name, time and meaning, and asks for the passphrase; None when the reader steps back."""

    BINDINGS: ClassVar = [
        ("escape", "cancel", "Back"),
        ("up", "meaning(-1)", "Meaning before"),
        ("down", "meaning(1)", "Next meaning"),
    ]

    def __init__(self, case: str, name: str, time: str, offers: Sequence[Offer], standing: Sequence[str]) -> None:
        super().__init__()
        self.case = case
        self.signer = name
        self.time = time
        self.offers = tuple(offers)
        self.standing = tuple(standing)
        self.chosen = 0

    def compose(self) -> ComposeResult:
        """What is signed, the line for the passphrase, what the keys do."""
        with Vertical(classes="dialogue") as box:
            box.border_title = plain(f"Sign {self.case}")
            yield Static("", id="signed")
            yield PassphraseInput()
            turn = "up and down: meaning, one case or all · " if len(self.offers) > 1 else ""
            yield Static(self.words(f"{turn}enter signs · esc steps back"), classes="hint")

    def on_mount(self) -> None:
        """Say what is signed."""
        self.show()

    def show(self) -> None:
        """Say what the chosen meaning signs."""
        offer = self.offers[self.chosen]
        lines = [
            f"{self.signer}, {self.time} UTC",
            f"{offer.text}: {offer.about}",
            *(f"already {line}" for line in self.standing),
        ]
        self.query_one("#signed", Static).update(self.words("\n".join(lines)))

    def words(self, text: str) -> Text:
        """The text, in plain ASCII where the terminal has no more."""
        return paragraph(ascii_text(text) if getattr(self.app, "ascii_only", False) else text)

    def action_meaning(self, step: int) -> None:
        """The next or previous meaning."""
        self.chosen = (self.chosen + step) % len(self.offers)
        self.show()

    @on(Input.Submitted)
    def accept(self, message: Input.Submitted) -> None:
        """Give the passphrase back; without one the prompt stays."""
        if message.value:
            offer = self.offers[self.chosen]
            self.dismiss(Answer(offer.meaning, offer.cases, message.value))

    def action_cancel(self) -> None:
        """Sign nothing."""
        self.dismiss(None)
