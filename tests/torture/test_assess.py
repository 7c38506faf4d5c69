"""A hundred thousand generated charts by the program and by the oracle, each batch under other options."""

from __future__ import annotations

import random

import pytest

from tests.assess.compared import Chosen, differences, report
from tests.assess.generated import chart
from tests.assess.test_against_oracle import CHOICES

CHARTS, BATCH = 100_000, 500


@pytest.mark.timeout(3600)
def test_a_hundred_thousand_charts() -> None:
    """Half of the batches move few options, so that defaults are met often; the first difference is told small."""
    draw = random.Random(20201105)
    for first in range(0, CHARTS, BATCH):
        share = draw.choice([0.15, 0.6])
        moved: Chosen = {name: draw.choice(values) for name, values in CHOICES.items() if draw.random() < share}
        charts = {f"T{seed:010d}": chart(1 << 50 | seed) for seed in range(first, first + BATCH)}
        hit = next(differences(charts, [moved]), None)
        if hit:
            raise AssertionError(f"chart {hit[0]}\n{report(charts[hit[0]], hit[1])}")
