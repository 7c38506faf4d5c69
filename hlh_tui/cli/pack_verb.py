"""``hlh-tui pack``: one file for one reader, de-identified, to read offline."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.review.packs.models import Packed
    from hlh_tui.study.file import Study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, for whom, where to, and who packs."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("--reader", metavar="NAME", help="for whom (left out: for every reader with cases to pack)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="the new file (default: READER.hlhpack beside the study)"
    )
    parser.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="RECIPIENT",
        help="seal it to an age key (age1...), a public key (ed25519:...) or a registered person; may be repeated",
    )
    parser.add_argument("--again", action="store_true", help="write the reader's latest pack once more")
    parser.add_argument(
        "--coordinator", metavar="NAME", help="who packs: the coordinator's printed name (default: $HLH_TUI_READER)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Write the packs and say where they are."""
    from hlh_tui.study.file import open_study

    written: list[Packed] = []
    try:
        with open_study(args.study) as study:
            for reader in readers(study, args):
                written.append(one_pack(study, args, reader))
                if not args.json:
                    print(printable(pack_text(written[-1])), flush=True)
    finally:
        if args.json and written:  # also when a later one fails: these are written
            print_json({"packs": [{**asdict(each), "file": str(each.file)} for each in written]})
    return 0


def readers(study: Study, args: argparse.Namespace) -> list[str]:
    """The ids of the readers to pack for; cases that lack readers are dealt first where nobody is named."""
    from hlh_tui.review.packs.dealing import deal, registered_readers
    from hlh_tui.review.packs.packing import waiting

    if args.reader is not None:
        return [reader_from(args.reader).id]
    if args.output is not None or args.again:
        raise HlhError("-o and --again are for one reader; say whose pack with --reader NAME")
    deal(study, reader_from(args.coordinator))
    found = [reader.id for reader in registered_readers(study).values() if waiting(study, reader)]
    if not found:
        raise HlhError("nothing is left to pack: every case that was dealt is in a pack already")
    return found


def one_pack(study: Study, args: argparse.Namespace, reader_id: str) -> Packed:
    """Write the pack of one reader."""
    from hlh_tui.review.conduct.people import people
    from hlh_tui.review.packs.packing import pack

    keys = {person.name: person.public_key for person in people(study).values() if person.public_key}
    to = [keys.get(name, name) for name in args.to]
    return pack(study, reader_from(args.coordinator), reader_id, args.output, to=to, again=args.again)


def pack_text(packed: Packed) -> str:
    """What was written, for people."""
    sealed = ", sealed" if packed.sealed else ""
    left = f"; {packed.waiting} more to pack for this reader" if packed.waiting else ""
    return (
        f"wrote {packed.file} for {packed.reader_name}: {packed.cases} cases{sealed}{left}; they read it with"
        f" hlh-tui open {packed.file.name.removesuffix('.age')}"
    )
