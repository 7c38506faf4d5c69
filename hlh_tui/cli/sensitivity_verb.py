"""``hlh-tui sensitivity``: what other decisions would make of the results."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.output import print_json, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and how to print."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("--json", action="store_true", help="print one JSON object, every flip included")


def run(args: argparse.Namespace) -> int:
    """Print flips, fragility, doubtful cases and criteria sets of the study as it stands."""
    from shutil import get_terminal_size

    from hlh_tui.cohort.sensitivity.analysis import sensitivity
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        found = sensitivity(study)
        synthetic = study.synthetic
    if args.json:
        from hlh_tui.cohort.sensitivity.sensitivity_json import sensitivity_json

        print_json(sensitivity_json(found))
        return 0
    from hlh_tui.cohort.sensitivity.sensitivity_text import sensitivity_text

    print(printable(sensitivity_text(found, get_terminal_size().columns)))
    if synthetic:
        print("The patients of this study are synthetic.")
    return 0
