"""The lists of the Differences screen: cases, the worst first, and data queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from hlh_tui.review.consensus.consensus_text import how_far
from hlh_tui.ui.present import counted, plain
from hlh_tui.ui.values import day_text
from hlh_tui.ui.widgets.line_panel import Line, Span, fixed, wrapped
from hlh_tui.ui.widgets.page_pane import Page, Pages, category_ink, kept

if TYPE_CHECKING:
    from hlh_tui.review.consensus.models import Difference, Read
    from hlh_tui.review.queries import DataQuery
    from hlh_tui.ui.screens.differences_work import Table

FILTERS = ("open", "settled", "all")
"""Which cases are listed, in the order in which ``x`` goes through them."""
COLUMNS = (("case", 9), ("state", 8), ("final", 6), ("source", 12), ("how far", 11), ("marks", 5))
NARROW = 70
"""Cells from which every column fits; below, how far and source are left out."""
LEFT_OUT = ("how far", "source")
LEAST_READS = 18
MOST_LISTED = 1000
"""Cases on the screen at most: the worst ones; a page is made on the keyboard's thread."""


def said(words: str) -> Pages:
    """A page of words alone."""
    return kept(
        lambda width: Page(tuple(line for each in words.splitlines() for line in wrapped([(clean(each), "")], width)))
    )


def clean(words: object) -> str:
    """A value from the data on one line, without control characters; nothing for None."""
    return "" if words in (None, "") else plain(words).plain


def listed(table: Table, only: str) -> tuple[Difference, ...]:
    """The cases that a filter lists."""
    return tuple(one for one in table.differences if one.listed_as(only))


def cases_page(table: Table, only: str) -> Pages:
    """One line a case; a sentence where there is none."""
    found = listed(table, only)
    if table.problem:
        return said(table.problem)
    if not found:
        return said(nothing_listed(table, only))
    return kept(lambda width: _cases(found, width))


def nothing_listed(table: Table, only: str) -> str:
    """Why the list is empty."""
    if not table.differences:
        return "no case has been decided by two readers yet"
    readers = counted(len(table.differences), "case")
    if only == "open":
        return f"nothing is open: of {readers} read by two or more, each is agreed on or settled; x lists them"
    return f"of {readers} read by two or more, none is {only}; x lists others"


def _cases(found: Sequence[Difference], width: int) -> Page:
    columns = [one for one in COLUMNS if width >= NARROW or one[0] not in LEFT_OUT]
    room = max(width - sum(cells + 1 for _, cells in columns), LEAST_READS)
    head = [(fixed(name, cells), "head") for name, cells in columns]
    head.insert(2, (fixed("reads", room), "head"))
    lines: list[Line] = [_spaced(head)]
    stops = []
    for one in found[:MOST_LISTED]:
        stops.append((len(lines), one.patient_id))
        cells = [(fixed(_words(one, name), size), _ink(one, name)) for name, size in columns]
        lines.append([*_spaced(cells[:2]), (" ", ""), *_reads(one.reads, room), (" ", ""), *_spaced(cells[2:])])
    if len(found) > MOST_LISTED:
        words = f"{counted(len(found) - MOST_LISTED, 'case')} more, less far apart; hlh-tui compare lists them all"
        lines += [[], *wrapped([(words, "dim")], width)]
    return Page(tuple(lines), tuple(stops))


def _spaced(spans: Sequence[Span]) -> list[Span]:
    return [each for place, span in enumerate(spans) for each in ((" ", ""), span)[0 if place else 1 :]]


def _words(one: Difference, column: str) -> str:
    words = {
        "case": one.patient_id,
        "state": one.state,
        "final": one.final or "-",
        "source": one.source,
        "how far": _far(one),
        "marks": marks(one),
    }
    return words[column]


def _far(one: Difference) -> str:
    """How far the reads are apart, in a column's width."""
    if one.distance:
        return f"{counted(one.distance, 'rank')}{', NE' if one.evaluability else ''}"
    return {"evaluable or not": "NE or not"}.get(how_far(one), how_far(one))


def _ink(one: Difference, column: str) -> str:
    if column == "final":
        return category_ink(one.final or "")
    return {"case": "strong", "state": "alert" if one.state == "open" else "dim"}.get(column, "dim")


def marks(one: Difference) -> str:
    """``!`` read under other criteria, ``+`` more of the chart came in since, and how many queries are open."""
    stale = "!" if any(read.stale for read in one.reads) else ""
    queries = f"Q{one.open_queries}" if one.open_queries else ""
    return f"{stale}{'+' if one.data_changed else ''}{queries}"


def _reads(reads: tuple[Read, ...], room: int) -> list[Span]:
    """``CR d14 | NR low`` in the order of the readers' numbers, cut to the room."""
    spans: list[Span] = []
    for place, read in enumerate(reads):
        spans += [(" | ", "dim")] if place else []
        spans.append((fixed(read.category, len(read.category)), category_ink(read.category)))
        day = "" if read.day is None else f" d{day_text(read.day)}"
        spans.append((f"{day}{' low' if read.confidence == 'low' else ''}", "dim"))
    return cut(spans, room)


def cut(spans: Sequence[Span], room: int) -> list[Span]:
    """The spans in exactly so many cells."""
    kept_: list[Span] = []
    for text, ink in spans:
        size = min(cell_len(text), room)
        if size:
            kept_.append((fixed(text, size), ink))
        room -= size
    return [*kept_, (" " * room, "")] if room > 0 else kept_


def title(table: Table, only: str) -> str:
    """How many cases are open, settled and agreed on, and which are listed."""
    counts = {state: sum(one.state == state for one in table.differences) for state in ("open", "settled", "agreed")}
    waiting = sum(one.is_open for one in table.queries)
    parts = [f"{number} {state}" for state, number in counts.items()]
    changed = sum(one.data_changed for one in table.differences)
    parts += [f"{changed} with new data (+)"] if changed else []
    other = f"tab: data queries, {waiting} open"
    if table.problem:
        return f"differences are closed · {other}"
    return f"{', '.join(parts)} · listed: {only} (x) · {other}"


# Data queries


def queries_title(table: Table) -> str:
    """How many queries wait for whom."""
    states = {state: sum(one.state == state for one in table.queries) for state in ("open", "reopened", "answered")}
    closed = sum(one.state == "closed" for one in table.queries)
    parts = [f"{number} {state}" for state, number in (*states.items(), ("closed", closed)) if number]
    return f"data queries: {', '.join(parts) or 'none'} · tab: differences"


def queries_page(table: Table) -> Pages:
    """Every query with its steps, open ones first; a sentence where there is none."""
    if not table.queries:
        return said("no data queries; d on a value of the Review screen raises one, or d on a case here")
    return kept(lambda width: _queries(table.queries, width))


def _queries(found: tuple[DataQuery, ...], width: int) -> Page:
    lines: list[Line] = []
    stops = []
    for one in found:
        stops.append((len(lines), str(one.seq)))
        days = counted(one.age_days, "day")
        owner = f" · for {clean(one.owner)}" if one.owner else ""
        about = " ".join(filter(None, [clean(one.about.name), clean(one.about.text)]))
        head = f"{one.patient_id}  {about}, day {day_text(one.about.day)}"
        state = "alert" if one.state in ("open", "reopened") else "unknown" if one.state == "answered" else "dim"
        lines += wrapped([(f"{one.state} ", state), (head, "strong"), (f" · {days}{owner}", "dim")], width)
        for step in one.steps:
            when = step.recorded_at[:10]
            words = [(f"  {when} {clean(step.actor_name)} {step.what}: ", "dim"), (clean(step.words), "")]
            lines += wrapped(words, width)
        lines.append([])
    return Page(tuple(lines), tuple(stops))
