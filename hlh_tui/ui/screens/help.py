"""Help: every command that can work here with its key, those of the current screen first; enter runs one."""

from __future__ import annotations

from collections.abc import Collection
from textwrap import wrap
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from hlh_tui.ui.commands import COMMANDS, Command
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


KEY, NAME = 10, 16
"""Cells for the longest key, shift+tab, and for the longest name."""


class HelpScreen(Dialogue[int | None]):
    """Lists ``commands``; gives back the index in ``COMMANDS`` of the one to run, or None."""

    BINDINGS: ClassVar = [("escape,question_mark,q", "close", "Close")]

    def __init__(self, where: str, commands: Collection[Command]) -> None:
        super().__init__()
        self.where = where
        self.commands = commands

    def compose(self) -> ComposeResult:
        """A list with headings that cannot be chosen."""
        with Vertical(classes="dialogue") as box:
            box.border_title = "Help"
            box.border_subtitle = "enter runs · esc closes"
            yield OptionList(*help_lines(self.where, self.commands), markup=False)

    @on(events.Resize)
    def fit_later(self) -> None:
        """Lay the lines out again once the list has its width."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Break what a key does before the edge, and go on below its words; the cursor keeps its line."""
        listed = self.query_one(OptionList)
        held = listed.highlighted
        listed.clear_options()
        listed.add_options(help_lines(self.where, self.commands, listed.scrollable_content_region.width - 1))
        listed.highlighted = held

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """Give back the chosen command."""
        self.dismiss(int(message.option_id or 0))

    def action_close(self) -> None:
        """Run nothing."""
        self.dismiss(None)


def help_lines(where: str, commands: Collection[Command] = COMMANDS, width: int | None = None) -> list[Option]:
    """Headings and commands: the current screen's, then those of every screen, then the other screens'.

    A screen without any is left out. ``width``: cells of a line, within which what a command does is broken.
    """
    order = [where, "app", *(name for name in HEADINGS if name != where)]
    lines: list[Option] = []
    for place in order:
        listed = [(index, each) for index, each in enumerate(COMMANDS) if each.where == place and each in commands]
        if not listed:
            continue
        heading = "On every screen" if place == "app" else HEADINGS.get(place, place)
        lines.append(Option(Text(heading, style="bold underline"), disabled=True))
        for index, command in listed:
            words = Text(f" {fit(command.shown, KEY)}", style="bold")
            words.append(f"{fit(command.label, NAME)}", style="not bold")
            words.append(_broken(command.tooltip, width), style="not bold")
            lines.append(Option(words, id=str(index)))
    return lines


def _broken(words: str, width: int | None) -> str:
    """The words in lines that fit beside key and name."""
    before = 1 + KEY + NAME
    room = len(words) if width is None else max(width - before, NAME)
    return f"\n{' ' * before}".join(wrap(words, max(room, 1)))
