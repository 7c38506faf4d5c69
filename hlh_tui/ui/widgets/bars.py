"""The lines around every screen: title bar, synthetic banner, key legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import getters
from textual.widget import Widget

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.case_places import case_places
from hlh_tui.ui.present import ascii_text, counted, fit, plain
from hlh_tui.ui.reach import commands_of

if TYPE_CHECKING:
    from hlh_tui.assess.options import Reading
    from hlh_tui.review.models import CaseRow
    from hlh_tui.ui.commands import Command
    from hlh_tui.ui.glance import Head

SYNTHETIC = "synthetic data: constructed to published margins, not patients"
SYNTHETIC_SHORT = "synthetic data, not patients"
LEGEND_KEYS = 7
NOT_READING = frozenset({"coordinator", "observer", "guest"})
"""Parts in a study whose people decide no case."""
SETTLED = frozenset({"adjudicated", "consensus"})
"""Sources of a category on which readers differed."""
LONGEST_READING = 34
FULL_STATE = 72
"""Cells from which the title bar has room for every word of the study's state."""
FULL_TITLE = 100
"""Cells from which the title has room too; below, the state says in full that the data are synthetic."""


class TitleBar(Widget):
    """One line: study, reader, how the study is open, how far the reader is."""

    app = getters.app(HlhApp)

    def on_mount(self) -> None:
        """Follow the cases."""
        self.watch(self.app, "cases", self.news, init=False)
        self.watch(self.app, "ready", self.news, init=False)
        self.watch(self.app, "reading", self.news, init=False)

    def news(self, _: object) -> None:
        """Write the line anew."""
        self.refresh()

    def render(self) -> Text:
        """The line in the present width."""
        return self.line(self.size.width)

    def line(self, width: int) -> Text:
        """The line in ``width`` cells: the study's title gives way, the state does not."""
        app = self.app
        if not app.ready:
            return plain(f"hlh-tui  {app.study_path.name}")
        head = app.head
        state = {
            "synthetic": (SYNTHETIC_SHORT if FULL_STATE <= width < FULL_TITLE else "synthetic")
            if head.synthetic
            else "",
            "reading": _moved(app.reading, width),
            "reader": f"{head.person} {app.reader.name}",
            "open": "read-only snapshot" if app.read_only else head.standing,
            "decided": "" if head.person in NOT_READING else decided_words(head, app.cases),
        }
        if width < FULL_TITLE and not app.read_only and state["decided"]:
            del state["open"]
        if width < FULL_TITLE and state["reading"]:
            del state["decided"]
        right = " · ".join(filter(None, state.values()))
        title = head.protocol if width < FULL_TITLE else f"{head.protocol}  {head.title}"
        words = Text(fit(title, max(width - cell_len(right) - 2, 0)), style="bold", end="", no_wrap=True)
        words.append("  " + right, style="not bold")
        return Text(ascii_text(words.plain), end="", no_wrap=True) if app.ascii_only else words


def decided_words(head: Head, rows: tuple[CaseRow, ...]) -> str:
    """How far the reader is in the role in which they decide now; empty where there is nothing of theirs to count.

    In a study read in phases who settles has the cases on which readers differ, settled or not; these are closed before
    reads are compared. A read with hindsight is asked of nobody, so only those made are counted.
    """
    mine = case_places(rows).decided
    if head.role == "adjudicator" or (head.role == "consensus" and head.person != head.role):
        settled = sum(row.source in SETTLED for row in rows)
        differing = settled + sum(row.source == "unresolved" for row in rows)
        who = "you settled" if head.role == "adjudicator" else "settled"
        return f"{who} {settled} of {counted(differing, 'differing case')}" if differing else ""
    if head.role == "global":
        return f"you read {counted(mine, 'case')} with hindsight" if mine else ""
    return f"you decided {mine}/{len(rows)}"


def _moved(reading: Reading | None, width: int) -> str:
    """The options in force that are not at their default: by name where that is short, else how many."""
    if reading is None:
        return ""
    from hlh_tui.assess.options import moved

    options = moved(reading.base, reading.options)
    named = f"read with {', '.join(f'{key}={value}' for key, value in options.items())}"
    if options and (width < FULL_TITLE or cell_len(named) > LONGEST_READING):
        return f"{counted(len(options), 'option')} changed"
    return named if options else ""


class Banner(Widget):
    """Says on every screen that the data are synthetic, if they are."""

    app = getters.app(HlhApp)

    def on_mount(self) -> None:
        """Wait for the study."""
        self.watch(self.app, "ready", self.show_or_hide, init=False)

    def render(self) -> Text:
        """The words that fit."""
        return plain(SYNTHETIC if self.size.width >= len(SYNTHETIC) else SYNTHETIC_SHORT)

    def show_or_hide(self, ready: bool) -> None:
        """Be there exactly when the study is synthetic."""
        self.set_class(ready and self.app.head.synthetic, "-synthetic")


class Legend(Widget):
    """The handful of keys that matter here and now; the rest is in help.

    ``offers``: whether the screen has a use for a command as it stands.
    """

    app = getters.app(HlhApp)

    def __init__(self, where: str, offers: Callable[[Command], bool] = lambda _: True) -> None:
        super().__init__()
        self.where = where
        self.offers = offers

    def on_mount(self) -> None:
        """Name other keys when what can be done becomes known or changes."""
        self.watch(self.app, "ready", self.news, init=False)
        self.app.reread.subscribe(self, self.news)

    def news(self, _: object) -> None:
        """Write the keys anew."""
        self.refresh()

    def render(self) -> Text:
        """The keys."""
        return self.keys()

    def keys(self) -> Text:
        """At most seven keys and no half ones: the screen's own, then help, palette and quit."""
        named = [command for command in commands_of(self.app) if command.footer]
        own = [command for command in named if command.where == self.where and self.offers(command)]
        shared = [command for command in named if command.where == "app"]
        lines = (
            self._line([*own[:most], *shared[:others]])
            for most in range(min(len(own), LEGEND_KEYS - 2), -1, -1)
            for others in range(min(len(shared), LEGEND_KEYS - most), 0, -1)
        )
        return next((line for line in lines if cell_len(line.plain.rstrip()) <= self.size.width), self._line(shared))

    def _line(self, commands: Sequence[Command]) -> Text:
        words = Text(end="", no_wrap=True, overflow="ellipsis")
        for command in commands:
            shown = ascii_text(command.shown) if self.app.ascii_only else command.shown
            words.append(f"{shown} ", style="bold")
            words.append(f"{command.label.lower()}   ")
        return words
