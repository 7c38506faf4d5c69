"""``hlh-tui demo``: the bundled synthetic cohort, copied to a study of your own and opened."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.open_verb import add_app_arguments, require_terminal, start
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the study goes, and whether it comes with decisions."""
    parser.add_argument(
        "study", type=Path, nargs="?", help="the study file to make (default: song2024-demo.duckdb here)"
    )
    parser.add_argument(
        "--adjudicated", action="store_true", help="with two readers' decisions and their consensus already in the log"
    )
    parser.add_argument(
        "--blinded", action="store_true", help="read blinded by two readers; you coordinate, and now compare them"
    )
    parser.add_argument("--no-app", action="store_true", help="make the study and stop")
    add_app_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Make the study unless it is there already, then open it."""
    if args.adjudicated and args.blinded:
        raise HlhError("--adjudicated and --blinded are two different demos: ask for one of them")
    name = "blinded" if args.blinded else "adjudicated" if args.adjudicated else "demo"
    path: Path = args.study or Path(f"song2024-{name}.duckdb")
    if not args.no_app:
        require_terminal()
    if path.exists():
        done = "left" if args.no_app else "opened"
        print(f"{path} is there already and is {done} as it is; name another file for a fresh copy")
    else:
        from hlh_tui.cli.demo_study import make_blinded_demo, make_demo

        reader = reader_from(args.reader)
        held = (
            make_blinded_demo(path, reader) if args.blinded else make_demo(path, reader, adjudicated=args.adjudicated)
        )
        print(f"{path}: {held}")
    return 0 if args.no_app else start(args, path)
