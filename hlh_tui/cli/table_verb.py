"""``hlh-tui table``: a table of the cohort."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.output import print_json, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the table, and how to print it."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("name", help="baseline or response")
    parser.add_argument(
        "--by", metavar="STRATUM", help="one column per group: prior_treatment, category, sex, an attribute, ..."
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--csv", action="store_true", help="print comma-separated values")


def run(args: argparse.Namespace) -> int:
    """Print the table from the charts and the decisions as they are now."""
    from shutil import get_terminal_size

    from hlh_tui.cohort.tables.table import table, table_csv, table_json, table_text
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        found = table(study, args.name, args.by)
        synthetic = study.synthetic
    if args.json:
        print_json(table_json(found))
    elif args.csv:
        print(table_csv(found), end="")
    else:
        print(printable(table_text(found, get_terminal_size().columns)))
        if synthetic:
            print("The patients of this study are synthetic.")
    return 0
