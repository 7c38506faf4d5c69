"""``hlh-tui merge``: take over what readers returned from their packs."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from

if TYPE_CHECKING:
    from hlh_tui.review.packs.models import Merged


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the files, and who merges."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="returns, or the readers' study files")
    parser.add_argument("--reader", metavar="NAME", help="who merges: the coordinator (default: $HLH_TUI_READER)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Merge and say what became of each file; 1 when one was refused."""
    from hlh_tui.review.packs.merging import merge
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        merged = merge(study, reader_from(args.reader), args.files)
    if args.json:
        print_json({"files": [{**asdict(each), "file": str(each.file)} for each in merged]})
    else:
        for each in merged:
            print(printable(merged_text(each)))
    return 1 if any(each.outcome == "refused" for each in merged) else 0


def merged_text(merged: Merged) -> str:
    """What became of one file, for people."""
    if merged.outcome == "refused":
        return f"refused: {merged.why}"
    if merged.outcome == "nothing_new":
        return f"nothing new: {merged.file.name} of {merged.reader_name}: {merged.why}"
    entries = "1 entry" if merged.entries == 1 else f"{merged.entries} entries"
    signed = ", signed by them" if merged.signed else ""
    note = f"; {merged.why}" if merged.why else ""
    return f"merged {entries} of {merged.reader_name} from {merged.file.name}{signed}{note}; head {merged.head[:16]}…"
