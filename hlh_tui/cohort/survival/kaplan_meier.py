"""The Kaplan-Meier estimator from counts per distinct time.

Kaplan and Meier, J Am Stat Assoc 1958;53:457; variance by Greenwood 1926; limits as in R's ``survival::survfit``
(Kalbfleisch and Prentice for log-log). Two conventions differ from R, which gives NA for the log-log limits there:
where S = 1 the interval is 1 to 1. Where S = 0 no method is defined, and error and limits are None (NaN in arrays).
numpy is imported when the first curve is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from statistics import NormalDist
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import Counts, at_risk_of
from hlh_tui.cohort.survival.models import Estimate, Step

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.counts import Counts_, Numbers

CI_METHODS = ("log-log", "log", "plain")


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The estimate at each distinct time; ``start`` is where the curve leaves 1 at the earliest (0 or a landmark).

    ``entries`` are the days on which patients came under observation, ascending: after such a day one is at risk. None:
    all from the start.
    """

    start: float
    n: int
    days: Numbers
    at_risk: Counts_
    events: Counts_
    censored: Counts_
    survival: Numbers
    std_error: Numbers
    lower: Numbers
    upper: Numbers
    entries: Numbers | None = None


def kaplan_meier(counts: Counts, ci: str = "log-log", level: float = 0.95, start: float = 0.0) -> Curve:
    """The curve of ``counts``: S(t) = prod(1 - d/n) with Greenwood error and limits by ``ci``.

    With ``start`` (a landmark) every patient must leave after it: the curve is S(t)/S(start).
    """
    at_risk = at_risk_of(counts)
    n = int(at_risk[0]) if len(at_risk) else 0
    return curve_from(counts, at_risk, n, ci, level, start)


def curve_from(
    counts: Counts, at_risk: Counts_, n: int, ci: str, level: float, start: float, entries: Numbers | None = None
) -> Curve:
    """The curve of ``counts`` with the numbers ``at_risk`` on their days, which delayed ``entries`` may have made."""
    import numpy as np

    if ci not in CI_METHODS:
        raise CohortError(f"there is no interval method {ci!r}: choose one of {', '.join(CI_METHODS)}")
    days, events, censored = counts.days, counts.events, counts.censored
    exposed = at_risk.astype(np.float64)
    survival: Numbers = np.cumprod(1.0 - events / exposed)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(np.cumsum(events / (exposed * (exposed - events))))
        std_error = survival * relative
        lower, upper = transformed_limits(survival, relative, ci, NormalDist().inv_cdf((1 + level) / 2))
    certain, over = survival == 1.0, survival == 0.0
    lower[certain] = upper[certain] = 1.0
    std_error[certain] = 0.0
    std_error[over] = lower[over] = upper[over] = np.nan
    return Curve(start, n, days, at_risk, events, censored, survival, std_error, lower, upper, entries)


def transformed_limits(survival: Numbers, relative: Numbers, ci: str, z: float) -> tuple[Numbers, Numbers]:
    """Limits around ``survival`` by the method ``ci``; ``relative`` is the error of log S (Greenwood's)."""
    import numpy as np

    if ci == "plain":
        half = z * survival * relative
        return np.maximum(survival - half, 0.0), np.minimum(survival + half, 1.0)
    if ci == "log":
        return survival * np.exp(-z * relative), np.minimum(survival * np.exp(z * relative), 1.0)
    logged = np.log(survival)
    narrower = np.exp(-z * relative / logged)
    return np.exp(logged * narrower), np.exp(logged / narrower)


def survival_at(curve: Curve, days: Sequence[float]) -> tuple[Estimate, ...]:
    """Survival at chosen days, in their order, as R's ``summary(survfit, times=days, extend=TRUE)`` but for one thing.

    At risk is counted just before the day. Beyond the last follow-up R leaves the day out or extends the last value;
    here the day stays, with nobody at risk and no estimate, unless S has reached 0, which it then keeps.
    """
    import numpy as np

    after = np.searchsorted(curve.days, days, side="right") - 1
    before = np.searchsorted(curve.days, days, side="left")
    return tuple(
        _estimate(curve, float(day), int(last), int(first))
        for day, last, first in zip(days, after, before, strict=True)
    )


def _estimate(curve: Curve, day: float, last: int, first: int) -> Estimate:
    if day < curve.start:  # before the landmark nothing is estimated: who left by then is not in the curve
        return Estimate(day, 0, None, None, None, None)
    at_risk = _at_risk_before(curve, day, first)
    if last < 0:
        nobody = at_risk == 0  # delayed entry: nobody has entered by then
        return Estimate(day, 0, None, None, None, None) if nobody else Estimate(day, at_risk, 1.0, 0.0, 1.0, 1.0)
    if first == len(curve.days):
        gone = 0.0 if curve.survival[-1] == 0.0 else None
        return Estimate(day, 0, gone, None, None, None)
    return Estimate(
        day,
        at_risk,
        float(curve.survival[last]),
        known(curve.std_error[last]),
        known(curve.lower[last]),
        known(curve.upper[last]),
    )


def _at_risk_before(curve: Curve, day: float, first: int) -> int:
    import numpy as np

    if curve.entries is None:
        return int(curve.at_risk[first]) if first < len(curve.days) else 0
    # Who had entered by a landmark is at risk from it on; who enters on day 0 is so from the day after.
    entered = int(np.searchsorted(curve.entries, day, side="right" if 0 < day == curve.start else "left"))
    return entered - int(curve.events[:first].sum() + curve.censored[:first].sum())


def known(value: float) -> float | None:
    """The value, or None for NaN."""
    return None if isnan(value) else float(value)


def steps(curve: Curve) -> tuple[Step, ...]:
    """The curve as records, one a distinct time."""
    import numpy as np

    columns = (curve.days, curve.at_risk, curve.events, curve.censored, curve.survival)
    bands = (np.where(np.isnan(band), None, band) for band in (curve.std_error, curve.lower, curve.upper))  # type: ignore[call-overload]
    return tuple(Step(*values) for values in zip(*(c.tolist() for c in (*columns, *bands)), strict=True))
