"""A fitted curve as the record that screens, files and figures draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.kaplan_meier import steps, survival_at
from hlh_tui.cohort.survival.models import Stratum
from hlh_tui.cohort.survival.quantiles import quartiles

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.kaplan_meier import Curve


def stratum(label: str, fitted: Curve, days: Sequence[float]) -> Stratum:
    """The curve with its counts, quartiles, steps and estimates at ``days``; days of delayed entry go with it."""
    events = int(fitted.events.sum())
    found = quartiles(fitted)
    return Stratum(
        label=label,
        n=fitted.n,
        events=events,
        censored=fitted.n - events,
        median=found[1],
        estimates=survival_at(fitted, days),
        steps=steps(fitted),
        quartiles=found,
        entries=() if fitted.entries is None else tuple(fitted.entries.tolist()),
    )
