"""Decisions that were made under other criteria, or another reading of them, than are in force now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.assess.reading import study_reading
from hlh_tui.review.models import CurrentDecision, Under
from hlh_tui.review.state import current_decisions

if TYPE_CHECKING:
    from hlh_tui.assess.options import Reading
    from hlh_tui.study.file import Study


@dataclass(frozen=True, slots=True)
class StaleDecision:
    """A decision in force that should be looked at again; it counts until the reader decides anew.

    ``why`` says in words what has changed since: the set, its version or its text, and each option.
    """

    seq: int
    recorded_at: str
    patient_id: str
    reader: str
    reader_name: str
    role: str
    category: str
    under: Under
    why: str


def stale_decisions(study: Study, patient_id: str | None = None) -> tuple[StaleDecision, ...]:
    """The stale decisions in force, of one patient or of all, ordered by patient, role and entry."""
    reading = study_reading(study)
    return tuple(
        StaleDecision(
            one.seq,
            one.recorded_at,
            one.patient_id,
            one.reader,
            one.reader_name,
            one.role,
            one.category,
            one.under,
            what_changed(one.under, reading),
        )
        for one in current_decisions(study, patient_id)
        if one.under is not None and differs(one.under, reading)
    )


def is_stale(study: Study, decision: CurrentDecision) -> bool:
    """Whether the decision was made under other criteria, or another reading of them, than are in force."""
    return decision.under is not None and differs(decision.under, study_reading(study))


def differs(under: Under, reading: Reading) -> bool:
    """Whether the criteria or any of their options are others than in ``reading``."""
    return (under.hash, under.options) != (reading.criteria.hash, reading.options)


def what_changed(under: Under, reading: Reading) -> str:
    """What has changed from ``under`` to ``reading``: ``locatelli-2020 1.0.0, now 1.1.0; missing strict, now best``."""
    now = reading.criteria
    changed = []
    if under.id != now.id:
        changed.append(f"{under.id} {under.version}, now {now.id} {now.version}")
    elif under.hash != now.hash:
        text = "" if under.version != now.version else " (another text)"
        changed.append(f"{under.id} {under.version}, now {now.version}{text}")
    if under.id == now.id:
        keys = dict.fromkeys((*reading.options, *under.options))
        changed += [
            f"{key} {under.options.get(key, 'not there')}, now {reading.options.get(key, 'not there')}"
            for key in keys
            if under.options.get(key) != reading.options.get(key)
        ]
    return "; ".join(changed)
