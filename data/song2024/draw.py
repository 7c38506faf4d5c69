"""Draw one synthetic chart from its plan: courses between anchors, taken on a schedule, with noise."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

Plan = dict[str, Any]
Row = dict[str, Any]


def interpolate(anchors: list[list[float]], day: float) -> float:
    """The value of a course at ``day``: geometric between positive anchors, else linear; constant outside them."""
    if day <= anchors[0][0]:
        return float(anchors[0][1])
    for (d0, v0), (d1, v1) in itertools.pairwise(anchors):
        if day <= d1:
            share = (day - d0) / (d1 - d0)
            if v0 > 0 and v1 > 0:
                return float(math.exp(math.log(v0) + share * (math.log(v1) - math.log(v0))))
            return float(v0 + share * (v1 - v0))
    return float(anchors[-1][1])


def generator(common: Plan, patient: Plan, name: str) -> random.Random:
    """A generator of its own for each patient and analyte, so that editing one course moves no other."""
    return random.Random(f"{common['seed']} {patient['patient_id']} {name}")  # noqa: S311 - charts, not secrets


def spread(rng: random.Random) -> float:
    """A triangular variate in (-1, 1): plain arithmetic only, so that every machine draws the same."""
    return rng.random() + rng.random() - 1


def printed(value: float, analyte: Plan) -> float:
    """``value`` as a laboratory prints it: significant digits if the analyte has them, then decimals."""
    if "digits" in analyte and value > 0:
        places = int(analyte["digits"]) - 1 - math.floor(math.log10(value))
        value = round(value, min(places, int(analyte["decimals"])))
    return round(value, int(analyte["decimals"]))


def as_text(value: float, decimals: int) -> str:
    """``value`` with the laboratory's decimals, and no sign on zero."""
    return f"{value:.{decimals}f}" if decimals else str(round(value))


class Hours:
    """When the groups of one patient are taken: one instant per whole day and group."""

    def __init__(self, common: Plan, rng: random.Random) -> None:
        self.clock: Plan = common["clock"]
        self.offset = round(0.05 * spread(rng), 4)
        self.rng = rng
        self.drawn: dict[tuple[str, int, int], float] = {}

    def at(self, group: str, day: int, index: int = 0) -> float:
        """The instant of the ``index``-th taking of ``group`` on whole day ``day``, in days."""
        kind = group if group in self.clock else "blood"
        key = (kind, day, index)
        if key not in self.drawn:
            fractions = self.clock[kind]
            fraction = fractions[index] if isinstance(fractions, list) else fractions
            self.drawn[key] = round(day + fraction + self.offset + self.clock["jitter"] * spread(self.rng), 4)
        return self.drawn[key]

    def times(self, group: str) -> int:
        """How often a day the group is taken."""
        fractions = self.clock.get(group)
        return len(fractions) if isinstance(fractions, list) else 1


def days_of(group: str, common: Plan, plan: Plan) -> list[int]:
    """The whole days on which ``group`` is taken for this patient: their own schedule, less the days missed."""
    own: Plan = plan.get("schedule", {})
    until = min(plan["patient"]["last_contact_day"] - 1, common["charted_to_day"])
    missed = set(plan.get("missed_days", []))
    days = own.get(group, common["schedule"].get(group, []))
    return [d for d in days if d <= until and d not in missed]


def limits(analyte: Plan, sex: str, side: str) -> Any:
    """The laboratory's own limit of the analyte for this sex, or an empty cell."""
    return analyte.get(side, analyte.get(f"{side}_{sex[0]}", ""))


def value_at(name: str, day: float, common: Plan, plan: Plan, rng: random.Random) -> float | None:
    """The drawn canonical value of an analyte at ``day``; None when the plan has no course for it."""
    analyte: Plan = common["analytes"][name]
    courses: Plan = plan["course"]
    if name in courses:
        value: float = interpolate(courses[name], day)
    elif "quiet" in analyte:
        activity = interpolate(courses["activity"], day)
        value = analyte["quiet"] * (analyte["active"] / analyte["quiet"]) ** activity
        value *= plan["factors"].get(name, 1.0)
    else:
        return None
    noise: float = analyte["noise"] * spread(rng)
    return value + noise if name == "temperature" else value * (1 + noise)


def observations(common: Plan, plan: Plan) -> list[Row]:
    """All observations of one patient in canonical units, ordered by day, with ``value`` a number or a word."""
    patient: Plan = plan["patient"]
    rng = generator(common, patient, "chart")
    plan["factors"] = {n: 1 + 0.25 * spread(rng) for n in sorted(common["analytes"])}
    hours = Hours(common, rng)
    missing = {(m[0], m[1]) for m in plan.get("missing", [])}
    rows: list[Row] = []
    for name, analyte in common["analytes"].items():
        group = analyte["group"]
        own = generator(common, patient, name)
        groups = [g for g in common["schedule"] if g.startswith("temperature_")] if name == "temperature" else [group]
        for taken in groups:
            for day in days_of(taken, common, plan):
                for index in range(hours.times(taken)):
                    at = hours.at(taken, day, index)
                    if (name, day) in missing:
                        continue
                    value: float | str | None
                    if name == "cns_involvement":
                        value = "present" if interpolate(plan["course"][name], day) >= 0.5 else "absent"
                    elif name == "leukocytes":
                        value = 0.0
                    else:
                        value = value_at(name, at, common, plan, own)
                    if value is not None:
                        rows.append(row(name, day, at, value, common, patient))
    add_leukocytes(rows, generator(common, patient, "leukocytes"), common)
    rows += [{"n": f[0], "day": f[0], "analyte": f[1], "value": f[2]} for f in plan.get("findings", [])]
    return sorted(rows, key=lambda r: (r["day"], list(common["analytes"]).index(r["analyte"]) if r.get("unit") else 99))


def row(name: str, day: int, at: float, value: float | str, common: Plan, patient: Plan) -> Row:
    """One observation with the laboratory's interval, assay, specimen and method."""
    analyte: Plan = common["analytes"][name]
    if isinstance(value, float):
        value = printed(value, analyte)
    return {
        "n": day,
        "day": at,
        "analyte": name,
        "value": value,
        "unit": analyte.get("unit", ""),
        "lower": limits(analyte, patient["sex"], "lower"),
        "upper": limits(analyte, patient["sex"], "upper"),
        "assay": common["assays"].get(name, ""),
        "specimen": analyte.get("specimen", ""),
        "method": analyte.get("method", ""),
        "source_ref": f"{patient['patient_id']} sheet {day + 15:02d}",
    }


def add_leukocytes(rows: list[Row], rng: random.Random, common: Plan) -> None:
    """Leukocytes as the sum of their kinds, so that a differential never exceeds its count."""
    parts = {(r["n"], r["analyte"]): float(r["value"]) for r in rows if r["analyte"] in ("neutrophils", "lymphocytes")}
    for r in rows:
        if r["analyte"] == "leukocytes":
            others = 0.08 + 0.12 * rng.random()
            total = sum(parts.get((r["n"], kind), 0.0) for kind in ("neutrophils", "lymphocytes"))
            r["value"] = printed(total * (1 + others) + 0.05, common["analytes"]["leukocytes"])
