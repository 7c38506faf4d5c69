"""``hlh-tui cut``: name the study as it is now, to compare and verify against later."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.review.cuts import Cut


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the cut's name and why; or the list of cuts."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("name", nargs="?", help="what the cut is called, e.g. interim")
    parser.add_argument("--reason", default="", metavar="WHY", help="what the cut is for, in a sentence")
    parser.add_argument("-o", dest="file", type=Path, metavar="FILE", help="write the cut to a file to keep elsewhere")
    parser.add_argument("--list", action="store_true", help="print the cuts that there are")
    parser.add_argument("--reader", metavar="NAME", help="who makes it (default: $HLH_TUI_READER)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Make the cut, or list the cuts."""
    from hlh_tui.review.conduct.blinding import sees_conduct
    from hlh_tui.review.cuts import cut_record, cuts, make_cut, require_vacant, write_cut
    from hlh_tui.study.file import open_study

    if args.list == (args.name is not None):
        raise HlhError("give the name of a new cut, or --list")
    with open_study(args.study) as study:
        if args.list:
            reader = reader_from(args.reader)
            listed(cuts(study, reader), as_json=args.json, shown=sees_conduct(study, reader.id))
            return 0
        if args.file is not None:
            require_vacant(args.file)
        cut = make_cut(study, reader_from(args.reader), args.name, args.reason)
        record = cut_record(study, cut)
        if args.file is not None:
            write_cut(study, cut, args.file)
    if args.json:
        print_json(record)
        return 0
    print(printable(f"cut {cut.name!r}: {cut.entries} entries, head {cut.head}, saved #{cut.seq}"))
    if args.file is not None:
        print(printable(f"written to {args.file}; hlh-tui verify {args.study} --against {args.file} checks against it"))
    return 0


def listed(found: tuple[Cut, ...], *, as_json: bool, shown: bool) -> None:
    """Print the cuts, one a line, or as JSON."""
    if as_json:
        print_json({"cuts": [asdict(cut) for cut in found]})
    elif not found:
        print("no cut was made yet" if shown else "cuts tell of the work of others and stay closed to blinded readers")
    for cut in () if as_json else found:
        at = cut.recorded_at[:16].replace("T", " ")
        print(
            printable(
                f"{cut.name}  {cut.entries} entries, head {cut.head[:12]}…, {at} UTC, {cut.actor_name}: {cut.reason}"
            )
        )
