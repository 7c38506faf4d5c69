"""Survival of the cohort for an endpoint of the protocol, by any division of the patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import MISSING, Grouping, grouping, in_order
from hlh_tui.cohort.printed import day as printed_day
from hlh_tui.cohort.printed import names
from hlh_tui.cohort.survival.follow_up import Leaving, by_stratum, counts, find_endpoint, follow_up, patients
from hlh_tui.cohort.survival.kaplan_meier import kaplan_meier, quantile, steps, survival_at
from hlh_tui.cohort.survival.landmark import landmark_day, landmark_notes, split
from hlh_tui.cohort.survival.logrank import logrank
from hlh_tui.cohort.survival.models import Stratum, SurvivalResult

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Endpoint, StudyProtocol
    from hlh_tui.study.file import Study

EVERYBODY_LABEL = "all patients"


def survival(
    study: Study,
    endpoint: str,
    by: str | None = None,
    at: Sequence[float] = (),
    ci: str = "log-log",
    landmark: float | None = None,
) -> SurvivalResult:
    """Kaplan-Meier curves of ``endpoint``, one per group of ``by``, with estimates at the days ``at``.

    ``by``: a stratum of the protocol, a collapse (response, remission), category, a patient column or an attribute.
    ``at``: days since the index event, by default the protocol's. ``ci``: log-log, log or plain.
    ``landmark``: survival conditional on being followed without the event after that day, S(t)/S(landmark); a division
    by response has the protocol's first landmark by default. ``CohortError`` for anything that is not there.
    """
    wanted = find_endpoint(study, endpoint)
    division = grouping(study, by)
    start = landmark_day(study, division, landmark)
    days = chosen_days(study, at)
    early, late = split(follow_up(study, wanted, division), start)
    undecided = [each for each in late if each.stratum is None] if division.from_decisions else []
    groups = by_stratum(late if not undecided else [each for each in late if each.stratum is not None])
    if not groups:
        raise CohortError(nobody_left(division, start, undecided))
    labels = in_order(list(groups), division.order)
    strata = tuple(curve(label or EVERYBODY_LABEL, groups[label], days, ci, start) for label in labels)
    notes = method_notes(study.protocol, wanted, ci)
    if start is not None:
        notes += landmark_notes(division, start, early)
    notes += division_notes(division, strata, undecided) + follow_up_notes(strata, start or 0.0)
    known = [label for label in labels if label != MISSING]
    test = None if by is None else logrank([counts(groups[label]) for label in known])
    return SurvivalResult(wanted.id, wanted.label, ci, by, start, strata, test, tuple(notes))


def chosen_days(study: Study, at: Sequence[float]) -> tuple[float, ...]:
    """The days of the estimates: those asked for, or the protocol's; ``CohortError`` for a negative one."""
    for day in at:
        if not 0 <= day < float("inf"):
            raise CohortError(f"there is no survival at day {day:g}: give days of 0 or more since the index event")
    return tuple(map(float, at)) or study.protocol.survival_days


def curve(label: str, group: Sequence[Leaving], days: Sequence[float], ci: str, start: float | None) -> Stratum:
    """The curve of one group with its median and its estimates at ``days``."""
    fitted = kaplan_meier(counts(group), ci, start=start or 0.0)
    events = int(fitted.events.sum())
    return Stratum(
        label=label,
        n=fitted.n,
        events=events,
        censored=fitted.n - events,
        median=quantile(fitted, 0.5),
        estimates=survival_at(fitted, days),
        steps=steps(fitted),
        patients=patients(group),
    )


def nobody_left(division: Grouping, start: float | None, undecided: Sequence[Leaving]) -> str:
    """Why there is no curve at all."""
    if undecided:
        return f"no case has a final category yet, so there is no {division.by} to divide by: decide cases first"
    return f"nobody is followed after day {start or 0:g}: choose an earlier landmark"


def method_notes(protocol: StudyProtocol, wanted: Endpoint, ci: str) -> list[str]:
    """What counts as event, what censors, where time starts, and how intervals are made."""
    censored = (
        f"censored at {' or '.join(wanted.censor_at)} or last contact"
        if wanted.censor_at
        else "censored at last contact"
    )
    notes = [
        f"Time zero is the {protocol.index_event} (day 0). Event: {' or '.join(wanted.events)}; {censored};"
        " an event on the day of censoring counts as the event.",
        f"95 % intervals by the {ci} method with Greenwood's variance; 1 to 1 where the estimate is 1."
        " NR: not reached. At risk is counted just before the day.",
    ]
    return [*notes, wanted.note] if wanted.note else notes


def division_notes(division: Grouping, strata: Sequence[Stratum], undecided: Sequence[Leaving]) -> list[str]:
    """What the groups mean, and who is in none."""
    notes = [f"{note}." for note in division.notes]
    if undecided:
        notes.append(f"Left out, no final category yet: {names(patients(undecided))}.")
    unknown = [stratum for stratum in strata if stratum.label == MISSING]
    return notes + [
        f"{division.by} is missing in {stratum.n}, who are not in the log-rank test: {names(stratum.patients)}."
        for stratum in unknown
    ]


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
