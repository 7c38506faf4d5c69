"""``hlh-tui snapshot``: a read-only copy of a study, also while it is open elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and where the copy goes."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument(
        "into", type=Path, nargs="?", help="folder or new file for the copy (default: beside the study)"
    )


def run(args: argparse.Namespace) -> int:
    """Take the snapshot and say how to look at it."""
    from hlh_tui.study.file import snapshot

    copy = snapshot(args.study, args.into or args.study.resolve().parent)
    print(f"made the read-only copy {copy}; look at it with hlh-tui open {copy}")
    return 0
