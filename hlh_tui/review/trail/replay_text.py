"""A past state as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from hlh_tui.review.reason import day_text
from hlh_tui.review.trail.moments import utc_words
from hlh_tui.review.trail.replay import Past, PastCase, PastDecision
from hlh_tui.review.trail.sentences import words

NOT_IN_THE_LOG = (
    "Charts are those of the study now, without patients imported later; texts redacted since are redacted here too."
)
OWN_ONLY = "Only your own entries and those about the study as a whole: the rest is closed while the study is blinded."


def past_json(past: Past, synthetic: bool) -> dict[str, Any]:
    """The past state as one JSON object."""
    return {**asdict(past), "synthetic": synthetic, "note": NOT_IN_THE_LOG}


def past_lines(past: Past) -> Iterator[str]:
    """The past state line by line."""
    yield f"after entry {past.number} of {utc_words(past.recorded_at)}"
    yield NOT_IN_THE_LOG
    if not past.whole:
        yield OWN_ONLY
    yield f"phase      {past.phase}"
    yield f"protocol   {past.protocol}"
    options = ", ".join(f"{key} {value}" for key, value in sorted(past.options.items()))
    read = f"options {options}" if options else "every default"
    yield f"criteria   {past.criteria} ({past.criteria_hash[:12]}), {read}"
    yield from _named("people", [f"{one.name} ({one.id}), {one.role}" for one in past.people])
    held = [
        f"{one.patient_id or 'the whole study'}, by {one.actor_name} since {utc_words(one.recorded_at)}: {one.reason}"
        for one in past.locks
    ]
    yield from _named("locks", held)
    decided = sum(bool(case.decisions) for case in past.cases)
    yield ""
    yield f"{len(past.cases)} cases, {decided} with decisions"
    for case in past.cases:
        yield from _case(case)


def _named(name: str, values: list[str]) -> Iterator[str]:
    for number, value in enumerate(values or ["none"]):
        yield f"{name if number == 0 else '':<10} {value}"


def _case(case: PastCase) -> Iterator[str]:
    final = case.final
    if final is None:
        yield case.patient_id
    elif final.category is None:
        yield f"{case.patient_id}  {final.source}"
    else:
        day = "" if final.since is None else f" from day {day_text(final.since)}"
        yield f"{case.patient_id}  {final.category}{day}, {final.source}, {final.confidence} confidence"
    for decision in case.decisions:
        yield f"    {_decision(decision)}"
    for mark in case.marks:
        said = f": “{mark.words}”" if mark.words else ""
        yield f"    entry {mark.number}: {mark.kind} of {mark.reader_name}{said}"


def _decision(one: PastDecision) -> str:
    role = words()["role"].get(one.role)
    day = "" if one.day is None else f" from day {day_text(one.day)}"
    reason = f": {' '.join(one.reason.split())}" if one.reason else ""
    who = f"{one.reader_name}, {role}" if role else one.reader_name
    return f"entry {one.number}: {who}: {one.category}{day}, {one.confidence} confidence{reason}"
