"""What survival estimates rest on, in sentences: clock, event, censoring, method, and who is not in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.printed import day as printed_day
from hlh_tui.cohort.survival.apart import Apart, Some, after_last_contact, excluded, set_apart, some
from hlh_tui.cohort.survival.clock import not_counted
from hlh_tui.cohort.survival.endpoint import clock_words, ends_words, event_words, kind_words
from hlh_tui.cohort.survival.follow_up import FollowUp
from hlh_tui.cohort.survival.landmark import landmark_notes
from hlh_tui.cohort.survival.methods import NAIVE, WARNING

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.leaving import Leaving
    from hlh_tui.cohort.survival.models import Stratum
    from hlh_tui.study.file import Study


def notes_of(
    study: Study,
    question: FollowUp,
    everybody: Sequence[Leaving],
    strata: Sequence[Stratum],
    ci: str,
    start: float | None,
    method: str,
) -> tuple[str, ...]:
    """Every note of a set of curves, the warning of a naive comparison first; names are read where there are any."""
    asked = start is not None or any(each.stratum is None for each in everybody)
    apart = set_apart(study, question, -1.0 if start is None else start) if asked else Apart({})
    notes = [WARNING] if method == NAIVE else []
    notes += [*endpoint_notes(study, question), interval_note(ci)]
    if question.endpoint.note:
        notes.append(question.endpoint.note)
    notes += excluded_notes(study, question)
    if start is not None:
        notes += landmark_notes(question, start, apart)
    notes += division_notes(question, apart.outside)
    return (*notes, *follow_up_notes(strata, start or 0.0))


def endpoint_notes(study: Study, question: FollowUp) -> list[str]:
    """Where time starts, what counts as event, and what censors."""
    endpoint, protocol = question.endpoint, study.protocol
    stops = [*question.causes, *(kind for kind in endpoint.censor_at if kind not in question.causes)]
    first = (
        f"{clock_words(endpoint, protocol)} Event: {event_words(endpoint, protocol)}; censored at {ends_words(stops)};"
        " an event on the day of censoring counts as the event."
    )
    if not endpoint.competing or endpoint.note:
        return [first]
    rivals = " and ".join(kind_words(kind) for kind in endpoint.competing)
    return [
        first,
        f"Competing with the event: {rivals}. The curve censors there and so overstates how many have the event;"
        " hlh-tui incidence does not.",
    ]


def interval_note(ci: str) -> str:
    """How intervals are made, and the conventions that go with them."""
    return (
        f"95 % intervals by the {ci} method with Greenwood's variance; 1 to 1 where the estimate is 1."
        " NR: not reached. At risk is counted just before the day."
    )


def excluded_notes(study: Study, question: FollowUp) -> list[str]:
    """Who cannot be counted, by reason, and whose follow-up ends after their last contact."""
    notes = [
        f"Not counted, {not_counted(why, question.endpoint)}: {some(count, first)}."
        for why, (count, first) in excluded(study, question).items()
    ]
    count, first = after_last_contact(study, question)
    if count:
        notes.append(
            f"Charted after last contact, counted on the day charted: {some(count, first)}; check these charts."
        )
    return notes


def division_notes(question: FollowUp, outside: Some) -> list[str]:
    """What the groups mean, and who of those followed after the start is in none."""
    division, (count, first) = question.division, outside
    notes = [f"{note}." for note in division.notes]
    if not count:
        return notes
    if division.from_decisions:
        notes.append(f"Left out, no final category yet: {some(count, first)}.")
    else:
        notes.append(f"{division.by} is missing in {count}, who are not in the log-rank test: {some(count, first)}.")
    return notes


def follow_up_notes(strata: Sequence[Stratum], start: float) -> list[str]:
    """Days asked for that lie before the landmark or beyond a group's last follow-up."""
    early = sorted({each.day for stratum in strata for each in stratum.estimates if each.day < start})
    notes = [f"No estimate at day {printed_day(day)}, which lies before the landmark." for day in early]
    for stratum in strata:
        open_ended = [each.day for each in stratum.estimates if each.survival is None and each.day >= start]
        beyond = [printed_day(day) for day in open_ended]
        if beyond:
            last = stratum.steps[-1].day
            notes.append(
                f"{stratum.label}: no estimate at day {', '.join(beyond)}, follow-up ends on day {printed_day(last)}."
            )
    return notes


def nobody_left(study: Study, question: FollowUp, everybody: Sequence[Leaving], start: float | None) -> str:
    """Why there is no curve at all."""
    if not everybody:
        reasons = "; ".join(
            f"{not_counted(why, question.endpoint)}: {some(count, first)}"
            for why, (count, first) in excluded(study, question).items()
        )
        return f"nobody can be counted for {question.endpoint.label.lower()} ({reasons})"
    division = question.division
    if division.from_decisions and any(each.stratum is None and each.day > (start or -1.0) for each in everybody):
        return f"no case has a final category yet, so there is no {division.by} to divide by: decide cases first"
    return f"nobody is followed after day {start or 0:g}: choose an earlier landmark"
