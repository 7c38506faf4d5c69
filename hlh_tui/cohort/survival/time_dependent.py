"""Responders against non-responders as groups that change in time: Mantel-Byar's test, Simon and Makuch's curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import CATEGORY
from hlh_tui.cohort.printed import names
from hlh_tui.cohort.survival.curve_notes import endpoint_notes, excluded_notes, follow_up_notes, interval_note
from hlh_tui.cohort.survival.follow_up import EVENT, FollowUp, people
from hlh_tui.cohort.survival.mantel_byar import History, mantel_byar, response_hazard_ratio
from hlh_tui.cohort.survival.methods import LANDMARK, MANTEL_BYAR
from hlh_tui.cohort.survival.models import LogRank, SurvivalResult
from hlh_tui.cohort.survival.simon_makuch import simon_makuch
from hlh_tui.cohort.survival.stratum import stratum

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.follow_up import Person
    from hlh_tui.study.file import Study

CHANGING = (
    "Everybody starts among those without the response and changes curve on its day, so no days are credited that had"
    " to be survived in order to respond. Who changes is counted among the censored of the curve that is left. An event"
    " on the day of the response is one without response."
)
NO_COHORT = (
    "These curves (Simon and Makuch 1984) describe no group that anybody belonged to from day 0: each is what would be"
    " seen if the hazard with, or without, the response were met throughout."
)


def changing_groups(
    study: Study, question: FollowUp, days: Sequence[float], ci: str, method: str, start: float | None
) -> SurvivalResult:
    """The comparison by a response that begins in time; ``CohortError`` where it has no meaning.

    ``start`` is the landmark from which the curves of Simon and Makuch run (None: day 0).
    """
    by = question.division.by
    refuse_unfit(by, method, start)
    counted, undated, undecided = followed(study, question)
    if not counted:
        raise CohortError(f"no case has a final category yet, so there is no {by} to divide by: decide cases first")
    histories = [history(person, question) for person in counted]
    curves = simon_makuch(histories, start or 0.0, ci)
    pairs = [(f"no {by}", curves.non_responders), (by, curves.responders)]
    strata = tuple(stratum(label, fitted, days) for label, fitted in pairs if fitted is not None)
    if not strata:
        raise CohortError(f"{curves.why}: choose an earlier landmark")
    beyond = [each for each in histories if start is None or each.time > start]
    test = mantel_byar([from_start(each, start) for each in beyond])
    notes = [*endpoint_notes(study, question), interval_note(ci), CHANGING, NO_COHORT]
    notes += excluded_notes(study, question)
    notes += [f"Left out, no final category yet: {names(undecided)}."] if undecided else []
    notes += [f"Left out, the day of the response is not recorded: {names(undated)}."] if undated else []
    notes += [f"{note}." for note in question.division.notes]
    if start is not None:
        gone = sorted(person.patient_id for person in counted if person.day <= start)
        notes.append(f"The curves start on day {start:g}; left out, gone by then: {names(gone)}.")
    notes += [f"{why[0].upper()}{why[1:]}." for why in (curves.why, curves.note) if why]
    return SurvivalResult(
        endpoint=question.endpoint.id,
        label=question.endpoint.label,
        ci_method=ci,
        by=by,
        landmark_day=start,
        strata=strata,
        logrank=LogRank(test.chi2, None if test.chi2 is None else 1, test.p, test.why),
        notes=(*notes, *follow_up_notes(strata, start or 0.0)),
        method=method,
        hazard_ratio=response_hazard_ratio([from_start(each, start) for each in beyond]),
        contrast=(by, f"no {by}"),
    )


def refuse_unfit(by: str, method: str, start: float | None) -> None:
    """Raise ``CohortError`` for more than two groups, or for a landmark where the method has none."""
    if by == CATEGORY:
        raise CohortError(
            f"the method {method} compares a response with none: divide by a collapse such as response, or use"
            f" {LANDMARK}"
        )
    if method == MANTEL_BYAR and start is not None:
        raise CohortError("the Mantel-Byar test counts from day 0: leave out the landmark, or use simon-makuch")
    if start is not None and not 0 <= start < float("inf"):
        raise CohortError(f"the landmark is day {start:g}: give a day of 0 or more")


def followed(study: Study, question: FollowUp) -> tuple[list[Person], list[str], list[str]]:
    """Who can be counted; who responds on a day that nobody recorded; who has no final category."""
    division = question.division
    counted, undated, undecided = [], [], []
    for person in people(study, question):
        if person.stratum is None:
            undecided.append(person.patient_id)
        elif person.stratum == division.by and person.patient_id not in division.began:
            undated.append(person.patient_id)
        else:
            counted.append(person)
    return counted, sorted(undated), sorted(undecided)


def history(person: Person, question: FollowUp) -> History:
    """A patient's follow-up with the day of the response, if there was one."""
    responds = person.stratum == question.division.by
    return History(person.day, person.cause == EVENT, question.division.began[person.patient_id] if responds else None)


def from_start(each: History, start: float | None) -> History:
    """The history with a response before the start of the curves moved there."""
    if start is None or each.response_time is None:
        return each
    return History(each.time, each.event, max(each.response_time, start))
