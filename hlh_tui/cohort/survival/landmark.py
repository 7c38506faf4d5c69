"""Survival from a landmark day: who is left out, who is in which group by then, and why it must be so.

Anderson, Cain and Gelber, J Clin Oncol 1983;1:710: groups are those of the response as it stands on the landmark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import Grouping
from hlh_tui.cohort.printed import MOST_NAMES, names
from hlh_tui.cohort.survival.apart import Apart, some
from hlh_tui.cohort.survival.follow_up import FollowUp
from hlh_tui.cohort.survival.leaving import Leaving

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Endpoint
    from hlh_tui.study.file import Study

IMMORTAL_TIME = (
    "counted from day 0, responders would be credited with the days that they had to survive in order to respond"
    " (immortal time), so the groups are compared only among patients still followed after the landmark"
)


def landmark_day(study: Study, division: Grouping, wanted: float | None, endpoint: Endpoint) -> float | None:
    """The landmark in force: the wanted one, or for a division by response the protocol's first; else None.

    An endpoint whose clock starts at the response needs none.
    """
    later = division.from_decisions and endpoint.start == "index"
    if wanted is None:
        return study.protocol.landmark_days[0] if later else None
    if not 0 <= wanted < float("inf"):
        raise CohortError(f"the landmark is day {wanted:g}: give a day of 0 or more")
    if later and wanted == 0:
        days = ", ".join(f"{day:g}" for day in study.protocol.landmark_days)
        raise CohortError(f"{division.by} is not known on day 0: give a landmark after it, for instance one of {days}")
    return wanted


def at_landmark(division: Grouping, landmark: float | None) -> Grouping:
    """A division by a response as it stands on the landmark: whose response begins later is still without it there.

    Other divisions as they are; categories too, because nobody has recorded which one somebody had before.
    """
    if landmark is None or not by_collapse(division):
        return division
    responded, without = division.order
    later = {
        patient: day
        for patient, day in division.began.items()
        if day > landmark and division.label_of.get(patient) == responded
    }
    if not later:
        return division
    labels = {patient: without if patient in later else label for patient, label in division.label_of.items()}
    said = ", ".join(f"{patient} (day {day:g})" for patient, day in list(later.items())[:MOST_NAMES])
    rest = f" and {len(later) - MOST_NAMES} others" if len(later) > MOST_NAMES else ""
    note = f"{responded[0].upper()}{responded[1:]} began after day {landmark:g}, so counted in {without}: {said}{rest}"
    return replace(
        division, params=(list(labels), list(labels.values())), label_of=labels, notes=(*division.notes, note)
    )


def by_collapse(division: Grouping) -> bool:
    """Whether patients are divided by one response, into those with and those without it."""
    return division.from_decisions and division.order[:1] == (division.by,)


def split(leaving: Sequence[Leaving], landmark: float | None) -> tuple[list[Leaving], list[Leaving]]:
    """Those who leave up to and including the landmark day, and those still followed after it."""
    if landmark is None:
        return [], list(leaving)
    return [each for each in leaving if each.day <= landmark], [each for each in leaving if each.day > landmark]


def landmark_notes(question: FollowUp, landmark: float, apart: Apart) -> list[str]:
    """Sentences that say what is conditional on what, and who was left out."""
    division, day = question.division, f"day {landmark:g}"
    since = "the index event" if question.endpoint.start == "index" else "the response"
    notes = [
        f"Landmark {day}: survival is conditional on being followed without the event after {day};"
        f" the axis counts days from {since} and the curves start at 1 on {day}.",
    ]
    by_response = division.from_decisions and question.endpoint.start == "index"
    if by_response:
        notes.append(f"Why a landmark: {IMMORTAL_TIME}.")
    notes.append(f"Left out, event by {day}: {some(*apart.early[True])}.")
    notes.append(f"Left out, censored by {day}: {some(*apart.early[False])}.")
    if by_response and not by_collapse(division) and (later := responded_later(division, landmark)):
        notes.append(f"Grouped by a category that began after {day}, so some immortal time remains: {names(later)}.")
    if by_response and apart.undated[0]:
        notes.append(f"The day of the response is not recorded, it may lie after {day}: {some(*apart.undated)}.")
    return notes


def responded_later(division: Grouping, landmark: float) -> list[str]:
    """Patients with the day on which their category is held to begin, where that is after the landmark."""
    return [f"{patient} (day {day:g})" for patient, day in division.began.items() if day > landmark]
