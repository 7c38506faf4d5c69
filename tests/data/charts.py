"""The bundled charts as the oracle wants them: canonical analytes and units, read with the standard library."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "data" / "song2024"
PATIENTS = [f"P{n:02d}" for n in range(1, 14)]
NAMES = {
    "777-3": "platelets",
    "PLT": "platelets",
    "hemoglobin": "haemoglobin",
    "2276-4": "ferritin",
    "ANC": "neutrophils",
    "48065-7": "d_dimer",
}
WORDS = {"present": 1.0, "absent": 0.0, "normal": 0.0, "abnormal": 1.0}


def table(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    return float(text) if text else None


def canonical(value: float, unit: str) -> tuple[float, str]:
    """Value and unit after the few conversions that the charts need; sCD25 in pg/mL stays as it is."""
    if unit == "[degF]":
        return round((value - 32) / 1.8, 6), "Cel"
    factors = {
        "mg/dL": (0.01, "g/L"),
        "mg/L{FEU}": (1000, "ug/L{FEU}"),
        "/uL": (0.001, "10*9/L"),
        "g/dL": (10, "g/L"),
    }
    factor, to = factors.get(unit, (1, unit))
    return round(value * factor, 6), to


def observations(patient_id: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    found = []
    for row in table("observations", folder):
        if row["patient_id"] != patient_id:
            continue
        analyte = NAMES.get(row["analyte"], row["analyte"])
        match = re.fullmatch(r"([<>≤≥]?)(.+)", row["value"])
        assert match
        comparator, text = match.groups()
        value, unit = canonical(WORDS[text] if text in WORDS else float(text), row["unit"])
        found.append(
            {
                "day": float(row["day"]),
                "analyte": analyte,
                "value": value,
                "comparator": comparator,
                "unit": unit,
                "assay": row["assay"],
                "lower": number(row["lower"]),
                "upper": number(row["upper"]),
            }
        )
    return found


def events(patient_id: str) -> list[dict[str, Any]]:
    return [
        {**row, "day": float(row["day"]), "end_day": number(row["end_day"])}
        for row in table("events")
        if row["patient_id"] == patient_id
    ]


def exposures(patient_id: str) -> list[dict[str, Any]]:
    return [
        {**row, "start_day": float(row["start_day"]), "end_day": number(row["end_day"]), "dose": float(row["dose"])}
        for row in table("exposures")
        if row["patient_id"] == patient_id
    ]
