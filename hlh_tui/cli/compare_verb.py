"""``hlh-tui compare``: where readers differ, one case side by side, and settling it from a script."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.day_argument import day
from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.review.models import Saved
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

ACTS = ("accept", "new", "vote", "reveal", "discuss")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, perhaps a case, and perhaps one thing to do with it."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("patient", nargs="?", help="patient id: this case side by side (default: the list)")
    parser.add_argument("--reader", metavar="NAME", help="who looks or settles (default: $HLH_TUI_READER)")
    parser.add_argument(
        "--only", choices=("open", "settled", "agreed", "all"), default="all", help="cases listed (default: all)"
    )
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--accept", metavar="NUMBER", help="settle the case: take this reader's decision")
    act.add_argument("--new", metavar="CATEGORY", help="settle the case: give a category of its own")
    act.add_argument("--vote", metavar="CATEGORY", help="vote in a consensus meeting; hidden until revealed")
    act.add_argument("--reveal", action="store_true", help="reveal the votes before everybody has voted")
    act.add_argument("--discuss", metavar="TEXT", help="write down what was said after the reveal")
    parser.add_argument("--type", metavar="KIND", default="", help="kind of disagreement, for --accept and --new")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, in a sentence")
    parser.add_argument("--day", type=day, help="day on which the response is held to begin")
    parser.add_argument("--confidence", default="high", metavar="low|high", help="default: high")
    parser.add_argument("--note", metavar="TEXT", default="", help="a note with a vote")
    parser.add_argument("--meeting", metavar="NAME", help="the meeting of a vote (default: that of the day)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the list or the case, or do the one thing and say that it is saved."""
    from hlh_tui.study.file import open_study

    asked = [name for name in ACTS if getattr(args, name) not in (None, False)]
    if asked and args.patient is None:
        raise HlhError(f"--{asked[0]} is for one case: name it after the study")
    actor = reader_from(args.reader)
    with open_study(args.study, read_only=not asked) as study:
        if asked:
            return done(study, actor, args, asked[0])
        return one_case(study, actor, args) if args.patient else listed(study, actor, args)


def listed(study: Study, actor: Actor, args: argparse.Namespace) -> int:
    """Every case with two reads or more, the worst disagreement first."""
    from hlh_tui.review.consensus.consensus_json import difference_json
    from hlh_tui.review.consensus.consensus_text import differences_text
    from hlh_tui.review.consensus.differences import differences

    found = [one for one in differences(study, actor) if one.listed_as(args.only)]
    if args.json:
        print_json({"cases": [difference_json(one) for one in found]})
    else:
        print(printable(differences_text(found, args.only)))
    return 0


def one_case(study: Study, actor: Actor, args: argparse.Namespace) -> int:
    """One case side by side."""
    from hlh_tui.review.consensus.comparison import compare_case
    from hlh_tui.review.consensus.consensus_json import comparison_json
    from hlh_tui.review.consensus.consensus_text import comparison_text

    found = compare_case(study, actor, args.patient)
    if args.json:
        print_json(comparison_json(found))
    else:
        print(printable(comparison_text(found)))
    return 0


def done(study: Study, actor: Actor, args: argparse.Namespace, act: str) -> int:
    """Settle, vote, reveal or discuss, and say the entry."""
    from hlh_tui.review.consensus.meeting import discuss, reveal_votes, vote
    from hlh_tui.review.consensus.settle import NEW, Settlement, settle

    said = ""
    if act == "vote":
        cast = vote(study, actor, args.patient, args.vote, args.note, args.meeting)
        saved = cast.saved
        waiting = f"; waiting for {', '.join(cast.waiting)}" if cast.waiting else ""
        said = "; the votes are revealed" if cast.revealed else f"; hidden until revealed{waiting}"
    elif act == "reveal":
        saved = reveal_votes(study, actor, args.patient, args.reason)
    elif act == "discuss":
        saved = discuss(study, actor, args.patient, args.discuss)
    else:
        accepted = NEW if act == "new" else args.accept
        settlement = Settlement(args.patient, accepted, args.type, args.reason, args.new, args.confidence, args.day)
        saved = settle(study, actor, settlement)
    return told(saved, args, said)


def told(saved: Saved, args: argparse.Namespace, said: str) -> int:
    """Say that the entry is on disk."""
    if args.json:
        print_json({"seq": saved.seq, "hash": saved.hash, "recorded_at": saved.recorded_at})
    else:
        how = "already in force," if saved.already else "saved"
        print(printable(f"{how} #{saved.seq} {saved.hash[:4]}…{said}"))
    return 0
