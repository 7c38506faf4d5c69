"""Where readers differ: every case with its reads, the readers masked, the worst disagreement first."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.consensus.data_changes import reopened_entries
from hlh_tui.review.consensus.models import Difference, Read, Settled
from hlh_tui.review.errors import ReviewError
from hlh_tui.review.queries import open_queries
from hlh_tui.review.stale import is_stale
from hlh_tui.review.state import current_decisions, final_categories

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.review.models import CurrentDecision, FinalCategory
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

SETTLING = ("adjudicator", "consensus")


class NotCompared(ReviewError):
    """A case that cannot be compared or settled as asked."""


def differences(study: Study, actor: Actor) -> tuple[Difference, ...]:
    """Every case that two readers or more have decided, the worst disagreement first.

    First by the distance of the ranks, then cases that some hold not evaluable and some do not, then those on which
    more readers are sure, then those that differ in nothing but confidence; within that by patient.
    ``NotAllowed`` while this person may not compare the readers.
    """
    require(study, actor, "compare")
    found = _read(study, None)
    return tuple(sorted(found, key=lambda one: (*_how_bad(one), one.patient_id)))


def difference_of(study: Study, actor: Actor, patient_id: str) -> Difference:
    """The reads of one case; ``NotCompared`` where there are fewer than two, refusals as for ``differences``."""
    require(study, actor, "compare", patient_id)
    found = _read(study, patient_id)
    if found:
        return found[0]
    if not study.rows("SELECT 1 FROM patient WHERE patient_id = $1", (patient_id,)):
        raise NotCompared(f"there is no patient {patient_id!r} in this study; use an id of the Cases screen")
    reads = sum(one.role == "reader" for one in current_decisions(study, patient_id))
    how = "one reader has decided it" if reads else "nobody has decided it"
    raise NotCompared(f"{patient_id} cannot be compared: {how}; two independent reads are needed")


def reader_numbers(study: Study, patient_id: str, readers: Iterable[str]) -> dict[str, int]:
    """Reader id -> number in this case, by a hash of study, case and reader.

    The same person is not always 1, the same case always gives the same numbers, and neither the order of the names
    nor that of the decisions tells who is who.
    """
    study_id = study.facts.get("study_id", "")

    def place(reader: str) -> bytes:
        return hashlib.sha256("\x1f".join((study_id, patient_id, reader)).encode()).digest()

    return {reader: number for number, reader in enumerate(sorted(readers, key=place), start=1)}


def _read(study: Study, patient_id: str | None) -> list[Difference]:
    reads: dict[str, list[CurrentDecision]] = {}
    settled: dict[str, CurrentDecision] = {}
    for one in current_decisions(study, patient_id):
        if one.role == "reader":
            reads.setdefault(one.patient_id, []).append(one)
        elif one.role in SETTLING:
            last = settled.get(one.patient_id)
            settled[one.patient_id] = one if last is None or one.seq > last.seq else last
    finals = final_categories(study)
    asked: dict[str, int] = {}
    for query in open_queries(study, patient_id):
        asked[query.patient_id] = asked.get(query.patient_id, 0) + 1
    changed = reopened_entries(study, patient_id)
    return [
        _difference(study, tuple(of_case), settled.get(case), finals[case], asked.get(case, 0), changed)
        for case, of_case in reads.items()
        if len(of_case) > 1
    ]


def _difference(
    study: Study,
    decisions: tuple[CurrentDecision, ...],
    settled: CurrentDecision | None,
    final: FinalCategory,
    asked: int,
    changed: frozenset[int],
) -> Difference:
    case = final.patient_id
    numbers = reader_numbers(study, case, [one.reader for one in decisions])
    reads = [_masked(study, numbers[one.reader], one, changed) for one in decisions]
    categories = {one.category for one in decisions}
    distance, evaluability = category_distance(study.protocol, categories)
    state = "settled" if settled is not None else "open" if len(categories) > 1 else "agreed"
    return Difference(
        patient_id=case,
        reads=tuple(sorted(reads, key=lambda read: read.number)),
        state=state,
        distance=distance,
        evaluability=evaluability,
        final=final.category,
        source=final.source,
        settled=None if settled is None else _settled(settled, changed, _accepted(study, settled, decisions, numbers)),
        open_queries=asked,
    )


def category_distance(protocol: StudyProtocol, categories: Iterable[str]) -> tuple[int, bool]:
    """The distance of the farthest ranks, and whether some are without a rank (not evaluable) and some are not."""
    known = {one.id: one.rank for one in protocol.categories}
    ranks = [known.get(each) for each in categories]
    ranked = [rank for rank in ranks if rank is not None]
    return (max(ranked) - min(ranked) if ranked else 0), 0 < len(ranked) < len(ranks)


def _how_bad(one: Difference) -> tuple[int, int, int, int]:
    """The smaller, the worse."""
    sure = sum(read.confidence == "high" for read in one.reads)
    differs = len({read.category for read in one.reads}) > 1
    confidence = len({read.confidence for read in one.reads}) > 1
    return (-one.distance, -one.evaluability, -differs, -sure if differs else -confidence)


def _masked(study: Study, number: int, one: CurrentDecision, changed: frozenset[int]) -> Read:
    return Read(
        number=number,
        entry=one.seq,
        category=one.category,
        day=one.day,
        confidence=one.confidence,
        reason=one.reason,
        evidence=one.evidence,
        seen=one.seen,
        stale=is_stale(study, one),
        data_changed=one.seq in changed,
    )


def _accepted(
    study: Study, settled: CurrentDecision, decisions: tuple[CurrentDecision, ...], numbers: dict[str, int]
) -> str | None:
    """The number that the accepted reader has now; another reader who came since may have moved the numbers."""
    said = settled.accepted
    if said is None or not said.isdigit() or all(one.seq < settled.seq for one in decisions):
        return said
    before = [one.reader for one in current_decisions(study, settled.patient_id, settled.seq) if one.role == "reader"]
    then = {number: reader for reader, number in reader_numbers(study, settled.patient_id, before).items()}
    reader = then.get(int(said))
    return str(numbers[reader]) if reader in numbers else said


def _settled(one: CurrentDecision, changed: frozenset[int], accepted: str | None) -> Settled:
    return Settled(
        seq=one.seq,
        recorded_at=one.recorded_at,
        role=one.role,
        by=one.reader_name,
        category=one.category,
        day=one.day,
        confidence=one.confidence,
        reason=one.reason,
        accepted=accepted,
        disagreement=one.disagreement,
        data_changed=one.seq in changed,
    )
