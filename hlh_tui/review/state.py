"""What the log says now: decisions in force, final categories, flags, and the list of cases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import is_phased, phase_of
from hlh_tui.review.conduct.blinding import cut_off, in_pack, own_order, sees_conduct, sees_others
from hlh_tui.review.finals import kept
from hlh_tui.review.models import CaseRow, Cited, CurrentDecision, FinalCategory, Flag, Seen, Under
from hlh_tui.review.statements import over_decisions, over_state, sql
from hlh_tui.study.log import canonical_json

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

FINALS = """
SELECT patient_id, category, source, confidence, readers, held.since
FROM final LEFT JOIN (
    SELECT patient_id, category,
           coalesce(max(day) FILTER (role IN ('consensus', 'adjudicator')), max(day)) AS since
    FROM in_force
    WHERE role IN ('reader', 'consensus', 'adjudicator')
    GROUP BY patient_id, category
) AS held USING (patient_id, category)
ORDER BY patient_id"""

SETTLING = frozenset({"adjudicator", "consensus"})
"""Roles in which a decision in a study read in phases settles what independent readers differ on."""


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
    return {row[0]: FinalCategory(*row) for row in study.rows(over_state(study, FINALS), (patient_id, upto))}


def cases(study: Study, reader_id: str, role: str = "reader", patient_id: str | None = None) -> tuple[CaseRow, ...]:
    """Every case as the reader's list shows it, from one query; or the one of that patient.

    In patient order; in a blinded study the cases dealt to the reader, in the order dealt. What others decided is
    left out (``source`` is then closed) where the reader may not see it, and in a pack what would tell that two of its
    cases are one patient.
    """
    digest, options = in_force(study)
    params = (
        *(patient_id, None, reader_id, role, reveals(study), digest, options),
        *(sees_others(study, reader_id), shows_proposals(study), cut_off(study), sees_conduct(study, reader_id)),
    )
    changed = _data_changed(study, reader_id, role, patient_id)
    settling = is_phased(study) and role in SETTLING
    found = study.rows(over_state(study, sql("cases")), params)
    rows = [CaseRow(*(*row, row[0] in changed, settling)) for row in found]
    if in_pack(study):
        return tuple(map(without_person, rows))
    dealt = own_order(study, reader_id)
    if dealt is None:
        return tuple(rows)
    return tuple(sorted((row for row in rows if row.patient_id in dealt), key=lambda row: dealt[row.patient_id]))


def without_person(row: CaseRow) -> CaseRow:
    """The line without who the patient is."""
    return replace(row, sex=None, age_years=None, aetiology=None, disease_status=None, last_contact_day=0.0)


def _data_changed(study: Study, reader_id: str, role: str, patient_id: str | None) -> frozenset[str]:
    """The cases for which more of the chart came in after the decision of this reader (or the settlement) was made."""
    from hlh_tui.review.consensus.data_changes import reopened_cases

    return frozenset(
        one.patient_id
        for one in reopened_cases(study, patient_id)
        if one.role == role and (role in ("consensus", "adjudicator") or one.reader == reader_id)
    )


def in_force(study: Study) -> tuple[str, str]:
    """Hash of the adopted criteria, and the options in force for the study as the log writes them."""
    from hlh_tui.assess.reading import study_reading

    reading = study_reading(study)
    return reading.criteria.hash, canonical_json(reading.options)


def reveals(study: Study) -> bool:
    """Whether this study's protocol lets the proposal be shown once the reader has decided."""
    return study.protocol.blinding.reveal_proposal == "after_first_decision"


def shows_proposals(study: Study) -> bool:
    """Whether the proposals are open to everybody, because a study read in phases has been opened."""
    return is_phased(study) and phase_of(study) == "open"


def revealed_cases(study: Study, reader_id: str) -> frozenset[str]:
    """The cases whose proposal this reader has seen.

    A decision after which the program showed it reveals it for good, also when undone: what was seen stays seen.
    """
    if shows_proposals(study):
        return frozenset(patient for (patient,) in study.rows("SELECT patient_id FROM patient"))
    if not reveals(study):
        return frozenset()
    text = over_decisions("SELECT DISTINCT patient_id FROM decision WHERE reader = CAST($3 AS VARCHAR) AND reveals")
    return frozenset(patient for (patient,) in study.rows(text, (None, None, reader_id)))


def flags(study: Study, patient_id: str | None = None) -> tuple[Flag, ...]:
    """Flags that are set, each reader's own, ordered by patient and entry."""
    text = over_state(
        study,
        "SELECT seq, recorded_at, patient_id, reader, reader_name, coalesce(note, '')"
        " FROM flag ORDER BY patient_id, seq",
    )
    return tuple(Flag(*row) for row in study.rows(text, (patient_id, None)))


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
        seen=_seen(said.get("seen")),
        accepted=said.get("accepted"),
        disagreement=said.get("disagreement"),
    )


def _under(criteria: dict[str, Any] | None) -> Under | None:
    if criteria is None:
        return None
    return Under(criteria["id"], criteria["version"], criteria["hash"], criteria["options"])


def _seen(seen: dict[str, Any] | None) -> Seen | None:
    if seen is None:
        return None
    return Seen(
        seconds=float(seen["seconds"]),
        items=tuple(seen["items"]),
        days=tuple(map(float, seen["days"])),
        notes=tuple(map(float, seen["notes"])),
        sources=tuple(seen["sources"]),
        whole_course=bool(seen["whole_course"]),
    )


def _cited(piece: dict[str, Any]) -> Cited:
    return Cited(kind=piece["kind"], day=float(piece["day"]), name=piece["name"], text=piece["text"])
