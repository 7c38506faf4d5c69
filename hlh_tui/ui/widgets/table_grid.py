"""A cohort table with a cursor on its cells, its notes below the rows, painted line by line."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import getters
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.present import fit, plain

if TYPE_CHECKING:
    from hlh_tui.cohort.tables.models import Cell, Row, Table

GAP = 2
NARROWEST_LABEL = 22
NARROWEST_HEADING = 10
WIDEST_WORD = 16
"""Cells up to which a word of a heading is kept whole, however narrow its column."""
LABEL_SHARE = 3
"""A label too long for one part in so many of the width is cut; a shorter one stands whole."""
WIDEST_LABEL = 52
LABEL_BESIDE = 32
"""Cells of a label that has to give way to a second table."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Cells that a table takes: of each column the widest text and the heading's lines, and the widest label."""

    columns: tuple[int, ...]
    headings: tuple[tuple[str, ...], ...]
    label: int


def measured(table: Table) -> Measured:
    """How wide the columns are; takes a while for thousands of rows, so not on the keyboard's thread."""
    widths, headings = [], []
    for index, name in enumerate(table.columns):
        cells = max((wide(row.cells[index].text) for row in table.rows if index < len(row.cells)), default=0)
        heading = plain(name).plain
        word = min(max(map(cell_len, heading.replace("-", "- ").split()), default=0), WIDEST_WORD)
        lines = textwrap.wrap(heading, max(cells, word, NARROWEST_HEADING))
        widths.append(max([cells, *map(cell_len, lines)]))
        headings.append(tuple(lines))
    label = max((wide(label_of(row)) for row in table.rows), default=0)
    return Measured(tuple(widths), tuple(headings), label)


def wide(text: str) -> int:
    """Cells that a text takes."""
    return len(text) if text.isascii() else cell_len(text)


# Its keys are the screen's: a scrolling container would take the arrows first.
class TableGrid(ScrollView, can_focus=True, inherit_bindings=False):
    """A table; the cursor stands on one cell."""

    app = getters.app(HlhApp)
    COMPONENT_CLASSES: ClassVar = {"heading", "group", "cursor", "current-row", "note"}

    cursor: reactive[tuple[int, int]] = reactive((0, 0))
    """Row and column of the cell under the cursor."""

    @dataclass
    class Moved(Message):
        """The cursor stands on another cell, or the table changed under it."""

        grid: TableGrid

    def __init__(self, id: str) -> None:  # noqa: A002 - the name every widget uses
        super().__init__(id=id)
        self.table: Table | None = None
        self.problem = ""
        self._label = 0
        self._notes: list[str] = []
        self._widths: tuple[int, ...] = ()
        self._headings: list[list[str]] = []
        self._first_column = 0

    def show(self, table: Table | None, widths: Measured | None = None, problem: str = "") -> None:
        """Show a table, or the sentence why there is none; in the same table the cursor keeps its place."""
        other = table is None or self.table is None or table.name != self.table.name
        self.table, self.problem = table, problem
        self._measure(widths or measured(table) if table is not None else Measured((), (), 0))
        if other:
            self.scroll_to(y=0, animate=False)
        self.cursor = self._within(*((0, 0) if other else self.cursor))
        self._lay_out()
        self.post_message(self.Moved(self))

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.table.rows[self.cursor[0]] if self.table and self.table.rows else None

    @property
    def cell(self) -> Cell | None:
        """The cell under the cursor; None in a heading row."""
        return self.row.cells[self.cursor[1]] if self.row and self.cursor[1] < len(self.row.cells) else None

    def move(self, rows: int, columns: int) -> None:
        """Move the cursor by rows and columns, over rows without cells; at the last row the notes scroll into view."""
        if not self.table or not self.table.rows:
            return
        row, column = self.cursor
        target = row + rows
        while 0 <= target < len(self.table.rows) and rows and not holds_something(self.table.rows[target]):
            target += rows
        if not 0 <= target < len(self.table.rows):
            target = row
            self.scroll_relative(y=rows, animate=False)
        self.cursor = self._within(target, column + columns)

    def page(self, step: int) -> None:
        """Move the cursor by as many rows as are in view."""
        if self.table and self.table.rows:
            row, column = self.cursor
            self.cursor = self._within(row + step * max(self.size.height - len(self._headings) - 1, 1), column)

    def _within(self, row: int, column: int) -> tuple[int, int]:
        if not self.table or not self.table.rows:
            return (0, 0)
        rows = self.table.rows
        row = max(0, min(row, len(rows) - 1))
        if not holds_something(rows[row]):
            near = [*range(row, len(rows)), *range(row, -1, -1)]
            row = next((index for index in near if holds_something(rows[index])), row)
        return row, max(0, min(column, len(self.table.columns) - 1))

    def watch_cursor(self) -> None:
        """Repaint with the cursor in view."""
        self._shift_columns()
        row = self.cursor[0]
        room, top = max(self.size.height - len(self._headings), 1), round(self.scroll_y)
        if row < top:
            self.scroll_to(y=max(row - 1, 0), animate=False)
        elif row >= top + room:
            self.scroll_to(y=row - room + 1, animate=False)
        self.refresh()
        self.post_message(self.Moved(self))

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._lay_out()

    @property
    def room(self) -> int:
        """Cells for a line, beside the scrollbar."""
        return self.scrollable_content_region.width

    # Layout: one width for every column, the label takes what is left

    def _lay_out(self) -> None:
        width = max(self.room - 2, 20)
        said = self.table.notes if self.table is not None else (self.problem,)
        self._notes = [line for note in said if note for line in textwrap.wrap(plain(note).plain, width)]
        rows = len(self.table.rows) if self.table is not None else 0
        below = len(self._notes) + 1 if self._notes else 0
        self.virtual_size = Size(self.room, len(self._headings) + rows + below)
        self._shift_columns()
        self.refresh()

    def _measure(self, found: Measured) -> None:
        """Columns as wide as their cells; a longer heading stands in several lines, the shorter ones low."""
        deep = max(map(len, found.headings), default=1)
        filled = [[""] * (deep - len(lines)) + list(lines) for lines in found.headings]
        self._headings = [list(line) for line in zip(*filled, strict=True)]
        self._widths, self._label = found.columns, found.label

    @property
    def notes_below(self) -> int:
        """How many lines of notes lie below what is shown."""
        return max(0, min(len(self._notes), self.virtual_size.height - round(self.scroll_y) - self.size.height))

    def wanted_width(self) -> int:
        """Cells in which all columns fit beside labels that may be cut a little, with border and scrollbar."""
        if self.table is None:
            return 0
        return min(self._label, LABEL_BESIDE) + sum(w + GAP for w in self._widths) + 5

    def _shown_columns(self) -> tuple[int, int]:
        """The first column shown and the one after the last that fits whole beside the narrowest label."""
        left = self.room - 2 - self._least_label()
        last = self._first_column
        while last < len(self._widths) and (left := left - self._widths[last] - GAP) >= 0:
            last += 1
        return self._first_column, max(last, self._first_column + 1)

    def _label_width(self) -> int:
        first, last = self._shown_columns()
        left = self.room - 2 - sum(width + GAP for width in self._widths[first:last])
        return max(min(self._label, left, WIDEST_LABEL), self._least_label())

    def _least_label(self) -> int:
        return max(min(self._label, self.room // LABEL_SHARE), NARROWEST_LABEL)

    def _shift_columns(self) -> None:
        """Leave out columns on the left until the one under the cursor fits."""
        self._first_column = 0
        while self._first_column < self.cursor[1] >= self._shown_columns()[1]:
            self._first_column += 1

    # Painting

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or a note."""
        width = self.room
        if self.table is not None and y < len(self._headings):
            return self._line("", self._headings[y], None, "heading")
        index = y - len(self._headings) + round(self.scroll_y)
        rows = len(self.table.rows) if self.table is not None else 0
        if self.table is not None and index < rows:
            row = self.table.rows[index]
            kind = "" if row.level else "group"
            return self._line(label_of(row), [cell.text for cell in row.cells], index, kind)
        note = index - rows - 1
        words = self._notes[note] if 0 <= note < len(self._notes) else ""
        style = self.rich_style + self.get_component_rich_style("note", partial=True)
        return Strip([Segment(" " + self._fit(words, width - 1), style)]).adjust_cell_length(width, style)

    def _line(self, label: str, texts: list[str], index: int | None, kind: str) -> Strip:
        first, last = self._shown_columns()
        base = self.rich_style
        if kind:
            base = base + self.get_component_rich_style(kind, partial=True)
        here = index is not None and index == self.cursor[0] and self.has_focus
        line = base + self.get_component_rich_style("current-row", partial=True) if here else base
        more_left, more_right = kind == "heading" and first > 0, kind == "heading" and last < len(texts)
        segments = [Segment(("<" if more_left else " ") + self._fit(label, self._label_width()), line)]
        for number in range(first, min(last, len(texts))):
            style = line
            if here and number == self.cursor[1]:
                style = line + self.get_component_rich_style("cursor", partial=True)
            words = self._fit(texts[number], self._widths[number], right=True)
            segments += [Segment(" " * GAP, line), Segment(words, style)]
        segments.append(Segment(">" if more_right else " ", line))
        return Strip(segments).adjust_cell_length(self.room, line)

    def _fit(self, words: str, width: int, right: bool = False) -> str:
        return fit(plain(words).plain if words else "", width, right, self.app.ascii_only)


def label_of(row: Row) -> str:
    """What stands at the left of a row: the label, or the level set in below it."""
    return f"  {row.level}" if row.level else row.label


def holds_something(row: Row) -> bool:
    """Whether a row has a cell to stand on; headings have none."""
    return any(cell.text for cell in row.cells)
