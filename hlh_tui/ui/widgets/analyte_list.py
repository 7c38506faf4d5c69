"""The analytes that are charted, with the number of patients, those of the protocol first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.reactive import reactive

from hlh_tui.ui.present import ascii_text
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, fixed

if TYPE_CHECKING:
    from hlh_tui.cohort.biomarkers.measurements import Charted

COUNT = 6
"""Cells of the number of patients with the blank before it."""


class AnalyteList(LinePanel):
    """One line an analyte; the list scrolls so that the one under the cursor is in view."""

    DEFAULT_CSS = """
    AnalyteList {
        & .ink--dim { color: $faint; }
        & .ink--head { color: $faint; text-style: bold; }
    }
    """

    listed: reactive[tuple[Charted, ...]] = reactive((), layout=False)
    place: reactive[int] = reactive(0, layout=False)

    def watch_listed(self) -> None:
        """Draw the new list."""
        self.redraw()

    def watch_place(self) -> None:
        """Draw the cursor where it stands now."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """A heading, then the analytes in view; ``*`` marks those that the protocol names."""
        room = max(height - 1, 1)
        first = min(max(self.place - room + 1, 0), max(len(self.listed) - room, 0))
        name = max(width - COUNT - 2, 4)
        lines: list[Line] = [[(fixed("  analyte", name + 2), "head"), (fixed("n", COUNT, right=True), "head")]]
        for number, each in enumerate(self.listed[first : first + room], first):
            label = each.analyte.label if len(each.analyte.label) <= name else each.analyte.short
            words = ascii_text(label) if self.ascii_only else label
            ink = "cursor" if number == self.place else "" if each.patients else "dim"
            lines.append(
                [
                    ("* " if each.named else "  ", "key"),
                    (fixed(words, name), ink),
                    (fixed(str(each.patients), COUNT, right=True), "dim"),
                ]
            )
        return lines
