"""Charts that are likely to sit on a limit: few days, values at and beside every threshold.

Left out, because the page is silent and two readers may differ (test_open_points.py states what the program does):
one blood count alone (or open) at baseline, a bound beside a second result of the instant,
an open bound at exactly half or one and a half times the baseline, sCD25 twice at an instant or as a bound.
Days are sixteenths, so that the oracle's floating point is exact too.
"""

from __future__ import annotations

import random
from typing import Any

from tests.assess.charts import ChartRows

BEFORE = [-8, -7.0625, -7, -4, -3.5, -1.0625, -1, -0.25, 0]
BASELINE = [-7, -4, -3.5, -1, -0.25, 0]
AFTER = [
    0.0625,
    0.5,
    1,
    1.5,
    2,
    3,
    3.25,
    4,
    5,
    6.25,
    7,
    7.25,
    8,
    9.25,
    10,
    11,
    14,
    17.5,
    21,
    24,
    27.9375,
    28,
    28.0625,
    35,
]
VALUES: dict[str, tuple[list[float], list[float]]] = {
    "temperature": ([37.4, 37.6, 38.5, 39.1, 39.5], [36.5, 37.4, 37.5, 38.0, 38.3, 38.5, 39.0]),
    "spleen_below_margin": ([0, 2, 4, 6], [0, 1, 2, 3, 4]),
    "splenomegaly": ([0, 1, 1], [0, 1]),
    "neutrophils": ([0, 0.2, 0.4, 0.6, 0.99, 1.0], [0, 0.6, 0.9, 0.99, 1.0, 1.5]),
    "platelets": ([20, 40, 66, 99, 100], [30, 60, 99, 100, 112, 150]),
    "ferritin": ([1999, 2000, 5000, 10000], [800, 1999, 2000, 2500, 4999, 5000, 5001]),
    "fibrinogen": ([0.8, 1.0, 1.5], [0.9, 1.2, 1.5, 1.51, 2.4]),
    "d_dimer": ([499, 500, 2000, 6000], [300, 499, 500, 1000, 3000]),
    "cns_involvement": ([0, 0, 1], [0, 0, 0, 1]),
    "scd25": ([1000, 2500], [900, 2000, 2001, 5000, 5001]),
}
BLOOD_COUNTS = ("neutrophils", "platelets")
CLOTTING_AND_FERRITIN = ("ferritin", "fibrinogen", "d_dimer")
COMPARED = (*BLOOD_COUNTS, *CLOTTING_AND_FERRITIN)
AFTERWARDS = {analyte: after for analyte, (_, after) in VALUES.items()}
RECOVERED = {
    "temperature": [36.5, 37.4],
    "spleen_below_margin": [0.0],
    "splenomegaly": [0.0],
    "neutrophils": [1.0, 1.5],
    "platelets": [100.0, 112.0, 150.0],
    "ferritin": [800.0, 1999.0],
    "fibrinogen": [1.51, 2.4],
    "d_dimer": [300.0, 499.0],
    "cns_involvement": [0.0],
    "scd25": [900.0, 2000.0],
}


def chart(seed: int) -> ChartRows:
    """The chart of a seed."""
    draw = random.Random(seed)
    days = sorted(draw.sample(AFTER, draw.choice([0, 1, 3, 5, 7, 9, 12])))
    kept = draw.choice([0.5, 0.8, 0.95, 1])
    recovered = draw.choice([99, 99, 0, 3, 7])
    observations = _before(draw)
    for analyte in VALUES:
        for day in days:
            if draw.random() < kept * (0.4 if analyte == "splenomegaly" else 1):
                values = RECOVERED if day >= recovered and draw.random() < 0.93 else AFTERWARDS
                observations += _instant(draw, analyte, day, values[analyte])
    draw.shuffle(observations)
    return ChartRows(
        observations,
        [_event(draw) for _ in range(draw.choice([0, 0, 1, 2, 4]))],
        [_exposure(draw) for _ in range(draw.choice([0, 0, 1]))],
        draw.choice(["initial", "refractory", "relapse"]),
        draw.choice([365.0, 365.0, 14.0, 7.125, 5.0]),
    )


def _before(draw: random.Random) -> list[dict[str, Any]]:
    """Baselines, mostly abnormal; neutrophils and platelets are either both there or both missing."""
    counted = draw.random() < 0.85
    rows = []
    for analyte, (values, _) in VALUES.items():
        there = counted if analyte in BLOOD_COUNTS else draw.random() < (0.3 if analyte == "splenomegaly" else 0.85)
        days = draw.sample(BASELINE if analyte in BLOOD_COUNTS else BEFORE, draw.choice([1, 1, 2]) if there else 0)
        for day in days:
            rows += _instant(draw, analyte, day, values)
    return rows


def _instant(draw: random.Random, analyte: str, day: float, values: list[float]) -> list[dict[str, Any]]:
    """One result, a bound now and then, or two exact ones at the same instant."""
    row = {
        "day": float(day),
        "analyte": analyte,
        "value": float(draw.choice(values)),
        "comparator": None,
        "assay": draw.choice(["kit A", "kit A", "kit A", "kit B"]) if analyte == "scd25" else None,
        "unit": "u",
    }
    how = draw.random()
    if how < 0.06 and analyte in (COMPARED if day > 0 else CLOTTING_AND_FERRITIN):
        open_ended = draw.random() < 0.5
        signs = ["<", ">"] if open_ended else ["<=", ">="]
        return [row | {"comparator": draw.choice(signs), "value": row["value"] + 7 * open_ended}]
    twice = analyte != "scd25" and how > 0.85
    return [row, row | {"value": float(draw.choice(values))}] if twice else [row]


def _event(draw: random.Random) -> dict[str, Any]:
    kind, term = draw.choice(
        [
            ("transfusion", "platelets"),
            ("transfusion", "platelets"),
            ("transfusion", "red_cells"),
            ("gcsf", None),
            ("gcsf", None),
            ("hsct", None),
            ("chemotherapy", None),
            ("progression", None),
            ("death", None),
        ]
    )
    day = float(draw.choice([0, 0.5, 10, 14, 28] if kind == "death" else [*BEFORE, *AFTER]))
    end_day = day + draw.choice([1, 2.5]) if kind in ("gcsf", "transfusion") and draw.random() < 0.3 else None
    return {"day": day, "end_day": end_day, "kind": kind, "term": term}


def _exposure(draw: random.Random) -> dict[str, Any]:
    start = float(draw.choice([*BEFORE, *AFTER]))
    return {
        "drug": draw.choice(["filgrastim", "PEG-filgrastim", "Lenograstim 34", "sargramostim", "colony factor"]),
        "drug_class": draw.choice(["gcsf", "G-CSF", "growth factor", "GM-CSF", "", None]),
        "start_day": start,
        "end_day": draw.choice([None, start, start + 3]),
    }
