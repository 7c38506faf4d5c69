"""The list of cases, painted line by line so that its length does not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import getters
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.present import fit, plain
from hlh_tui.ui.theme import response_style
from hlh_tui.ui.widgets.case_columns import COLUMN_GAP, Column, closed_columns, fitted

if TYPE_CHECKING:
    from textual import events

    from hlh_tui.review.models import CaseRow


class CaseTable(ScrollView, can_focus=True):
    """A heading and one line a case, with a cursor."""

    app = getters.app(HlhApp)
    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Case above", show=False),
        Binding("down,j", "move(1)", "Case below", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "edge(-1)", "First case", show=False),
        Binding("end,G", "edge(1)", "Last case", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Moved(Message):
        """The cursor stands on another case, or other cases are in view."""

        row: CaseRow

    @dataclass
    class Chosen(Message):
        """A case was clicked twice."""

        row: CaseRow

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[CaseRow, ...] = ()
        self._columns: list[tuple[Column, int]] = []
        self._left_out: frozenset[str] = frozenset()
        self._base = Style()

    def show(self, rows: tuple[CaseRow, ...]) -> None:
        """Show these cases; the cursor stays on its case if that is still there."""
        before = self.current
        self.rows = rows
        self._left_out = closed_columns(rows)
        if before is not None:
            ids = {row.patient_id: index for index, row in enumerate(rows)}
            self.cursor = ids.get(before.patient_id, min(self.cursor, max(len(rows) - 1, 0)))
        self.virtual_size = Size(self.room, len(rows) + 1)
        self.refresh()
        self._keep_in_view()
        self._tell_moved()

    def go_to(self, patient_id: str) -> None:
        """Put the cursor on a case."""
        self.cursor = next((i for i, row in enumerate(self.rows) if row.patient_id == patient_id), self.cursor)

    @property
    def current(self) -> CaseRow | None:
        """The case under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def in_view(self) -> tuple[CaseRow, ...]:
        """The cases on the screen, from the top."""
        top = round(self.scroll_y)
        return self.rows[top : top + max(self.size.height - 1, 0)]

    @property
    def room(self) -> int:
        """Cells for a line, beside the scrollbar."""
        return self.scrollable_content_region.width

    def validate_cursor(self, cursor: int) -> int:
        """Within the list."""
        return max(0, min(cursor, len(self.rows) - 1))

    def watch_cursor(self) -> None:
        """Repaint and keep the cursor in view."""
        self.refresh()
        self._keep_in_view()
        self._tell_moved()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other cases come into view."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._tell_moved()

    def _tell_moved(self) -> None:
        if self.current is not None:
            self.post_message(self.Moved(self.current))

    def _keep_in_view(self) -> None:
        room = max(self.size.height - 1, 1)
        top = round(self.scroll_y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + room:
            self.scroll_to(y=self.cursor - room + 1, animate=False)

    def action_move(self, step: int) -> None:
        """Move the cursor by cases."""
        self.cursor += step

    def action_page(self, step: int) -> None:
        """Move the cursor by a screenful."""
        self.cursor += step * max(self.size.height - 2, 1)

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or the last case."""
        self.cursor = 0 if side < 0 else len(self.rows) - 1

    def on_click(self, event: events.Click) -> None:
        """One click moves the cursor, two open the case."""
        index = event.y - 1 + round(self.scroll_y)
        if event.y > 0 and 0 <= index < len(self.rows):
            self.cursor = index
            if event.chain >= 2 and self.current is not None:
                self.post_message(self.Chosen(self.current))

    def on_resize(self) -> None:
        """Choose the columns that fit."""
        self._columns = fitted(self.room - 1, self._left_out)
        self.virtual_size = Size(self.room, len(self.rows) + 1)
        self._keep_in_view()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region; what they share is looked up once, not once a line."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The heading, a case, or an empty line."""
        width = self.room
        if y == 0:
            return self._heading(width)
        index = y - 1 + round(self.scroll_y)
        if index >= len(self.rows):
            return Strip.blank(width, self._base)
        row, here = self.rows[index], index == self.cursor
        base = self._base
        if here:
            base = base + Style(bgcolor=self.app.theme_variables["panel"], bold=True)
        segments = [Segment(" ", base)]
        for number, (column, cells) in enumerate(self._columns):
            gap = " " * (COLUMN_GAP if number < len(self._columns) - 1 else 0)
            words = plain(column.words(row)).plain if column.words(row) else ""
            fitted_words = fit(words, cells, column.right, self.app.ascii_only)
            segments.append(Segment(fitted_words + gap, base + self._style_of(column, row)))
        return Strip(segments).adjust_cell_length(width, base)

    def _style_of(self, column: Column, row: CaseRow) -> Style:
        category = {"mine": row.mine, "final": row.final}.get(column.id)
        if category is not None:
            return response_style(self.app.theme_variables, category)
        if row.waits and column.id == "case":
            return Style(bold=True)
        return Style()

    def _heading(self, width: int) -> Strip:
        style = self._base + Style(color=self.app.theme_variables["faint"], underline=True)
        gap = " " * COLUMN_GAP
        words = gap.join(fit(column.heading, cells, column.right) for column, cells in self._columns)
        return Strip([Segment(" " + words, style)]).adjust_cell_length(width, style)
