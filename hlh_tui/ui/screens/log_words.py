"""What the Log screen says: above the list, and of the entry under the cursor."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hlh_tui.review.trail.as_text import change_words
from hlh_tui.review.trail.moments import ago_words, utc_words
from hlh_tui.review.trail.reviewed import reviewed_words
from hlh_tui.ui.present import counted
from hlh_tui.ui.widgets.line_panel import Span, wrapped
from hlh_tui.ui.widgets.page_pane import Page, Pages

if TYPE_CHECKING:
    from hlh_tui.review.trail.models import ReviewState, TrailEntry, TrailLine

LONGEST = 600
"""Characters of one value of an entry that the screen shows; ``hlh-tui log --json`` writes it whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the log holds of what is wanted: the lines of one page, and how many there are in all.

    ``reviewed`` is None for who may not read the whole log.
    """

    lines: tuple[TrailLine, ...]
    count: int
    whole: bool
    reviewed: ReviewState | None


def state_words(answer: Answer | None, wanted: str, newest_first: bool, problem: str) -> str:
    """How many entries, which, in which order."""
    if problem:
        return problem
    if answer is None:
        return "reading the log …"
    parts = [counted(answer.count, "entry", "entries")]
    if not answer.whole:
        parts.append("only yours and the study's while it is blinded")
    parts.append("newest first" if newest_first else "oldest first")
    if wanted:
        parts.append(f"filter: {wanted}")
    return " · ".join(parts)


def review_words(answer: Answer | None) -> str:
    """When the trail was reviewed last, and what came since; "" for who does not review it."""
    if answer is None or answer.reviewed is None:
        return ""
    state = answer.reviewed
    when = "" if state.recorded_at is None else ago_words(state.recorded_at, datetime.now(UTC))
    return reviewed_words(state, when)


def pages_of(entry: TrailEntry | None) -> Pages:
    """The whole entry: its sentence, then everything it holds."""
    if entry is None:
        return lambda _width: Page()
    now = datetime.now(UTC)

    def page(width: int) -> Page:
        lines: list[list[Span]] = []
        for spans, indent in entry_spans(entry, now):
            for number, line in enumerate(wrapped(spans, max(width - indent, 10))):
                lines.append([(" " * indent if number else "", ""), *line])
        return Page(tuple(lines))

    return page


def entry_spans(entry: TrailEntry, now: datetime) -> list[tuple[list[Span], int]]:
    """The paragraphs of an entry, each with the blanks before its further lines."""
    line = entry.line
    when = f"{utc_words(line.recorded_at)}, {ago_words(line.recorded_at, now)}"
    found: list[tuple[list[Span], int]] = [
        ([(f"entry {line.number}  ", "dim"), (line.sentence, "strong")], 2),
        ([(f"{line.actor_name} ({line.actor})  {when}", "")], 2),
    ]
    found += [([("  ", ""), (change_words(change), "mark")], 4) for change in line.changes if change.field != "reason"]
    if line.reason:
        found.append(([("because: ", "dim"), (line.reason, "")], 2))
    if line.standing:
        found.append(([("! ", "alert"), (line.standing, "alert")], 2))
    if line.criteria:
        found.append(([("under ", "dim"), (line.criteria, "")], 2))
    found.append(([("", "")], 0))
    for text in payload_lines(entry.payload):
        indent = len(text) - len(text.lstrip())
        found.append(([(" " * indent, ""), (text.lstrip(), "")], indent + 2))
    found.append(([("hash       ", "dim"), (entry.hash, "")], 11))
    if entry.prev_hash:
        found.append(([("prev hash  ", "dim"), (entry.prev_hash, "")], 11))
    return found


def payload_lines(payload: dict[str, Any]) -> list[str]:
    """The payload as indented JSON, long texts cut."""
    return json.dumps(shortened(payload), ensure_ascii=False, indent=2).splitlines()


def shortened(value: Any) -> Any:
    """The value with long texts cut, and how long they are."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value)} characters)"
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    return [shortened(each) for each in value] if isinstance(value, list) else value
