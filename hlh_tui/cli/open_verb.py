"""``hlh-tui open``: the app on a study."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and how to look at it."""
    parser.add_argument("study", type=Path, help="the study file, e.g. song2024.duckdb")
    parser.add_argument(
        "--snapshot", action="store_true", help="look at a read-only copy, also while it is open elsewhere"
    )
    add_app_arguments(parser)


def add_app_arguments(parser: argparse.ArgumentParser) -> None:
    """What every verb that starts the app takes."""
    parser.add_argument(
        "--reader", metavar="NAME", help='your printed name, e.g. "A. Meyer" (default: $HLH_TUI_READER)'
    )
    parser.add_argument(
        "--role", choices=("reader", "consensus"), default="reader", help="decide for yourself or for the panel"
    )
    parser.add_argument("--ascii", action="store_true", help="draw with plain ASCII only")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")


def run(args: argparse.Namespace) -> int:
    """Open the study, or a snapshot of it."""
    if not args.snapshot:
        return start(args, args.study)
    import tempfile

    from hlh_tui.study.file import snapshot

    with tempfile.TemporaryDirectory(prefix="hlh-tui-snapshot-") as folder:
        copy = snapshot(args.study, Path(folder) / args.study.name)
        return start(args, copy, read_only=True)


def require_terminal() -> None:
    """``HlhError`` unless somebody sits at a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise HlhError("the app needs a terminal; for scripts use the verbs that hlh-tui --help lists")


def start(args: argparse.Namespace, study: Path, read_only: bool = False) -> int:
    """Start the app; it needs a terminal."""
    require_terminal()
    from hlh_tui.ui.start import run_app

    return run_app(
        study, reader_from(args.reader), args.role, read_only, ascii_only=args.ascii, mouse=not args.no_mouse
    )
