"""``hlh-tui log``: the audit trail in sentences, filtered, for people and for machines."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import at_terminal_width, print_json, printable
from hlh_tui.cli.reader import reader_from

if TYPE_CHECKING:
    from hlh_tui.review.trail.models import TrailFilter
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

FORMS = ("json", "jsonl", "csv", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, which entries, in which form, and where to."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("--by", metavar="NAME", default="", help="only what this person did: id or part of the name")
    parser.add_argument("--case", metavar="ID", default="", help="only entries on this case, e.g. P05")
    parser.add_argument(
        "--action",
        metavar="A",
        default="",
        help="only this action, e.g. decided, query, phase; unblinding is every act that opened something closed",
    )
    parser.add_argument("--since", metavar="TIME", help="from 2026-11-23, 2026-11-23T14:30 (UTC), or 2h, 3d, 1w ago")
    parser.add_argument("--until", metavar="TIME", help="up to that time, its whole day or minute included")
    parser.add_argument("--search", metavar="WORDS", default="", help="only entries that hold all of these words")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_const", dest="form", const="json", help="one JSON object")
    form.add_argument("--jsonl", action="store_const", dest="form", const="jsonl", help="one JSON object an entry")
    form.add_argument("--csv", action="store_const", dest="form", const="csv", help="one row an entry")
    form.add_argument("--html", action="store_const", dest="form", const="html", help="a page to print")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write to a new file; its ending says the form"
    )
    parser.add_argument(
        "--reviewed", metavar="NOTE", help="sign off: record that you reviewed the trail, and what you found"
    )
    parser.add_argument("--reader", metavar="NAME", help="who reads: your printed name (default: $HLH_TUI_READER)")


def run(args: argparse.Namespace) -> int:
    """Print the trail, write it to a file, or sign it off."""
    from hlh_tui.review.trail.wanted import made_filter
    from hlh_tui.study.file import open_study

    actor = reader_from(args.reader)
    wanted = made_filter(args.by, args.action, args.case, args.since, args.until, args.search)
    with open_study(args.study) as study:
        if args.reviewed is not None:
            return signed_off(study, actor, args)
        if args.output is not None:
            return written(study, actor, args, wanted)
        return printed(study, actor, args.form or "text", wanted)


def printed(study: Study, actor: Actor, form: str, wanted: TrailFilter) -> int:
    """Print the trail piece by piece."""
    from hlh_tui.review.trail import as_files
    from hlh_tui.review.trail.header import header_of
    from hlh_tui.review.trail.trail import whole_trail

    for piece in as_files.FORMS[form](header_of(study, actor, wanted), whole_trail(study, actor, wanted)):
        sys.stdout.write(at_terminal_width(printable(piece)) if form == "text" else piece)
    return 0


def written(study: Study, actor: Actor, args: argparse.Namespace, wanted: TrailFilter) -> int:
    """Write the trail to a file and name it."""
    from hlh_tui.review.trail.write import write_trail

    entries = write_trail(study, actor, args.output, wanted, args.form)
    print(printable(f"wrote {entries} {'entry' if entries == 1 else 'entries'} to {args.output}"))
    return 0


def signed_off(study: Study, actor: Actor, args: argparse.Namespace) -> int:
    """Record that the trail was reviewed."""
    from hlh_tui.review.trail.reviewed import sign_off

    entry = sign_off(study, actor, args.reviewed)
    if args.form == "json":
        print_json({"seq": entry.seq, "hash": entry.hash, "upto": entry.payload["upto"]})
    else:
        print(f"the trail is reviewed up to entry {entry.payload['upto']}, saved #{entry.seq}")
    return 0
