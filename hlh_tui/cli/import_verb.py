"""``hlh-tui import``: read charts from a folder into a study."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from

if TYPE_CHECKING:
    from hlh_tui.intake.models import ImportReport


MARKED_SYNTHETIC = "SELECT count(*) FROM patient WHERE lower(attributes ->> '$.synthetic') IN ('yes', 'true', '1')"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the charts, and who imports them."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument(
        "folder", type=Path, help="folder with patients, observations, exposures, events, notes, or one .xlsx workbook"
    )
    parser.add_argument("--reader", metavar="NAME", help="your printed name (default: $HLH_TUI_READER)")
    parser.add_argument(
        "--ignore",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help="analytes or units that are not known and whose rows are to be left out; the log says how many",
    )
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Import and say what came of it; 1 when rows were rejected, which are then listed on stderr."""
    import sys

    from hlh_tui.intake.errors import ImportRejected
    from hlh_tui.intake.load import import_charts
    from hlh_tui.intake.models import ImportReport
    from hlh_tui.intake.tables import tables
    from hlh_tui.review.conduct.authority import require
    from hlh_tui.study.file import open_study
    from hlh_tui.study.private_folder import private_folder

    actor = reader_from(args.reader)
    with (
        private_folder("hlh-tui-import-") as staging,
        open_study(args.study, staging=staging) as study,
    ):
        require(study, actor, "import")
        try:
            report = import_charts(study, args.folder, actor, args.ignore)
        except ImportRejected as error:
            if args.json:
                none = dict.fromkeys(tables(), 0)
                print_json(report_json(ImportReport(none, none, (), error.rejected)))
            print(f"hlh-tui import: {error}", *map(printable, error.rejected), sep="\n", file=sys.stderr)
            return error.exit_code
        unlabelled = 0 if study.synthetic else study.rows(MARKED_SYNTHETIC)[0][0]
    if args.json:
        print_json(report_json(report))
    else:
        print(printable(report_text(report, args.study)))
        if unlabelled:
            print(
                f"{unlabelled} patients are marked synthetic and this study is not: make it again with hlh-tui new"
                " --synthetic, so that every screen and export says so"
            )
    return 0


def report_json(report: ImportReport) -> dict[str, Any]:
    """The report as a JSON object; rows per table, and the rejected rows when nothing was imported."""
    return {
        "added": report.added,
        "already": report.already,
        "warnings": list(report.warnings),
        "rejected": list(report.rejected),
    }


def report_text(report: ImportReport, study: Path) -> str:
    """The report as text: a line for each table, then the warnings."""
    if any(report.added.values()):
        lines = [f"imported into {study}"]
    else:
        lines = [f"nothing new for {study}: every row is in it already"]
    for table, added in report.added.items():
        already = report.already[table]
        if added or already:
            lines.append(f"  {table:<12} {added:>9} added {already:>9} already there")
    if report.warnings:
        lines.append(f"accepted, but worth a look ({len(report.warnings)}):")
        lines += [f"  {warning}" for warning in report.warnings]
    return "\n".join(lines)
