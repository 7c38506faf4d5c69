"""Chart rows as a test writes them, and studies made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hlh_tui.protocol import load
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.models import Actor


@dataclass
class ChartRows:
    """A patient's rows as dicts: observations (day, analyte, value, comparator, assay, unit), events, exposures."""

    observations: list[Mapping[str, Any]]
    events: list[Mapping[str, Any]] = field(default_factory=list)
    exposures: list[Mapping[str, Any]] = field(default_factory=list)
    disease_status: str = "initial"
    last_contact_day: float = 365.0
    sex: str | None = None


def fill(study: Study, charts: Mapping[str, ChartRows]) -> Study:
    """Write the charts in one transaction, in the order in which intake stores them."""
    cursor = study.connection.cursor()
    cursor.begin()
    for patient_id, chart in sorted(charts.items()):
        cursor.execute(
            "INSERT INTO patient (patient_id, disease_status, last_contact_day, sex) VALUES (?, ?, ?, ?)",
            [patient_id, chart.disease_status, chart.last_contact_day, chart.sex],
        )
    each = sorted(charts.items())
    insert(
        cursor,
        "observation (patient_id, day, analyte, value, comparator, assay, unit, raw_value)",
        (
            [p, o["day"], o["analyte"], o["value"], o.get("comparator"), o.get("assay"), o.get("unit", "u"), "raw"]
            for p, chart in each
            for o in chart.observations
        ),
    )
    insert(
        cursor,
        "event (patient_id, day, end_day, kind, term)",
        ([p, e["day"], e.get("end_day"), e["kind"], e.get("term")] for p, chart in each for e in chart.events),
    )
    insert(
        cursor,
        "exposure (patient_id, drug, drug_class, start_day, end_day)",
        (
            [p, e["drug"], e.get("drug_class"), e["start_day"], e.get("end_day")]
            for p, chart in each
            for e in chart.exposures
        ),
    )
    cursor.commit()
    cursor.close()
    return study


def insert(cursor: Any, into: str, rows: Iterable[list[Any]]) -> None:
    """Insert many rows with few statements."""
    listed = list(rows)
    width = into.count(",") + 1
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        values = ", ".join(f"({', '.join('?' * width)})" for _ in part)
        cursor.execute(f"INSERT INTO {into} VALUES {values}", [value for row in part for value in row])


def new_study(path: Path) -> Study:
    """An empty synthetic study under song-2024 and locatelli-2020."""
    return create_study(
        path,
        load.read_bundled(load.STUDIES, "song-2024"),
        load.read_bundled(load.CRITERIA, "locatelli-2020"),
        Actor("coordinator", "C. Ordinator"),
        synthetic=True,
    )
