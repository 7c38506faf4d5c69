"""Many charts into a study at once."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hlh_tui.study.file import Study
from tests.assess.charts import ChartRows

COLUMNS = {
    "patient": ("sex", "disease_status", "last_contact_day"),
    "observation": (
        "day", "analyte", "value", "comparator", "unit", "raw_value", "raw_unit", "lower", "upper", "assay",
    ),
    "event": ("day", "end_day", "kind", "term"),
    "exposure": ("drug", "drug_class", "start_day", "end_day"),
}  # fmt: skip


def fill(study: Study, charts: Mapping[str, ChartRows], *, shuffled: random.Random | None = None) -> Study:
    """Write the charts in the order of their ids, each with its rows as they come, or all rows ``shuffled``."""
    each = sorted(charts.items())
    cursor = study.connection.cursor()
    cursor.begin()
    patients = {name: [{key: getattr(c, key) for key in COLUMNS["patient"]}] for name, c in each}
    observations = {name: [{"raw_value": "raw", "unit": "u", **o} for o in c.observations] for name, c in each}
    _insert(cursor, "patient", patients, shuffled)
    _insert(cursor, "observation", observations, shuffled)
    _insert(cursor, "event", {name: c.events for name, c in each}, shuffled)
    _insert(cursor, "exposure", {name: c.exposures for name, c in each}, shuffled)
    cursor.commit()
    cursor.close()
    return study


def _insert(
    cursor: Any, table: str, charts: Mapping[str, Sequence[Mapping[str, Any]]], shuffled: random.Random | None
) -> None:
    columns = COLUMNS[table]
    rows = [(name, *(row.get(column) for column in columns)) for name, listed in charts.items() for row in listed]
    if shuffled:
        shuffled.shuffle(rows)
    if rows:
        cursor.register("rows", pd.DataFrame(rows, columns=["patient_id", *columns], dtype=object))
        cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")
        cursor.unregister("rows")
