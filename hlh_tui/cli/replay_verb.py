"""``hlh-tui replay``: the study as it stood at an earlier time."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.output import at_terminal_width, print_json, printable
from hlh_tui.cli.reader import reader_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and when."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument(
        "--at",
        required=True,
        metavar="TIME|ENTRY",
        help="2026-11-23, 2026-11-23T14:30 (UTC), 2h or 3d ago, or the number of an entry",
    )
    parser.add_argument("--reader", metavar="NAME", help="who looks: your printed name (default: $HLH_TUI_READER)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print decisions in force, final categories, marks, people, phase, locks and criteria of that time."""
    from hlh_tui.review.trail.replay import replay
    from hlh_tui.review.trail.replay_text import past_json, past_lines
    from hlh_tui.study.file import open_study

    actor = reader_from(args.reader)
    with open_study(args.study) as study:
        past = replay(study, actor, args.at)
        synthetic = study.synthetic
    if args.json:
        print_json(past_json(past, synthetic))
    else:
        for line in past_lines(past):
            print(at_terminal_width(printable(line)))
    return 0
