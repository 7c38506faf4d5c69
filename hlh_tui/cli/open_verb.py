"""``hlh-tui open``: the app on a study."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hlh_tui.study.models import Actor

PACK_SUFFIX = ".hlhpack"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and how to look at it."""
    parser.add_argument(
        "study", type=Path, help="the study file, e.g. song2024.duckdb, or the pack to read, e.g. a-meyer.hlhpack"
    )
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
    """Open the study, a snapshot of it, or a pack."""
    if args.study.name.endswith(PACK_SUFFIX):
        return open_pack(args)
    if not args.snapshot:
        return start(args, args.study)
    from hlh_tui.study.file import snapshot
    from hlh_tui.study.private_folder import private_folder

    with private_folder("hlh-tui-snapshot-") as folder:
        copy = snapshot(args.study, folder / args.study.name)
        return start(args, copy, read_only=True)


def open_pack(args: argparse.Namespace) -> int:
    """Unpack the pack beside it, unless that was done before, and open it as its reader."""
    from hlh_tui.review.packs.unpacking import unpack

    if args.snapshot:
        raise HlhError("a pack has no snapshot; open it without --snapshot, or name the study that it was unpacked to")
    require_terminal()
    return start(args, unpack(args.study).study)


def who_opens(study: Path, name: str | None) -> Actor:
    """The reader of a pack, otherwise who is at the keyboard; ``HlhError`` for another name than the pack's."""
    from hlh_tui.review.packs.whose import reader_of
    from hlh_tui.study.models import Actor

    reader = reader_of(study)
    if reader is None:
        return reader_from(name)
    if name is not None and reader_from(name).id != reader[0]:
        raise HlhError(f"{study.name} is the pack of {reader[1]}; open it without --reader")
    return Actor(*reader)


def require_terminal() -> None:
    """``HlhError`` unless somebody sits at a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise HlhError("the app needs a terminal; for scripts use the verbs that hlh-tui --help lists")


def start(args: argparse.Namespace, study: Path, read_only: bool = False) -> int:
    """Start the app; it needs a terminal."""
    require_terminal()
    from hlh_tui.ui.start import run_app

    reader = who_opens(study, args.reader)
    return run_app(study, reader, args.role, read_only, ascii_only=args.ascii, mouse=not args.no_mouse)
