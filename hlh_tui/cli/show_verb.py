"""``hlh-tui show``: one patient's chart as text."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.day_argument import day
from hlh_tui.cli.output import printable
from hlh_tui.cli.reader import reader_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the patient, and how far to read."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("patient", help="patient id, e.g. P05")
    parser.add_argument("--reader", metavar="NAME", help="who reads (default: $HLH_TUI_READER)")
    parser.add_argument(
        "--reveal", metavar="REASON", help="in a blinded study: show the chart after the cut-off too, which is logged"
    )
    parser.add_argument("--until", type=day, metavar="DAY", help="leave out what was charted after this day")


def run(args: argparse.Namespace) -> int:
    """Print the chart and the decisions in force."""
    from hlh_tui.review.chart_text import chart_text
    from hlh_tui.review.conduct.blinding import reveal_after_cut_off
    from hlh_tui.study.file import open_study

    reader = reader_from(args.reader)
    with open_study(args.study) as study:
        if args.reveal is not None:
            reveal_after_cut_off(study, reader, args.patient, args.reveal)
        print(printable(chart_text(study, args.patient, args.until, reader)))
    return 0
