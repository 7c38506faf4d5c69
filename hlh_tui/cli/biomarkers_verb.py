"""``hlh-tui biomarkers``: analytes before and after, compared between groups of the cohort."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.day_argument import day
from hlh_tui.cli.output import print_json, printable

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the analytes, and how to compare."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("analyte", nargs="*", help="analytes such as il6 or ferritin (default: the protocol's)")
    parser.add_argument(
        "--by", metavar="COLUMN", help="compare groups: response, remission, category, prior_treatment, a column, ..."
    )
    parser.add_argument("--day", type=day, metavar="DAY", help="day of the change (default: the protocol's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print each analyte's groups, tests and patients, and the comparisons that the protocol tests together."""
    from shutil import get_terminal_size

    from hlh_tui.cohort.biomarkers.analyte import analyte_result
    from hlh_tui.cohort.biomarkers.family import family
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        wanted = args.analyte or default_analytes(study)
        results = [analyte_result(study, each, args.by, args.day) for each in wanted]
        tested = family(study)
        synthetic = study.synthetic
    if args.json:
        from hlh_tui.cohort.biomarkers.biomarkers_json import biomarkers_json

        print_json(biomarkers_json(results, tested))
        return 0
    from hlh_tui.cohort.biomarkers.biomarkers_text import analyte_text, family_text

    width = get_terminal_size().columns
    blocks = [analyte_text(result, width) for result in results]
    if not args.analyte:
        blocks.append(family_text(tested, width))
    print(printable("\n\n\n".join(blocks)))
    if synthetic:
        print("The patients of this study are synthetic.")
    return 0


def default_analytes(study: Study) -> list[str]:
    """The protocol's analytes that are charted; ``CohortError`` says what is charted where there are none."""
    from hlh_tui.cohort.biomarkers.measurements import charted
    from hlh_tui.cohort.errors import CohortError

    listed = [each for each in charted(study) if each.patients]
    named = [each.analyte.id for each in listed if each.named]
    if not named:
        others = ", ".join(each.analyte.id for each in listed) or "nothing that is measured"
        raise CohortError(f"none of the protocol's biomarkers is charted: name an analyte; charted: {others}")
    return named
