"""``hlh-tui incidence``: competing risks of an endpoint."""

from __future__ import annotations

import argparse

from hlh_tui.cli.endpoint_arguments import add_endpoint
from hlh_tui.cli.output import print_json, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the endpoint, and how to estimate."""
    add_endpoint(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the incidence of every cause, 1 - Kaplan-Meier beside it, and what they rest on."""
    from shutil import get_terminal_size

    from hlh_tui.cohort.survival.incidence import incidence
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        result = incidence(study, args.endpoint, args.at, args.ci)
        synthetic = study.synthetic
    if args.json:
        from hlh_tui.cohort.survival.incidence_json import incidence_json

        print_json(incidence_json(result))
        return 0
    from hlh_tui.cohort.survival.incidence_text import incidence_text

    print(printable(incidence_text(result, get_terminal_size().columns)))
    if synthetic:
        print("The patients of this study are synthetic.")
    return 0
