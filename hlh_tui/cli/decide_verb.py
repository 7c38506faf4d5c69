"""``hlh-tui decide``: record decisions from a script, under the rules of the Review screen."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.day_argument import day
from hlh_tui.cli.output import print_json
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.review.batch import Judgement
    from hlh_tui.review.models import Saved
    from hlh_tui.study.file import Study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One decision in words, or a file of them."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("patient", nargs="?", help="patient id, e.g. P05")
    parser.add_argument("category", nargs="?", help="category id of the study's protocol, e.g. CR")
    parser.add_argument("--reader", metavar="NAME", help='who decides, e.g. "A. Meyer" (default: $HLH_TUI_READER)')
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, in a sentence")
    parser.add_argument("--day", type=day, help="day on which the response is held to begin")
    parser.add_argument(
        "--confidence", default="high", metavar="low|high", help="how sure the reader is (default: high)"
    )
    parser.add_argument("--role", default="reader", metavar="reader|consensus", help="default: reader")
    parser.add_argument(
        "--from",
        dest="file",
        type=Path,
        metavar="FILE.csv",
        help="many decisions: patient_id, reader, category, reason, day, confidence and, if wanted, role",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Record the decisions and say the number and hash of each log entry once it is on disk."""
    from hlh_tui.review.batch import record_batch
    from hlh_tui.study.file import open_study

    if (args.file is None) == (args.patient is None):
        raise HlhError("give either a patient and a category, or --from FILE.csv")
    saved: list[dict[str, str | int]] = []
    lost: OSError | None = None
    try:
        with open_study(args.study) as study:
            for judgement, entry in record_batch(study, judgements(study, args)):
                saved.append(as_json(judgement, entry))
                if not args.json and lost is None:
                    lost = told(entry)
    finally:
        # Also when the disk fills in the middle: a script must learn which decisions are saved.
        if args.json and saved:
            print_json({"decisions": saved})
    if lost is not None:
        raise lost
    return 0


def told(entry: Saved) -> OSError | None:
    """Say that the decision is saved; the error if nobody listens, for the decisions after it count all the same."""
    said = f"already in force, #{entry.seq}" if entry.already else f"saved #{entry.seq} {entry.hash[:4]}…"
    try:
        print(said, flush=True)
    except OSError as error:
        return error
    return None


def judgements(study: Study, args: argparse.Namespace) -> tuple[Judgement, ...]:
    """The decision in the arguments, or those of the file, all of them checked."""
    from hlh_tui.review.batch import Judgement, read_batch
    from hlh_tui.review.models import Decision

    if args.file is not None:
        return read_batch(study, args.file, reader_from)
    if args.category is None:
        allowed = ", ".join(category.id for category in study.protocol.categories)
        raise HlhError(f"{args.patient} has no category; add one of {allowed}")
    decision = Decision(args.patient, args.category, args.reason, args.confidence, args.day, args.role)
    return (Judgement(reader_from(args.reader), decision),)


def as_json(judgement: Judgement, entry: Saved) -> dict[str, str | int]:
    """The decision with its log entry, for scripts."""
    return {
        "seq": entry.seq,
        "hash": entry.hash,
        "recorded_at": entry.recorded_at,
        "patient_id": judgement.decision.patient_id,
        "reader": judgement.actor.id,
        "role": judgement.decision.role,
        "category": judgement.decision.category,
        "already_in_force": entry.already,
    }
