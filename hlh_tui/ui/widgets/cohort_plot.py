"""The plot of the Biomarkers screen: whatever was answered, drawn line by line in the theme's colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.reactive import reactive

from hlh_tui.ui.widgets.line_panel import Line, LinePanel

if TYPE_CHECKING:
    from hlh_tui.ui.screens.biomarkers_question import Answer

CURVE_INKS = tuple(f"curve-{number}" for number in range(1, 7))
CATEGORIES = ("category-cr", "category-pr", "category-imp", "category-nr", "category-ne")


class CohortPlot(LinePanel):
    """Draws ``answer``; ``patient`` is the one under the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"ink--{ink}"
        for ink in (
            *CURVE_INKS,
            *CATEGORIES,
            "band",
            "limit",
            "picked",
            "under",
            "cell-met",
            "cell-not-met",
            "cell-unknown",
        )
    }
    DEFAULT_CSS = """
    CohortPlot {
        & .ink--curve-1 { color: $curve-1; }
        & .ink--curve-2 { color: $curve-2; }
        & .ink--curve-3 { color: $curve-3; }
        & .ink--curve-4 { color: $curve-4; }
        & .ink--curve-5 { color: $curve-5; }
        & .ink--curve-6 { color: $curve-6; }
        & .ink--category-cr { color: $response-cr; }
        & .ink--category-pr { color: $response-pr; }
        & .ink--category-imp { color: $response-imp; }
        & .ink--category-nr { color: $response-nr; }
        & .ink--category-ne { color: $response-ne; }
        & .ink--dim { color: $faint; }
        & .ink--head { color: $faint; text-style: bold; }
        & .ink--limit { color: $faint; }
        & .ink--band { background: $panel; }
        & .ink--picked { color: $foreground; text-style: bold; }
        & .ink--under { text-style: underline; }
        & .ink--cell-met { color: $state-met; }
        & .ink--cell-not-met { color: $state-not-met; background: $panel; text-style: bold; }
        & .ink--cell-unknown { color: $state-unknown; text-style: italic; }
    }
    """

    class Resized(Message):
        """The plot has another size: what has room on it may differ."""

    answer: reactive[Answer | None] = reactive(None, layout=False)
    patient: reactive[str | None] = reactive(None, layout=False)

    def on_resize(self) -> None:
        """Tell the screen."""
        self.post_message(self.Resized())

    def watch_answer(self) -> None:
        """Draw what was answered."""
        self.redraw()

    def watch_patient(self) -> None:
        """Draw the cursor where it stands now."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The picture in that size."""
        if self.answer is None or width < 20 or height < 5:
            return []
        return self.answer.draw(self.patient, width, height, self.ascii_only)
