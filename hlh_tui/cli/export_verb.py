"""``hlh-tui export``: write the adjudicated data set to a new folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.reader import reader_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the folder to make, and who exports."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("folder", type=Path, help="the folder to make; an existing one is refused")
    parser.add_argument("--reader", metavar="NAME", help="who exports (default: $HLH_TUI_READER)")


def run(args: argparse.Namespace) -> int:
    """Write the folder and say what it holds and at which head of the log."""
    from hlh_tui.export.dataset import export_dataset
    from hlh_tui.study.file import open_study
    from hlh_tui.study.opening import entry_count

    with open_study(args.study) as study:
        report = export_dataset(study, args.folder, reader_from(args.reader))
    print(f"exported {len(report.files)} files to {report.folder}")
    print(f"log: {entry_count(report.entries)}, head {report.head}")
    return 0
