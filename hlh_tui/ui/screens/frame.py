"""What surrounds every main screen: title bar, synthetic banner, key legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import getters
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from hlh_tui.ui.app import SMALLEST, HlhApp
from hlh_tui.ui.present import ascii_text, plain
from hlh_tui.ui.widgets.bars import Banner, Legend, TitleBar
from hlh_tui.ui.widgets.changed_line import ChangedLine

if TYPE_CHECKING:
    from hlh_tui.ui.commands import Command

TELLS_CHANGES = frozenset({"cases", "cohort", "survival", "biomarkers"})
"""The screens that say what the last decision moved; on the others every line is needed for the case."""


class FramedScreen(Screen[None]):
    """A main screen: yield its widgets from ``body``, name it in ``WHERE`` (its commands' ``where``)."""

    WHERE: ClassVar[str]
    app = getters.app(HlhApp)

    def __init__(self) -> None:
        super().__init__()
        # Mounting styles it with the colours of now: Textual would parse and apply every style once more.
        self._css_update_count = self.app.colours

    def compose(self) -> ComposeResult:
        """Title bar, banner, the screen's own widgets, legend."""
        if not self.app.ready:
            self.app.take_opened()
        yield TitleBar()
        yield Banner(classes="-synthetic" if self.app.ready and self.app.head.synthetic else "")
        yield from self.body()
        if self.WHERE in TELLS_CHANGES:
            yield ChangedLine()
        yield Legend(self.WHERE, self.offers)

    def words(self, sentence: object, style: str = "") -> Text:
        """One line of literal text, in ASCII where the reader wants no other glyphs."""
        line = plain(sentence, style)
        return Text(ascii_text(line.plain), style=style, end="", no_wrap=True) if self.app.ascii_only else line

    def open_chart(self, patient_id: str | None) -> None:
        """Review the case that was chosen from a list; None: nobody was chosen."""
        if patient_id is not None:
            self.app.open_case(patient_id)

    def offers(self, command: Command) -> bool:
        """Whether the legend names this command of the screen, as the screen stands."""
        return command.where == self.WHERE

    def body(self) -> ComposeResult:
        """The screen's own widgets."""
        yield Widget()

    def on_resize(self) -> None:
        """Cover the screen while the terminal is too small for it."""
        width, height = self.app.size
        if width < SMALLEST[0] or height < SMALLEST[1]:
            from hlh_tui.ui.screens.too_small import TooSmallScreen

            if not isinstance(self.app.screen, TooSmallScreen):
                self.app.push_screen(TooSmallScreen())
