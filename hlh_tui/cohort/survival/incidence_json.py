"""Competing risks as the JSON object of the data format."""

from __future__ import annotations

from typing import Any

from hlh_tui.cohort.survival.competing_risks import StateAt
from hlh_tui.cohort.survival.incidence import IncidenceResult


def incidence_json(result: IncidenceResult) -> dict[str, Any]:
    """The object that ``hlh-tui incidence --json`` prints; ``naive`` is 1 - Kaplan-Meier, the wrong answer."""
    states = [
        (cause.cause, [(each.day, each.at_risk, each.states[place]) for each in result.estimates])
        for place, cause in enumerate(result.causes)
    ]
    free = [(each.day, each.at_risk, each.states[-1]) for each in result.estimates]
    return {
        "endpoint": result.endpoint,
        "ci_method": result.ci_method,
        "n": result.n,
        "causes": [
            {
                "cause": cause,
                "events": result.causes[place].events,
                "estimates": [
                    {"day": day, "cif": state.probability, **_limits(state), "naive": state.naive, "at_risk": at_risk}
                    for day, at_risk, state in estimates
                ],
            }
            for place, (cause, estimates) in enumerate(states)
        ],
        "event_free": [
            {"day": day, "probability": state.probability, **_limits(state), "at_risk": at_risk}
            for day, at_risk, state in free
        ],
        "notes": list(result.notes),
    }


def _limits(state: StateAt) -> dict[str, float | None]:
    return {"std_error": state.std_error, "lower": state.lower, "upper": state.upper}
