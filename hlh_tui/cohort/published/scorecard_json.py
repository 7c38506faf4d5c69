"""The scorecard as the JSON object of data-format.md."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hlh_tui.cohort.published.models import Claim, Scorecard


def scorecard_json(card: Scorecard) -> dict[str, Any]:
    """The object that ``hlh-tui reproduce --json`` prints; None stands for what cannot be computed.

    ``printed`` and ``computed`` of a claim have the decimals of the print; ``unrounded`` is the value computed.
    """
    return {
        "claims": [_claim(each) for each in card.claims],
        "counts": dict(card.counts),
        "checks": [
            {"id": each.id, "check": each.kind, "possible": each.possible, "why": each.why} for each in card.checks
        ],
        "inconsistencies": [
            {
                "id": each.id,
                "finding": each.finding,
                "verdict": each.verdict,
                "shown": list(each.shown),
                "reading": each.reading or None,
            }
            for each in card.findings
        ],
        "paper": card.paper or None,
        "study": card.study,
        "patients": card.patients,
        "synthetic": card.synthetic,
    }


def _claim(claim: Claim) -> Mapping[str, Any]:
    figure, computed = claim.figure, claim.computed
    value = None
    if computed is not None and computed.value is not None:
        value = float(computed.value)
    elif computed is not None and computed.n is not None:
        percent = figure.unit == "%" and computed.denominator
        value = 100 * computed.n / percent if percent else None if figure.unit == "%" else computed.n
    return {
        "id": figure.id,
        "where": figure.where,
        "printed": _number(figure.value),
        "computed": None if claim.rounded is None else _number(claim.rounded),
        "verdict": claim.verdict,
        "why": claim.why,
        "text": figure.text,
        "unit": figure.unit,
        "unrounded": value,
        "n": {"printed": figure.n, "computed": computed.n if computed else None},
        "denominator": {"printed": figure.denominator, "computed": computed.denominator if computed else None},
        "patients": None if computed is None or computed.patients is None else list(computed.patients),
        "constructed": claim.constructed,
        "stray": figure.stray,
        "readings": [{"label": label, "computed": value} for label, value in claim.readings],
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
