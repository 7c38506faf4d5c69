"""Differences and comparisons as plain text for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.consensus.disagreements import kind_label
from hlh_tui.review.reason import day_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hlh_tui.review.consensus.models import Comparison, CriterionRead, Difference, Read, Settled

STATES = {"met": "met", "not_met": "not met", "not_evaluable": "not evaluable", "": "nothing evaluated"}
MARKS = {"cited": "cited", "opened": "opened", "never opened": "NEVER OPENED", "unknown": "not recorded"}


def differences_text(found: Sequence[Difference], only: str) -> str:
    """One line a case, or a sentence where there is none."""
    if not found:
        which = "case has been decided by two readers" if only == "all" else f"{only} case is among those compared"
        return f"no {which}"
    rows = [("case", "state", "reads", "how far", "final", "source", "")]
    rows += [
        (
            one.patient_id,
            one.state,
            " | ".join(read_words(read) for read in one.reads),
            how_far(one),
            one.final or "-",
            one.source,
            ", ".join(marks_of(one)),
        )
        for one in found
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def read_words(read: Read) -> str:
    """``1 CR d14`` or ``2 NR low``."""
    day = "" if read.day is None else f" d{day_text(read.day)}"
    return f"{read.number} {read.category}{day}{' low' if read.confidence == 'low' else ''}"


def how_far(one: Difference) -> str:
    """How far the reads are apart, in words."""
    if one.distance:
        ranks = f"{one.distance} rank{'' if one.distance == 1 else 's'}"
        return f"{ranks}, some NE" if one.evaluability else ranks
    if one.evaluability:
        return "evaluable or not"
    return "confidence" if len({read.confidence for read in one.reads}) > 1 else "-"


def marks_of(one: Difference) -> list[str]:
    """What else a case asks attention for."""
    marks = ["data changed since"] if one.data_changed else []
    if any(read.stale for read in one.reads):
        marks.append("read under other criteria")
    if one.open_queries:
        marks.append(f"{one.open_queries} open quer{'y' if one.open_queries == 1 else 'ies'}")
    return marks


def settled_words(one: Settled) -> str:
    """How a case was settled, in one line."""
    day = "" if one.day is None else f" from day {day_text(one.day)}"
    taken = {None: "", "new": ", a new category"}.get(one.accepted, f", read {one.accepted} accepted")
    kind = f", {kind_label(one.disagreement)}" if one.disagreement else ""
    how = "third reader" if one.role == "adjudicator" else "consensus"
    return f"{one.category}{day} by {one.by} ({how}){taken}{kind}, {one.confidence} confidence: {_one_line(one.reason)}"


def comparison_text(found: Comparison) -> str:
    """One case: its reads, the criteria that differ, and the evidence."""
    one = found.difference
    lines = [f"{one.patient_id}: {one.state}, {how_far(one)}; final {one.final or '-'} ({one.source})"]
    lines += [f"  {mark}" for mark in marks_of(one)]
    for read, day in zip(one.reads, found.judged_on, strict=True):
        judged = "no data to judge by" if day is None else f"judged by day {day_text(round(day, 1))}"
        lines.append(f"reader {read_words(read)}, {read.confidence} confidence, {judged}")
        lines.append(f"  {_one_line(read.reason) or 'no reason given'}")
    if one.settled is not None:
        lines.append(f"settled: {settled_words(one.settled)}")
    if found.criteria:
        lines.append(f"criteria ({found.criteria_set}), * where the readers had or cited different things:")
    else:
        lines.append("criteria: no day of the chart could be evaluated")
    for row in found.criteria:
        lines.append(f"{'*' if row.differs else ' '} {row.label}, limit {row.limit}")
        lines += [f"    {cell.number}: {criterion_words(cell)}" for cell in row.reads]
    lines.append("evidence:" if found.evidence else "evidence: nobody cited any")
    for piece in found.evidence:
        marks = ", ".join(f"{read.number} {MARKS[mark]}" for read, mark in zip(one.reads, piece.marks, strict=True))
        cited = piece.cited
        lines.append(f"  {cited.name} {cited.text} (day {day_text(round(cited.day, 1))}): {marks}")
    return "\n".join(lines)


def criterion_words(cell: CriterionRead) -> str:
    """What one reader had of a criterion: state, value with its day, and whether it was cited."""
    value = "no value" if not cell.value else cell.value
    day = "" if cell.value_day is None else f" (day {day_text(round(cell.value_day, 1))})"
    cited = f", cited on day {', '.join(day_text(round(each, 1)) for each in cell.cited)}" if cell.cited else ""
    opened = ", never opened" if cell.opened is False and not cell.cited else ""
    return f"{STATES[cell.state]}, {value}{day}{cited}{opened}"


def _one_line(words: str) -> str:
    return " ".join(words.split())
