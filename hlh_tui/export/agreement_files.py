"""The agreement of the readers in an export: a table of coefficients, the whole report as JSON and as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.agreement.agreement_json import agreement_json
from hlh_tui.review.agreement.coefficients import KINDS
from hlh_tui.review.agreement.models import Agreement, Coefficient, Undefined

if TYPE_CHECKING:
    from hlh_tui.export.record import Rows

WIDTH = 120
"""Columns of agreement.txt."""
SYNTHETIC = "The patients of this study are synthetic."


def agreement_rows(found: Agreement | None) -> Rows:
    """Each coefficient with its error and limits, or why it is undefined; empty where nobody decided."""
    if found is None:
        return []
    return [
        (name, KINDS[name].label, KINDS[name].weights, *_numbers(one, found.level))
        for name, one in found.coefficients.items()
    ]


def _numbers(one: Coefficient, level: float) -> tuple[Any, ...]:
    if isinstance(one, Undefined):
        return (*(None,) * 11, one.why)
    spread = one.bootstrap
    drawn = (None, None, None) if spread is None else (spread.lower, spread.upper, spread.defined)
    return (
        *(one.estimate, one.std_error, one.lower, one.upper, level, one.method, *drawn),
        *(one.expected, one.cases, one.why or None),
    )


def write_agreement(found: Agreement, into: Path, *, synthetic: bool) -> None:
    """Write agreement.json and agreement.txt, as ``hlh-tui agreement`` prints them."""
    from hlh_tui.cohort.agreement.blocks import agreement_text

    document = {**agreement_json(found), "synthetic": synthetic}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    (into / "agreement.json").write_text(text + "\n", encoding="utf-8")
    words = agreement_text(found, WIDTH) + "\n" + (f"\n{SYNTHETIC}\n" if synthetic else "")
    (into / "agreement.txt").write_text(words, encoding="utf-8", errors="backslashreplace")
