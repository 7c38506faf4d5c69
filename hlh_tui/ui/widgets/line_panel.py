"""A panel drawn line by line from styled spans; text of the data is never read as markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

Span = tuple[str, str]
"""A piece of text and the name of its inks (see ``INKS``) with blanks between, "" for the panel's own."""

Line = Sequence[Span]

INKS = (
    "dim", "strong", "met", "not-met", "unknown", "cited", "cursor", "cursor-dim", "drug", "dose", "course", "event",
    "alert", "key", "chosen", "head", "mark",
)  # fmt: skip


class LinePanel(Widget):
    """Lines of spans, repainted only when they change.

    A subclass fills ``lines(width, height)``; it calls ``redraw`` when its view changed.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"ink--{ink}" for ink in INKS}

    DEFAULT_CSS = """
    LinePanel {
        & .ink--dim { color: $text-muted; }
        & .ink--strong { text-style: bold; }
        & .ink--head { color: $text-muted; text-style: bold; }
        & .ink--met { color: $text-success; }
        & .ink--not-met { color: $text-error; text-style: bold; }
        & .ink--unknown { color: $text-warning; }
        & .ink--cited { color: $text-accent; text-style: bold underline; }
        & .ink--cursor { background: $primary; color: $background; text-style: bold; }
        & .ink--cursor-dim { background: $surface-lighten-2; }
        & .ink--drug { color: $text-primary; }
        & .ink--course { color: $primary 70%; }
        & .ink--dose { color: $text-accent; text-style: bold; }
        & .ink--event { text-style: bold; }
        & .ink--alert { color: $text-warning; text-style: bold; }
        & .ink--key { color: $text-accent; text-style: bold; }
        & .ink--chosen { background: $accent; color: $background; text-style: bold; }
        & .ink--mark { color: $text-accent; }
    }
    """

    _drawn: tuple[tuple[int, int], list[Strip]] | None = None

    def lines(self, _width: int, _height: int, /) -> Sequence[Line]:
        """The lines for a panel of that size, at most as many as its height; a panel that draws nothing has none."""
        return ()

    def redraw(self) -> None:
        """Draw again from the current view."""
        self._drawn = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw again when the theme changed."""
        self._drawn = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of the panel."""
        size = (self.size.width, self.size.height)
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, [self._strip(line, size[0]) for line in self.lines(*size)])
        strips = self._drawn[1]
        return strips[y] if y < len(strips) else Strip.blank(size[0], self.rich_style)

    @property
    def ascii_only(self) -> bool:
        """Whether the app was asked to draw with ASCII alone."""
        return bool(getattr(self.app, "ascii_only", False))

    def _style(self, inks: str, plain: Style) -> Style:
        """The style of one ink, or of several names put over each other."""
        return sum((self.get_component_rich_style(f"ink--{ink}", partial=True) for ink in inks.split()), plain)

    def _strip(self, line: Line, width: int) -> Strip:
        plain = self.rich_style
        segments = [Segment(text, self._style(ink, plain)) for text, ink in line if text]
        return Strip(segments).adjust_cell_length(width, plain)


class FixedLines(LinePanel):
    """Lines that are the same at every width; one that does not fit is cut and ends in ``~``."""

    content: reactive[tuple[tuple[Span, ...], ...]] = reactive((), layout=False)

    def watch_content(self) -> None:
        """Draw the new lines."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The content, as many lines as fit."""
        return [cut(line, width) for line in self.content[:height]]


def cut(line: Line, width: int) -> Line:
    """The line where it fits into ``width`` cells, else its beginning with ``~`` in the last cell."""
    if sum(cell_len(text) for text, _ in line) <= width:
        return line
    kept: list[Span] = []
    left = max(width - 1, 0)
    for text, ink in line:
        kept.append((set_cell_size(text, left) if cell_len(text) > left else text, ink))
        left -= cell_len(kept[-1][0])
    return [*kept, ("~", "dim")] if width > 0 else []


def fixed(text: str, width: int, right: bool = False) -> str:
    """The text cut or padded to exactly ``width`` cells; control characters and line breaks become spaces."""
    clean = "".join(character if character.isprintable() else " " for character in text)
    size = cell_len(clean)
    if size > width:
        return set_cell_size(clean, max(width - 1, 0)) + ("~" if width > 0 else "")
    return " " * (width - size) + clean if right else clean + " " * (width - size)


def wrapped(spans: Line, width: int) -> list[list[Span]]:
    """The spans broken into lines of at most ``width`` cells, between words where possible."""
    lines: list[list[Span]] = [[]]
    used = 0
    for text, ink in spans:
        for word in _words(text):
            if used and used + cell_len(word.rstrip()) > width:
                lines.append([])
                used = 0
            lines[-1].append((word, ink))
            used += cell_len(word)
    return lines


def _words(text: str) -> list[str]:
    words = text.split(" ")
    return [word + " " for word in words[:-1]] + ([words[-1]] if words[-1] else [])
