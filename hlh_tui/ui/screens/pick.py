"""One of several things, chosen from a list."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from hlh_tui.ui.present import plain
from hlh_tui.ui.screens.dialogue import Dialogue


class PickScreen(Dialogue[int | None]):
    """Lists what there is, the present choice under the cursor; gives back the place of the one chosen, or None."""

    BINDINGS: ClassVar = [("escape,q", "close", "Close"), ("j", "move(1)", "Down"), ("k", "move(-1)", "Up")]

    def __init__(self, title: str, labels: tuple[str, ...], present: int) -> None:
        super().__init__()
        self.heading = title
        self.labels = labels
        self.present = present

    def compose(self) -> ComposeResult:
        """One line a choice."""
        with Vertical(classes="dialogue") as box:
            box.border_title = plain(self.heading)
            box.border_subtitle = "enter chooses · esc closes"
            yield OptionList(*(Option(plain(label)) for label in self.labels), markup=False)

    def on_mount(self) -> None:
        """Start where things are."""
        self.query_one(OptionList).highlighted = self.present

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """Give back the choice."""
        self.dismiss(message.option_index)

    def action_move(self, step: int) -> None:
        """One line down or up."""
        listed = self.query_one(OptionList)
        if step > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def action_close(self) -> None:
        """Leave things as they are."""
        self.dismiss(None)
