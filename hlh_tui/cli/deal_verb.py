"""``hlh-tui deal``: give every case that lacks readers to as many as the protocol asks for."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and who deals."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("--seed", type=int, metavar="NUMBER", help="draw the same again (default: a new one)")
    parser.add_argument("--reader", metavar="NAME", help="who deals: the coordinator (default: $HLH_TUI_READER)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Deal, and say what each reader got."""
    from hlh_tui.review.conduct.people import people
    from hlh_tui.review.packs.dealing import deal
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        dealt = deal(study, reader_from(args.reader), args.seed)
        names = {person.id: person.name for person in people(study).values()}
    if args.json:
        found = [
            {
                "seq": each.seq,
                "pack_id": each.pack_id,
                "reader": each.reader,
                "cases": len(each.cases),
                "repeats": sum(repeat for _, _, repeat in each.cases),
            }
            for each in dealt
        ]
        print_json({"dealt": found})
        return 0
    for each in dealt:
        repeats = sum(repeat for _, _, repeat in each.cases)
        cases = len(each.cases) - repeats
        print(
            printable(
                f"dealt {cases} {'case' if cases == 1 else 'cases'} to {names[each.reader]}, {repeats} of them twice"
                f" (#{each.seq})"
            )
        )
    if dealt:
        print(f"next: hlh-tui pack {args.study}")
    else:
        print("nothing to deal: every case has its readers")
    return 0
