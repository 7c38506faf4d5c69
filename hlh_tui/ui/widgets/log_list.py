"""The list of entries, painted line by line; more of them are asked for when the cursor comes near an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.reactive import reactive

from hlh_tui.ui.present import ascii_text
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, fixed

if TYPE_CHECKING:
    from textual import events

    from hlh_tui.review.trail.models import TrailLine

NEAR = 50
"""Lines from the end of what is known at which more is asked for."""
WHO = 14
TIME = {"wide": 19, "narrow": 16}
"""Characters of a time of the log: to the second, or to the minute."""
WIDE = 100


class LogList(LinePanel, can_focus=True):
    """``entries`` with a cursor; ``rest_above`` and ``rest_below`` say whether there are more of them."""

    BINDINGS: ClassVar = []

    entries: reactive[tuple[TrailLine, ...]] = reactive((), layout=False)
    cursor: reactive[int] = reactive(0, layout=False)

    @dataclass
    class Moved(Message):
        """The cursor stands on another entry."""

        line: TrailLine

    @dataclass
    class Wanted(Message):
        """More entries are wanted below (1) or above (-1) those that are known."""

        side: int

    @dataclass
    class Chosen(Message):
        """An entry was clicked twice."""

        line: TrailLine

    def __init__(self) -> None:
        super().__init__()
        self.top = 0
        self.rest_above = False
        self.rest_below = False
        self.nothing = ""
        """What is said where there is no entry."""

    def show(self, entries: tuple[TrailLine, ...], cursor: int, *, above: bool, below: bool) -> None:
        """Show these entries with the cursor on one of them."""
        self.rest_above, self.rest_below = above, below
        before = self.current
        self.set_reactive(LogList.entries, entries)
        self.set_reactive(LogList.cursor, self.validate_cursor(cursor))
        self._keep_in_view()
        self.redraw()
        if self.current is not None and self.current != before:
            self.post_message(self.Moved(self.current))

    def extend(self, more: tuple[TrailLine, ...], side: int, *, rest: bool) -> None:
        """Add entries below (1) or above (-1); the cursor and what is in view stay on theirs."""
        if side > 0:
            self.rest_below = rest
            self.set_reactive(LogList.entries, (*self.entries, *more))
        else:
            self.rest_above = rest
            self.set_reactive(LogList.entries, (*more, *self.entries))
            self.set_reactive(LogList.cursor, self.cursor + len(more))
            self.top += len(more)
        self.redraw()

    @property
    def current(self) -> TrailLine | None:
        """The entry under the cursor."""
        return self.entries[self.cursor] if 0 <= self.cursor < len(self.entries) else None

    def validate_cursor(self, cursor: int) -> int:
        """Within the list."""
        return max(0, min(cursor, len(self.entries) - 1))

    def watch_cursor(self) -> None:
        """Repaint, keep the cursor in view, and ask for more in time."""
        self._keep_in_view()
        self.redraw()
        if self.current is not None:
            self.post_message(self.Moved(self.current))
        if self.rest_below and self.cursor >= len(self.entries) - NEAR:
            self.post_message(self.Wanted(1))
        if self.rest_above and self.cursor < NEAR:
            self.post_message(self.Wanted(-1))

    def move(self, step: int) -> None:
        """Move the cursor by entries."""
        self.cursor += step

    def page(self, step: int) -> None:
        """Move the cursor by a screenful."""
        self.cursor += step * max(self.size.height - 1, 1)

    def _keep_in_view(self) -> None:
        height = max(self.size.height, 1)
        last = max(len(self.entries) - height, 0)
        self.top = max(0, min(max(self.top, self.cursor - height + 1), self.cursor, last))

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._keep_in_view()

    def on_click(self, event: events.Click) -> None:
        """One click moves the cursor, two open the case."""
        index = self.top + event.y
        if 0 <= index < len(self.entries):
            self.cursor = index
            if event.chain >= 2 and self.current is not None:
                self.post_message(self.Chosen(self.current))

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """Number, time, who and what of the entries in view; ``!`` marks a decision that was changed since."""
        if not self.entries:
            return [[("   ", ""), (ascii_text(self.nothing) if self.ascii_only else self.nothing, "dim")]]
        shown = self.entries[self.top : self.top + height]
        digits = max((len(str(line.number)) for line in shown), default=1)
        time = TIME["wide" if width >= WIDE else "narrow"]
        found: list[Line] = []
        for place, line in enumerate(shown, start=self.top):
            here = place == self.cursor
            what = max(width - digits - time - WHO - 8, 1)
            spans = [
                (" > " if here else "   ", "key"),
                (f"{line.number:>{digits}} ", "dim"),
                (line.recorded_at[:time].replace("T", " ") + " ", "dim"),
                (fixed(line.actor_name, WHO) + " ", ""),
                ("!" if line.standing else " ", "alert"),
                (fixed(f" {line.sentence}", what), "strong" if here else ""),
            ]
            found.append([(ascii_text(text), ink) for text, ink in spans] if self.ascii_only else spans)
        return found
