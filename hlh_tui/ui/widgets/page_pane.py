"""A pane that shows a page of lines, some of which a cursor can stand on, and scrolls to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.reactive import reactive

from hlh_tui.ui.present import ascii_text
from hlh_tui.ui.widgets.line_panel import Line, LinePanel

HEAT = ("heat-1", "heat-2", "heat-3", "heat-4")
CATEGORIES = ("category-cr", "category-pr", "category-imp", "category-nr", "category-ne")
MARGIN = 2
"""Cells before every line, where the cursor's mark stands."""
ASCII_SLACK = 4
"""Cells kept free after every line for what takes more of them in ASCII, such as at least and degrees."""


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, and which of them begin something that can be opened: the line's number and what it opens."""

    lines: tuple[Line, ...] = ()
    stops: tuple[tuple[int, str], ...] = ()


Pages = Callable[[int], Page]
"""The page for so many cells."""


def kept(build: Callable[[int], Page]) -> Pages:
    """A page built once for each width."""
    known: dict[int, Page] = {}

    def page(width: int) -> Page:
        if width not in known:
            known[width] = build(width)
        return known[width]

    return page


def nothing(_width: int) -> Page:
    """An empty page."""
    return Page()


class PagePane(LinePanel):
    """Draws ``pages``; ``place`` is the stop under the cursor, ``top`` the first line shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"ink--{ink}" for ink in (*HEAT, *CATEGORIES)}
    DEFAULT_CSS = """
    PagePane {
        & .ink--heat-1 { color: $foreground; }
        & .ink--heat-2 { background: $panel; color: $foreground; text-style: bold; }
        & .ink--heat-3 { background: $secondary; color: $background; text-style: bold; }
        & .ink--heat-4 { background: $primary; color: $background; text-style: bold; }
        & .ink--category-cr { color: $response-cr; text-style: bold; }
        & .ink--category-pr { color: $response-pr; text-style: bold; }
        & .ink--category-imp { color: $response-imp; }
        & .ink--category-nr { color: $response-nr; text-style: underline; }
        & .ink--category-ne { color: $response-ne; text-style: italic; }
    }
    """

    pages: reactive[Pages] = reactive[Pages](lambda: nothing, layout=False)
    place: reactive[int] = reactive(0, layout=False)
    top: reactive[int] = reactive(0, layout=False)

    def watch_pages(self) -> None:
        """Draw the new page, the cursor still on it."""
        self.place = max(0, min(self.place, len(self.page.stops) - 1))
        self.redraw()

    def watch_place(self) -> None:
        """Draw the cursor where it stands now."""
        self.redraw()

    def watch_top(self) -> None:
        """Draw from there."""
        self.redraw()

    @property
    def page(self) -> Page:
        """The page in the present width."""
        return self.pages(self._room(self.size.width))

    def _room(self, width: int) -> int:
        """Cells of a line of the page in a pane of that width."""
        return max(width - MARGIN - (ASCII_SLACK if self.ascii_only else 0), 1)

    @property
    def target(self) -> str | None:
        """What the line under the cursor opens."""
        stops = self.page.stops
        return stops[min(self.place, len(stops) - 1)][1] if stops else None

    def show(self, pages: Pages, *, from_start: bool = False) -> None:
        """Show other pages; ``from_start``: from the first line and the first stop."""
        if from_start:
            self.place = self.top = 0
        self.pages = pages

    def move(self, step: int) -> None:
        """The cursor to the next stop (1) or the one before (-1); half a pane further where there is none to go to."""
        stops = self.page.stops
        if 0 <= self.place + step < len(stops):
            self.place += step
            self.top = self._top_for(stops[self.place][0])
        else:
            most = max(len(self.page.lines) - self.size.height, 0)
            self.top = max(0, min(self.top + step * max(self.size.height // 2, 1), most))

    def _top_for(self, line: int) -> int:
        """The first line to show so that the line and the one after it are in view."""
        height = max(self.size.height, 1)
        if line < self.top:
            return max(line - 1, 0)
        return max(self.top, line + 2 - height)

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The lines in view, the cursor's marked with ``>`` in the margin."""
        page = self.pages(self._room(width))
        marked = page.stops[self.place][0] if self.place < len(page.stops) else -1
        top = max(0, min(self.top, len(page.lines) - height))
        return [
            [("> " if number == marked else "  ", "key"), *self._drawn_line(line)]
            for number, line in list(enumerate(page.lines))[top : top + height]
        ]

    def _drawn_line(self, line: Line) -> Line:
        return [(ascii_text(text), ink) for text, ink in line] if self.ascii_only else line

    def text(self) -> str:
        """The whole page as plain text."""
        return "\n".join("".join(text for text, _ in line).rstrip() for line in self.page.lines)


def category_ink(category: str) -> str:
    """The ink of a category's code; plain for one that has no colour of its own."""
    ink = f"category-{category.lower()}"
    return ink if ink in CATEGORIES else ""
