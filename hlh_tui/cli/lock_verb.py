"""``hlh-tui lock``: keep a case, or the whole study, from being decided any further."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from hlh_tui.review.conduct.models import Lock
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor, Entry

    Turn = Callable[[Study, Actor, str | None, str], Entry]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the case if it is one, and why."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("patient", nargs="?", help="one case, e.g. P05 (default: the whole study)")
    parser.add_argument("--reason", default="", metavar="WHY", help="why, in a sentence")
    parser.add_argument("--reader", metavar="NAME", help="who does it (default: $HLH_TUI_READER)")
    parser.add_argument("--list", action="store_true", help="print the locks that are set, and change nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Lock, or list what is locked."""
    from hlh_tui.review.conduct.locks import lock

    return turned(args, None if args.list else lock)


def turned(args: argparse.Namespace, turn: Turn | None) -> int:
    """Lock or unlock (or neither), then say what is locked."""
    from hlh_tui.review.conduct.locks import locks
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        actor = reader_from(args.reader)
        entry = turn(study, actor, args.patient, args.reason) if turn else None
        found = locks(study, actor)
    if args.json:
        saved = None if entry is None else {"seq": entry.seq, "hash": entry.hash, "action": entry.action}
        print_json({"saved": saved, "locks": [asdict(each) for each in found]})
        return 0
    if entry is not None:
        what = entry.patient_id or "the study"
        print(printable(f"{what} {entry.action}, saved #{entry.seq} {entry.hash[:4]}…"))
    print(printable(locks_text(found)))
    return 0


def locks_text(found: tuple[Lock, ...]) -> str:
    """The locks that are set, one a line."""
    if not found:
        return "nothing is locked"
    lines = []
    for each in found:
        at = each.recorded_at[:16].replace("T", " ")
        lines.append(f"{each.patient_id or 'whole study'}  locked {at} UTC by {each.actor_name}: {each.reason}")
    return "\n".join(lines)
