"""Help: every command with its key, those of the current screen first; enter runs one."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from hlh_tui.ui.commands import COMMANDS
from hlh_tui.ui.present import fit
from hlh_tui.ui.screens.dialogue import Dialogue

HEADINGS = {
    "cases": "Cases (C)",
    "review": "Review (R)",
    "cohort": "Tables (T)",
    "survival": "Survival (S)",
    "biomarkers": "Biomarkers (B)",
    "agreement": "Agreement (A)",
    "criteria": "Criteria (K)",
    "log": "Log (L)",
    "differences": "Differences (D)",
    "workflow": "Workflow (W)",
}


class HelpScreen(Dialogue[int | None]):
    """Lists all commands; gives back the index in ``COMMANDS`` of the one to run, or None."""

    BINDINGS: ClassVar = [("escape,question_mark,q", "close", "Close")]

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def compose(self) -> ComposeResult:
        """A list with headings that cannot be chosen."""
        with Vertical(classes="dialogue") as box:
            box.border_title = "Help"
            box.border_subtitle = "enter runs · esc closes"
            yield OptionList(*help_lines(self.where), markup=False)

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """Give back the chosen command."""
        self.dismiss(int(message.option_id or 0))

    def action_close(self) -> None:
        """Run nothing."""
        self.dismiss(None)


def help_lines(where: str) -> list[Option]:
    """Headings and commands: the current screen's, then those of every screen, then the other screens'."""
    order = [where, "app", *(name for name in HEADINGS if name != where)]
    lines: list[Option] = []
    for place in order:
        heading = "On every screen" if place == "app" else HEADINGS.get(place, place)
        lines.append(Option(Text(heading, style="bold underline"), disabled=True))
        for index, command in enumerate(COMMANDS):
            if command.where == place:
                words = Text(f" {fit(command.shown, 6)}", style="bold")
                words.append(f"{fit(command.label, 16)}", style="not bold")
                words.append(command.tooltip, style="not bold")
                lines.append(Option(words, id=str(index)))
    return lines
