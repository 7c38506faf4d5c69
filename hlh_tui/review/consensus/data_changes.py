"""Cases that are open again because charts came in after they were decided.

A decision stays in force and counts until it is made anew, as one made under other criteria does.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hlh_tui.review.statements import over_decisions

if TYPE_CHECKING:
    from hlh_tui.review.models import CurrentDecision
    from hlh_tui.study.file import Study

HERE = Path(__file__).parent
IMPORTS = "SELECT seq, recorded_at, payload FROM log WHERE action = 'charts_imported' AND seq > $1 ORDER BY seq"
SOURCES = "SELECT source_id, sha256, rows, imported_at FROM source ORDER BY source_id"
JUDGED_AND_IMPORTED = """
SELECT coalesce(min(seq) FILTER (action <> 'charts_imported'), 0),
       coalesce(max(seq) FILTER (action = 'charts_imported'), 0)
FROM log
WHERE action IN ('decided', 'pack_written', 'charts_imported')"""
PACKS = "SELECT payload ->> '$.pack_id', max(seq) FROM log WHERE action = 'pack_written' GROUP BY 1"
DECISIONS = """
SELECT seq, recorded_at, patient_id, reader, reader_name, role, category, payload ->> '$.pack.id'
FROM in_force ORDER BY patient_id, role, seq"""


@dataclass(frozen=True, slots=True)
class Brought:
    """Rows of one table that one import brought for one patient; ``seq`` is the import's entry."""

    seq: int
    imported_at: str
    what: str
    rows: int
    first_day: float
    last_day: float


@dataclass(frozen=True, slots=True)
class Reopened:
    """A decision in force that was made before charts came in for its patient; ``why`` says which, in words."""

    seq: int
    recorded_at: str
    patient_id: str
    reader: str
    reader_name: str
    role: str
    category: str
    imported_at: str
    why: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What imports after the first decision brought, by patient, as of the import ``last``."""

    first: int
    last: int
    brought: dict[str, tuple[Brought, ...]]


KNOWN: WeakKeyDictionary[Study, Changes] = WeakKeyDictionary()
TURN = threading.Lock()


def reopened_cases(study: Study, patient_id: str | None = None) -> tuple[Reopened, ...]:
    """The decisions in force whose data changed since, of one patient or of all, by patient, role and entry.

    A decision that came back with a pack was made on the charts of the day the pack was written. In a study that hides
    data after the evidence cut-off, rows after it reopen nothing.
    """
    changes = _changes(study)
    if not changes or (patient_id is not None and patient_id not in changes):
        return ()
    written: dict[str, int] = dict(study.rows(PACKS))
    found = []
    for row in study.rows(over_decisions(DECISIONS), (patient_id, None)):
        seq, case, pack = row[0], row[2], row[-1]
        later = _since(changes, case, written.get(pack, seq))
        if later:
            found.append(Reopened(*(*row[:-1], later[-1].imported_at, _why(later))))
    return tuple(found)


def changed_since(study: Study, decision: CurrentDecision) -> bool:
    """Whether rows for the decision's patient came in after it was made."""
    if not _since(_changes(study), decision.patient_id, decision.seq):
        return False
    return any(one.seq == decision.seq for one in reopened_cases(study, decision.patient_id))


def reopened_entries(study: Study, patient_id: str | None = None) -> frozenset[int]:
    """The entries of the decisions that ``reopened_cases`` lists."""
    return frozenset(one.seq for one in reopened_cases(study, patient_id))


def _since(changes: dict[str, tuple[Brought, ...]], patient_id: str, seq: int) -> tuple[Brought, ...]:
    return tuple(one for one in changes.get(patient_id, ()) if one.seq > seq)


def _changes(study: Study) -> dict[str, tuple[Brought, ...]]:
    """Patient -> what later imports brought; read anew only after another import, or the first decision."""
    with TURN:
        ((first, last),) = study.rows(JUDGED_AND_IMPORTED)
        if not first or last < first:
            return {}
        known = KNOWN.get(study)
        if known is None or (known.first, known.last) != (first, last):
            known = KNOWN[study] = Changes(first, last, _read(study, first))
        return known.brought


def _read(study: Study, first: int) -> dict[str, tuple[Brought, ...]]:
    late = {source: (seq, at) for source, (seq, at) in _source_entries(study).items() if seq > first}
    if not late:
        return {}
    blinding = study.protocol.blinding
    hides = blinding.mode == "phased" and blinding.hide_after_cut_off
    until = study.protocol.review_until_day if hides else None
    text = (HERE / "data_changes.sql").read_text(encoding="utf-8")
    found: dict[str, list[Brought]] = {}
    for patient_id, source_id, *rest in study.rows(text, (sorted(late), until)):
        found.setdefault(patient_id, []).append(Brought(*late[source_id], *rest))
    return {patient: tuple(sorted(rows, key=lambda one: one.seq)) for patient, rows in found.items()}


def _source_entries(study: Study) -> dict[int, tuple[int, str]]:
    """Source -> the import that brought it: entry and time.

    Charts that were lost and imported again from the same files (``recover``) count from their first import.
    """
    first_of: dict[str, tuple[int, str]] = {}
    by_file: dict[tuple[str, int], list[tuple[str, tuple[int, str]]]] = {}
    for seq, recorded_at, payload in study.rows(IMPORTS, (0,)):
        said = json.loads(payload)
        import_ = first_of.setdefault(said.get("content_hash") or str(seq), (seq, recorded_at))
        for each in said.get("files", ()):
            by_file.setdefault((each["sha256"], each["added"]), []).append((recorded_at, import_))
    found = {}
    for source_id, sha256, rows, imported_at in study.rows(SOURCES):
        logged = by_file.get((sha256, rows))
        if logged:
            # A source is written just before its entry; where clocks moved, the last entry of that file it is.
            found[source_id] = next((one for at, one in logged if at >= imported_at), logged[-1][1])
    return found


def _why(brought: tuple[Brought, ...]) -> str:
    """What came in: ``3 observations of days 7 to 14, 1 event of day 9``."""
    totals: dict[str, tuple[int, float, float]] = {}
    for one in brought:
        rows, first, last = totals.get(one.what, (0, one.first_day, one.last_day))
        totals[one.what] = (rows + one.rows, min(first, one.first_day), max(last, one.last_day))
    return ", ".join(
        f"{rows} {what}{'' if rows == 1 else 's'} of day{'' if first == last else 's'} {first:g}"
        + ("" if first == last else f" to {last:g}")
        for what, (rows, first, last) in totals.items()
    )
