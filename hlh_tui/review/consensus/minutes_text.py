"""Minutes as text, Markdown and HTML: one account in blocks, written three ways."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.review.consensus.disagreements import kind_label
from hlh_tui.review.reason import day_text
from hlh_tui.study.log import time_in_words

if TYPE_CHECKING:
    from hlh_tui.review.consensus.minutes import Agreement, CaseMinutes, MeetingMinutes, Minutes
    from hlh_tui.review.consensus.models import Settled
    from hlh_tui.review.consensus.rounds import Vote

FORMATS = {".txt": "text", ".md": "markdown", ".html": "html"}
"""Ending of a file -> the format that it asks for."""
UNDER = {1: "=", 2: "-"}
"""What headings of a level are underlined with in text."""
SYNTHETIC = "The patients of this study are synthetic."


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of a level (1-3), or under level 0 a line; ``entry``: a point of a list."""

    words: str
    level: int = 0
    entry: bool = False


def minutes_in(found: Minutes, form: str) -> str:
    """The minutes in a format of ``FORMATS``, ending with a line feed."""
    written = {"text": _as_text, "markdown": _as_markdown, "html": _as_html}[form]
    return written(_blocks(found))


def _as_text(blocks: list[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        if block.level:
            lines += [*([""] if lines else []), block.words]
            lines += [UNDER[block.level] * len(block.words)] if block.level in UNDER else []
        else:
            lines.append(f"  {block.words}" if block.entry else block.words)
    return "\n".join(lines) + "\n"


def _as_markdown(blocks: list[Block]) -> str:
    lines: list[str] = []
    listed = False
    for block in blocks:
        words = "".join(f"\\{each}" if each in MARKED else each for each in block.words)
        if not (listed and block.entry) and lines:
            lines.append("")
        lines.append(f"{'#' * block.level} {words}" if block.level else f"- {words}" if block.entry else words)
        listed = block.entry
    return "\n".join(lines) + "\n"


MARKED = frozenset("\\`*_{}[]<>#|!~&")
"""Characters that Markdown would read as its own."""

STYLE = (
    "body{font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em;line-height:1.4}"
    "h1,h2,h3{line-height:1.2}ul{margin:.3em 0}"
)


def _as_html(blocks: list[Block]) -> str:
    parts: list[str] = []
    listed = False
    for block in blocks:
        if listed and not block.entry:
            parts.append("</ul>")
        if block.entry and not listed:
            parts.append("<ul>")
        listed = block.entry
        tag = f"h{block.level}" if block.level else "li" if block.entry else "p"
        parts.append(f"<{tag}>{html.escape(block.words)}</{tag}>")
    parts += ["</ul>"] if listed else []
    title = html.escape(blocks[0].words)
    head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    return f"{head}<style>{STYLE}</style></head>\n<body>\n" + "\n".join(parts) + "\n</body></html>\n"


# The account


def _blocks(found: Minutes) -> list[Block]:
    blocks = [Block("Minutes of consensus meetings", 1)]
    blocks += [Block(SYNTHETIC)] if found.synthetic else []
    blocks += [
        _line(f"Study: {found.study}"),
        _line(f"Protocol: {found.protocol}, review: {found.topology.replace('_', ' ')}, phase: {found.phase}"),
        _line(f"As of entry {found.head_seq} of the log, hash {found.head_hash}"),
        _line(f"Written {time_in_words(found.made_at)}"),
    ]
    if not found.meetings:
        blocks.append(Block("No meeting has been held yet."))
    for meeting in found.meetings:
        blocks += _meeting(meeting)
    if found.without_meeting:
        blocks.append(Block("Settled without a meeting", 2))
        blocks += [_line(f"{case}: {_settled(each)}") for case, each in found.without_meeting]
    if found.open_cases:
        blocks += [Block("Not settled yet", 2), Block(", ".join(found.open_cases))]
    return [Block(_clean(block.words), block.level, block.entry) for block in blocks]


def _meeting(meeting: MeetingMinutes) -> list[Block]:
    people = ", ".join(f"{name} ({role})" if role else name for name, role in meeting.took_part)
    return [
        Block(f"Meeting {meeting.name}", 2),
        _line(f"From {time_in_words(meeting.began)} to {time_in_words(meeting.ended)}"),
        _line(f"Took part: {people}"),
        _line(f"Agreement of the independent reads: {agreement_words(meeting.first_reads)}"),
        _line(f"Agreement at the blind vote: {agreement_words(meeting.blind)}"),
        _line(f"Agreement after the discussion: {agreement_words(meeting.after)}"),
        *(block for case in meeting.cases for block in _case(case)),
    ]


def _case(case: CaseMinutes) -> list[Block]:
    one = case.round
    reads = ", ".join(f"reader {number} {category}" for number, category in case.first_reads)
    blocks = [Block(one.patient_id, 3), _line(f"Independent reads: {reads or 'none'}")]
    if one.reveal is None:
        return [*blocks, _line(f"Voted so far: {', '.join(one.voted)}; the votes are hidden until they are revealed")]
    blocks.append(_line(f"Blind votes: {_votes(one.blind)}"))
    blocks.append(_line(f"Revealed {time_in_words(one.reveal.recorded_at)} by {one.reveal.by}: {one.reveal.reason}"))
    blocks += [_line(f"Discussion, {note.by}, {time_in_words(note.recorded_at)}: {note.words}") for note in one.notes]
    if one.after:
        blocks.append(_line(f"Votes after the discussion: {_votes(one.after)}"))
        blocks += [_line(f"Changed their vote: {', '.join(case.changed)}")] if case.changed else []
    return [*blocks, _line(f"Final: {_settled(one.outcome)}" if one.outcome is not None else "Final: not settled yet")]


def agreement_words(found: Agreement) -> str:
    """``3 of 4 cases unanimous, 5 of 6 pairs of ratings agree (83.3 %)``, or that there is nothing to compare."""
    if found.share is None:
        return "no case has two ratings"
    cases = "case" if found.cases == 1 else "cases"
    share = f"{found.agreeing} of {found.pairs} pairs of ratings agree ({found.share * 100:.1f} %)"
    alpha = "undefined (one category)" if found.alpha is None else f"{round(found.alpha, 2) + 0.0:.2f}"
    return f"{found.unanimous} of {found.cases} {cases} unanimous, {share}, Krippendorff's alpha {alpha}"


def _votes(votes: tuple[Vote, ...]) -> str:
    return ", ".join(f"{vote.member_name} {vote.category}{f' ({vote.note})' if vote.note else ''}" for vote in votes)


def _settled(one: Settled) -> str:
    day = "" if one.day is None else f" from day {day_text(one.day)}"
    taken = {None: "", "new": ", a new category"}.get(one.accepted, f", read {one.accepted} accepted")
    kind = f", {kind_label(one.disagreement)}" if one.disagreement else ""
    how = "adjudicated" if one.role == "adjudicator" else "consensus"
    return (
        f"{one.category}{day}, {how} written by {one.by} {time_in_words(one.recorded_at)}, entry {one.seq}{taken}"
        f"{kind}, {one.confidence} confidence: {one.reason}"
    )


def _line(words: str) -> Block:
    return Block(words, entry=True)


def _clean(words: str) -> str:
    """The words on one line, without characters that could steer a terminal."""
    kept = (" " if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") else each for each in words)
    return "".join(kept)
