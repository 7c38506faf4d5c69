"""The rules' proposal and how it came about, shown after the reader's first decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.reactive import reactive

from hlh_tui.assess.models import Best, Evaluation, Item
from hlh_tui.ui.limit_words import charted_words, item_limit
from hlh_tui.ui.values import day_text, in_a_row
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, Span, fixed, wrapped

ITEM_ROOM = 30
"""Columns below which the items' sentences are left to the board."""

INK = {"met": "met", "not_met": "not-met", "not_evaluable": "unknown"}


@dataclass(frozen=True, slots=True)
class TraceView:
    """The proposed best response, the evaluation under the cursor (None on the baseline), and the item there."""

    best: Best
    evaluation: Evaluation | None
    item: Item | None = None


class TracePane(LinePanel):
    """Follows the board's cursor, so that every day's category can be read; empty while it is hidden."""

    view: reactive[TraceView | None] = reactive(None, layout=False)

    def watch_view(self) -> None:
        """Draw the new view."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The proposal, the day's category, its domains, a limit's source; the items' sentences stand on the board."""
        return [] if self.view is None else trace_lines(self.view, width)[:height]


def trace_lines(view: TraceView, width: int) -> list[Line]:
    """The trace in words, wrapped; a domain a line."""
    lines: list[Line] = [*wrapped([("rules  ", "head"), (view.best.why, "strong")], width)]
    evaluation = view.evaluation
    if evaluation is None:
        return [*lines, [("no category is given at baseline", "dim")]]
    head = f"at day {day_text(evaluation.day)}  "
    counts = "" if evaluation.counts else " (this day does not count towards the best response)"
    lines += wrapped([(head, "head"), (f"{evaluation.category}, {evaluation.why}{counts}", "")], width)
    for domain in evaluation.domains:
        lines.append(_domain_line(evaluation, domain.id, width))
    return lines if view.item is None else [*lines, *_item_lines(view.item, width)]


def _item_lines(item: Item, width: int) -> list[list[Span]]:
    """The limit of the item under the cursor with its source, and what its values were charted as."""
    charted = charted_words(item)
    words = f"{item_limit(item)}{f'; {charted}' if charted else ''}"
    return wrapped([(f"{in_a_row(item.label)} limit  ", "head"), (words, "")], width)


def _domain_line(evaluation: Evaluation, domain_id: str, width: int) -> Line:
    """The domain's state, whether it was abnormal at baseline and has improved, and its items."""
    domain = next(each for each in evaluation.domains if each.id == domain_id)
    base = {True: "abnormal", False: "normal", None: "unknown"}[domain.abnormal_at_baseline]
    improved = {"yes": "improved", "no": "not improved", "unknown": "improvement unknown"}[domain.improved]
    items = "; ".join(f"{in_a_row(item.label)} {item.why}" for item in evaluation.items if item.domain == domain_id)
    state = domain.state.replace("_", " ")
    spans: list[Span] = [
        (fixed(f"  {domain.label}", 16), ""),
        (fixed(state, 14), INK[domain.state]),
        (fixed(f"baseline {base}", 18), "dim"),
        (fixed(improved if domain.abnormal_at_baseline else "", 20), ""),
    ]
    room = width - sum(len(text) for text, _ in spans)
    return [*spans, (fixed(items, room), "dim")] if room >= ITEM_ROOM else spans
