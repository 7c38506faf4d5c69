"""``hlh-tui table``: the tables of the cohort, printed or written to files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the table, how it is divided, and how and where it is written."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("name", nargs="?", help=f"the table, or {ALL} with -o FOLDER; without it the tables are listed")
    parser.add_argument(
        "--by", metavar="STRATUM", help="one column per group: prior_treatment, category, sex, an attribute, ..."
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--format",
        choices=("text", "csv", "json", "html", "latex", "xlsx"),
        help="how it is written (default: what the file's ending says, otherwise text)",
    )
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--csv", action="store_true", help="print comma-separated values")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to a file (a folder for all)")
    parser.add_argument("--force", action="store_true", help="replace files that are there")


def run(args: argparse.Namespace) -> int:
    """Print or write tables from the charts and the decisions as they are now, or list the tables."""
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        if args.name is None:
            return listed(args)
        if args.name == ALL or args.output is not None:
            return written(study, args)
        return printed(study, args)


def asked(args: argparse.Namespace) -> str | None:
    """The format that was asked for by name."""
    return "json" if args.json else "csv" if args.csv else args.format


def listed(args: argparse.Namespace) -> int:
    """Print every table with what it shows."""
    from hlh_tui.cohort.tables.table import ABOUT

    if asked(args) == "json":
        print_json({"tables": [{"name": name, "about": about} for name, about in ABOUT.items()]})
        return 0
    width = max(map(len, ABOUT))
    for name, about in ABOUT.items():
        print(f"{name:<{width}}  {about}")
    return 0


def printed(study: Study, args: argparse.Namespace) -> int:
    """Print one table; text as wide as the terminal."""
    from shutil import get_terminal_size

    from hlh_tui.cohort.errors import CohortError
    from hlh_tui.cohort.tables.files import as_text
    from hlh_tui.cohort.tables.table import table, table_json

    form = asked(args) or "text"
    if form == "xlsx":
        raise CohortError("a workbook needs a file: give -o FILE.xlsx")
    found = table(study, args.name, args.by)
    if form == "json":
        print_json({**table_json(found), "synthetic": study.synthetic})
        return 0
    text = as_text(found, form, synthetic=study.synthetic, width=get_terminal_size().columns)
    sys.stdout.write(printable(text) if form == "text" else text)
    return 0


def written(study: Study, args: argparse.Namespace) -> int:
    """Write one table to a file, or all of them to a folder, and name what was written."""
    from hlh_tui.cohort.errors import CohortError
    from hlh_tui.cohort.tables.files import ENDINGS, as_bytes, format_of, require_free, write_files
    from hlh_tui.cohort.tables.table import TABLES, table

    form = asked(args)
    if args.name == ALL:
        if args.output is None:
            raise CohortError("all tables need a folder: give -o FOLDER")
        args.output.mkdir(exist_ok=True)
        form = form or "text"
        names = {args.output / f"{name}.{ENDINGS[form]}": name for name in TABLES}
    else:
        form = form or format_of(args.output)
        if form is None:
            endings = ", ".join(f".{ending}" for ending in ENDINGS.values())
            raise CohortError(f"{args.output.name} says no format: end it with one of {endings}, or give --format")
        names = {args.output: args.name}
    require_free(list(names), study, force=args.force)
    contents = {
        file: as_bytes(table(study, name, args.by), form, synthetic=study.synthetic) for file, name in names.items()
    }
    write_files(contents, force=args.force)
    for file in contents:
        print(printable(f"wrote {file}"))
    return 0
