"""The page that sets the readers of one case side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from hlh_tui.review.consensus.consensus_text import how_far, marks_of, settled_words
from hlh_tui.ui.present import ascii_text
from hlh_tui.ui.screens.differences_pages import clean, cut, said
from hlh_tui.ui.values import day_text, in_a_row
from hlh_tui.ui.widgets.line_panel import Line, Span, wrapped
from hlh_tui.ui.widgets.page_pane import Page, Pages, category_ink, kept

if TYPE_CHECKING:
    from hlh_tui.review.consensus.models import Comparison, CriterionRead, Read
    from hlh_tui.review.consensus.rounds import Round, Vote
    from hlh_tui.ui.screens.differences_work import OpenCase

LABEL = 18
LEAST_COLUMN = 16
"""Cells below which readers stand under each other instead of beside."""
STATES = {
    "met": ("met", "met"),
    "not_met": ("not met", "not-met"),
    "not_evaluable": ("n.e.", "unknown"),
    "": ("-", "dim"),
}
MARKS = {
    "cited": ("cited", "cited"),
    "opened": ("opened", ""),
    "never opened": ("never opened", "not-met"),
    "unknown": ("not recorded", "dim"),
}
Cell = list[Span]
Side = Callable[..., list[Line]]
"""``beside`` for the page's width and characters."""


def case_page(opened: OpenCase, *, ascii_only: bool = False) -> Pages:
    """Reads, votes, settlement, criteria and evidence of a case; a sentence where it cannot be compared.

    ``ascii_only``: columns are laid out in the characters that the terminal gets.
    """
    found = opened.comparison
    if found is None:
        return said(opened.problem or "reading the case ...")

    def page(width: int) -> Page:
        def side(label: str, cells: Sequence[Cell], strong: bool = False) -> list[Line]:
            drawn = [[(ascii_text(text), ink) for text, ink in cell] for cell in cells] if ascii_only else cells
            return beside(label, drawn, width, strong=strong)

        return Page(tuple(_lines(opened, found, width, side)))

    return kept(page)


def case_title(opened: OpenCase) -> str:
    """What is known of the case in a line."""
    if opened.comparison is None:
        return opened.patient_id
    one = opened.comparison.difference
    final = f"final {one.final} ({one.source})" if one.final else one.source
    far = how_far(one)
    apart = {"-": "", "confidence": "confidence differs"}.get(far, far)
    return " · ".join(filter(None, [one.patient_id, one.state, apart, final, *marks_of(one)]))


def _lines(opened: OpenCase, found: Comparison, width: int, side: Side) -> list[Line]:
    reads = found.difference.reads
    lines: list[Line] = []
    lines += side("", [[(f"reader {read.number}", "head")] for read in reads])
    lines += side("category", [[(read.category, category_ink(read.category))] for read in reads])
    lines += side("from day", [[("-" if read.day is None else day_text(read.day), "")] for read in reads])
    sure = {"low": "alert"}
    lines += side("confidence", [[(read.confidence, sure.get(read.confidence, ""))] for read in reads])
    days = ["no data" if day is None else f"day {day_text(day)}" for day in found.judged_on]
    lines += side("judged by", [[(day, "")] for day in days])
    lines += side("looked at", [[(_seen(read), "dim")] for read in reads])
    lines += side("because", [[(clean(read.reason) or "no reason given", "")] for read in reads])
    if any(read.stale or read.data_changed for read in reads):
        lines += side("since", [[(_since(read), "alert")] for read in reads])
    lines += _settlement(opened, width)
    lines += _votes(opened.round, opened.waiting, width)
    lines += _criteria(found, width, side)
    return [*lines, *_evidence(found, width, side)]


def _seen(read: Read) -> str:
    if read.seen is None:
        return "not recorded"
    minutes, seconds = divmod(round(read.seen.seconds), 60)
    days = len(read.seen.days)
    hindsight = ", whole course" if read.seen.whole_course else ""
    return f"{minutes} min {seconds:02} s, {days} day{'' if days == 1 else 's'}{hindsight}"


def _since(read: Read) -> str:
    changed = "more of the chart came in" if read.data_changed else ""
    return "; ".join(filter(None, [changed, "the criteria are read otherwise" if read.stale else ""])) or "-"


def _settlement(opened: OpenCase, width: int) -> list[Line]:
    found = opened.comparison
    if found is None:
        return []
    one = found.difference
    if one.settled is not None:
        words = f"{clean(settled_words(one.settled))} ({_time(one.settled.recorded_at)}, #{one.settled.seq})"
        changed: Cell = [("; more of the chart came in since", "alert")] if one.settled.data_changed else []
        return [[], *wrapped([("settled: ", "strong"), (words, ""), *changed], width)]
    if one.state == "agreed":
        return []
    if opened.settling is not None:
        return [[], *wrapped([(f"not settled; {clean(opened.settling)}", "dim")], width)]
    numbers = " or ".join(str(read.number) for read in one.reads)
    return [
        [],
        *wrapped([("not settled: ", "alert"), (f"{numbers} accepts a read, n gives a new category", "dim")], width),
    ]


def _votes(found: Round | None, waiting: tuple[str, ...], width: int) -> list[Line]:
    """The round of votes: who has voted while they are hidden, what was voted afterwards."""
    if found is None:
        return []
    lines: list[Line] = [
        [],
        *wrapped([(f"meeting {clean(found.meeting)}: ", "strong"), *_round(found, waiting)], width),
    ]
    for note in found.notes:
        lines += wrapped([(f"  {clean(note.by)}: ", "dim"), (clean(note.words), "")], width)
    if found.after:
        lines += wrapped([("  after the discussion: ", "dim"), *_ballots(found.after)], width)
    return lines


def _round(found: Round, waiting: tuple[str, ...]) -> Cell:
    if found.reveal is None:
        names = ", ".join(clean(name) for name in found.voted)
        rest = f"; waiting for {', '.join(clean(name) for name in waiting)}" if waiting else "; r reveals"
        return [(f"{names} voted, hidden{rest}", "alert")]
    return [*_ballots(found.blind), (f" ({clean(found.reveal.reason)})", "dim")]


def _ballots(votes: tuple[Vote, ...]) -> Cell:
    spans: Cell = []
    for place, vote in enumerate(votes):
        note = f" ({clean(vote.note)})" if vote.note else ""
        spans += [(", ", "dim")] if place else []
        spans += [(f"{clean(vote.member_name)} ", ""), (vote.category, category_ink(vote.category)), (note, "dim")]
    return spans


def _criteria(found: Comparison, width: int, side: Side) -> list[Line]:
    if not found.criteria:
        return [[], [("criteria: no day of the chart could be evaluated", "dim")]]
    head = f"criteria as each reader had them ({found.criteria_set}); * differs"
    lines: list[Line] = [[], *wrapped([(head, "head")], width)]
    for row in found.criteria:
        label = f"{'*' if row.differs else ' '} {in_a_row(row.label)}"
        somebody = any(cell.cited for cell in row.reads)
        lines += side(label, [_criterion(cell, somebody) for cell in row.reads], row.differs)
    return lines


def _criterion(cell: CriterionRead, somebody_cited: bool) -> Cell:
    state, ink = STATES.get(cell.state, (cell.state, ""))
    spans: Cell = [(state, ink)]
    if cell.value:
        day = "" if cell.value_day is None else f" d{day_text(cell.value_day)}"
        spans.append((f" {clean(cell.value)}{day}", ""))
    if cell.cited:
        spans.append((f" cited d{', d'.join(day_text(day) for day in cell.cited)}", "cited"))
    elif somebody_cited and cell.opened is False:
        spans.append((" never opened", "dim"))
    return spans


def _evidence(found: Comparison, width: int, side: Side) -> list[Line]:
    if not found.evidence:
        return [[], [("evidence: nobody cited any", "dim")]]
    lines: list[Line] = [[], [("evidence that was cited", "head")]]
    for row in found.evidence:
        piece = row.cited
        lines += wrapped([(f"{clean(piece.name)} {clean(piece.text)}, day {day_text(piece.day)}", "")], width)
        lines += side("", [[MARKS.get(mark, (mark, ""))] for mark in row.marks])
    return lines


def beside(label: str, cells: Sequence[Cell], width: int, *, strong: bool = False) -> list[Line]:
    """A label and one cell for each reader beside it; under each other, with their numbers, where they do not fit."""
    column = (width - LABEL) // max(len(cells), 1) - 1
    name: Span = (label, "strong" if strong else "dim")
    if column < LEAST_COLUMN:
        lines: list[Line] = [[name]] if label.strip() else []
        for number, cell in enumerate(cells, start=1):
            lines += [[("  ", ""), *line] for line in wrapped([(f"{number}: ", "dim"), *cell], max(width - 2, 1))]
        return lines
    blocks = [wrapped(cell, column) for cell in cells]
    height = max(len(block) for block in blocks)
    return [
        [
            *cut([name] if not place else [], LABEL),
            *(
                span
                for block in blocks
                for span in (*padded(block[place] if place < len(block) else [], column), (" ", ""))
            ),
        ]
        for place in range(height)
    ]


def padded(spans: Sequence[Span], width: int) -> list[Span]:
    """The spans cut or filled to so many cells."""
    if spans:  # a broken line keeps the blank at its end
        spans = [*spans[:-1], (spans[-1][0].rstrip(), spans[-1][1])]
    size = sum(cell_len(text) for text, _ in spans)
    if size <= width:
        return [*spans, (" " * (width - size), "")]
    return cut(spans, width)


def _time(recorded_at: str) -> str:
    return f"{recorded_at[:10]} {recorded_at[11:16]} UTC"
