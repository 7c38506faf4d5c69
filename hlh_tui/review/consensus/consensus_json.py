"""Differences, comparisons and minutes as JSON objects; readers are numbers there too."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hlh_tui.review.consensus.minutes import Agreement, CaseMinutes, MeetingMinutes, Minutes
    from hlh_tui.review.consensus.models import Comparison, Difference, Read, Settled
    from hlh_tui.review.queries import DataQuery


def difference_json(one: Difference) -> dict[str, Any]:
    """A case with its masked reads; neither names nor entries of readers are in it."""
    return {
        "patient_id": one.patient_id,
        "state": one.state,
        "distance": one.distance,
        "evaluability": one.evaluability,
        "final": one.final,
        "source": one.source,
        "data_changed": one.data_changed,
        "open_queries": one.open_queries,
        "reads": [_read(read) for read in one.reads],
        "settled": None if one.settled is None else settled_json(one.settled),
    }


def comparison_json(one: Comparison) -> dict[str, Any]:
    """A case side by side: reads, criteria and evidence."""
    return {
        **difference_json(one.difference),
        "criteria_set": one.criteria_set,
        "judged_on": list(one.judged_on),
        "criteria": [asdict(row) for row in one.criteria],
        "evidence": [{**asdict(row.cited), "marks": list(row.marks)} for row in one.evidence],
    }


def settled_json(one: Settled) -> dict[str, Any]:
    """How a case was settled."""
    return asdict(one)


def query_json(one: DataQuery) -> dict[str, Any]:
    """A data query with its steps; ``number`` is its entry in the log."""
    found = asdict(one)
    return {"number": found.pop("seq"), **found}


def minutes_json(found: Minutes) -> dict[str, Any]:
    """The minutes; the votes of a round that is not revealed are left out."""
    return {
        "study": found.study,
        "protocol": found.protocol,
        "topology": found.topology,
        "phase": found.phase,
        "synthetic": found.synthetic,
        "made_at": found.made_at,
        "head": {"seq": found.head_seq, "hash": found.head_hash},
        "meetings": [_meeting(one) for one in found.meetings],
        "without_meeting": [{"patient_id": case, **settled_json(one)} for case, one in found.without_meeting],
        "open_cases": list(found.open_cases),
    }


def _read(read: Read) -> dict[str, Any]:
    found = asdict(read)
    found["reader"] = found.pop("number")
    del found["entry"]
    return found


def _meeting(one: MeetingMinutes) -> dict[str, Any]:
    return {
        "meeting": one.name,
        "began": one.began,
        "ended": one.ended,
        "took_part": [{"name": name, "role": role or None} for name, role in one.took_part],
        "agreement": {
            "first_reads": _agreement(one.first_reads),
            "blind": _agreement(one.blind),
            "after": _agreement(one.after),
        },
        "cases": [_case(case) for case in one.cases],
    }


def _case(case: CaseMinutes) -> dict[str, Any]:
    one = case.round
    hidden = one.reveal is None
    return {
        "patient_id": one.patient_id,
        "began": one.began,
        "first_reads": [{"reader": number, "category": category} for number, category in case.first_reads],
        "voted": list(one.voted),
        "hidden": hidden,
        "blind": None if hidden else [asdict(vote) for vote in one.blind],
        "after": None if hidden else [asdict(vote) for vote in one.after],
        "changed": list(case.changed),
        "revealed": None if one.reveal is None else asdict(one.reveal),
        "notes": [asdict(note) for note in one.notes],
        "final": None if one.outcome is None else settled_json(one.outcome),
    }


def _agreement(found: Agreement) -> dict[str, Any]:
    return {**asdict(found), "share": found.share}
