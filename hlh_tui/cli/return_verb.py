"""``hlh-tui return``: what a reader sends back from their pack."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from hlh_tui.cli.output import print_json, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The pack that was read, and where to."""
    parser.add_argument("study", type=Path, help="the study of the pack, e.g. a-meyer.duckdb")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="the new file (default: PACK.hlhreturn beside the pack)"
    )
    parser.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="RECIPIENT",
        help="seal it to an age key (age1...) or a public key (ed25519:...); may be repeated",
    )
    parser.add_argument("--unsigned", action="store_true", help="do not sign it, although there is a key")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Write the return and say what is in it."""
    from hlh_tui.review.packs.returning import write_return
    from hlh_tui.study.file import open_study

    with open_study(args.study, read_only=True) as study:
        key = None
        returned = write_return(study, args.output, to=args.to, key=key)
    if args.json:
        print_json({**asdict(returned), "file": str(returned.file)})
        return 0
    how = " and ".join(word for word, on in (("signed", returned.signed), ("sealed", returned.sealed)) if on)
    print(
        printable(
            f"wrote {returned.file}{f', {how}' if how else ''}: {returned.decided} of {returned.cases} cases decided;"
            f" send it to the coordinator, whose program says head {returned.head[:16]}…"
        )
    )
    return 0
