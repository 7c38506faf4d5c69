"""``hlh-tui backup``: a full copy of a study with the mirror of its log, to go on with if the study is lost."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and the new file."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("copy", type=Path, help="the new file, e.g. on another disk")


def run(args: argparse.Namespace) -> int:
    """Make the copy and check it."""
    from hlh_tui.cli.checks import every_check
    from hlh_tui.study.backup import backup
    from hlh_tui.study.file import open_study
    from hlh_tui.study.verify import verify

    with open_study(args.study) as study:
        copy = backup(study, args.copy)
    with open_study(copy) as study:
        found = verify(study, checks=every_check())
    problems = "" if found.ok else f"; but {found.problems[0]}"
    print(f"{copy}: {found.entries} entries in the log, head {found.head}{problems}")
    return 0 if found.ok else 1
