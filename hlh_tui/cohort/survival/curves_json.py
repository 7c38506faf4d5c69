"""A survival result as the JSON object of data-format.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hlh_tui.cohort.survival.models import Stratum, SurvivalResult


def survival_json(result: SurvivalResult) -> dict[str, Any]:
    """The object that ``hlh-tui survival --json`` prints; None stands for what cannot be estimated.

    A landmark analysis has two keys more, ``landmark_day`` and ``notes``, because its numbers are conditional.
    """
    found: dict[str, Any] = {
        "endpoint": result.endpoint,
        "ci_method": result.ci_method,
        "strata": [_stratum(stratum) for stratum in result.strata],
        "logrank": _logrank(result),
    }
    if result.landmark_day is not None:
        found |= {"landmark_day": result.landmark_day, "notes": list(result.notes)}
    return found


def _stratum(stratum: Stratum) -> dict[str, Any]:
    return {
        "label": stratum.label,
        "n": stratum.n,
        "events": stratum.events,
        "censored": stratum.censored,
        "median": asdict(stratum.median),
        "estimates": [asdict(estimate) for estimate in stratum.estimates],
    }


def _logrank(result: SurvivalResult) -> dict[str, Any] | None:
    if result.logrank is None:
        return None
    values = asdict(result.logrank)
    return values if result.logrank.why else {key: values[key] for key in ("chi2", "df", "p")}
