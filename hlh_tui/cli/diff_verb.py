"""``hlh-tui diff``: which decisions changed between two cuts, and what they moved."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.output import print_json, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study and two of its states."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("cut1", metavar="CUT1", help="a cut's name, now, or the number of an entry")
    parser.add_argument("cut2", metavar="CUT2", nargs="?", default="now", help="the other one (default: now)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print what differs."""
    from shutil import get_terminal_size

    from hlh_tui.cohort.cut_difference import cut_difference, difference_json
    from hlh_tui.cohort.cut_difference_text import difference_text
    from hlh_tui.review.cuts import point
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        found = cut_difference(study, point(study, args.cut1), point(study, args.cut2))
        synthetic = study.synthetic
    if args.json:
        print_json({**difference_json(found), "synthetic": synthetic})
        return 0
    print(printable(difference_text(found, get_terminal_size().columns)))
    if synthetic:
        print("The patients of this study are synthetic.")
    return 0
