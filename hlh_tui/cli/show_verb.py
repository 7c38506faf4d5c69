"""``hlh-tui show``: one patient's chart as text."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.output import printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the patient, and how far to read."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("patient", help="patient id, e.g. P05")
    parser.add_argument("--until", type=float, metavar="DAY", help="leave out what was charted after this day")


def run(args: argparse.Namespace) -> int:
    """Print the chart and the decisions in force."""
    from hlh_tui.review.chart_text import chart_text
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        print(printable(chart_text(study, args.patient, args.until)))
    return 0
