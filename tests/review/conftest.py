from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hlh_tui.study.file import Study
from tests.review.small_study import small_study


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with small_study(tmp_path / "small.duckdb") as study:
        yield study
