"""Swimmer plot: each patient from day 0 to last contact, with treatment, response states and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.charts_alone import kept
from hlh_tui.cohort.course.models import Lane, Mark, State, Swimmer, Treatment
from hlh_tui.cohort.course.order import Listed, listed, undecided_notes
from hlh_tui.cohort.grouping import CATEGORY, grouping
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

DEATH = "death"
SINGLE_DOSE_DAYS = 1
"""A drug given for no longer than this is a dose, not a course, as on the timeline."""

LAST_CONTACT = "SELECT patient_id, last_contact_day::DOUBLE FROM patient"
Row = tuple[Any, ...]


def swimmer(study: Study, by: str | None = None) -> Swimmer:
    """One lane a patient, the longest followed first within each group of ``by``.

    A response state is the adjudicated category from the day on which it is held to begin until the first event that
    the protocol lists as ending a response, or last contact. ``CohortError`` where ``by`` is no division.
    """
    require_results(study, "courses")
    protocol = study.protocol
    everybody = listed(study, by)
    began = grouping(study, CATEGORY).began
    last: dict[str, float] = kept(study, ("last contact",), lambda: dict(study.rows(LAST_CONTACT)))
    kinds = sorted({DEATH, *protocol.course.marks, *protocol.course.ends_response})
    drugs = protocol.course.drugs or charted_drugs(study)

    def find() -> dict[str, list[Row]]:
        by_patient: dict[str, list[Row]] = {}
        for patient, *row in study.rows(_sql(), (list(drugs), kinds)):
            by_patient.setdefault(patient, []).append(tuple(row))
        return by_patient

    happened = kept(study, ("course", tuple(drugs), tuple(kinds)), find)
    lanes = [
        lane(each, happened.get(each.patient_id, []), last[each.patient_id], began.get(each.patient_id), protocol)
        for each in everybody
    ]
    place = {each.patient_id: each.place for each in everybody}
    drawn = {each.drug for one in lanes for each in one.treatments}
    given = [drug for drug in drugs if drug in drawn]
    return Swimmer(
        by=by,
        drugs=tuple(given),
        lanes=tuple(sorted(lanes, key=lambda each: (place[each.patient_id], -each.end, each.patient_id))),
        notes=tuple(notes_of(protocol, everybody, began, lanes)),
    )


@cache
def _sql() -> str:
    return Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def charted_drugs(study: Study) -> tuple[str, ...]:
    """For a protocol that names no drugs: those given on the index day, in order of name."""
    rows = study.rows("SELECT DISTINCT drug FROM exposure WHERE start_day >= 0 AND start_day < 1 ORDER BY drug")
    return tuple(drug for (drug,) in rows)


def lane(each: Listed, rows: Sequence[Row], end: float, began: float | None, protocol: StudyProtocol) -> Lane:
    """One patient's lane; what was given before day 0 is drawn from day 0."""
    events = [(name, start, words) for what, name, start, _, words in rows if what == "event"]
    died = any(kind == DEATH for kind, _, _ in events)
    wanted = {DEATH, *protocol.course.marks}
    return Lane(
        patient_id=each.patient_id,
        category=each.category,
        group=each.group,
        end=end,
        ongoing=not died,
        treatments=tuple(treatments(rows, end)),
        states=tuple(states(each, began, events, end, protocol)),
        marks=tuple(Mark(kind, day, words) for kind, day, words in events if kind in wanted),
    )


def treatments(rows: Sequence[Row], last_contact: float) -> list[Treatment]:
    """The drugs given on or after day 0, cut at day 0 and last contact."""
    found = []
    for what, name, start, stop, _ in rows:
        end = last_contact if stop is None else min(stop, last_contact)
        if what == "drug" and end >= 0 and start <= last_contact:
            single = stop is not None and stop - start <= SINGLE_DOSE_DAYS
            found.append(Treatment(name, max(start, 0.0), end, single, stop is None))
    return found


def states(
    each: Listed,
    began: float | None,
    events: Sequence[tuple[str, float, str]],
    last_contact: float,
    protocol: StudyProtocol,
) -> list[State]:
    """The adjudicated state with its end; none where there is no category or no day to it."""
    if each.category is None or began is None or began > last_contact:
        return []
    ending = [(day, kind) for kind, day, _ in events if kind in protocol.course.ends_response and day >= began]
    end, kind = min(ending, default=(last_contact, ""))
    return [State(each.category, max(began, 0.0), min(end, last_contact), kind if end <= last_contact else "")]


def notes_of(
    protocol: StudyProtocol, everybody: tuple[Listed, ...], began: Mapping[str, float], lanes: Sequence[Lane]
) -> list[str]:
    """What a lane shows, and for whom something is not known."""
    from hlh_tui.cohort.printed import names

    ends = " or ".join(protocol.course.ends_response)
    until = f" until {ends} or last contact" if ends else " until last contact"
    notes = [
        f"Day 0 is the {protocol.index_event}; a lane ends at last contact or death. The state is the adjudicated"
        f" category from the day on which it is held to begin{until}.",
    ]
    ranked = {category.id for category in protocol.categories if (category.rank or 0) > 1}
    undated = [each.patient_id for each in everybody if each.category in ranked and each.patient_id not in began]
    if undated:
        notes.append(f"No state is drawn where no day was recorded: {names(undated)}.")
    if not any(each.treatments for each in lanes):
        notes.append("No study drug is charted after day 0.")
    return notes + undecided_notes(everybody)
