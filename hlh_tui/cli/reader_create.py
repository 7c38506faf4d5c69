"""``hlh-tui reader create`` and ``reader key``: a reader's own key on this computer."""

from __future__ import annotations

import argparse
from shlex import quote
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.passphrase import passphrase_from
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.review.signatures.keys import KeyOnDisk
    from hlh_tui.study.models import Actor


def run_key(args: argparse.Namespace) -> int:
    """Make the key of the reader (``create``) or show its public half again (``key``), and say what to do with it."""
    from hlh_tui.review.signatures.keys import key_on_disk

    if len(args.words) > 1:
        raise HlhError(f"{args.command} takes at most a NAME; a name with blanks stands in quotes")
    reader = reader_from(args.words[0] if args.words else args.reader)
    found = created(reader, args.passphrase_file) if args.command == "create" else key_on_disk(reader)
    if args.json:
        print_json({"id": found.id, "name": found.name, "public_key": found.public_key, "folder": str(found.folder)})
        return 0
    print(printable(f"the key of {found.name} is in {found.folder}; keep a copy of that folder in a safe place"))
    print(f"public key: {found.public_key}")
    print(
        printable(
            "give the public key to the coordinator, who registers it with hlh-tui reader add STUDY"
            f" {quote(found.name)} --role reader --key {found.public_key} --reason TEXT"
        )
    )
    return 0


def created(reader: Actor, passphrase_file: str | None) -> KeyOnDisk:
    """The reader's new key; a passphrase is asked for only where there is none yet."""
    from hlh_tui.review.signatures.keys import create_key, require_no_key

    require_no_key(reader)
    if passphrase_file is None:
        print(printable(f"{reader.name}, choose a passphrase of several words; if it is lost, so is the key"))
    return create_key(reader, passphrase_from(passphrase_file, "new passphrase", twice=True))
