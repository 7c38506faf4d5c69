"""The analysis of sensitivity as a JSON object; shares and limits 0-1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hlh_tui.cohort.interval import clopper_pearson
from hlh_tui.cohort.sensitivity.models import Flip, Fragility, Headline, Judged, Result, Scenario, Sensitivity, Share


def sensitivity_json(found: Sensitivity) -> dict[str, Any]:
    """The whole analysis; the results of flips and scenarios are named as in ``results``."""
    head = found.headline
    return {
        "patients": found.patients,
        "decided": found.decided,
        "results": [
            {"id": named.id, "label": named.label, **result_json(named.result, limits=True)} for named in head.all
        ],
        "conclusions": [_judged(each) for each in found.conclusions],
        "fragility": [_fragility(each) for each in found.fragility],
        "doubtful": list(found.doubtful),
        "scenarios": [_scenario(head, each) for each in found.scenarios],
        "criteria_sets": [asdict(each) | {"response": list(each.response)} for each in found.criteria],
        "flips": [_flip(head, each) for each in found.flips],
        "notes": list(found.notes),
    }


def result_json(result: Result, limits: bool = False) -> dict[str, Any]:
    """``k``, ``n`` and with ``limits`` the estimate and exact limits of a share; ``p`` or ``why`` of a test."""
    if not isinstance(result, Share):
        return {"p": result.p, "why": result.why}
    counts: dict[str, Any] = {"k": result.k, "n": result.n}
    if not limits:
        return counts
    lower, upper = clopper_pearson(result.k, result.n) if result.n else (None, None)
    return counts | {"estimate": result.k / result.n if result.n else None, "lower": lower, "upper": upper}


def _judged(judged: Judged) -> dict[str, Any]:
    conclusion = judged.conclusion
    return {
        "id": conclusion.id,
        "label": conclusion.label,
        "source": conclusion.source,
        "holds": judged.holds,
        **result_json(judged.result, limits=True),
    }


def _fragility(each: Fragility) -> dict[str, Any]:
    return {
        "conclusion": each.judged.conclusion.id,
        "fewest": each.fewest,
        "at_least": each.at_least,
        "exact": each.fewest == each.at_least,
        "example": [{"patient_id": patient, "outcome": has} for patient, has in each.example],
        "how": each.how,
    }


def _scenario(head: Headline, each: Scenario) -> dict[str, Any]:
    moved = {"id": each.id, "label": each.label, "moved": each.moved}
    return moved | {"results": _results(head, each.results), "turned": list(each.turned)}


def _flip(head: Headline, each: Flip) -> dict[str, Any]:
    which = {"patient_id": each.patient_id, "was": each.was, "to": each.to}
    return which | {"results": _results(head, each.results), "turned": list(each.turned)}


def _results(head: Headline, results: Sequence[Result]) -> dict[str, Any]:
    return {named.id: result_json(result) for named, result in zip(head.all, results, strict=True)}
