"""Random reads against the definitions written out pair by pair, and errors against a case moved a little."""

from __future__ import annotations

import random

import numpy as np
import pytest

from hlh_tui.review.agreement import krippendorff
from hlh_tui.review.agreement.models import Estimate
from tests.review.agreement import oracle
from tests.review.agreement.reads import estimates, patterns_of

WEIGHTS = {"linear": oracle.linear, "quadratic": oracle.quadratic, "ordinal": oracle.gwet_ordinal}
Table = tuple[tuple[int | None, ...], ...]


def random_table(seed: int) -> Table:
    """A table of 6 to 30 cases, 2 to 5 readers, 2 to 5 categories and up to half of the reads missing."""
    draw = random.Random(seed)
    readers, q, missing = draw.randint(2, 5), draw.randint(2, 5), draw.choice((0.0, 0.2, 0.5))
    rows = []
    while len(rows) < draw.randint(6, 30):
        truth = draw.randint(1, q)
        row = [truth if draw.random() < 0.6 else draw.randint(1, q) for _ in range(readers)]
        kept = tuple(None if draw.random() < missing else one for one in row)
        if any(one is not None for one in kept):
            rows.append(kept)
    return tuple(rows)


def usable(table: Table) -> bool:
    """Whether every category of the scale from the first to the last occurs, every reader read, and some agree."""
    used = oracle.categories(table)
    everybody = all(any(row[reader] is not None for row in table) for reader in range(len(table[0])))
    together = {one for row in table if len(oracle.read(row)) > 1 for one in oracle.read(row)}
    return used == list(range(1, len(used) + 1)) and len(together) > 1 and everybody


TABLES = [table for table in map(random_table, range(60)) if usable(table)]
COMPARED = [
    table
    for table in (tuple(row for row in table if len(oracle.read(row)) > 1) for table in TABLES)
    if len(table) > 2 and usable(table)
]
"""The same without cases that one reader alone read: Gwet's error takes the share of these cases as given."""
COMPLETE = [table for table in COMPARED if not any(None in row for row in table)]


def test_the_tables_differ_in_what_matters() -> None:
    assert len(TABLES) > 40
    assert len(COMPARED) > 30
    assert len(COMPLETE) > 10
    assert {len(table[0]) for table in TABLES} == {2, 3, 4, 5}
    assert any(None in row for table in TABLES for row in table)


@pytest.mark.parametrize("number", range(len(TABLES)))
def test_estimates(number: int) -> None:
    table = TABLES[number]
    used, alike = oracle.categories(table), [1.0] * len(table)
    found = estimates(table)
    wanted: dict[str, float] = {"percent": oracle.observed(table, oracle.nominal, alike)}
    names = {"fleiss": "fleiss", "conger": "conger", "brennan_prediger": "brennan_prediger", "gwet": "gwet.ac1"}
    for family, name in names.items():
        wanted[name] = oracle.corrected(table, oracle.nominal, alike, family)
        for weights, make in WEIGHTS.items():
            weighted = f"gwet.ac2_{weights}" if family == "gwet" else f"weighted.{family}.{weights}"
            wanted[weighted] = oracle.corrected(table, make(used), alike, family)
    wanted["krippendorff.nominal"] = oracle.alpha(table, lambda a, b: float(a != b), alike)
    wanted["krippendorff.ordinal"] = oracle.alpha(table, None, alike)
    if len(table[0]) == 2:
        wanted["cohen.unweighted"] = oracle.cohen(table, oracle.nominal)
        wanted["cohen.linear"] = oracle.cohen(table, oracle.linear(used))
        wanted["cohen.quadratic"] = oracle.cohen(table, oracle.quadratic(used))
    for name, value in wanted.items():
        one = found[name]
        assert isinstance(one, Estimate), (name, one)
        assert one.estimate == pytest.approx(value, abs=1e-12), name


@pytest.mark.parametrize("number", range(0, len(COMPARED), 3))
@pytest.mark.parametrize("family", ["fleiss", "conger", "brennan_prediger", "gwet"])
def test_errors(number: int, family: str) -> None:
    table = COMPARED[number]
    used = oracle.categories(table)
    found = estimates(table)
    for weights, make in {"unweighted": lambda _: oracle.nominal, **WEIGHTS}.items():
        weight = make(used)
        error = oracle.std_error(
            lambda heavy, weight=weight: oracle.corrected(table, weight, heavy, family), len(table)
        )
        plain = {"gwet": "gwet.ac1"}.get(family, family)
        weighted = f"gwet.ac2_{weights}" if family == "gwet" else f"weighted.{family}.{weights}"
        one = found[plain if weights == "unweighted" else weighted]
        assert isinstance(one, Estimate)
        assert one.std_error == pytest.approx(error, rel=1e-6), weights


@pytest.mark.parametrize("number", range(len(COMPLETE)))
def test_errors_of_alpha(number: int) -> None:
    table = COMPLETE[number]
    p = patterns_of(table)
    ordinal = oracle.std_error(lambda heavy: oracle.alpha(table, None, heavy, small=False), len(table))
    assert krippendorff.std_error(p) == pytest.approx(ordinal, rel=1e-6), "the metric moves with the reads"
    nominal = oracle.std_error(
        lambda heavy: oracle.alpha(table, lambda a, b: float(a != b), heavy, small=False), len(table)
    )
    assert krippendorff.std_error(p, 1 - np.eye(p.q)) == pytest.approx(nominal, rel=1e-6)


@pytest.mark.parametrize("number", range(0, len(COMPARED), 3))
def test_error_of_alpha_with_missing_reads_is_near(number: int) -> None:
    table = COMPARED[number]
    error = oracle.std_error(lambda heavy: oracle.alpha(table, None, heavy, small=False), len(table))
    assert krippendorff.std_error(patterns_of(table)) == pytest.approx(error, rel=0.06)
