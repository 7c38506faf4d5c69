"""Reads by hand, and the stored reads of tests/reference."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np

from hlh_tui.review.agreement.coefficients import Sampling, coefficients
from hlh_tui.review.agreement.models import Coefficient, Estimate
from hlh_tui.review.agreement.patterns import MISSING, Patterns, patterns
from hlh_tui.review.agreement.scale import Scale

REFERENCE = Path(__file__).parents[2] / "reference"
SAMPLING = Sampling(level=0.95, draws=0, seed=1)
CATEGORIES = ("CR", "PR", "IMP", "NR")


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """A stored table."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def stored(name: str) -> tuple[tuple[int | None, ...], ...]:
    """The reads of a stored set: one row a unit, one column a rater, categories 1, 2, 3, ... or None."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row in rows("agreement_ratings"):
        if row["set"] == name:
            found[int(row["unit"])][int(row["rater"])] = int(row["rating"])
    raters = range(1, 1 + max(rater for unit in found.values() for rater in unit))
    return tuple(tuple(found[unit].get(rater) for rater in raters) for unit in sorted(found))


def scale_of(table: tuple[tuple[int | None, ...], ...]) -> Scale:
    """The categories that occur, in their order."""
    used = sorted({one for row in table for one in row if one is not None})
    names = tuple(map(str, used))
    return Scale(used=names, places=tuple(map(float, used)), order=names, apart=())


def patterns_of(table: tuple[tuple[int | None, ...], ...]) -> Patterns:
    """The table as patterns."""
    used = [int(one) for one in scale_of(table).used]
    codes = [[MISSING if one is None else used.index(one) for one in row] for row in table]
    return patterns(np.array(codes), len(used))


def estimates(table: tuple[tuple[int | None, ...], ...], sampling: Sampling = SAMPLING) -> dict[str, Coefficient]:
    """Every coefficient of a table of reads."""
    p = patterns_of(table)
    return coefficients(p, scale_of(table), sampling, [f"rater {place}" for place in range(p.readers)])


def estimate(found: dict[str, Coefficient], name: str) -> Estimate:
    """A coefficient that has to be defined."""
    one = found[name]
    assert isinstance(one, Estimate), one.why
    return one
