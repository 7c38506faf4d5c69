"""A past state of the study: what the log said after an earlier entry (21 CFR 11.10(b), any point in time)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import is_phased
from hlh_tui.review.conduct.models import PHASES
from hlh_tui.review.conduct.state import Conduct, conduct_at
from hlh_tui.review.errors import ReviewError
from hlh_tui.review.models import CurrentDecision, FinalCategory
from hlh_tui.review.state import current_decisions, final_categories
from hlh_tui.review.statements import over_state
from hlh_tui.review.trail.moments import moment, utc_words
from hlh_tui.review.trail.sight import Sight, sight_of

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

LAST_BY = "SELECT max(seq) FROM log WHERE recorded_at <= $1"
ENTRY = "SELECT seq, recorded_at FROM seen WHERE {0} ORDER BY number DESC LIMIT 1"
CRITERIA = """
SELECT action, payload FROM log
WHERE action IN ('study_created', 'criteria_adopted', 'reading_chosen') AND seq <= $1
ORDER BY seq"""
PATIENTS = """
SELECT patient_id FROM patient LEFT JOIN source USING (source_id)
WHERE imported_at IS NULL OR imported_at <= $1
ORDER BY patient_id"""


class ReplayRefused(ReviewError):
    """A past state that cannot be shown as asked."""


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision that was in force then; ``number`` is its entry."""

    number: int
    recorded_at: str
    reader: str
    reader_name: str
    role: str
    category: str
    day: float | None
    confidence: str
    reason: str


@dataclass(frozen=True, slots=True)
class PastMark:
    """A flag that was set, or a query that was open then."""

    kind: str
    number: int
    recorded_at: str
    reader: str
    reader_name: str
    words: str


@dataclass(frozen=True, slots=True)
class PastPerson:
    """Somebody with a role then; ``number`` is the entry that gave it."""

    number: int
    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PastLock:
    """A lock that was set then, on a case or on the whole study (``patient_id`` None)."""

    number: int
    recorded_at: str
    patient_id: str | None
    actor_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case as it stood then; ``final`` is None for who may not see what others decided."""

    patient_id: str
    final: FinalCategory | None
    decisions: tuple[PastDecision, ...]
    marks: tuple[PastMark, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """The study as of an entry: ``number`` and ``recorded_at`` are those of the last entry that counts.

    ``whole`` is False where only the reader's own entries are shown.
    """

    number: int
    recorded_at: str
    whole: bool
    phase: str
    protocol: str
    criteria: str
    criteria_hash: str
    options: dict[str, str]
    people: tuple[PastPerson, ...]
    locks: tuple[PastLock, ...]
    cases: tuple[PastCase, ...]


def replay(study: Study, actor: Actor, at: str) -> Past:
    """The state after entry number ``at``, or after the last entry up to the time ``at``, as this person may see it.

    ``TimeRefused`` for what is neither; ``ReplayRefused`` for a time before the study and a number beyond its log.
    """
    sight = sight_of(study, actor)
    upto, recorded_at = entry_at(study, sight, at)
    number_of = numbering(study, sight, upto)
    conduct = conduct_at(study, upto)
    said = documents_at(study, upto)
    return Past(
        number=number_of(upto) or 0,
        recorded_at=recorded_at,
        whole=sight.whole,
        phase=phase_at(study, conduct),
        **said,
        people=tuple(
            PastPerson(number, one.id, one.name, one.role)
            for one in conduct.people.values()
            if (number := number_of(one.registered_seq)) is not None
        ),
        locks=tuple(
            PastLock(number, one.recorded_at, one.patient_id, one.actor_name, one.reason)
            for one in conduct.locks.values()
            if (number := number_of(one.seq)) is not None
        ),
        cases=cases_at(study, sight, upto, recorded_at, number_of),
    )


def entry_at(study: Study, sight: Sight, at: str) -> tuple[int, str]:
    """Seq and time of the last entry that counts, of those that this person may read."""
    if at.strip().isdecimal():
        asked = int(at)
        rows = study.rows(f"{sight.source} {ENTRY.format('number <= $2')}", (sight.reader, asked))
        ((last,),) = study.rows(f"{sight.source} SELECT max(number) FROM seen", (sight.reader,))
        if not rows or asked > last:
            raise ReplayRefused(f"there is no entry {asked}; they run from 1 to {last}")
        return rows[0]
    until = moment(at, end=True)
    rows = study.rows(f"{sight.source} {ENTRY.format('recorded_at <= $2')}", (sight.reader, until))
    if not rows:
        ((first,),) = study.rows("SELECT min(recorded_at) FROM log")
        raise ReplayRefused(f"the study was made later, at {utc_words(first)}; name a time after that")
    return rows[0]


def numbering(study: Study, sight: Sight, upto: int) -> Callable[[int], int | None]:
    """What turns a seq into the number that this person sees, None for an entry that they do not see."""
    if sight.whole:
        return lambda seq: seq
    rows = study.rows(f"{sight.source} SELECT seq, number FROM seen WHERE seq <= $2", (sight.reader, upto))
    return dict(rows).get


def phase_at(study: Study, conduct: Conduct) -> str:
    """The phase then; an open study is always in ``open``."""
    if not is_phased(study):
        return PHASES[-1]
    return conduct.moves[-1].new if conduct.moves else PHASES[0]


def documents_at(study: Study, upto: int) -> dict[str, Any]:
    """Protocol and criteria in force then, and the options of the reading (none: every default)."""
    protocol, criteria, chosen = "", {"id": "", "version": "", "hash": ""}, dict[str, dict[str, str]]()
    for action, text in study.rows(CRITERIA, (upto,)):
        said = json.loads(text)
        if action == "reading_chosen":
            chosen[said["criteria"]["hash"]] = said["options"]
            continue
        criteria = said["criteria"]
        if action == "study_created":
            protocol = f"{said['protocol']['id']} {said['protocol']['version']}"
    return {
        "protocol": protocol,
        "criteria": f"{criteria['id']} {criteria['version']}",
        "criteria_hash": criteria["hash"],
        "options": chosen.get(criteria["hash"], {}),
    }


def cases_at(
    study: Study, sight: Sight, upto: int, recorded_at: str, number_of: Callable[[int], int | None]
) -> tuple[PastCase, ...]:
    """Every case that had charts then; for who sees only their own entries, the cases that these are about."""
    decisions: dict[str, list[PastDecision]] = {}
    marks: dict[str, list[PastMark]] = {}
    for one in current_decisions(study, upto=upto):
        number = number_of(one.seq)
        if number is not None and (sight.whole or one.reader == sight.reader):
            decisions.setdefault(one.patient_id, []).append(past_decision(one, number))
    statement = over_state(study, Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    for kind, seq, at, patient_id, reader, name, words in study.rows(statement, (None, upto)):
        number = number_of(seq)
        if number is not None and (sight.whole or reader == sight.reader):
            marks.setdefault(patient_id, []).append(PastMark(kind, number, at, reader, name, words))
    finals = final_categories(study, upto) if sight.whole else {}
    touched = sorted({*decisions, *marks})
    charted = [patient for (patient,) in study.rows(PATIENTS, (recorded_at,))] if sight.whole else []
    return tuple(
        PastCase(patient, finals.get(patient), tuple(decisions.get(patient, ())), tuple(marks.get(patient, ())))
        for patient in sorted({*charted, *touched})
    )


def past_decision(one: CurrentDecision, number: int) -> PastDecision:
    """The decision as a past state holds it."""
    return PastDecision(
        number,
        one.recorded_at,
        one.reader,
        one.reader_name,
        one.role,
        one.category,
        one.day,
        one.confidence,
        one.reason,
    )
