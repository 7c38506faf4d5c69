"""Courses of an invented patient: everything abnormal before the first dose, everything normal after, and changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.assess.charts import ChartRows

ABNORMAL = {
    "temperature": 39.5,
    "spleen_below_margin": 6.0,
    "neutrophils": 0.5,
    "platelets": 40.0,
    "ferritin": 10000.0,
    "fibrinogen": 0.8,
    "d_dimer": 6000.0,
    "cns_involvement": 1.0,
}
NORMAL = {
    "temperature": 36.6,
    "spleen_below_margin": 0.0,
    "neutrophils": 2.2,
    "platelets": 150.0,
    "ferritin": 640.0,
    "fibrinogen": 2.4,
    "d_dimer": 300.0,
    "cns_involvement": 0.0,
}
Value = float | str | None
Row = dict[str, Any]


def result(day: float, analyte: str, value: Value, **more: Any) -> Row:
    """One observation; a text such as ``>2000`` carries its comparator."""
    text = str(value)
    sign = text.rstrip("0123456789.")
    return {"day": day, "analyte": analyte, "value": float(text[len(sign) :]), "comparator": sign or None, **more}


def panel(day: float, values: Mapping[str, float], **changed: Value) -> list[Row]:
    """All results of a day; None leaves one out, a number or text replaces it or adds one."""
    return [result(day, name, value) for name, value in {**values, **changed}.items() if value is not None]


def before(**changed: Value) -> list[Row]:
    """The baseline panel on day 0."""
    return panel(0, ABNORMAL, **changed)


def normal(*days: float, **changed: Value) -> list[Row]:
    """Normal panels on these days."""
    return [row for day in days for row in panel(day, NORMAL, **changed)]


def abnormal(*days: float, **changed: Value) -> list[Row]:
    """Panels as at baseline on these days."""
    return [row for day in days for row in panel(day, ABNORMAL, **changed)]


def patient(*parts: Iterable[Row], **more: Any) -> ChartRows:
    """A chart of these results; ``more``: events, exposures, disease_status, last_contact_day."""
    return ChartRows([row for part in parts for row in part], **more)


def platelet_transfusions(*days: float) -> list[Row]:
    """Platelet transfusions on these days."""
    return [{"day": day, "kind": "transfusion", "term": "platelets"} for day in days]
