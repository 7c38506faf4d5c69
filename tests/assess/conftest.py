"""Studies for the tests of the criteria."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from hlh_tui.study.file import Study
from tests.assess.charts import ChartRows, fill, new_study

Charted = Callable[..., Study]


@pytest.fixture
def charted(tmp_path: Path) -> Iterable[Charted]:
    """Makes a study from ``patient_id=ChartRows`` arguments; closed after the test."""
    opened: list[Study] = []

    def make(**charts: ChartRows) -> Study:
        study = fill(new_study(tmp_path / f"study{len(opened)}.duckdb"), charts)
        opened.append(study)
        return study

    yield make
    for study in opened:
        study.close()
