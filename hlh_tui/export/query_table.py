"""Data queries as a table: what was asked, who owns it, how far it is, and how old."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from hlh_tui.study.log import canonical_json

if TYPE_CHECKING:
    from hlh_tui.export.record import Record, Rows


def query_rows(record: Record) -> Rows:
    """Each query that was not taken back, in the order of asking; columns of dictionary.toml."""
    rows: Rows = []
    for one in record.queries:
        answers = [step for step in one.steps if step.what == "answered"]
        closed = one.steps[-1] if one.state == "closed" else None
        rows.append(
            (
                *(one.seq, one.patient_id, one.about.kind, one.about.day, one.about.name, one.about.text),
                *(one.question, one.reader, one.reader_name, one.recorded_at, one.owner, one.state, one.age_days),
                answers[-1].words if answers else None,
                *((closed.words, closed.recorded_at) if closed else (None, None)),
                canonical_json([asdict(step) for step in one.steps]),
            )
        )
    return rows
