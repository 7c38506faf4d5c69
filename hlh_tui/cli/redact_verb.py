"""``hlh-tui redact``: take personal data that somebody typed out of the log; the chain still verifies."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the entry, the fields and why."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("entry", type=int, help="number of the entry (hlh-tui log STUDY --search WORDS finds it)")
    parser.add_argument(
        "--field",
        action="append",
        required=True,
        metavar="NAME",
        help="what must go: reason, note, question, answer, or a path such as evidence.0.text; may be repeated",
    )
    parser.add_argument(
        "--reason", required=True, metavar="WHY", help="why, in a sentence that does not repeat the text"
    )
    parser.add_argument("--reader", metavar="NAME", help="your printed name (default: $HLH_TUI_READER)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Redact the entry and what quoted it, write the file anew, and say where the text still is."""
    from hlh_tui.review.trail.redact import IN_THE_FILE, STILL_THERE, redact
    from hlh_tui.study.errors import StudyFileError
    from hlh_tui.study.file import open_study
    from hlh_tui.study.rewrite import rewrite

    actor = reader_from(args.reader)
    with open_study(args.study) as study:
        done = redact(study, actor, args.entry, args.field, args.reason)
    still_there, problem = STILL_THERE, ""
    try:
        rewrite(args.study)
    except (StudyFileError, OSError) as error:
        still_there, problem = f"{STILL_THERE} {IN_THE_FILE}", str(error)
    if args.json:
        print_json({**asdict(done), "still_there": still_there, "problem": problem})
    else:
        print(printable(f"{done.told} {IN_THE_FILE} ({problem})" if problem else done.told))
    return 0
