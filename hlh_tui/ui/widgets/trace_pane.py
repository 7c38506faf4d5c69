"""The rules' proposal and how it came about, shown after the reader's first decision."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive

from hlh_tui.ui.widgets.line_panel import Line, LinePanel, Span, fixed


class TracePane(LinePanel):
    """The trace as text; lines too long for the panel are cut, lines too many are counted."""

    trace: reactive[str] = reactive("", layout=False)

    def watch_trace(self) -> None:
        """Draw the new trace."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The trace's lines, the first one as heading."""
        return trace_lines(self.trace, width, height)


def trace_lines(trace: str, width: int, height: int) -> list[list[Span]]:
    """At most ``height`` lines of the trace."""
    words = trace.splitlines()
    shown = words if len(words) <= height else words[: max(height - 1, 0)]
    lines = [[(fixed(line, width), "strong" if number == 0 else "")] for number, line in enumerate(shown)]
    if len(shown) < len(words) and height:
        lines.append([(fixed(f"{len(words) - len(shown)} more lines: hlh-tui assess --explain", width), "dim")])
    return lines
