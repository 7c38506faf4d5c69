"""Responders against non-responders without immortal time: the test of Mantel and Byar.

Mantel and Byar, J Am Stat Assoc 1974;69:81. Everybody starts as a non-responder and counts as a responder from the
response on, so that nobody is credited with the days that had to be survived in order to respond. It is the log-rank
test with risk sets that change, and equals the score test of a Cox model with the response as time-dependent
covariate (R's ``coxph(Surv(start, stop, event) ~ response, ties = "exact")``): at an event day with n1 responders
among n at risk and d events, expected d n1 / n and variance d (n - d) / (n - 1) times (n1 / n)(1 - n1 / n).

A response is known after its day: an event on the day of the response is one of a non-responder, as with R's intervals
(start, stop]. It is still no proof that response prolongs life: responders may have been the fitter patients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.cox import FEWEST_EVENTS, HazardRatio, RiskSets, ratio_of
from hlh_tui.cohort.survival.logrank import chi2_tail

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hlh_tui.cohort.survival.counts import Numbers


NAMES = ("non-responders", "responders")


@dataclass(frozen=True, slots=True)
class History:
    """A patient's follow-up in days: its end, whether with the event, and the day of the response (None: none)."""

    time: float
    event: bool
    response_time: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Follow:
    """Histories as arrays: end, event, and response, infinite for who did not respond before the end."""

    time: Numbers
    event: NDArray[np.bool_]
    response: Numbers


@dataclass(frozen=True, slots=True)
class MantelByar:
    """Observed and expected events as (non-responders, responders), chi-squared with one degree of freedom, p.

    ``responders`` of the ``n`` were followed beyond their response. The test is None, with the reason, where
    non-responders and responders are never at risk together when an event happens.
    """

    n: int
    responders: int
    observed: tuple[int, int]
    expected: tuple[float, float]
    chi2: float | None
    p: float | None
    why: str = ""


def mantel_byar(histories: Sequence[History]) -> MantelByar:
    """The test of responders against non-responders; ``CohortError`` names the first wrong history."""
    import numpy as np

    follow = arrays(histories)
    sets = risk_sets(follow)
    total, dying = sets.at_risk_0 + sets.at_risk_1, sets.events_0 + sets.events_1
    share = sets.at_risk_1 / total
    spread = np.divide(dying * (total - dying), total - 1, out=np.zeros(len(total)), where=total > 1)
    variance = float(np.sum(spread * share * (1.0 - share)))
    observed = int(sets.events_0.sum()), int(sets.events_1.sum())
    expected = float(np.sum(dying * (1.0 - share))), float(np.sum(dying * share))
    n, responders = len(follow.time), int(np.isfinite(follow.response).sum())
    if variance <= 0:
        return MantelByar(n, responders, observed, expected, None, None, _why(n, responders, observed))
    chi2 = (observed[1] - expected[1]) ** 2 / variance
    return MantelByar(n, responders, observed, expected, chi2, chi2_tail(chi2, 1))


def _why(n: int, responders: int, observed: tuple[int, int]) -> str:
    if n == 0:
        return "there are no patients"
    if sum(observed) == 0:
        return "nobody has had an event"
    if responders == 0:
        return "nobody was followed beyond a response, so there is nothing to compare"
    return "non-responders and responders are never at risk together when an event happens"


def response_hazard_ratio(
    histories: Sequence[History], level: float = 0.95, fewest_events: int = FEWEST_EVENTS
) -> HazardRatio:
    """The hazard of responders over non-responders with the response as time-dependent covariate (Efron ties).

    R's ``coxph(Surv(start, stop, event) ~ response)``. Refused, with the reason, as ``cox.hazard_ratio`` is.
    """
    return ratio_of(risk_sets(arrays(histories)), level, fewest_events, NAMES)


def arrays(histories: Sequence[History], start: float = 0.0) -> Follow:
    """Those followed beyond ``start`` (all, for 0) as arrays; ``CohortError`` names the first wrong history."""
    import numpy as np

    for row, each in enumerate(histories, start=1):
        if not 0 <= each.time < float("inf"):
            raise CohortError(f"history {row}: follow-up of {each.time:g} days must be 0 or more; correct the time")
        if each.response_time is not None and not 0 <= each.response_time < float("inf"):
            raise CohortError(f"history {row}: response on day {each.response_time:g} must be on day 0 or later")
    kept = [each for each in histories if start == 0 or each.time > start]
    time = np.array([each.time for each in kept], dtype=np.float64)
    event = np.array([each.event for each in kept], dtype=np.bool_)
    response = np.array(
        [np.inf if each.response_time is None else max(each.response_time, start) for each in kept], dtype=np.float64
    )
    return Follow(time, event, np.where(response < time, response, np.inf))


def risk_sets(follow: Follow) -> RiskSets:
    """Non-responders (0) and responders (1) at risk, and their events, on each event day."""
    import numpy as np

    responded = np.isfinite(follow.response)
    days = np.unique(follow.time[follow.event])
    everyone = len(follow.time) - np.searchsorted(np.sort(follow.time), days, side="left")
    responders = responders_at_risk(follow, days)
    events = [
        np.bincount(np.searchsorted(days, follow.time[follow.event & group]), minlength=len(days)).astype(np.float64)
        for group in (~responded, responded)
    ]
    return RiskSets(everyone - responders, responders, *events)


def responders_at_risk(follow: Follow, days: Numbers) -> Numbers:
    """How many are at risk as responders just before each of ``days``: responded before, not yet gone."""
    import numpy as np

    responded = np.isfinite(follow.response)
    entered = np.searchsorted(np.sort(follow.response[responded]), days, side="left")
    gone = np.searchsorted(np.sort(follow.time[responded]), days, side="left")
    at_risk: Numbers = (entered - gone).astype(np.float64)
    return at_risk
