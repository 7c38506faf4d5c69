"""A survival result as the JSON object of data-format.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hlh_tui.cohort.survival.methods import NAIVE, WARNING
from hlh_tui.cohort.survival.models import LogRank, Stratum, SurvivalResult


def survival_json(result: SurvivalResult) -> dict[str, Any]:
    """The object that ``hlh-tui survival --json`` prints; None stands for what cannot be estimated.

    ``logrank`` is Mantel and Byar's test where ``method`` says so. ``contrast`` names the groups of ``hazard_ratio``
    (first over second) and ``restricted_mean_difference`` (first less second).
    """
    return {
        "endpoint": result.endpoint,
        "ci_method": result.ci_method,
        "strata": [_stratum(stratum) for stratum in result.strata],
        "logrank": _logrank(result.logrank),
        "by": result.by,
        "method": result.method or None,
        "landmark_day": result.landmark_day,
        "warning": WARNING if result.method == NAIVE else None,
        "stratify": result.stratify,
        "stratified_logrank": _logrank(result.stratified),
        "contrast": None if result.contrast is None else list(result.contrast),
        "hazard_ratio": None if result.hazard_ratio is None else asdict(result.hazard_ratio),
        "restricted_mean_difference": (
            None if result.restricted_difference is None else asdict(result.restricted_difference)
        ),
        "survival_differences": [{"day": day} | asdict(gap) for day, gap in result.differences],
        "notes": list(result.notes),
    }


def _stratum(stratum: Stratum) -> dict[str, Any]:
    return {
        "label": stratum.label,
        "n": stratum.n,
        "events": stratum.events,
        "censored": stratum.censored,
        "median": asdict(stratum.median),
        "estimates": [asdict(estimate) for estimate in stratum.estimates],
        "quartiles": [asdict(quartile) for quartile in stratum.quartiles],
        "follow_up": None if stratum.observed is None else asdict(stratum.observed),
        "restricted_mean": None if stratum.restricted is None else asdict(stratum.restricted),
    }


def _logrank(test: LogRank | None) -> dict[str, Any] | None:
    if test is None:
        return None
    values = asdict(test)
    return values if test.why else {key: values[key] for key in ("chi2", "df", "p")}
