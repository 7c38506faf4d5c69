"""``hlh-tui recover``: bring a study back from its mirror, or its mirror back from the study."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.reader import reader_from
from hlh_tui.study.models import Actor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and where its charts are if the database is lost."""
    parser.add_argument("study", type=Path, help="the study file, whether or not it is still there")
    parser.add_argument(
        "--charts",
        type=Path,
        nargs="+",
        default=[],
        metavar="FOLDER",
        help="the folder (or workbook) once imported; needed only if the charts were lost with the database",
    )
    parser.add_argument("--reader", metavar="NAME", help="your printed name (default: $HLH_TUI_READER)")


def run(args: argparse.Namespace) -> int:
    """Recover the study and say what was done and where the damaged files are."""
    from hlh_tui.study.recover import recover

    actor = reader_from(args.reader)
    done = recover(
        args.study,
        actor,
        charts=args.charts,
        import_charts=lambda study, folder: import_again(study, folder, actor),
    )
    print(f"{args.study.name}: {done.what}; its log has {done.entries} entries")
    for each in done.kept:
        print(f"  kept as it was: {each}")
    return 0


def import_again(path: Path, folder: Path, actor: Actor) -> None:
    """Import a folder of charts into the study at ``path``; logged like any import."""
    from hlh_tui.intake.load import import_charts
    from hlh_tui.study.file import open_study
    from hlh_tui.study.private_folder import private_folder

    with (
        private_folder("hlh-tui-staging-") as staging,
        open_study(path, staging=staging) as study,
    ):
        import_charts(study, folder, actor)
