"""``hlh-tui return``: what a reader sends back from their pack."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.passphrase import add_passphrase_argument, opened_key

if TYPE_CHECKING:
    from hlh_tui.review.signatures.keys import Key
    from hlh_tui.study.file import Study


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
    add_passphrase_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def reader_key(study: Study, passphrase_file: str | None) -> Key | None:
    """The key of the pack's reader, opened; None where they have none and the study knows of none.

    ``KeyRefused`` where the coordinator registered a key that is not on this computer.
    """
    from hlh_tui.review.conduct.state import conduct_of
    from hlh_tui.review.signatures.keys import key_folder
    from hlh_tui.study.models import Actor

    reader = (conduct_of(study).pack or {}).get("reader")
    if reader is None or not (reader.get("public_key") or key_folder(reader["id"]).is_dir()):
        return None
    return opened_key(Actor(reader["id"], reader["name"]), passphrase_file)


def run(args: argparse.Namespace) -> int:
    """Write the return and say what is in it."""
    from hlh_tui.review.packs.returning import write_return
    from hlh_tui.study.file import open_study

    with open_study(args.study, read_only=True) as study:
        key = None if args.unsigned else reader_key(study, args.passphrase_file)
        returned = write_return(study, args.output, to=args.to, key=key)
        begun = study.where.begun.exists()
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
    if begun:
        print("a judgement is begun and not saved, and not in it: save it in the app, then return again")
    return 0
