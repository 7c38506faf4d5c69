"""The bundled cohort with its decisions, once for all tests of tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hlh_tui.cli.demo_study import make_demo
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.models import Actor


@pytest.fixture(scope="package")
def paper_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "song.duckdb"
    make_demo(path, Actor("test", "Test"), adjudicated=True)
    return path


@pytest.fixture
def paper(paper_path: Path) -> Iterator[Study]:
    with open_study(paper_path, read_only=True) as study:
        yield study
