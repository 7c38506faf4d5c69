"""``hlh-tui new``: an empty study under a protocol."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.reader import reader_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the study goes, what it asks, and who makes it."""
    parser.add_argument("study", type=Path, help="the study file to make, e.g. mystudy.duckdb")
    parser.add_argument(
        "--protocol", default="song-2024", metavar="ID|FILE.toml", help="study protocol (default: song-2024)"
    )
    parser.add_argument("--synthetic", action="store_true", help="the patients will be constructed, not real")
    parser.add_argument("--reader", metavar="NAME", help="your printed name (default: $HLH_TUI_READER)")


def run(args: argparse.Namespace) -> int:
    """Make the study and say what to do next."""
    from hlh_tui.protocol.load import CRITERIA, read_bundled, study_document, study_protocol
    from hlh_tui.study.file import create_study

    protocol = study_document(args.protocol)
    criteria = read_bundled(CRITERIA, study_protocol(protocol).criteria)
    create_study(args.study, protocol, criteria, reader_from(args.reader), synthetic=args.synthetic).close()
    whose = " for SYNTHETIC patients" if args.synthetic else ""
    print(
        f"made {args.study}{whose} under {protocol.id} {protocol.version} with criteria {criteria.id}"
        f" {criteria.version}; next: hlh-tui import {args.study} FOLDER"
    )
    return 0
