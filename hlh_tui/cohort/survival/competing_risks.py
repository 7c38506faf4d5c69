"""Cumulative incidence of competing events: the exact Aalen-Johansen estimator from counts per distinct time.

Aalen and Johansen, Scand J Stat 1978;5:141; Kalbfleisch and Prentice 1980. With S(t-) the probability of no event of
any kind before t (Kaplan-Meier of all kinds together), d_k events of kind k at t, d of all kinds, and n at risk:

    F_k(t) = sum over days u <= t of S(u-) d_k / n,    S(t) + sum of F_k(t) = 1.

Standard error: the multinomial Greenwood-type (delta) variance of Gaynor et al., J Am Stat Assoc 1993;88:400,

    Var F_k(t) = sum over u <= t of  S(u-)^2 h_k (1 - h_k) / n  -  2 S(u-) h_k D / n  +  D^2 h / ((1 - h) n),

with h_k = d_k / n, h = d / n and D = F_k(t) - F_k(u). It is the infinitesimal jackknife of R's ``survfit`` on a
multi-state factor: with everybody followed from day 0 the two are the same sum. Ties are exact; nothing is jittered.

Limits as R's ``conf.type`` on each probability: by default log(-log F), F^exp(+-z SE / (F log F)). As for the
survival curve, where R gives NA: 0 to 0 while a kind has not happened, 1 to 1 while nothing has; None (NaN in arrays)
where a kind has happened to everybody or nobody is left without an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import Counts, at_risk_of
from hlh_tui.cohort.survival.kaplan_meier import CI_METHODS, known, transformed_limits
from hlh_tui.cohort.survival.quantiles import TOLERANCE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hlh_tui.cohort.survival.counts import Counts_, Numbers


EVENT_FREE = "event-free"


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The probability of one state after each distinct day: a kind of event (``cause``) or still event-free.

    ``events`` are those of the kind at each day (none for event-free). ``naive`` is 1 - Kaplan-Meier with the other
    kinds censored: it pretends that who had another event could still have this one, and is never below
    ``probability``; for event-free it is the probability itself.
    """

    cause: str
    events: Counts_
    probability: Numbers
    std_error: Numbers
    lower: Numbers
    upper: Numbers
    naive: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class CumulativeIncidence:
    """Every kind of event over ``days``, and who is still without any; the probabilities sum to 1 on each day."""

    n: int
    days: Numbers
    at_risk: Counts_
    censored: Counts_
    event_free: State
    causes: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class StateAt:
    """A state at one day: events of the kind so far, probability, error, limits, and 1 - KM as the wrong answer.

    None beyond the last follow-up unless everybody has had an event; error and limits also where not defined.
    """

    cause: str
    events: int
    probability: float | None
    std_error: float | None
    lower: float | None
    upper: float | None
    naive: float | None


@dataclass(frozen=True, slots=True)
class IncidenceAt:
    """Every state at one day, event-free last: their probabilities sum to 1. At risk is counted just before the day."""

    day: float
    at_risk: int
    states: tuple[StateAt, ...]


def cumulative_incidence(
    days: ArrayLike,
    events_by_cause: Mapping[str, ArrayLike],
    censored: ArrayLike,
    ci: str = "log-log",
    level: float = 0.95,
) -> CumulativeIncidence:
    """The incidence of each kind of event from counts per distinct day (ascending).

    ``events_by_cause`` has, per kind, the events on each of ``days``; ``censored`` those censored on it.
    ``CohortError`` without patients, for columns of different lengths, days that do not ascend, or negative counts.
    """
    import numpy as np

    if ci not in CI_METHODS:
        raise CohortError(f"there is no interval method {ci!r}: choose one of {', '.join(CI_METHODS)}")
    counts, events = _validated(days, events_by_cause, censored)
    at_risk = at_risk_of(counts)
    exposed = at_risk.astype(np.float64)
    hazard = counts.events / exposed
    survival = np.cumprod(1.0 - hazard)
    before = np.concatenate(([1.0], survival[:-1]))
    z = NormalDist().inv_cdf((1 + level) / 2)
    causes = []
    for cause, happened in events.items():
        own = happened / exposed
        probability = np.cumsum(before * own)
        error = _error(before, own, hazard, exposed, probability)
        naive = 1.0 - np.cumprod(1.0 - own)
        causes.append(_state(cause, happened, probability, error, naive, ci, z, nothing_yet=0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        error = survival * np.sqrt(np.cumsum(hazard / (exposed * (1.0 - hazard))))
    none = np.zeros(len(at_risk), dtype=np.int64)
    event_free = _state(EVENT_FREE, none, survival, error, survival, ci, z, nothing_yet=1.0)
    return CumulativeIncidence(int(at_risk[0]), counts.days, at_risk, counts.censored, event_free, tuple(causes))


def _validated(
    days: ArrayLike, events_by_cause: Mapping[str, ArrayLike], censored: ArrayLike
) -> tuple[Counts, dict[str, Counts_]]:
    import numpy as np

    times = np.asarray(days, dtype=np.float64)
    events = {cause: np.asarray(column, dtype=np.int64) for cause, column in events_by_cause.items()}
    left = np.asarray(censored, dtype=np.int64)
    if not events:
        raise CohortError("there is no kind of event to estimate: name at least one")
    if any(column.shape != times.shape for column in (*events.values(), left)):
        raise CohortError("events and censored must have one count for each day")
    if not len(times) or (left.sum() + sum(column.sum() for column in events.values())) == 0:
        raise CohortError("there are no patients to estimate from: import charts first")
    if not np.isfinite(times).all() or times[0] < 0 or (np.diff(times) <= 0).any():
        raise CohortError("days must be numbers of 0 or more, each once and in ascending order")
    if any((column < 0).any() for column in (*events.values(), left)):
        raise CohortError("a count of events or censored is negative: correct the counts")
    total = np.sum(list(events.values()), axis=0)
    leaving = total + left > 0
    counts = Counts(times[leaving], total[leaving], left[leaving])
    return counts, {cause: column[leaving] for cause, column in events.items()}


def _error(before: Numbers, own: Numbers, hazard: Numbers, at_risk: Numbers, probability: Numbers) -> Numbers:
    """The standard error of ``probability``; D^2 is multiplied out, so that it takes one pass over the days."""
    import numpy as np

    own_spread = np.cumsum(before**2 * own * (1.0 - own) / at_risk)
    shared = before * own / at_risk
    # Who is the last to leave has nobody behind, so D is 0 from there on.
    rest = np.divide(hazard, (1.0 - hazard) * at_risk, out=np.zeros(len(hazard)), where=hazard < 1.0)
    cross = probability * np.cumsum(shared) - np.cumsum(shared * probability)
    square = (
        probability**2 * np.cumsum(rest)
        - 2 * probability * np.cumsum(rest * probability)
        + np.cumsum(rest * probability**2)
    )
    error: Numbers = np.sqrt(np.maximum(own_spread - 2 * cross + square, 0.0))
    return error


def _state(
    cause: str,
    events: Counts_,
    probability: Numbers,
    error: Numbers,
    naive: Numbers,
    ci: str,
    z: float,
    nothing_yet: float,
) -> State:
    """A state with its limits; where it is as it began the interval is the point, at the other end undefined."""
    import numpy as np

    as_begun = probability == nothing_yet
    # A product comes down to 0 exactly; a sum of shares reaches 1 but for float noise.
    over = probability == 0.0 if nothing_yet else probability > 1.0 - TOLERANCE
    inside = np.where(as_begun | over, np.nan, probability)
    with np.errstate(over="ignore"):  # next to 1 the transformed scale has no room, and the limit is 0
        lower, upper = transformed_limits(inside, error / inside, ci, z)
    std_error = np.where(over, np.nan, np.where(as_begun, 0.0, error))
    lower[as_begun] = upper[as_begun] = nothing_yet
    return State(cause, events, probability, std_error, lower, upper, naive)


def incidence_at(curves: CumulativeIncidence, days: Sequence[float]) -> tuple[IncidenceAt, ...]:
    """Every state at chosen days, in their order; on a day itself its events have happened."""
    return tuple(_at(curves, float(day)) for day in days)


def _at(curves: CumulativeIncidence, day: float) -> IncidenceAt:
    import numpy as np

    if not 0 <= day < float("inf"):
        raise CohortError(f"there is no incidence at day {day:g}: give days of 0 or more since the index event")
    last = int(np.searchsorted(curves.days, day, side="right")) - 1
    first = int(np.searchsorted(curves.days, day, side="left"))
    beyond = first == len(curves.days)
    at_risk = 0 if beyond else int(curves.at_risk[first])
    unknown = beyond and bool(curves.censored[-1] > 0)
    states = (*curves.causes, curves.event_free)
    return IncidenceAt(day, at_risk, tuple(_state_at(state, last, unknown) for state in states))


def _state_at(state: State, last: int, unknown: bool) -> StateAt:
    happened = int(state.events[: last + 1].sum())
    if unknown:
        return StateAt(state.cause, happened, None, None, None, None, None)
    if last < 0:
        begun = 1.0 if state.cause == EVENT_FREE else 0.0
        return StateAt(state.cause, 0, begun, 0.0, begun, begun, begun)
    return StateAt(
        state.cause,
        happened,
        float(state.probability[last]),
        known(state.std_error[last]),
        known(state.lower[last]),
        known(state.upper[last]),
        float(state.naive[last]),
    )
