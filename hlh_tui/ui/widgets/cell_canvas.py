"""A canvas of cells with inks, on which lines are drawn in braille dots (in ASCII one point a cell)."""

from __future__ import annotations

from hlh_tui.ui.present import ascii_text
from hlh_tui.ui.widgets.line_panel import Line, Span

BRAILLE = 0x2800
DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bit of the dot in column 0 or 1 and row 0 to 3 of a cell."""
POINT, STRONG_POINT = ".", "*"


class CellCanvas:
    """``width`` x ``height`` cells from the top left; what is drawn later lies above."""

    def __init__(self, width: int, height: int, ascii_only: bool = False) -> None:
        self.width, self.height, self.ascii_only = max(width, 1), max(height, 1), ascii_only
        self.across, self.down = (1, 1) if ascii_only else (2, 4)
        """Dots of a cell in either direction."""
        self._cells: list[list[tuple[str, str]]] = [[(" ", "")] * self.width for _ in range(self.height)]
        self._dots: dict[tuple[int, int], int] = {}
        self._grounds: dict[tuple[int, int], str] = {}

    def write(self, x: int, y: int, words: str, ink: str = "") -> None:
        """Words from a cell to the right; what lies outside is cut."""
        if not 0 <= y < self.height:
            return
        for place, character in enumerate(ascii_text(words) if self.ascii_only else words, x):
            if 0 <= place < self.width:
                self._cells[y][place] = (character, ink)
                self._dots.pop((place, y), None)

    def ground(self, x: int, y: int, ink: str) -> None:
        """Put an ink under whatever stands in a cell, now or later."""
        self._grounds[x, y] = ink

    def is_blank(self, x: int, y: int) -> bool:
        """Whether nothing stands in a cell."""
        return 0 <= x < self.width and 0 <= y < self.height and self._cells[y][x][0] == " "

    def dot(self, x: int, y: int, ink: str, strong: bool = False) -> None:
        """One dot; x and y count dots (see ``across`` and ``down``)."""
        column, row = x // self.across, y // self.down
        if not (0 <= column < self.width and 0 <= row < self.height):
            return
        if self.ascii_only:
            self._cells[row][column] = (STRONG_POINT if strong else POINT, ink)
            return
        here = (column, row)
        self._dots[here] = self._dots.get(here, 0) | DOTS[x % 2][y % 4]
        self._cells[row][column] = (chr(BRAILLE + self._dots[here]), ink)

    def line(self, start: tuple[int, int], end: tuple[int, int], ink: str, strong: bool = False) -> None:
        """A straight line of dots between two dots."""
        (x, y), (to_x, to_y) = start, end
        steps = max(abs(to_x - x), abs(to_y - y), 1)
        for step in range(steps + 1):
            self.dot(round(x + (to_x - x) * step / steps), round(y + (to_y - y) * step / steps), ink, strong)

    def lines(self) -> list[Line]:
        """The canvas as lines of spans."""
        found: list[Line] = []
        for y, row in enumerate(self._cells):
            runs: list[Span] = []
            for x, (character, over) in enumerate(row):
                ink = f"{self._grounds.get((x, y), '')} {over}".strip()
                if runs and runs[-1][1] == ink:
                    runs[-1] = (runs[-1][0] + character, ink)
                else:
                    runs.append((character, ink))
            found.append(runs)
        return found
