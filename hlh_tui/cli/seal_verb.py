"""``hlh-tui seal``: encrypt a file, a folder or a closed study."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.passphrase import add_passphrase_argument, passphrase_from
from hlh_tui.protocol.errors import HlhError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to seal, for whom, and where to."""
    from hlh_tui.study.sealed_files import WORKING_FILE

    parser.add_argument("file", type=Path, help="a file, a folder (an export), or a closed study with its log")
    parser.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="RECIPIENT",
        help="seal it to an age key (age1...) or a reader's public key (ed25519:...); may be repeated"
        " (default: to a passphrase)",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="NAME", help="the new file (default: NAME.age beside it)")
    add_passphrase_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = (
        "The sealed file is an age file, which any age program opens too. What was sealed stays where it was: delete it"
        f" yourself once the sealed file is safe. Note that {WORKING_FILE}."
    )


def run(args: argparse.Namespace) -> int:
    """Seal it and say what became of it."""
    from hlh_tui.study.seal import SealTo, recipients
    from hlh_tui.study.sealed_files import require_sealable, seal_file

    if args.to and args.passphrase_file is not None:
        raise HlhError("give --to or a passphrase, not both")
    require_sealable(args.file, args.output)
    if args.to:
        recipients(args.to)
        sealed = seal_file(args.file, SealTo(tuple(args.to)), args.output)
    else:
        passphrase = passphrase_from(args.passphrase_file, f"passphrase for {args.file.name}", twice=True)
        sealed = seal_file(args.file, SealTo(passphrase=passphrase), args.output)
    if args.json:
        print_json({"sealed": str(sealed), "recipients": len(args.to), "bytes": sealed.stat().st_size})
        return 0
    who = "a passphrase" if not args.to else "1 key" if len(args.to) == 1 else f"{len(args.to)} keys"
    print(printable(f"sealed {args.file} as {sealed} to {who}; {args.file.name} itself stays as it was"))
    return 0
