"""``hlh-tui redact``: take personal data that somebody typed out of the log; the chain still verifies."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and either the entry, the fields and why, or that its file is only written anew."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument(
        "entry", type=int, nargs="?", help="number of the entry (hlh-tui log STUDY --search WORDS finds it)"
    )
    parser.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="NAME",
        help="what must go: reason, note, question, answer, or a path such as evidence.0.text; may be repeated",
    )
    parser.add_argument("--reason", metavar="WHY", help="why, in a sentence that does not repeat the text")
    parser.add_argument(
        "--rewrite", action="store_true", help="only write the file anew, where that failed after an earlier redaction"
    )
    parser.add_argument("--reader", metavar="NAME", help="your printed name (default: $HLH_TUI_READER)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Redact the entry and what quoted it, write the file anew, and say where the text still is."""
    from hlh_tui.review.trail.redact import IN_THE_FILE, STILL_THERE, redact
    from hlh_tui.study.errors import StudyFileError
    from hlh_tui.study.file import open_study
    from hlh_tui.study.rewrite import rewrite

    if args.rewrite:
        return written_anew(args)
    if args.entry is None or not args.field or not args.reason:
        raise HlhError("a redaction needs the entry, --field and --reason; --rewrite alone writes the file anew")
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


def written_anew(args: argparse.Namespace) -> int:
    """Write the file anew and redact nothing: what a redaction could not finish, or to be sure of an older one."""
    from hlh_tui.study.rewrite import rewrite

    if args.entry is not None or args.field or args.reason:
        raise HlhError("--rewrite redacts nothing: give it alone, or the entry, --field and --reason without it")
    rewrite(args.study)
    told = f"{args.study.name} is written anew; nothing that was redacted before is left in unused parts of it"
    print_json({"told": told}) if args.json else print(printable(told))
    return 0
