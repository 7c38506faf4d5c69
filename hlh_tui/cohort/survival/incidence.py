"""Competing risks of an endpoint: how many have had the event, how many something else first, how many neither.

The estimator is Aalen and Johansen's (see ``competing_risks``). Beside it stands 1 - Kaplan-Meier of the same event,
which answers another question and is wrong as a proportion of patients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import EVERYBODY
from hlh_tui.cohort.survival.competing_risks import (
    CumulativeIncidence,
    IncidenceAt,
    State,
    cumulative_incidence,
    incidence_at,
)
from hlh_tui.cohort.survival.curve_notes import excluded_notes, nobody_left
from hlh_tui.cohort.survival.curves import chosen_days
from hlh_tui.cohort.survival.endpoint import clock_words, event_name, event_words, find_endpoint, kind_words
from hlh_tui.cohort.survival.follow_up import CENSORED, EVENT, FollowUp, follow_up
from hlh_tui.cohort.survival.leaving import Leaving, leaving

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

WHY_NAIVE = (
    "1 - Kaplan-Meier, shown beside it, is the wrong answer: it censors who had a competing event, as if they could"
    " still have this one, so it is too high and its parts can add up to more than everybody."
)


@dataclass(frozen=True, slots=True)
class CauseStep:
    """A distinct day on the curve of a cause: how many had it then, the share that has had it, limits, and 1 - KM."""

    day: float
    events: int
    cif: float
    std_error: float | None
    lower: float | None
    upper: float | None
    naive: float


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause with its curve; ``cause`` is its id, ``label`` its words, ``code`` that of ``Person.cause``."""

    cause: str
    label: str
    code: int
    events: int
    steps: tuple[CauseStep, ...]


@dataclass(frozen=True, slots=True)
class IncidenceResult:
    """Cumulative incidence of every cause, the event of the endpoint first, and who is still without any.

    ``estimates`` hold, per chosen day, every cause and event-free last; they sum to 1 on each day. ``at_risk`` and
    ``censored`` are those on the days of the steps.
    """

    endpoint: str
    label: str
    ci_method: str
    n: int
    causes: tuple[Cause, ...]
    event_free: Cause
    at_risk: tuple[int, ...]
    censored: tuple[int, ...]
    estimates: tuple[IncidenceAt, ...]
    notes: tuple[str, ...]


def incidence(study: Study, endpoint: str, at: Sequence[float] = (), ci: str = "log-log") -> IncidenceResult:
    """The cumulative incidence of ``endpoint`` and of what competes with it, with estimates at the days ``at``.

    ``at`` and ``ci`` as for ``survival``. ``CohortError`` for anything that is not there.
    """
    wanted = find_endpoint(study, endpoint)
    days = chosen_days(study, wanted, at)
    question = follow_up(study, wanted, EVERYBODY)
    everybody = leaving(study, question)
    if not everybody:
        raise CohortError(nobody_left(study, question, everybody, None))
    names = (event_name(wanted), *question.causes)
    curves = estimated(everybody, names, ci)
    labels = (event_name(wanted).replace("_", " "), *(kind_words(kind) for kind in question.causes))
    causes = tuple(
        cause(state, label, code, curves)
        for code, (state, label) in enumerate(zip(curves.causes, labels, strict=True), EVENT)
    )
    return IncidenceResult(
        endpoint=wanted.id,
        label=wanted.label,
        ci_method=ci,
        n=curves.n,
        causes=causes,
        event_free=cause(curves.event_free, "none of these", CENSORED, curves),
        at_risk=tuple(curves.at_risk.tolist()),
        censored=tuple(curves.censored.tolist()),
        estimates=incidence_at(curves, days),
        notes=tuple(incidence_notes(study, question, labels, ci, curves, days)),
    )


def estimated(everybody: Sequence[Leaving], names: Sequence[str], ci: str) -> CumulativeIncidence:
    """The estimate from counts per day and cause."""
    import numpy as np

    ends = np.array([each.ends for each in everybody], dtype=np.int64)
    days = np.array([each.day for each in everybody], dtype=np.float64)
    events = {name: ends[:, code] for code, name in enumerate(names, EVENT)}
    return cumulative_incidence(days, events, ends[:, CENSORED], ci)


def cause(state: State, label: str, code: int, curves: CumulativeIncidence) -> Cause:
    """The curve of one state as records."""
    import numpy as np

    bands = (np.where(np.isnan(band), None, band) for band in (state.std_error, state.lower, state.upper))  # type: ignore[call-overload]
    columns = (curves.days, state.events, state.probability, *bands, state.naive)
    steps = tuple(CauseStep(*values) for values in zip(*(column.tolist() for column in columns), strict=True))
    return Cause(state.cause, label, code, int(state.events.sum()), steps)


def incidence_notes(
    study: Study,
    question: FollowUp,
    labels: Sequence[str],
    ci: str,
    curves: CumulativeIncidence,
    days: Sequence[float],
) -> list[str]:
    """What the estimates rest on, in sentences."""
    endpoint, protocol = question.endpoint, study.protocol
    rivals = f" Competing: {' and '.join(labels[1:])}." if labels[1:] else " Nothing competes with it."
    notes = [
        f"{clock_words(endpoint, protocol)} Event: {event_words(endpoint, protocol)}.{rivals} Whatever comes first"
        f" counts, on one and the same day in the order {', '.join(labels)}, last contact; the shares of all causes and"
        " of those without any add up to 1.",
        f"Aalen-Johansen estimate, ties exact; 95 % intervals by the {ci} method with Greenwood-type variance.",
    ]
    if labels[1:]:
        notes.append(WHY_NAIVE)
    notes += excluded_notes(study, question)
    last = float(curves.days[-1])
    beyond = [f"{day:.10g}" for day in days if day > last and curves.censored[-1] > 0]
    if beyond:
        notes.append(f"No estimate at day {', '.join(beyond)}, follow-up ends on day {last:.10g}.")
    return notes
