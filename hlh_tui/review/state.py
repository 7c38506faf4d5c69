"""What the log says now: decisions in force, final categories, flags, queries, and the list of cases."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.finals import kept
from hlh_tui.review.models import CaseRow, Cited, CurrentDecision, FinalCategory, Flag, Query, Under
from hlh_tui.study.log import canonical_json

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

HERE = Path(__file__).parent
FINALS = """
SELECT patient_id, category, source, confidence, readers, held.since
FROM final LEFT JOIN (
    SELECT patient_id, category, coalesce(max(day) FILTER (role = 'consensus'), max(day)) AS since
    FROM in_force
    GROUP BY patient_id, category
) AS held USING (patient_id, category)
ORDER BY patient_id"""


@cache
def sql(name: str) -> str:
    """The text of ``name``.sql beside this module."""
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def over_decisions(statement: str) -> str:
    """A SELECT that may read entry, act, decision and in_force; its first two parameters are patient and last seq.

    Either may be None: all patients, all entries.
    """
    return f"{sql('decisions')}\n{statement}"


def over_state(statement: str) -> str:
    """A SELECT that may also read final, flag and query; planning them costs a millisecond more."""
    return f"{sql('decisions')}{sql('state')}\n{statement}"


def current_decisions(
    study: Study, patient_id: str | None = None, upto: int | None = None
) -> tuple[CurrentDecision, ...]:
    """Decisions in force, of one patient or of all, ordered by patient, role and entry; ``upto``: as of that entry."""
    rows = study.rows(over_decisions(sql("current_decisions")), (patient_id, upto))
    return tuple(current_decision(*row) for row in rows)


def final_categories(study: Study, upto: int | None = None) -> dict[str, FinalCategory]:
    """Patient id -> the category that the cohort uses, for every patient; ``upto``: as of that entry."""
    if upto is not None:
        return _read_finals(study, None, upto)
    return kept(study, lambda patient_id, seq: _read_finals(study, patient_id, seq))


def _read_finals(study: Study, patient_id: str | None, upto: int | None) -> dict[str, FinalCategory]:
    return {row[0]: FinalCategory(*row) for row in study.rows(over_state(FINALS), (patient_id, upto))}


def cases(study: Study, reader_id: str, role: str = "reader", patient_id: str | None = None) -> tuple[CaseRow, ...]:
    """Every case as the reader's list shows it, in patient order, from one query; or the one of that patient."""
    digest, options = in_force(study)
    rows = study.rows(over_state(sql("cases")), (patient_id, None, reader_id, role, reveals(study), digest, options))
    return tuple(CaseRow(*row) for row in rows)


def in_force(study: Study) -> tuple[str, str]:
    """Hash of the adopted criteria, and the options in force for the study as the log writes them."""
    from hlh_tui.assess.reading import study_reading

    reading = study_reading(study)
    return reading.criteria.hash, canonical_json(reading.options)


def reveals(study: Study) -> bool:
    """Whether this study's protocol lets the proposal be shown once the reader has decided."""
    return study.protocol.blinding.reveal_proposal == "after_first_decision"


def is_revealed(study: Study, reader_id: str, patient_id: str) -> bool:
    """Whether this reader has seen the proposal for the case.

    A decision after which the program showed it reveals it for good, also when undone: what was seen stays seen.
    """
    text = over_decisions("SELECT count(*) FROM decision WHERE reader = CAST($3 AS VARCHAR) AND reveals")
    return reveals(study) and bool(study.rows(text, (patient_id, None, reader_id))[0][0])


def revealed_cases(study: Study, reader_id: str) -> frozenset[str]:
    """The cases whose proposal this reader has seen; see ``is_revealed``."""
    if not reveals(study):
        return frozenset()
    text = over_decisions("SELECT DISTINCT patient_id FROM decision WHERE reader = CAST($3 AS VARCHAR) AND reveals")
    return frozenset(patient for (patient,) in study.rows(text, (None, None, reader_id)))


def flags(study: Study, patient_id: str | None = None) -> tuple[Flag, ...]:
    """Flags that are set, each reader's own, ordered by patient and entry."""
    text = over_state(
        "SELECT seq, recorded_at, patient_id, reader, reader_name, coalesce(note, '')"
        " FROM flag ORDER BY patient_id, seq"
    )
    return tuple(Flag(*row) for row in study.rows(text, (patient_id, None)))


def open_queries(study: Study, patient_id: str | None = None) -> tuple[Query, ...]:
    """Questions about the chart that are open, whoever asked, ordered by patient and entry."""
    text = over_state(
        "SELECT seq, recorded_at, patient_id, reader, reader_name, payload -> '$.about', payload ->> '$.question'"
        " FROM query ORDER BY patient_id, seq"
    )
    return tuple(Query(*(*row[:5], _cited(json.loads(row[5])), row[6])) for row in study.rows(text, (patient_id, None)))


def current_decision(
    seq: int, recorded_at: str, patient_id: str, reader: str, reader_name: str, payload: str | dict[str, Any]
) -> CurrentDecision:
    """The record of a ``decided`` entry; ``payload`` as the log holds it or parsed."""
    said = json.loads(payload) if isinstance(payload, str) else payload
    return CurrentDecision(
        seq=seq,
        recorded_at=recorded_at,
        patient_id=patient_id,
        reader=reader,
        reader_name=reader_name,
        role=said["role"],
        category=said["category"],
        day=None if said["day"] is None else float(said["day"]),
        confidence=said["confidence"],
        reason=said["reason"],
        evidence=tuple(_cited(piece) for piece in said["evidence"]),
        proposal_seen=said["proposal_seen"],
        proposal=said["proposal"],
        under=_under(said.get("criteria")),
    )


def _under(criteria: dict[str, Any] | None) -> Under | None:
    if criteria is None:
        return None
    return Under(criteria["id"], criteria["version"], criteria["hash"], criteria["options"])


def _cited(piece: dict[str, Any]) -> Cited:
    return Cited(kind=piece["kind"], day=float(piece["day"]), name=piece["name"], text=piece["text"])
