"""The stored values of R (tests/reference), read as plain rows."""

import csv
from itertools import groupby
from pathlib import Path

REFERENCE = Path(__file__).parent.parent.parent / "reference"


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_cohort(name: str) -> dict[str, list[dict[str, str]]]:
    return {cohort: list(lines) for cohort, lines in groupby(rows(name), lambda row: row["cohort"])}


def number(text: str) -> float | None:
    return float(text) if text else None


def data(name: str, **wanted: str) -> tuple[list[float], list[int]]:
    """Times and event indicators of a stored data set, of the rows whose columns have the wanted values."""
    chosen = [row for row in rows(name) if all(row[key] == value for key, value in wanted.items())]
    return [float(row["time"]) for row in chosen], [int(row["event"]) for row in chosen]
