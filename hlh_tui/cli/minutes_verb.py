"""``hlh-tui minutes``: the minutes of consensus meetings, printed or written to a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hlh_tui.cli.output import at_terminal_width, print_json, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and where to write."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write to FILE; its ending is the format: txt, md or html"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")
    parser.add_argument("--reader", metavar="NAME", help="who asks (default: $HLH_TUI_READER)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the minutes, or write them and name the file."""
    from hlh_tui.review.consensus.consensus_json import minutes_json
    from hlh_tui.review.consensus.minutes import minutes
    from hlh_tui.review.consensus.minutes_text import FORMATS, minutes_in
    from hlh_tui.study.file import open_study

    if args.json and args.output is not None:
        raise HlhError("--json prints; leave -o away, or leave --json away")
    form = "text" if args.output is None else FORMATS.get(args.output.suffix.lower())
    if form is None:
        raise HlhError(f"{args.output.name} says no format: end it with one of {', '.join(FORMATS)}")
    with open_study(args.study, read_only=True) as study:
        found = minutes(study, reader_from(args.reader))
        if args.json:
            print_json(minutes_json(found))
        elif args.output is None:
            sys.stdout.write(printable(at_terminal_width(minutes_in(found, form))))
        else:
            from hlh_tui.cohort.tables.files import require_free, write_files

            require_free([args.output], study, force=args.force)
            write_files({args.output: minutes_in(found, form).encode("utf-8", "backslashreplace")}, force=args.force)
            print(printable(f"wrote {args.output}"))
    return 0
