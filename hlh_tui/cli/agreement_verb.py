"""``hlh-tui agreement``: how far the readers agree, and how each of them reads."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from hlh_tui.cli.output import print_json, printable

MOST_DRAWS = 100_000
MOST_SEED = 2**63 - 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, whose agreement, the bootstrap, who asks, and how to print."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument(
        "--between", nargs="+", default=[], metavar="READER", help="only these readers (default: everybody who decided)"
    )
    parser.add_argument(
        "--draws", type=up_to(MOST_DRAWS), metavar="N", help="draws of the bootstrap (default: 1000; 0: none)"
    )
    parser.add_argument("--seed", type=up_to(MOST_SEED), metavar="N", help="seed of the bootstrap")
    parser.add_argument("--reader", metavar="NAME", help="who asks (default: $HLH_TUI_READER or the account)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def up_to(most: int) -> Callable[[str], int]:
    """Reads a whole number from 0 to ``most``; ``ArgumentTypeError`` for anything else."""

    def whole_number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {most}")
        return int(text)

    return whole_number


def run(args: argparse.Namespace) -> int:
    """Print coefficients, confusion, categories, criteria and readers of the study as it stands."""
    from shutil import get_terminal_size

    from hlh_tui.cli.reader import reader_from
    from hlh_tui.review.agreement.report import agreement
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        found = agreement(study, reader_from(args.reader), args.between, args.draws, args.seed)
        synthetic = study.synthetic
    if args.json:
        from hlh_tui.review.agreement.agreement_json import agreement_json

        print_json({**agreement_json(found), "synthetic": synthetic})
        return 0
    from hlh_tui.cohort.agreement.blocks import agreement_text

    print(printable(agreement_text(found, get_terminal_size().columns)))
    if synthetic:
        print("The patients of this study are synthetic.")
    return 0
