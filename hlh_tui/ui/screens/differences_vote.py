"""A blind vote: one line that shows nothing of what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from hlh_tui.ui.present import ascii_text, plain
from hlh_tui.ui.screens.dialogue import Dialogue

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Category

Ballot = tuple[str, str]
"""Category and note."""


class VoteScreen(Dialogue[Ballot | None]):
    """Asks one member for a category, by its digit or its id, and perhaps a note after it; nothing is echoed."""

    BINDINGS: ClassVar = [("escape", "cancel", "Back")]

    def __init__(self, member: str, patient_id: str, categories: tuple[Category, ...]) -> None:
        super().__init__()
        self.heading = f"{member} votes on {patient_id}"
        self.categories = categories

    def compose(self) -> ComposeResult:
        """Who votes on what, the masked line, what the digits mean."""
        with Vertical(classes="dialogue") as box:
            box.border_title = plain(self.heading)
            ascii_only = bool(getattr(self.app, "ascii_only", False))
            yield Input(password=True, select_on_focus=False)
            digits = " · ".join(f"{one.key} {one.short or one.id}" for one in self.categories)
            for hint in (digits, "then a note if wanted · enter votes · esc steps back"):
                yield Static(plain(ascii_text(hint) if ascii_only else hint), classes="hint")
            yield Static("", id="problem", classes="hint")

    @on(Input.Submitted)
    def accept(self, message: Input.Submitted) -> None:
        """Give the ballot back; stay where the first word is no category."""
        ballot = ballot_of(message.value, self.categories)
        if ballot is None:
            self.query_one("#problem", Static).update(plain("begin with one of the digits above; nothing was recorded"))
            return
        self.dismiss(ballot)

    def action_cancel(self) -> None:
        """No vote."""
        self.dismiss(None)


def ballot_of(words: str, categories: tuple[Category, ...]) -> Ballot | None:
    """The category and the note in what was typed, such as ``2 ferritin halved``; None without a category."""
    first, _, note = words.strip().partition(" ")
    for one in categories:
        if first.casefold() in (one.key.casefold(), one.id.casefold()):
            return one.id, note.strip()
    return None
