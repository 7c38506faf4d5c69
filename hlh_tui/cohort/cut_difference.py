"""What changed between two states of a study: whose decisions, which final categories, and what they moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.sensitivity.base import base_of
from hlh_tui.cohort.sensitivity.headline import headline
from hlh_tui.cohort.sensitivity.models import Named
from hlh_tui.cohort.sensitivity.what_changed import what_changed
from hlh_tui.review.conduct.authority import phase_of
from hlh_tui.review.conduct.blinding import closed
from hlh_tui.review.cuts import Point
from hlh_tui.review.models import CurrentDecision, FinalCategory
from hlh_tui.review.state import current_decisions, final_categories

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

ACTIONS = "SELECT action, count(*) FROM log WHERE seq > $1 AND seq <= $2 GROUP BY action ORDER BY action"
TURNED = """
SELECT CAST(coalesce(payload ->> '$.undoes', payload ->> '$.redoes') AS BIGINT), max(seq), arg_max(recorded_at, seq)
FROM log
WHERE action IN ('undone', 'redone') AND seq > $1 AND seq <= $2
GROUP BY 1"""
FROM_PACKS = """
SELECT seq, payload ->> '$.pack.recorded_at'
FROM log
WHERE action = 'decided' AND seq > $1 AND seq <= $2 AND payload ->> '$.pack.recorded_at' IS NOT NULL"""
SHARED = frozenset({"consensus"})
"""Roles in which a case has one decision, whoever wrote it down."""


@dataclass(frozen=True, slots=True)
class DecisionChange:
    """What became of one reader's decision on a case: the category before and after (None: no decision).

    ``what`` says what else differs where the category is the same; ``recorded_at`` is when it was decided or taken
    back, ``seq`` the entry; ``reason`` that of the later decision.
    """

    patient_id: str
    role: str
    reader_name: str
    old: str | None
    new: str | None
    what: str
    seq: int
    recorded_at: str
    reason: str


@dataclass(frozen=True, slots=True)
class FinalChange:
    """What became of a case's final category, and where it came from before and after."""

    patient_id: str
    old: str | None
    new: str | None
    old_source: str
    new_source: str


@dataclass(frozen=True, slots=True)
class CutDifference:
    """Everything between two states, the earlier first.

    While results are closed, ``why_closed`` says why, and only the numbers of entries by action are there; not even
    those (None) while the study is read, for they tell how far the others are.
    ``categories``: id -> patients before and after; ``results``: each headline result before and after; ``moved`` is
    the sentence that the app says of a decision.
    """

    before: Point
    after: Point
    entries: Mapping[str, int] | None
    why_closed: str | None = None
    decisions: tuple[DecisionChange, ...] = ()
    finals: tuple[FinalChange, ...] = ()
    patients: int = 0
    categories: tuple[tuple[str, int, int], ...] = ()
    results: tuple[tuple[Named, Named], ...] = ()
    moved: str = ""
    notes: tuple[str, ...] = ()


def cut_difference(study: Study, one: Point, other: Point) -> CutDifference:
    """What lies between two states of the study, whichever is named first."""
    before, after = sorted((one, other), key=lambda each: each.seq)
    counts = dict(study.rows(ACTIONS, (before.seq, after.seq)))
    why = closed(study, "differences between cuts")
    if why is not None:
        return CutDifference(before, after, None if phase_of(study) == "read" else counts, why)
    finals = [final_categories(study, each.seq) for each in (before, after)]
    base = base_of(study)
    old, new = ({patient: final[patient].category for patient in final} for final in finals)
    heads = [headline(base, each) for each in (old, new)]
    return CutDifference(
        before=before,
        after=after,
        entries=counts,
        decisions=decision_changes(study, before.seq, after.seq),
        finals=final_changes(*finals),
        patients=len(base.patients),
        categories=tuple(
            (each, list(old.values()).count(each), list(new.values()).count(each)) for each in base.ranked
        ),
        results=tuple(zip(heads[0].all, heads[1].all, strict=True)),
        moved=what_changed(*heads) if base.patients else "the study has no patients yet",
        notes=tuple(notes(counts)),
    )


def decision_changes(study: Study, before: int, after: int) -> tuple[DecisionChange, ...]:
    """The decisions in force that differ between two entries, by case, role and reader."""
    old = {slot(each): each for each in current_decisions(study, upto=before)}
    new = {slot(each): each for each in current_decisions(study, upto=after)}
    turned = {seq: (by, at) for seq, by, at in study.rows(TURNED, (before, after))}
    in_packs = dict(study.rows(FROM_PACKS, (before, after)))
    changes = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        said = now or was
        if said is None or (was is not None and now is not None and was.seq == now.seq):
            continue
        seq, at = said.seq, in_packs.get(said.seq) or said.recorded_at
        if now is None or now.seq <= before:  # nothing was decided anew: something was taken back or put back
            targets = [each.seq for each in (was, now) if each is not None]
            seq, at = max((turned[each] for each in targets if each in turned), default=(seq, at))
        changes.append(
            DecisionChange(
                patient_id=said.patient_id,
                role=said.role,
                reader_name=said.reader_name,
                old=None if was is None else was.category,
                new=None if now is None else now.category,
                what=differing(was, now),
                seq=seq,
                recorded_at=at,
                reason="" if now is None else now.reason,
            )
        )
    return tuple(changes)


def slot(decision: CurrentDecision) -> tuple[str, str, str]:
    """What a later decision replaces: the case, the role, and the reader unless the role is shared."""
    return decision.patient_id, decision.role, "" if decision.role in SHARED else decision.reader


def differing(was: CurrentDecision | None, now: CurrentDecision | None) -> str:
    """What differs between two decisions besides the category: day, confidence, reason, evidence."""
    if was is None:
        return "first decision"
    if now is None:
        return "taken back"
    names = ("day", "confidence", "reason", "evidence", "under")
    found = ["criteria" if name == "under" else name for name in names if getattr(was, name) != getattr(now, name)]
    return ", ".join(found) or "decided again"


def final_changes(before: Mapping[str, FinalCategory], after: Mapping[str, FinalCategory]) -> tuple[FinalChange, ...]:
    """The cases whose final category or its source differs."""
    found = []
    for patient in sorted(before.keys() | after.keys()):
        was, now = before.get(patient), after.get(patient)
        if was is not None and now is not None and (was.category, was.source) != (now.category, now.source):
            found.append(FinalChange(patient, was.category, now.category, was.source, now.source))
    return tuple(found)


def notes(counts: Mapping[str, int]) -> list[str]:
    """What the numbers rest on."""
    said = [
        "Shares are of the patients with a final category; intervals are exact (Clopper and Pearson), 95 %; tests are"
        " two-sided and exploratory."
    ]
    if counts.get("charts_imported"):
        said.append(
            "Charts were imported in between; patients and follow-up are those of now in both states, so that only"
            " decisions move the results."
        )
    if counts.get("criteria_adopted") or counts.get("reading_chosen"):
        said.append("The criteria, or how they are read, changed in between; that alone moves no decision.")
    return said


def difference_json(found: CutDifference) -> dict[str, object]:
    """The whole difference as a JSON object; shares and limits 0-1."""
    from dataclasses import asdict

    from hlh_tui.cohort.sensitivity.sensitivity_json import result_json

    document: dict[str, object] = {
        "before": asdict(found.before),
        "after": asdict(found.after),
        "entries": None if found.entries is None else dict(found.entries),
        "closed": found.why_closed,
    }
    if found.why_closed is not None:
        return document
    return document | {
        "patients": found.patients,
        "decisions": [asdict(each) for each in found.decisions],
        "finals": [asdict(each) for each in found.finals],
        "categories": {each: {"before": old, "after": new} for each, old, new in found.categories},
        "results": [
            {
                "id": old.id,
                "label": old.label,
                "before": result_json(old.result, limits=True),
                "after": result_json(new.result, limits=True),
            }
            for old, new in found.results
        ],
        "moved": found.moved,
        "notes": list(found.notes),
    }
