"""One case side by side: reads, criteria, and the evidence that one cited and another never opened."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from hlh_tui.assess.reading import study_reading
from hlh_tui.assess.run import assess_patient
from hlh_tui.assess.values import value_words
from hlh_tui.protocol.analytes import analytes
from hlh_tui.review.conduct.blinding import evidence_until
from hlh_tui.review.consensus.differences import difference_of
from hlh_tui.review.consensus.models import Comparison, CriterionRead, CriterionRow, EvidenceRow, Read

if TYPE_CHECKING:
    from hlh_tui.assess.models import Evaluation, Item
    from hlh_tui.review.models import Cited, Seen
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

OF_A_ROW = ("observation", "item")
"""Kinds of evidence that stand in a row of the evidence board; the others stand on a day alone."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the criteria say of the case day by day, as far as readers may see it."""

    evaluations: tuple[Evaluation, ...]
    names: dict[str, frozenset[str]]
    """Name under which a value is cited (lower case) -> ids of the rows it may stand in."""
    review_until: float
    """The evidence cut-off of the protocol, in days."""
    shown_until: float | None
    """The last day that who compares may see; None for all."""


def compare_case(study: Study, actor: Actor, patient_id: str) -> Comparison:
    """Everything of one case side by side; refusals as for ``differences.difference_of``.

    A reader is held to have judged by the day given for the response, else by the last value cited, else by the last
    day looked at, else by the last evaluation that counts within the evidence cut-off (none after new treatment or
    transplantation counts); each criterion is shown as it stood then.
    What lies after a cut-off that holds for who compares is left out, also where a reader had it revealed.
    """
    difference = difference_of(study, actor, patient_id)
    reading = study_reading(study)
    until = evidence_until(study, actor.id, patient_id)
    assessment = assess_patient(study, patient_id)
    evaluations = tuple(one for one in assessment.evaluations if until is None or floor(one.day) <= until)
    case = Case(evaluations, _names(assessment.evaluations), study.protocol.review_until_day, until)
    days = tuple(_judged_on(read, case) for read in difference.reads)
    return Comparison(
        difference=difference,
        judged_on=days,
        criteria=_criteria(difference.reads, days, case),
        evidence=_evidence(difference.reads, case),
        criteria_set=f"{reading.criteria.id} {reading.criteria.version}",
    )


def _judged_on(read: Read, case: Case) -> float | None:
    if read.day is not None:
        return read.day
    cited = [piece.day for piece in read.evidence if piece.kind in OF_A_ROW]
    if cited:
        return max(cited)
    if read.seen is not None and read.seen.days:
        return max(read.seen.days)
    within = [one for one in case.evaluations if floor(one.day) <= case.review_until]
    counting = [one.day for one in within if one.counts] or [one.day for one in within]
    return counting[-1] if counting else case.evaluations[-1].day if case.evaluations else None


def _names(evaluations: tuple[Evaluation, ...]) -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for evaluation in evaluations[:1]:
        for item in evaluation.items:
            for name in _names_of(item):
                names.setdefault(name.casefold(), set()).add(item.id)
    for analyte in analytes().values():
        for name in (analyte.id, analyte.label, analyte.short):
            names.setdefault(name.casefold(), set()).add(analyte.id)
    return {name: frozenset(ids) for name, ids in names.items()}


def _names_of(item: Item) -> tuple[str, ...]:
    known = analytes().get(item.analyte or "")
    return (item.id, item.label, *((known.id, known.label, known.short) if known is not None else ()))


# By criterion


def _criteria(reads: tuple[Read, ...], days: tuple[float | None, ...], case: Case) -> tuple[CriterionRow, ...]:
    if not case.evaluations:
        return ()
    rows = []
    for place, first in enumerate(case.evaluations[0].items):
        own = {name.casefold() for name in _names_of(first)}
        cells = tuple(
            _criterion(read, _item_at(case.evaluations, place, day), own) for read, day in zip(reads, days, strict=True)
        )
        differs = len({(cell.state, cell.value, cell.value_day, bool(cell.cited)) for cell in cells}) > 1
        rows.append(CriterionRow(first.id, first.label, first.limit, cells, differs))
    return tuple(rows)


def _item_at(evaluations: tuple[Evaluation, ...], place: int, day: float | None) -> Item | None:
    """The criterion at the last evaluation up to that day."""
    held = [one for one in evaluations if day is not None and floor(one.day) <= floor(day)]
    return held[-1].items[place] if held else None


def _criterion(read: Read, item: Item | None, own: set[str]) -> CriterionRead:
    cited = tuple(sorted({each.day for each in read.evidence if each.kind in OF_A_ROW and each.name.casefold() in own}))
    opened = None if read.seen is None else any(one.casefold() in own for one in read.seen.items)
    if item is None:
        return CriterionRead(read.number, "", "", None, cited, opened)
    value = ""
    if item.value is not None:
        value = value_words(item.analyte or item.id, item.value, item.comparator, item.value_unit)
    return CriterionRead(read.number, item.state, value, item.value_day, cited, opened)


# By evidence


def _evidence(reads: tuple[Read, ...], case: Case) -> tuple[EvidenceRow, ...]:
    until = case.shown_until
    shown = [piece for read in reads for piece in read.evidence if until is None or floor(piece.day) <= until]
    pieces = {(piece.kind, piece.day, piece.name): piece for piece in shown}
    held = [{(piece.kind, piece.day, piece.name) for piece in read.evidence} for read in reads]
    rows = [
        EvidenceRow(
            piece, tuple(_mark(key in own, piece, read.seen, case) for own, read in zip(held, reads, strict=True))
        )
        for key, piece in pieces.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.cited.day, row.cited.kind, row.cited.name)))


def _mark(cited: bool, piece: Cited, seen: Seen | None, case: Case) -> str:
    if cited:
        return "cited"
    if seen is None:
        return "unknown"
    return "opened" if _opened(piece, seen, case) else "never opened"


def _opened(piece: Cited, seen: Seen, case: Case) -> bool:
    """Whether the reader had the piece under the cursor or its source open: the row, on a day that shows the value."""
    if piece.kind == "note":
        return piece.day in seen.notes
    days = {floor(day) for day in seen.days}
    if piece.kind not in OF_A_ROW:
        return floor(piece.day) in days
    ids = {one.casefold() for one in case.names.get(piece.name.casefold(), frozenset({piece.name}))}
    if ids & {one.casefold() for one in seen.sources}:
        return True
    return bool(ids & {one.casefold() for one in seen.items}) and bool(days & _shown_on(piece, ids, case))


def _shown_on(piece: Cited, ids: set[str], case: Case) -> set[int]:
    """The days whose column shows the value: its own, those it is carried to, and 0 for a value at baseline."""
    carried = {
        floor(one.day)
        for one in case.evaluations
        if any(item.id.casefold() in ids and item.value_day == piece.day for item in one.items)
    }
    return {floor(piece.day), *carried, *({0} if piece.day <= 0 else ())}
