"""What ``hlh-tui criteria`` prints, as text of at most 80 columns and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hlh_tui.assess.examples import Example
    from hlh_tui.assess.library import Listed, Unusable
    from hlh_tui.assess.options import Reading
    from hlh_tui.protocol.criteria_models import CriteriaSet
    from hlh_tui.review.stale import StaleDecision
    from hlh_tui.study.models import Entry

WIDTH = 80
HIDDEN = "-"
"""In place of a category in a blinded study."""

Moved = Sequence[tuple[str, str, str]]
"""Patient id, category proposed before, category proposed now."""


def listed_text(sets: Sequence[Listed], broken: Sequence[Unusable]) -> str:
    """Two lines for each set; then the files that are none, with the reason."""
    rows = [(each.id, each.version, each.kind, each.hash[:8], each.where) for each in sets]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = []
    for row, each in zip(rows, sets, strict=True):
        cells = (*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4])
        lines += ["  ".join(cells), *_wrapped(_title(each), 1)]
    if broken:
        lines += ["", "not usable:"]
        lines += [line for each in broken for line in _wrapped(each.problem, 1)]
    return "\n".join(lines)


def listed_json(sets: Sequence[Listed], broken: Sequence[Unusable]) -> dict[str, Any]:
    """``{"criteria", "unusable"}``."""
    return {"criteria": [asdict(each) for each in sets], "unusable": [asdict(each) for each in broken]}


def change_text(entry: Entry, reading: Reading, moved: Moved, stale: Sequence[StaleDecision], *, shown: bool) -> str:
    """The entry, the criteria now in force, the proposals that changed and the stale decisions."""
    criteria = reading.criteria
    moves = [f"{key}={value}" for key, value in reading.options.items() if value != criteria.options[key].default]
    lines = [
        f"saved #{entry.seq} {entry.hash[:4]}…",
        *_wrapped(f"criteria in force: {criteria.id} {criteria.version}, {', '.join(moves) or 'default options'}"),
    ]
    if moved:
        lines.append(f"proposals that change ({len(moved)}):")
        lines += [f"  {patient}: {before}, now {after}" for patient, before, after in moved]
    else:
        lines.append("no proposal changes")
    return "\n".join([*lines, stale_text(stale, shown=shown)])


def change_json(
    entry: Entry, reading: Reading, moved: Moved, stale: Sequence[StaleDecision], *, shown: bool
) -> dict[str, Any]:
    """``{"seq", "hash", "criteria", "changed", "stale"}``."""
    criteria = reading.criteria
    return {
        "seq": entry.seq,
        "hash": entry.hash,
        "criteria": {
            "id": criteria.id,
            "version": criteria.version,
            "hash": criteria.hash,
            "options": reading.options,
        },
        "changed": [{"patient_id": patient, "before": before, "after": after} for patient, before, after in moved],
        "stale": stale_json(stale, shown=shown),
    }


def stale_text(stale: Sequence[StaleDecision], *, shown: bool) -> str:
    """What has changed since, and for each change the stale decisions: patient, category, reader, log entry."""
    if not stale:
        return "no decision is stale"
    lines = [f"stale decisions, made under other criteria or options ({len(stale)}):"]
    for why in dict.fromkeys(one.why for one in stale):
        group = [one for one in stale if one.why == why]
        lines += _wrapped(f"{why} ({len(group)}):", 1)
        for one in group:
            who = f"consensus, written by {one.reader_name}" if one.role == "consensus" else one.reader_name
            lines += _wrapped(f"{one.patient_id}  {one.category if shown else HIDDEN}  {who}, #{one.seq}", 2)
    if not shown:
        lines.append("categories are not shown, because the study is blinded")
    lines += _wrapped("they stay in force until their reader decides again; deciding the same again confirms them")
    return "\n".join(lines)


def stale_json(stale: Sequence[StaleDecision], *, shown: bool) -> list[dict[str, Any]]:
    """The stale decisions; the category is null in a blinded study."""
    return [
        {
            "seq": one.seq,
            "recorded_at": one.recorded_at,
            "patient_id": one.patient_id,
            "reader": one.reader,
            "role": one.role,
            "category": one.category if shown else None,
            "criteria": asdict(one.under),
            "why": one.why,
        }
        for one in stale
    ]


def check_text(
    file: str, criteria: CriteriaSet, patients: Sequence[Example], found: Mapping[str, Sequence[str]]
) -> str:
    """What was checked, then a line for each example and what differs."""
    choices = sum(len(option.choices) for option in criteria.options.values())
    head = f"{file}: {criteria.id} {criteria.version}, a set for {criteria.kind}, hash {criteria.hash[:8]}"
    lines = [
        *_wrapped(head),
        *_wrapped(f"every key can be read, and {choices} choices of {len(criteria.options)} options"),
    ]
    if not patients:
        place = f"examples/{criteria.id}.toml beside it"
        return "\n".join([*lines, *_wrapped(f"no example patients: give --examples FILE, or put them in {place}")])
    for each in patients:
        differences = found[each.id]
        lines += _wrapped(f"{'differs' if differences else 'ok     '}  {each.id}: {each.says}")
        lines += [line for difference in differences for line in _wrapped(difference, 2)]
    agreeing = sum(not each for each in found.values())
    return "\n".join([*lines, f"{agreeing} of {len(found)} example patients as expected"])


def check_json(
    criteria: CriteriaSet, patients: Sequence[Example], found: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """``{"criteria", "examples"}``."""
    return {
        "criteria": {"id": criteria.id, "version": criteria.version, "kind": criteria.kind, "hash": criteria.hash},
        "examples": [
            {"id": each.id, "says": each.says, "ok": not found[each.id], "differs": list(found[each.id])}
            for each in patients
        ],
    }


def _title(listed: Listed) -> str:
    return f"{listed.title}, in {listed.file}" if listed.where == "beside the study" else listed.title


def _wrapped(text: str, depth: int = 0) -> list[str]:
    indent = "  " * depth
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)
