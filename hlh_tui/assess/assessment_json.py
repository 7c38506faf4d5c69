"""Assessments as the JSON object that the command line prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hlh_tui.assess.models import Assessment, Evaluation, Item
from hlh_tui.assess.options import Reading
from hlh_tui.assess.possible import at_most
from hlh_tui.assess.values import Charted
from hlh_tui.protocol.criteria_models import CriteriaSet


def reading_json(reading: Reading) -> dict[str, Any]:
    """The criteria set that was read, and every option."""
    criteria = reading.criteria
    return {"id": criteria.id, "version": criteria.version, "hash": criteria.hash, "options": reading.options}


def patients_json(reading: Reading, assessments: Iterable[Assessment]) -> Iterator[dict[str, Any]]:
    """An object for each patient: days as numbers, None for missing.

    ``unit`` is the canonical one, that of the limit; ``value_unit`` and ``baseline_unit`` are those of the numbers,
    another one only where nothing converts (soluble CD25 in pg/mL). ``at_most`` is null where the category holds
    whatever the unknown is, otherwise the case is indeterminate.
    """
    units = {item.id: item.unit for item in reading.criteria.items}
    return (_patient(reading.criteria, each, units) for each in assessments)


def _patient(criteria: CriteriaSet, assessment: Assessment, units: dict[str, str]) -> dict[str, Any]:
    best = assessment.best
    unconfirmed = {"category": best.unconfirmed_category, "day": best.unconfirmed_day}
    return {
        "patient_id": assessment.patient_id,
        "best": {
            "category": best.category,
            "day": best.day,
            "confirmed_day": best.confirmed_day,
            "at_most": at_most(criteria, assessment),
            "unconfirmed": unconfirmed if best.unconfirmed_category else None,
            "why": best.why,
        },
        "visits": [{"visit": visit, "day": day} for visit, day in assessment.visits.items()],
        "by_day": [_day(each, units) for each in assessment.evaluations],
    }


def _day(evaluation: Evaluation, units: dict[str, str]) -> dict[str, Any]:
    return {
        "day": evaluation.day,
        "category": evaluation.category,
        "best_case": evaluation.best_case,
        "indeterminate": evaluation.indeterminate,
        "guard": evaluation.guard,
        "counts": evaluation.counts,
        "score": None if evaluation.score is None else list(evaluation.score),
        "why": evaluation.why,
        "domains": [
            {
                "id": domain.id,
                "group": domain.group,
                "state": domain.state,
                "abnormal_at_baseline": domain.abnormal_at_baseline,
                "improved": domain.improved,
            }
            for domain in evaluation.domains
        ],
        "items": [_item(item, units[item.id]) for item in evaluation.items],
    }


def _item(item: Item, unit: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "domain": item.domain,
        "analyte": item.analyte,
        "baseline": item.baseline,
        "baseline_comparator": item.baseline_comparator,
        "baseline_day": item.baseline_day,
        "value": item.value,
        "comparator": item.comparator,
        "value_day": item.value_day,
        "unit": unit,
        "value_unit": item.value_unit or None,
        "baseline_unit": item.baseline_unit or None,
        "baseline_analyte": item.baseline_analyte,
        "charted": _charted(item.charted),
        "baseline_charted": _charted(item.baseline_charted),
        "limit": item.limit,
        "limit_source": item.source,
        "limit_confidence": item.confidence,
        "change_pct": item.change_pct,
        "state": item.state,
        "baseline_state": item.baseline_state,
        "abnormal_at_baseline": item.abnormal_at_baseline,
        "improved": item.improved,
        "asks": item.asks or None,
        "support": item.support,
        "why": item.why,
    }


def _charted(value: Charted | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"value": value.value, "unit": value.unit, "file": value.file, "row": value.row}
