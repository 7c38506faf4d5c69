"""The day by which a share of patients has had the event, read off a survival curve and its band.

The rule of R's ``quantile.survfit`` (Brookmeyer and Crowley, Biometrics 1982;38:29, for the limits).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.models import Limits

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.counts import Numbers
    from hlh_tui.cohort.survival.kaplan_meier import Curve

TOLERANCE = 1e-9
"""Survival this close to a level counts as meeting it (R uses 1.5e-8, on the same grounds: float noise)."""


def quantile(curve: Curve, p: float) -> Limits:
    """The day by which a proportion ``p`` has had the event, with limits where the band crosses the level 1 - p.

    The rule of R's ``quantile.survfit``: where S lies on the level exactly, the middle of the flat piece (up to the
    last follow-up if S ends there); a side that never reaches the level, or whose band is undefined, is None.
    """
    return quantiles(curve, (p,))[0]


def quartiles(curve: Curve) -> tuple[Limits, Limits, Limits]:
    """The days by which a quarter, half and three quarters have had the event, with limits."""
    quarter, half, most = quantiles(curve, (0.25, 0.5, 0.75))
    return quarter, half, most


def quantiles(curve: Curve, levels: Sequence[float]) -> tuple[Limits, ...]:
    """``quantile`` at each of ``levels``, in their order."""
    found = (_crossings(curve, height, levels) for height in (curve.survival, curve.lower, curve.upper))
    return tuple(Limits(*days) for days in zip(*found, strict=True))


def _crossings(curve: Curve, height: Numbers, levels: Sequence[float]) -> list[float | None]:
    """Where ``height`` crosses each level."""
    import numpy as np

    if not len(curve.days):
        return [None] * len(levels)
    last = float(curve.days[-1])
    fallen = np.concatenate(([0.0], 1.0 - height))
    days = np.concatenate(([curve.start], curve.days))
    defined = np.isfinite(fallen)
    ends_defined = bool(defined[-1])
    fallen, days = _rising(fallen[defined], days[defined])
    return [_crossing(fallen, days, p, last if ends_defined else None) for p in levels]


def _crossing(fallen: Numbers, days: Numbers, p: float, last: float | None) -> float | None:
    import numpy as np

    reached, passed = np.searchsorted(fallen, (p - TOLERANCE, p + TOLERANCE))
    if reached == len(fallen):
        return None
    if passed == len(fallen):
        return None if last is None else (float(days[reached]) + last) / 2
    return float((days[reached] + days[passed]) / 2)


def _rising(fallen: Numbers, days: Numbers) -> tuple[Numbers, Numbers]:
    """The heights ascending, each with its first day in front; limits need not fall all the way, so they are sorted."""
    import numpy as np

    if (fallen[1:] >= fallen[:-1]).all():
        return fallen, days
    fallen, first = np.unique(fallen, return_index=True)
    return fallen, days[first]
