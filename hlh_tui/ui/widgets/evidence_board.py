"""The evidence board: one line an item, the cursor's day as the last column."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive

from hlh_tui.ui.values import in_column
from hlh_tui.ui.widgets.board_rows import Board, BoardCell, BoardRow
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, Span, fixed

MARKS = {"met": "✓", "not_met": "✗", "not_evaluable": "?", "high": "H", "low": "L", "": " "}
MARKS_ASCII = {**MARKS, "met": "+", "not_met": "x"}
INK = {"met": "met", "not_met": "not-met", "not_evaluable": "unknown", "high": "alert", "low": "alert", "": ""}
CITED = "*"

NARROW_BELOW = 100
"""Columns under which units go and the value columns are tighter."""


class EvidenceBoard(LinePanel):
    """The board with its cursor; rows scroll so that the cursor's row is always in view."""

    view: reactive[Board] = reactive(Board(), layout=False)

    def watch_view(self) -> None:
        """Draw the new view."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The head, as many rows as fit, and the sentence of the cursor's row."""
        if not self.view.rows or height < 3:
            return []
        room = height - 2
        first = min(max(self.view.row - room + 1, 0), max(len(self.view.rows) - room, 0))
        marks = MARKS_ASCII if self.ascii_only else MARKS
        shown = list(enumerate(self.view.rows))[first : first + room]
        lines = [_head(self.view, width, first, len(shown), self.ascii_only)]
        lines += [_row(self.view, row, number == self.view.row, width, marks) for number, row in shown]
        lines += [[("", "")]] * (room - len(shown))
        return [*lines, _sentence_line(self.view, width)]


def _widths(width: int) -> tuple[int, int, int, int]:
    """Columns for label, unit, each value with its mark, and limit."""
    return (12, 0, 9, 9) if width < NARROW_BELOW else (14, 9, 11, 11)


def _head(view: Board, width: int, first: int, shown: int, ascii_only: bool) -> Line:
    label, unit, value, limit = _widths(width)
    hidden = len(view.rows) - shown
    spans: list[Span] = [(fixed("criterion", label + unit), "head")]
    for place, column in enumerate(view.columns):
        here = place == view.same_as or place == len(view.columns) - 1
        pointer = "<" if ascii_only else "◂"
        words = f"{column}{pointer}" if here else f"{column} "
        spans.append((fixed(words, value, right=True), "strong" if here else "head"))
    more = f"  rows {first + 1}-{first + shown} of {len(view.rows)}" if hidden else ""
    spans.append((f"  {fixed('limit', limit)}", "head"))
    spans.append((fixed(view.day_words + more, max(width - _used(view, width), 0)), "strong"))
    return spans


def _row(view: Board, row: BoardRow, here: bool, width: int, marks: dict[str, str]) -> Line:
    label, unit, value, limit = _widths(width)
    ink = "cursor" if here else "dim" if row.context else ""
    spans: list[Span] = [(fixed(row.label, label), ink)]
    if unit:
        spans.append((fixed(in_column(row.unit), unit), "dim"))
    last = len(row.cells) - 1
    for place, cell in enumerate(row.cells):
        spans += _cell(cell, value, here and place == last, place in (last, view.same_as), marks)
    spans.append((f"  {fixed(row.limit, limit)}", "dim"))
    words = row.cells[-1].state if row.cells else ""
    spans.append((fixed(row.short, max(width - _used(view, width), 0)), INK.get(words, "")))
    return spans


def _cell(cell: BoardCell, width: int, cursor: bool, column: bool, marks: dict[str, str]) -> list[Span]:
    """Blank, the value to the right, its mark; a cited value carries a star."""
    star = CITED if cell.cited else " "
    text = fixed(star + in_column(cell.text) if cell.text else "", width - 2, right=True)
    if cursor:
        return [(" ", ""), (text + marks[cell.state], "cursor")]
    under = " cursor-dim" if column else ""
    return [
        (" ", ""),
        (text, ("cited" if cell.cited else "") + under),
        (marks[cell.state], INK[cell.state] + under),
    ]


def _used(view: Board, width: int) -> int:
    label, unit, value, limit = _widths(width)
    return label + unit + value * len(view.columns) + 2 + limit


def _sentence_line(view: Board, width: int) -> Line:
    row = view.rows[view.row]
    day = row.cells[-1].day
    words = f"{row.label}: {row.why}" if row.label not in row.why else row.why
    when = "" if day is None else f"  (value of day {day:.2f}".rstrip("0").rstrip(".") + ")"
    return [(fixed(words + when, width), "dim")]
