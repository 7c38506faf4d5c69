"""The trail as text for people: each entry with who, when, what, old and new, reason and criteria."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from hlh_tui.review.trail.header import Header
from hlh_tui.review.trail.models import Change, TrailEntry, TrailLine
from hlh_tui.review.trail.moments import ago_words, utc_words

NOTHING = "nothing"
INDENT = "       "


def text_lines(header: Header, entries: Iterable[TrailEntry], now: datetime) -> Iterator[str]:
    """The lines of a written trail, without line ends."""
    width = max(len(name) for name, _ in header.facts())
    yield "AUDIT TRAIL"
    for name, value in header.facts():
        yield f"{name:<{width}}  {value}"
    empty = True
    for entry in entries:
        empty = False
        yield ""
        yield from entry_lines(entry.line, now)
    if empty:
        yield ""
        yield "No entry is as wanted."


def entry_lines(line: TrailLine, now: datetime) -> list[str]:
    """One entry: its number, time, who, and under them what it says."""
    ago = ago_words(line.recorded_at, now)
    when = f"{utc_words(line.recorded_at)} ({ago})" if ago else utc_words(line.recorded_at)
    lines = [f"{line.number:>5}  {when}  {line.actor_name} ({line.actor})", f"{INDENT}{line.sentence}"]
    lines += [f"{INDENT}  {change_words(change)}" for change in line.changes if change.field != "reason"]
    if line.reason:
        lines.append(f"{INDENT}because: {line.reason}")
    if line.standing:
        lines.append(f"{INDENT}! {line.standing}")
    if line.criteria:
        lines.append(f"{INDENT}under {line.criteria}")
    return lines


def change_words(change: Change) -> str:
    """``category: CR -> PR``; ``nothing`` on a side that has no value."""
    return f"{change.field}: {change.old or NOTHING} -> {change.new or NOTHING}"
