"""``hlh-tui reproduce``: every figure that a paper prints against what its study gives."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable
from hlh_tui.study.private_folder import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hlh_tui.study.file import Study

DEMO = "song2024-adjudicated.duckdb"
BUNDLED = "the bundled synthetic cohort with its decisions"
READER = "hlh-tui reproduce"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the figures, and how to print the scorecard."""
    parser.add_argument(
        "study", type=Path, nargs="?", help="the study file (default: the bundled cohort with its decisions)"
    )
    parser.add_argument(
        "--published",
        type=Path,
        metavar="FILE.toml",
        help="the printed figures (default: those of Song et al. 2024, data/song2024/published.toml)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the scorecard; 1 if a figure differs."""
    from shutil import get_terminal_size

    from hlh_tui.cohort.published.read import read_published
    from hlh_tui.cohort.published.scorecard import scorecard
    from hlh_tui.cohort.published.scorecard_json import scorecard_json
    from hlh_tui.cohort.published.scorecard_text import scorecard_text
    from hlh_tui.intake.bundled import bundled_charts

    document = read_published(args.published or bundled_charts("song2024") / "published.toml")
    with wanted_study(args.study) as study:
        card = scorecard(study, document)
    if args.study is None:
        card = replace(card, study=BUNDLED)
    if args.json:
        print_json(scorecard_json(card))
    else:
        print(printable(scorecard_text(card, get_terminal_size().columns)))
    return 0 if card.holds else 1


@contextmanager
def wanted_study(path: Path | None) -> Iterator[Study]:
    """The study of that name, else the bundled cohort with its decisions in a temporary place."""
    from hlh_tui.study.file import open_study

    if path is not None:
        with open_study(path) as study:
            yield study
        return
    from hlh_tui.cli.demo_study import make_demo
    from hlh_tui.cli.reader import reader_from

    with private_folder("hlh-tui-reproduce-") as folder:
        demo = folder / DEMO
        make_demo(demo, reader_from(READER), adjudicated=True)
        with open_study(demo) as study:
            yield study
