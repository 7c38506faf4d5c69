"""The difference between two states of a study as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import TextWrapper

from hlh_tui.cohort.cut_difference import CutDifference, DecisionChange, FinalChange
from hlh_tui.cohort.sensitivity.sensitivity_text import in_full
from hlh_tui.review.cuts import Point

INDENT = "  "


def wrap(text: str, width: int, indent: int = 0) -> list[str]:
    """The text in lines of that width, what follows the first one indented further; words stay whole."""
    first, rest = INDENT * indent, INDENT * (indent + 1) if indent else ""
    return TextWrapper(width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False).wrap(text)


def difference_text(found: CutDifference, width: int) -> str:
    """From where to where, the decisions and final categories that differ, what they moved, and notes."""
    blocks = [[f"from  {state(found.before)}", f"to    {state(found.after)}"]]
    if found.entries is not None:
        blocks.append([counts_line(found.entries)])
    if found.why_closed is not None:
        return "\n\n".join("\n".join(block) for block in [*blocks, wrap(f"{found.why_closed}.", width)])
    decisions = [line for each in found.decisions for line in decision_lines(each, width)]
    finals = [final_line(each) for each in found.finals]
    blocks += [
        [f"Decisions that differ: {len(found.decisions)}", *decisions],
        [f"Final categories that differ: {len(found.finals)} of {found.patients}", *finals],
        [f"Patients by category: {categories(found)}"],
        ["What that moved", *wrap(f"{found.moved}.", width, 1)],
        result_lines(found, width),
        [line for note in found.notes for line in wrap(note, width)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def state(of: Point) -> str:
    """``interim: entry 41 of 2026-11-22 10:03:07 UTC``."""
    at = of.recorded_at[:19].replace("T", " ")
    return f"{of.label}: entry {of.seq} of {at} UTC" if not of.label.startswith("entry ") else f"{of.label} of {at} UTC"


def counts_line(entries: Mapping[str, int]) -> str:
    """How many entries lie between, by action."""
    total = sum(entries.values())
    if not total:
        return "no entry lies between"
    counted = ", ".join(f"{count} {action.replace('_', ' ')}" for action, count in entries.items())
    return f"entries between: {total} ({counted})"


def decision_lines(each: DecisionChange, width: int) -> list[str]:
    """``P05  A. Meyer  NR → CR``, when, and why."""
    who = f"{each.role} ({each.reader_name})" if each.role != "reader" else each.reader_name
    at = each.recorded_at[:16].replace("T", " ")
    same = "" if each.old != each.new else f" ({each.what} differs)" if each.what != "decided again" else " (again)"
    head = f"{each.patient_id}  {who}  {each.old or 'none'} → {each.new or 'taken back'}{same}  #{each.seq} {at} UTC"
    lines = wrap(head, width, 1)
    why = f"because: {' '.join(each.reason.split())}" if each.reason else ""
    return [*lines, *wrap(why, width, 2)]


def final_line(each: FinalChange) -> str:
    """``P05  unresolved → CR (consensus)``."""
    return f"{INDENT}{each.patient_id}  {_final(each.old, each.old_source)} → {_final(each.new, each.new_source)}"


def categories(found: CutDifference) -> str:
    """``CR 3 → 4, PR 2``."""
    return ", ".join(f"{each} {old} → {new}" if old != new else f"{each} {old}" for each, old, new in found.categories)


def result_lines(found: CutDifference, width: int) -> list[str]:
    """Every headline result before and after, with its interval."""
    lines = []
    for old, new in found.results:
        same = in_full(old.result) == in_full(new.result)
        words = in_full(old.result) if same else f"{in_full(old.result)} → {in_full(new.result)}"
        lines += wrap(f"{new.label}: {words}", width, 1)
    return ["Before and after", *lines] if lines else []


def _final(category: str | None, source: str) -> str:
    return f"{category} ({source})" if category else source
