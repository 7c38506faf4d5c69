"""A question of yes or no about what cannot be taken back: says what will be, and does nothing unless yes is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hlh_tui.ui.present import ascii_text, paragraph
from hlh_tui.ui.screens.dialogue import Dialogue


class ConfirmScreen(Dialogue[bool]):
    """Paragraphs, then ``no`` under the cursor and ``yes`` below it; True only for ``yes``."""

    BINDINGS: ClassVar = [("escape,q", "close", "Close"), ("j", "move(1)", "Down"), ("k", "move(-1)", "Up")]

    def __init__(self, title: str, paragraphs: Sequence[str], no: str, yes: str) -> None:
        super().__init__()
        self.heading = title
        self.paragraphs = tuple(paragraphs)
        self.answers = (no, yes)

    def compose(self) -> ComposeResult:
        """What will be, and the two answers."""
        with Vertical(classes="dialogue") as box:
            box.border_title = self.words(self.heading)
            box.border_subtitle = self.words("enter chooses · esc leaves things as they are")
            with VerticalScroll(id="told", can_focus=False):
                yield Static(self.words("\n".join(self.paragraphs)))
            yield OptionList(*(Option(self.words(answer)) for answer in self.answers), markup=False)

    def on_mount(self) -> None:
        """The harmless answer is the one that a hasty key gives."""
        self.query_one(OptionList).highlighted = 0

    def words(self, text: str) -> Text:
        """The text as it is meant, in plain ASCII where the terminal has no more."""
        return paragraph(ascii_text(text) if getattr(self.app, "ascii_only", False) else text)

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """Give the answer back."""
        self.dismiss(message.option_index == 1)

    def action_move(self, step: int) -> None:
        """The other answer."""
        listed = self.query_one(OptionList)
        listed.highlighted = max(0, min((listed.highlighted or 0) + step, 1))

    def action_close(self) -> None:
        """Leave things as they are."""
        self.dismiss(False)
