"""``hlh-tui survival``: survival estimates of the cohort."""

from __future__ import annotations

import argparse

from hlh_tui.cli.day_argument import day
from hlh_tui.cli.endpoint_arguments import add_endpoint
from hlh_tui.cli.output import print_json, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the endpoint, and how to estimate."""
    add_endpoint(parser)
    parser.add_argument(
        "--by", metavar="COLUMN", help="divide the patients: prior_treatment, response, category, a column, ..."
    )
    parser.add_argument(
        "--landmark", type=day, metavar="DAY", help="count from this day among those still followed after it"
    )
    parser.add_argument(
        "--method",
        metavar="landmark|mantel-byar|simon-makuch|naive",
        help="how groups by response are compared (default: landmark)",
    )
    parser.add_argument("--stratify", metavar="COLUMN", help="compare the groups within those of this column")
    parser.add_argument("--rmst", type=day, metavar="DAY", help="restricted mean up to this day, and its difference")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the curves' estimates, how they compare, and what they rest on."""
    from shutil import get_terminal_size

    from hlh_tui.cohort.survival.curves import survival
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        result = survival(
            study,
            args.endpoint,
            args.by,
            args.at,
            args.ci,
            args.landmark,
            method=args.method,
            stratify=args.stratify,
            rmst=args.rmst,
        )
        synthetic = study.synthetic
    if args.json:
        from hlh_tui.cohort.survival.curves_json import survival_json

        print_json(survival_json(result))
        return 0
    from hlh_tui.cohort.survival.curves_text import survival_text

    print(printable(survival_text(result, get_terminal_size().columns)))
    if synthetic:
        print("The patients of this study are synthetic.")
    return 0
