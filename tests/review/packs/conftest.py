from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hlh_tui.study.file import Study
from tests.review.packs.blinded import blinded_study


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with blinded_study(tmp_path / "main.duckdb") as study:
        yield study
