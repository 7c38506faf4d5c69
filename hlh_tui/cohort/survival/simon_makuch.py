"""Survival curves of responders and non-responders in which a patient changes curve with the response.

Simon and Makuch, Stat Med 1984;3:35. Kaplan-Meier with delayed entry: a patient is at risk among non-responders until
the response, which takes them out as censoring does, and among responders after it. Greenwood error and limits as for
any curve; equal to R's ``survfit(Surv(start, stop, event) ~ response)``.

The curve of responders is not that of a group that anybody belonged to from the start: it is what would be seen if
the hazards after and without response were each met from ``start`` on. Few are at risk as responders early on, and one
early death can take the curve to 0 for good; a landmark ``start`` at which some have responded mends that, as the
authors propose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import Counts
from hlh_tui.cohort.survival.kaplan_meier import Curve, curve_from, kaplan_meier
from hlh_tui.cohort.survival.mantel_byar import Follow, History, arrays, responders_at_risk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hlh_tui.cohort.survival.counts import Counts_, Numbers


@dataclass(frozen=True, slots=True, eq=False)
class SimonMakuch:
    """The two curves from ``start`` on, of the ``n`` followed beyond it; None with the reason in ``why``.

    ``moved`` counts, on each day of the non-responders' curve, those among its censored who left it by responding.
    ``note`` warns of a curve that ended before everybody had entered it; empty otherwise.
    """

    start: float
    n: int
    non_responders: Curve | None
    responders: Curve | None
    moved: Counts_
    why: str = ""
    note: str = ""


def simon_makuch(
    histories: Sequence[History], start: float = 0.0, ci: str = "log-log", level: float = 0.95
) -> SimonMakuch:
    """The curves of ``histories`` from day ``start`` on; ``CohortError`` names the first wrong history."""
    import numpy as np

    if not 0 <= start < float("inf"):
        raise CohortError(f"the curves cannot start on day {start:g}: give a day of 0 or more")
    follow = arrays(histories, start)
    n = len(follow.time)
    nothing = np.zeros(0, dtype=np.int64)
    if not n:
        why = f"nobody is followed after day {start:g}" if histories else "there are no patients"
        return SimonMakuch(start, 0, None, None, nothing, why)
    responded = np.isfinite(follow.response)
    # Who has responded by a landmark is a responder from it on; on day 0 itself nobody has responded yet.
    waited = ~responded | (follow.response > start) | (start == 0)
    leaving, moved = _counts(
        np.minimum(follow.time, follow.response)[waited], (follow.event & ~responded)[waited], responded[waited]
    )
    before = kaplan_meier(leaving, ci, level, start) if waited.any() else None
    after = _responders(follow, start, ci, level) if responded.any() else None
    whys = ["nobody is followed as a non-responder"] if before is None else []
    whys += ["nobody was followed beyond a response"] if after is None else []
    return SimonMakuch(start, n, before, after, moved, "; ".join(whys), _note(after))


def _counts(days: Numbers, events: NDArray[np.bool_], moved: NDArray[np.bool_]) -> tuple[Counts, Counts_]:
    import numpy as np

    distinct, where = np.unique(days, return_inverse=True)
    happened, all_of, left = (
        np.bincount(where, weights=column, minlength=len(distinct)).astype(np.int64)
        for column in (events, np.ones(len(days)), moved)
    )
    return Counts(distinct, happened, all_of - happened), left


def _responders(follow: Follow, start: float, ci: str, level: float) -> Curve:
    import numpy as np

    responded = np.isfinite(follow.response)
    leaving, _ = _counts(
        follow.time[responded], follow.event[responded], np.zeros(int(responded.sum()), dtype=np.bool_)
    )
    at_risk = responders_at_risk(follow, leaving.days).astype(np.int64)
    entries = np.sort(follow.response[responded])
    return curve_from(leaving, at_risk, int(responded.sum()), ci, level, start, entries)


def _note(curve: Curve | None) -> str:
    import numpy as np

    if curve is None or curve.entries is None or not (over := np.flatnonzero(curve.survival == 0.0)).size:
        return ""
    day = float(curve.days[over[0]])
    later = int((curve.entries >= day).sum())
    if not later:
        return ""
    return (
        f"the responders' curve reaches 0 on day {day:g} and stays there, though {later} responded later: start the"
        " curves at a landmark by which more have responded"
    )
