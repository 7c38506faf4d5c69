"""Charts that are likely to sit on a limit: few days, values at and beside every threshold.

Days lie at, just before and just after the edges of every window. Left out, because the page is silent and two readers
may differ: a temperature charted as a bound, "below" a number as baseline of sCD25.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tests.assess.charts import ChartRows

BEFORE = [-14.0001, -14.0, -8.0, -7.0001, -7.0, -4.0, -3.0001, -3.0, -1.0001, -1.0, -0.25, 0.0]
AFTER = [0.0001, 0.5, 1, 1.5, 2, 3, 3.25, 4, 5, 6.25, 7, 7.25, 8, 9.25, 10, 11, 14, 17.5, 21, 24, 27.9, 28, 28.5]
LATE = [28.9999, 29, 35, 36.9999, 38, 42.5, 56, 56.9, 57]
WINDOWS = [1, 3, 4, 6, 7, 8, 10, 14, 17, 21, 28]
"""Look-backs, plain and with the days that values are carried further; support; confirmation."""
TINY = 0.0001
UNITS = {
    "temperature": "Cel",
    "spleen_below_margin": "cm",
    "splenomegaly": "1",
    "neutrophils": "10*9/L",
    "platelets": "10*9/L",
    "ferritin": "ug/L",
    "fibrinogen": "g/L",
    "d_dimer": "ug/L{FEU}",
    "cns_involvement": "1",
    "scd25": "[arb'U]/mL",
}
VALUES: dict[str, tuple[list[float], list[float]]] = {
    "temperature": ([37.4, 37.5, 37.6, 38.5, 39.1, 39.5], [36.5, 37.4, 37.5, 38.0, 38.3, 38.5, 39.0]),
    "spleen_below_margin": ([0, 2, 4, 6], [0, 1, 2, 3, 4]),
    "splenomegaly": ([0, 1, 1], [0, 1]),
    "neutrophils": ([0, 0.2, 0.4, 0.6, 0.99, 1.0], [0, 0.3, 0.6, 0.9, 0.99, 1.0, 1.5]),
    "platelets": ([20, 40, 66, 99, 100], [30, 60, 99, 100, 112, 150]),
    "ferritin": ([1999, 2000, 5000, 10000], [800, 1999, 2000, 2500, 4999, 5000, 5001]),
    "fibrinogen": ([0.8, 1.0, 1.5], [0.9, 1.2, 1.5, 1.51, 2.4]),
    "d_dimer": ([499, 500, 2000, 6000], [300, 499, 500, 1000, 3000]),
    "cns_involvement": ([0, 0, 1], [0, 0, 0, 1]),
    "scd25": ([1000, 2500], [900, 2000, 2001, 5000, 5001]),
}
EXACT = ("temperature", "splenomegaly", "cns_involvement")
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
GIVEN = [
    "filgrastim", "PEG-filgrastim", "Lenograstim 34", "rhG-CSF", "Eflapegrastim", "nartograstim (NTG)", "sargramostim",
    "Granulocyte Colony-Stimulating Factor", "granulocyte-macrophage colony-stimulating factor", "colony factor",
]  # fmt: skip
OTHER_DRUGS = [
    ("etoposide", "chemotherapy"), ("VP-16 (Etoposide)", None), ("anti-thymocyte globulin", ""), ("rabbit ATG", ""),
    ("dexamethasone", "glucocorticoid"), ("ruxolitinib", "JAK inhibitor"), ("CHOP", "Chemo-Therapy"), ("IVIG", None),
]  # fmt: skip
CLASSES = ["gcsf", "G-CSF", "g_csf analogue", "growth factor", "GM-CSF", "", None]


def chart(seed: int) -> ChartRows:
    """The chart of a seed."""
    draw = random.Random(seed)
    days = _days(draw)
    kept, doubtful = draw.choice([0.5, 0.8, 0.95, 1]), draw.choice([0.0, 0.0, 0.06, 0.3])
    recovered = draw.choice([99, 99, 0, 3, 7])
    observations = _before(draw, doubtful)
    for analyte in VALUES:
        for day in days:
            if draw.random() < kept * (0.4 if analyte == "splenomegaly" else 1):
                values = RECOVERED if day >= recovered and draw.random() < 0.93 else AFTERWARDS
                observations += _instant(draw, analyte, day, values[analyte], doubtful)
    draw.shuffle(observations)
    when = [*BEFORE, *days, *(_edge(draw, day) for day in days)]
    return ChartRows(
        observations,
        [_event(draw, when) for _ in range(draw.choice([0, 0, 1, 2, 4]))],
        [_exposure(draw, when) for _ in range(draw.choice([0, 0, 1, 2]))],
        draw.choice(["initial", "refractory", "relapse"]),
        draw.choice([365.0, 365.0, 14.0, 7.125, 5.0]),
    )


def _days(draw: random.Random) -> list[float]:
    """Evaluation days; some at the edge of a window after another."""
    pool = [*AFTER, *LATE] if draw.random() < 0.4 else AFTER
    days = [float(day) for day in draw.sample(pool, draw.choice([0, 1, 3, 5, 7, 9, 12]))]
    for _ in range(draw.choice([0, 1, 3]) if days else 0):
        days.append(draw.choice(days) + draw.choice(WINDOWS) + draw.choice([-TINY, 0, TINY]))
    return sorted({round(day, 4) for day in days})


def _edge(draw: random.Random, day: float) -> float:
    """Four days before, about to the moment."""
    return round(day - 4 + draw.choice([-TINY, 0, TINY]), 4)


def _before(draw: random.Random, doubtful: float) -> list[dict[str, Any]]:
    """Baselines, mostly abnormal."""
    rows = []
    well = draw.random() < 0.15
    for analyte, (values, _) in VALUES.items():
        there = draw.random() < (0.3 if analyte == "splenomegaly" else 0.88)
        for day in draw.sample(BEFORE, draw.choice([1, 1, 2, 3]) if there else 0):
            normal = well or draw.random() < 0.1
            rows += _instant(draw, analyte, day, RECOVERED[analyte] if normal else values, doubtful)
    return rows


def _instant(
    draw: random.Random, analyte: str, day: float, values: Sequence[float], doubtful: float
) -> list[dict[str, Any]]:
    """One result, perhaps a bound, or two or three at the same instant, alike or not."""
    rows = []
    for _ in range(draw.choice([1] * 12 + [2, 2, 3])):
        row = {
            "day": float(day),
            "analyte": analyte,
            "value": float(draw.choice(values)),
            "comparator": None,
            "assay": draw.choice(["kit A", "kit A", "kit A", "kit B", None]) if analyte == "scd25" else None,
            "unit": "ng/mL" if analyte == "scd25" and draw.random() < 0.1 else UNITS[analyte],
        }
        if draw.random() < doubtful and analyte not in EXACT:
            row |= _bound(
                draw, row["value"], [">", ">="] if analyte == "scd25" and day <= 0 else ["<", "<=", ">", ">="]
            )
        if analyte == "d_dimer" and draw.random() < 0.15:
            row["raw_unit"] = draw.choice(["ng/mL{DDU}", "ug/L{FEU}", "DDU ng/mL"])
        rows += [row, dict(row)] if draw.random() < 0.02 else [row]
    return rows


def _bound(draw: random.Random, value: float, signs: Sequence[str]) -> dict[str, Any]:
    """A comparator before the value itself or one beside it; nothing is below nothing."""
    sign = draw.choice(signs)
    return {"comparator": sign, "value": 1.0 if value == 0 and sign == "<" else value}


def _event(draw: random.Random, when: Sequence[float]) -> dict[str, Any]:
    kind, term = draw.choice(
        [
            ("transfusion", "platelets"),
            ("transfusion", "platelets"),
            ("transfusion", "red_cells"),
            ("transfusion", None),
            ("gcsf", None),
            ("gcsf", None),
            ("hsct", None),
            ("chemotherapy", None),
            ("progression", None),
            ("death", None),
            ("procedure", "splenectomy"),
            ("procedure", "biopsy"),
        ]
    )
    day = float(draw.choice([0, 0.5, 10, 14, 28] if kind == "death" else when))
    lasts = kind in ("gcsf", "transfusion") and draw.random() < 0.4
    end_day = max(day, draw.choice([day + 1, day + 2.5, *when])) if lasts else None
    return {"day": day, "end_day": end_day, "kind": kind, "term": term}


def _exposure(draw: random.Random, when: Sequence[float]) -> dict[str, Any]:
    start = float(draw.choice(when))
    drug, drug_class = draw.choice(GIVEN), draw.choice(CLASSES)
    if draw.random() < 0.4:
        drug, drug_class = draw.choice(OTHER_DRUGS)
    return {
        "drug": drug,
        "drug_class": drug_class,
        "start_day": start,
        "end_day": draw.choice([None, start, start + 3, max(start, draw.choice(when))]),
    }
