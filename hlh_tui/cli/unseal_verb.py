"""``hlh-tui unseal``: open what was sealed with age."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.passphrase import add_passphrase_argument, opened_key, passphrase_from
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

LARGEST_IDENTITY = 65_536


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to unseal, with what, and where to."""
    parser.add_argument("file", type=Path, help="the sealed file, e.g. a-meyer.hlhpack.age")
    parser.add_argument("-o", "--output", type=Path, metavar="NAME", help="the new name (default: without .age)")
    parser.add_argument(
        "--reader", metavar="NAME", help="whose key opens it, where it is sealed to one (default: $HLH_TUI_READER)"
    )
    parser.add_argument("--identity", type=Path, metavar="FILE", help="a file with an age key (AGE-SECRET-KEY-...)")
    add_passphrase_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Unseal it and say where it is."""
    from hlh_tui.study.seal import OpenWith
    from hlh_tui.study.sealed_files import read_sealed, require_unsealable, unseal_file

    require_unsealable(args.file, args.output)
    if args.identity is not None:
        opener = OpenWith(tuple(identity_lines(args.identity)))
    elif read_sealed(args.file) == "passphrase":
        opener = OpenWith(passphrase=passphrase_from(args.passphrase_file, f"passphrase of {args.file.name}"))
    else:
        opener = OpenWith((opened_key(reader_from(args.reader), args.passphrase_file).identity(),))
    plain = unseal_file(args.file, opener, args.output)
    if args.json:
        print_json({"unsealed": str(plain), "folder": plain.is_dir()})
        return 0
    print(printable(f"unsealed {args.file} as {plain}, which only you can read; seal it again before it leaves"))
    return 0


def identity_lines(path: Path) -> list[str]:
    """The keys in an age identity file, its comments left out; ``HlhError`` if there is none."""
    try:
        with path.expanduser().open(encoding="utf-8") as file:
            text = file.read(LARGEST_IDENTITY)
    except (OSError, UnicodeDecodeError) as error:
        raise HlhError(f"{path} cannot be read as a file of age keys; check the name") from error
    if "OPENSSH PRIVATE KEY" in text:
        return [text]
    found = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not found:
        raise HlhError(f"there is no key in {path}; give the file that age-keygen wrote")
    return found
