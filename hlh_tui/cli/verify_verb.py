"""``hlh-tui verify``: whether the log of a study is what was written."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from hlh_tui.cli.output import print_json, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, what to hold it against, and how to print."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument(
        "--against",
        nargs="+",
        action="extend",
        default=[],
        type=Path,
        metavar="PATH",
        help="an export, certificate, cut, backup, return or other file that holds entries and head of the log",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = (
        "The chain of hashes shows every change that was not carried through to the end of the log, and signatures show"
        " a log that was rewritten before them; charts are held to the hashes that their imports left in the log. A log"
        " that was cut short or hashed anew as a whole, with or without the charts, is found only --against something"
        " that was kept elsewhere: keep exports, certificates and cuts apart from the study."
    )


def run(args: argparse.Namespace) -> int:
    """Check chain, triggers, mirror, charts, signatures and anchors; 0 if all hold, 1 if not."""
    from hlh_tui.cli.checks import every_check
    from hlh_tui.study.anchors import anchors_at
    from hlh_tui.study.opening import entry_count
    from hlh_tui.study.verify import verify_path

    anchors = [anchor for path in args.against for anchor in anchors_at(path)]
    found, notice = verify_path(args.study, anchors, every_check())
    if notice:
        print(f"hlh-tui verify: {notice}", file=sys.stderr)
    if args.json:
        print_json(asdict(found))
    elif found.ok:
        count = entry_count(found.entries)
        print(f"{args.study.name}: {count} in the log, unbroken and equal to the mirror; head {found.head}")
        for anchor in anchors:
            print(printable(f"  holds against {anchor.name}"))
    else:
        at = f"; the first bad entry is {found.first_bad_seq}" if found.first_bad_seq is not None else ""
        print(f"{args.study.name}: the check did NOT hold{at}")
        for problem in found.problems:
            print(printable(f"  - {problem}"))
    return 0 if found.ok else 1
