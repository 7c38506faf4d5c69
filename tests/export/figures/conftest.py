from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hlh_tui.cli.demo_study import make_demo
from hlh_tui.export.figures.figure import Options, make_figure
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.models import Actor
from tests.cohort.example import example_a, judge

Words = Callable[..., list[str]]


def text_of(svg: Path) -> list[str]:
    """Every piece of text of an SVG, in the order of the file."""
    root = ET.fromstring(svg.read_bytes())
    return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """The thirteen synthetic patients with their decisions."""
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    make_demo(path, Actor("a-meyer", "A. Meyer"), adjudicated=True)
    with open_study(path) as study:
        yield study


def seven_decided(folder: Path) -> Study:
    """Example A, not synthetic, with seven cases decided."""
    study = example_a(folder)
    judge(study, "CR", "c2", "c3", "h3", day=7)
    judge(study, "NR", "d2", "d3", "d4", "h4")
    return study


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """Example A; nothing writes to it."""
    with seven_decided(tmp_path_factory.mktemp("example")) as study:
        yield study


@pytest.fixture
def example_file(tmp_path: Path) -> Path:
    """Example A as a file that nobody has open."""
    with seven_decided(tmp_path) as study:
        return study.path


@pytest.fixture
def drawn(tmp_path: Path) -> Words:
    """The text of a figure drawn as SVG."""

    def draw(study: Study, name: str, **options: object) -> list[str]:
        (file,) = make_figure(study, name, tmp_path / "figure.svg", Options(**options), force=True).files
        return text_of(file)

    return draw
