"""Every command in the palette, found by a few letters of its name or of what it does."""

from __future__ import annotations

from functools import partial
from typing import cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.commands import Command
from hlh_tui.ui.modes import MODE_LABELS
from hlh_tui.ui.reach import commands_of


class CommandProvider(Provider):
    """The commands that can ever work for this reader as palette entries, those of the current screen first."""

    def _commands(self) -> list[Command]:
        app = cast("HlhApp", self.app)
        here = app.current_mode
        return sorted(commands_of(app), key=lambda command: (command.where != here, command.where != "app"))

    async def discover(self) -> Hits:
        """All commands, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(Text(name(command)), partial(self._run, command), help=command.tooltip)

    async def search(self, query: str) -> Hits:
        """The commands whose name or purpose matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            words = name(command)
            score = max(matcher.match(words), matcher.match(command.tooltip) * 0.5)
            if score > 0:
                yield Hit(
                    score, matcher.highlight(words), partial(self._run, command), text=words, help=command.tooltip
                )

    def _run(self, command: Command) -> None:
        cast("HlhApp", self.app).run_command(command)


def name(command: Command) -> str:
    """How a command is called in the palette: place, name and key."""
    place = "" if command.where == "app" else f"{MODE_LABELS[command.where]}: "
    return f"{place}{command.label}  ({command.shown})"
