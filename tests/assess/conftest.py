"""Studies for the tests of the criteria."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from hlh_tui.assess.models import Assessment
from hlh_tui.assess.run import assess_all
from hlh_tui.study.file import Study
from tests.assess.charts import ChartRows, fill, new_study

Charted = Callable[[dict[str, ChartRows]], Study]
Assessed = Callable[..., dict[str, Assessment]]


@pytest.fixture
def charted(tmp_path: Path) -> Iterable[Charted]:
    """Makes a study of charts by patient id; closed after the test."""
    opened: list[Study] = []

    def make(charts: dict[str, ChartRows]) -> Study:
        study = fill(new_study(tmp_path / f"study{len(opened)}.duckdb"), charts)
        opened.append(study)
        return study

    yield make
    for study in opened:
        study.close()


@pytest.fixture
def assessed(charted: Charted) -> Assessed:
    """Assesses charts given as ``name=chart``, all in one study, with ``options``; by name."""

    def run(options: dict[str, str] | None = None, **charts: ChartRows) -> dict[str, Assessment]:
        return {found.patient_id: found for found in assess_all(charted(charts), options=options)}

    return run
