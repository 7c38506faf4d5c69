"""``hlh-tui reader``: who takes part in a study and in which role."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.passphrase import add_passphrase_argument
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

WORDS = {"list": ("STUDY",), "add": ("STUDY", "NAME"), "withdraw": ("STUDY", "NAME")}
"""What each command takes."""
OWN_KEY = ("create", "key")
"""Commands about the reader's own key, which need no study."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command, the study, the person."""
    parser.add_argument("command", metavar="create|key|list|add|withdraw", help="what to do")
    parser.add_argument(
        "words",
        nargs="*",
        metavar="STUDY [NAME]",
        help="the study, except for create and key, and the printed name",
    )
    parser.add_argument("--role", default="reader", metavar="ROLE", help="coordinator, reader, adjudicator or observer")
    parser.add_argument("--key", metavar="ed25519:...", help="the person's public key (hlh-tui reader create)")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, in a sentence")
    parser.add_argument("--reader", metavar="NAME", help="who registers: the coordinator (default: $HLH_TUI_READER)")
    add_passphrase_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Do what the command says, then list who takes part."""
    from hlh_tui.review.conduct.people import people, register, withdraw
    from hlh_tui.review.signatures.public_keys import require_public_key
    from hlh_tui.study.file import open_study

    if args.command in OWN_KEY:
        from hlh_tui.cli.reader_create import run_key

        return run_key(args)
    wanted = WORDS.get(args.command)
    if wanted is None:
        raise HlhError(f"there is no command {args.command!r}; use one of {', '.join((*OWN_KEY, *WORDS))}")
    if len(args.words) != len(wanted):
        raise HlhError(f"{args.command} takes {' '.join(wanted)}; a name with blanks stands in quotes")
    with open_study(Path(args.words[0])) as study:
        actor = reader_from(args.reader)
        if args.command == "add":
            key = None if args.key is None else require_public_key(args.key)
            register(study, actor, reader_from(args.words[1]), args.role, args.reason, key)
        elif args.command == "withdraw":
            withdraw(study, actor, reader_from(args.words[1]).id, args.reason)
        found = sorted(people(study).values(), key=lambda person: person.registered_seq)
    if args.json:
        print_json({"people": [asdict(person) for person in found]})
        return 0
    width = max(len(person.name) for person in found)
    for person in found:
        key = "with a key" if person.public_key else "without a key"
        print(printable(f"{person.name:<{width}}  {person.role:<11}  {key}, by entry {person.registered_seq}"))
    return 0
