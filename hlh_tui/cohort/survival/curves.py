"""Survival of the cohort for an endpoint of the protocol, by any division of the patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import MISSING, grouping, in_order
from hlh_tui.cohort.survival.comparison import compared, comparison_notes
from hlh_tui.cohort.survival.counts import reverse
from hlh_tui.cohort.survival.curve_notes import nobody_left, notes_of
from hlh_tui.cohort.survival.endpoint import find_endpoint
from hlh_tui.cohort.survival.follow_up import FollowUp, follow_up, people
from hlh_tui.cohort.survival.kaplan_meier import kaplan_meier
from hlh_tui.cohort.survival.landmark import at_landmark, landmark_day, split
from hlh_tui.cohort.survival.leaving import by_stratum, counts, leaving
from hlh_tui.cohort.survival.methods import MANTEL_BYAR, NAIVE, SIMON_MAKUCH, method_in_force
from hlh_tui.cohort.survival.models import Observed, Stratum, SurvivalResult
from hlh_tui.cohort.survival.quantiles import quartiles
from hlh_tui.cohort.survival.restricted_mean import restricted_mean
from hlh_tui.cohort.survival.stratum import stratum

if TYPE_CHECKING:
    from hlh_tui.cohort.grouping import Grouping
    from hlh_tui.cohort.survival.counts import Counts
    from hlh_tui.protocol.models import Endpoint
    from hlh_tui.study.file import Study

EVERYBODY_LABEL = "all patients"
COMMON_END = float("inf")
"""As the day of a restricted mean: the last of the chosen days up to which every curve is known."""


def survival(
    study: Study,
    endpoint: str,
    by: str | None = None,
    at: Sequence[float] = (),
    ci: str = "log-log",
    landmark: float | None = None,
    *,
    method: str | None = None,
    stratify: str | None = None,
    rmst: float | None = None,
    names: bool = False,
) -> SurvivalResult:
    """Kaplan-Meier curves of ``endpoint``, one per group of ``by``, with estimates at the days ``at``.

    ``by``: a stratum of the protocol, a collapse (response, remission), category, a patient column or an attribute.
    ``at``: days since the clock's start, by default the endpoint's or the protocol's. ``ci``: log-log, log or plain.
    ``landmark``: survival conditional on being followed without the event after that day, S(t)/S(landmark).
    ``method``: how groups by response are compared, see ``methods``; by default at the protocol's first landmark.
    ``stratify``: the column within whose groups the log-rank test compares. ``rmst``: the day to which the mean goes
    (or ``COMMON_END``). ``names``: whether curves list their patients. ``CohortError`` for what is not there.
    """
    wanted = find_endpoint(study, endpoint)
    division = grouping(study, by)
    in_force = method_in_force(wanted, division, method, landmark)
    start = None if in_force == NAIVE else landmark_day(study, division, landmark, wanted)
    division = as_it_stands(division, wanted, in_force, start)
    days = chosen_days(study, wanted, at)
    question = follow_up(study, wanted, division)
    everybody = leaving(study, question)
    if in_force in (MANTEL_BYAR, SIMON_MAKUCH):
        require_plain(in_force, stratify, rmst)
        from hlh_tui.cohort.survival.time_dependent import changing_groups

        return changing_groups(study, question, days, ci, in_force, landmark)
    _, late = split(everybody, start)
    groups = by_stratum([each for each in late if each.stratum is not None or not division.from_decisions])
    if not groups:
        raise CohortError(nobody_left(study, question, everybody, start))
    labels = in_order(list(groups), division.order)
    counted = {label: counts(groups[label]) for label in labels}
    tau = restricted_to(rmst, counted, days, start or 0.0)
    strata = tuple(curve(label or EVERYBODY_LABEL, counted[label], days, ci, start, tau) for label in labels)
    strata = with_names(study, question, strata, labels, start) if names else strata
    known = {label: counted[label] for label in labels if label != MISSING}
    comparisons = compared(study, wanted, division, known, start, stratify, tau, days)
    notes = notes_of(study, question, everybody, strata, ci, start, in_force)
    return SurvivalResult(
        endpoint=wanted.id,
        label=wanted.label,
        ci_method=ci,
        by=by,
        landmark_day=start,
        strata=strata,
        notes=(*notes, *comparison_notes(study, wanted, division, comparisons, start)),
        method=in_force,
        tau=tau,
        **comparisons,
    )


def as_it_stands(division: Grouping, endpoint: Endpoint, method: str, start: float | None) -> Grouping:
    """How the patients are divided where their curves start: by the response on the landmark, see ``at_landmark``.

    As they are where groups change in time (``method``), or where the clock of the ``endpoint`` starts later.
    """
    if method in (MANTEL_BYAR, SIMON_MAKUCH) or endpoint.start != "index":
        return division
    return at_landmark(division, start)


def require_plain(method: str, stratify: str | None, rmst: float | None) -> None:
    """``CohortError`` for what is not defined where groups change in time."""
    if stratify is not None or rmst is not None:
        raise CohortError(f"{method} has no stratified test and no restricted mean: leave them out, or use landmark")


def chosen_days(study: Study, endpoint: Endpoint, at: Sequence[float]) -> tuple[float, ...]:
    """The days of the estimates: asked for, or the endpoint's, or the protocol's; ``CohortError`` if negative."""
    for day in at:
        if not 0 <= day < float("inf"):
            raise CohortError(f"there is no survival at day {day:g}: give days of 0 or more since the index event")
    return tuple(map(float, at)) or endpoint.days or study.protocol.survival_days


def curve(
    label: str, counted: Counts, days: Sequence[float], ci: str, start: float | None, tau: float | None = None
) -> Stratum:
    """The curve of one group with its quartiles, its follow-up, and its estimates at ``days``."""
    fitted = kaplan_meier(counted, ci, start=start or 0.0)
    return replace(
        stratum(label, fitted, days),
        observed=observed(counted, ci, start or 0.0),
        restricted=None if tau is None else restricted_mean(counted, tau, start=start or 0.0),
    )


def restricted_to(
    rmst: float | None, counted: Mapping[str, Counts], days: Sequence[float], start: float
) -> float | None:
    """The day up to which means are restricted; None for no means, ``CohortError`` for a day that is none."""
    if rmst is not None and not rmst > 0:
        raise CohortError(f"there is no mean up to day {rmst:g}: give a day after the clock's start")
    return common_end(counted, days, start) if rmst == COMMON_END else rmst


def common_end(counted: Mapping[str, Counts], days: Sequence[float], start: float) -> float | None:
    """The last of the days, or the last before it on which every curve is still known; None if that is the start.

    A curve that has come down to 0 is known for ever.
    """
    ends = [float(each.days[-1]) for label, each in counted.items() if label != MISSING and each.censored[-1]]
    end = min([max(days), *ends])
    return end if end > start else None


def observed(counted: Counts, ci: str, start: float) -> Observed:
    """How long the group was observed: the curve with censoring as its event (Schemper and Smith 1996)."""
    turned = kaplan_meier(reverse(counted), ci, start=start)
    first, median, third = quartiles(turned)
    left = counted.days[counted.censored > 0]
    spread = (float(left[0]), float(left[-1])) if len(left) else None
    return Observed(median, (first.estimate, third.estimate), spread)


def with_names(
    study: Study, question: FollowUp, strata: Sequence[Stratum], labels: Sequence[str], start: float | None
) -> tuple[Stratum, ...]:
    """The strata with their patients, sorted by id."""
    found: dict[str, list[str]] = {}
    for person in people(study, question):
        if start is None or person.day > start:
            found.setdefault(MISSING if person.stratum is None else person.stratum, []).append(person.patient_id)
    return tuple(
        replace(stratum, patients=tuple(sorted(found[label]))) for stratum, label in zip(strata, labels, strict=True)
    )
