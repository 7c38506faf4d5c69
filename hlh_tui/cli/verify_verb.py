"""``hlh-tui verify``: whether the log of a study is what was written."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from hlh_tui.cli.output import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and how to print."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Check chain, triggers and mirror; 0 if all hold, 1 if not."""
    from hlh_tui.study.opening import entry_count
    from hlh_tui.study.verify import verify_path

    found, notice = verify_path(args.study)
    if notice:
        print(f"hlh-tui verify: {notice}", file=sys.stderr)
    if args.json:
        print_json(asdict(found))
    elif found.ok:
        count = entry_count(found.entries)
        print(f"{args.study.name}: {count} in the log, unbroken and equal to the mirror; head {found.head}")
    else:
        at = f"; the first bad entry is {found.first_bad_seq}" if found.first_bad_seq is not None else ""
        print(f"{args.study.name}: the check did NOT hold{at}")
        for problem in found.problems:
            print(f"  - {problem}")
    return 0 if found.ok else 1
