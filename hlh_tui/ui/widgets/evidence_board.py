"""The evidence board: one line an item, the cursor's day as the last column."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from textual.reactive import reactive

from hlh_tui.ui.values import in_column
from hlh_tui.ui.widgets.board_rows import Board, BoardCell, BoardRow
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, Span, fixed

MARKS = {"met": "✓", "not_met": "✗", "not_evaluable": "?", "high": "H", "low": "L", "": " "}
MARKS_ASCII = {**MARKS, "met": "+", "not_met": "x"}
INK = {"met": "met", "not_met": "not-met", "not_evaluable": "unknown", "high": "alert", "low": "alert", "": ""}
CITED = "*"

ROOMY = 15
"""Lines from which the sentence under the rows may take two."""
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
        sentence = _sentence(self.view, width, lines=2 if height >= ROOMY else 1)
        room = height - 1 - len(sentence)
        first = min(max(self.view.row - room + 1, 0), max(len(self.view.rows) - room, 0))
        marks = MARKS_ASCII if self.ascii_only else MARKS
        shown = list(enumerate(self.view.rows))[first : first + room]
        layout = layout_of(width, len(self.view.columns))
        lines = [_head(self.view, layout, first, len(shown), self.ascii_only)]
        lines += [_row(row, number == self.view.row, self.view.same_as, layout, marks) for number, row in shown]
        lines += [[("", "")]] * (room - len(shown))
        return [*lines, *sentence]


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns for label, unit, each value with its mark, limit, and the words at the end."""

    label: int
    unit: int
    value: int
    limit: int
    words: int


def layout_of(width: int, columns: int) -> Layout:
    """How the width is shared; units and state words need a wide board."""
    label, unit, value, limit = (12, 0, 9, 8) if width < NARROW_BELOW else (14, 9, 10, 10)
    return Layout(label, unit, value, limit, max(width - label - unit - value * columns - limit - 1, 0))


def _head(view: Board, layout: Layout, first: int, shown: int, ascii_only: bool) -> Line:
    more = len(view.rows) > shown
    title = f"{first + 1}-{first + shown} of {len(view.rows)}" if more else "criterion"
    spans: list[Span] = [(fixed(title, layout.label + layout.unit), "head")]
    for place, column in enumerate(view.columns):
        here = place == view.same_as or place == len(view.columns) - 1
        pointer = ("<" if ascii_only else "◂") if here else " "
        spans.append((fixed(column + pointer, layout.value, right=True), "strong" if here else "head"))
    spans.append((" " + fixed("limit", layout.limit), "head"))
    spans.append((fixed(view.day_words, layout.words), "strong"))
    return spans


def _row(row: BoardRow, here: bool, same_as: int | None, layout: Layout, marks: dict[str, str]) -> Line:
    spans: list[Span] = [(fixed(row.label, layout.label), "cursor" if here else "dim" if row.context else "")]
    if layout.unit:
        spans.append((fixed(in_column(row.unit), layout.unit), "dim"))
    last = len(row.cells) - 1
    for place, cell in enumerate(row.cells):
        spans += _cell(cell, layout.value, here and place == last, place in (last, same_as), marks)
    spans.append((" " + fixed(row.limit, layout.limit), "dim"))
    ink = "dim" if row.context else INK[row.cells[-1].state]
    spans.append((fixed(_words(row, layout), layout.words), ink))
    return spans


def _words(row: BoardRow, layout: Layout) -> str:
    """State and what stands behind it; without room for both, the state is in the mark already."""
    if not row.state or (row.brief and not layout.unit):
        return row.brief
    between = ": " if row.brief[:1].isalpha() else " "
    words = f"{row.state}{between}{row.brief}" if row.brief else row.state
    return words if len(words) <= layout.words else row.brief


def _cell(cell: BoardCell, width: int, cursor: bool, column: bool, marks: dict[str, str]) -> list[Span]:
    """The value to the right, a star before it where it is cited, and its mark."""
    text = fixed((CITED if cell.cited else "") + in_column(cell.text), width - 1, right=True)
    if cursor:
        return [(text[:1], ""), (text[1:] + marks[cell.state], "cursor")]
    under = " cursor-dim" if column else ""
    return [
        (text[:1], ""),
        (text[1:], ("cited" if cell.cited else "") + under),
        (marks[cell.state], INK[cell.state] + under),
    ]


def _sentence(view: Board, width: int, lines: int) -> list[Line]:
    """Why the item of the cursor's row stands as it does, always on as many lines, so that the rows stay in place."""
    row = view.rows[view.row]
    words = row.why if row.why.casefold().startswith(row.label.casefold()) else f"{row.label}: {row.why}"
    held = [words]
    if lines == 2:
        first = next(iter(textwrap.wrap(words, width)), "")
        held = [first, words[len(first) :].lstrip()]
    return [[(fixed(each, width), "dim")] for each in held]
