"""``hlh-tui figure``: a figure of the cohort for print."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import printable

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the figure, the file, and how it is drawn."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("name", nargs="?", help="the figure; without it the figures are listed")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write: FILE.pdf, .svg or .png")
    parser.add_argument(
        "--width", type=float, metavar="MM", help="the width (default: one or two columns of a journal)"
    )
    parser.add_argument("--by", metavar="COLUMN", help="divide the patients: prior_treatment, response, a column, ...")
    parser.add_argument("--analyte", metavar="ID", help="the analyte of biomarker and waterfall, e.g. il6")
    parser.add_argument(
        "--ci", metavar="log-log|log|plain", help="interval method of survival and incidence (default: log-log)"
    )
    parser.add_argument("--no-caption", action="store_true", help="print the caption instead of drawing it")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def run(args: argparse.Namespace) -> int:
    """Write the figure and name its files, or list the figures."""
    from hlh_tui.study.file import open_study

    if args.name is None and args.output is not None:
        from hlh_tui.export.figures.errors import FigureRefused

        raise FigureRefused(f"which figure goes into {args.output}? name it: hlh-tui figure {args.study} lists them")

    with open_study(args.study) as study:
        if args.name is None:
            return listed(study)
        return drawn(study, args)


def listed(study: Study) -> int:
    """Print every figure of the study with its purpose."""
    from hlh_tui.export.figures.catalogue import names

    found = names(study)
    width = max(len(name) for name, _ in found)
    for name, purpose in found:
        print(f"{name:<{width}}  {purpose}")
    return 0


def drawn(study: Study, args: argparse.Namespace) -> int:
    """Write the figure; without a file to write to, one sentence says so."""
    from hlh_tui.export.figures.errors import FigureRefused
    from hlh_tui.export.figures.figure import make_figure
    from hlh_tui.export.figures.models import Options

    if args.output is None:
        raise FigureRefused("a figure needs a file: give -o FILE.pdf, FILE.svg or FILE.png")
    options = Options(args.by, args.analyte, args.ci, args.width, not args.no_caption)
    written = make_figure(study, args.name, args.output, options, args.force)
    for file in written.files:
        print(printable(f"wrote {file}"))
    for caption in written.captions:
        print(printable(caption))
    if written.letters_lacking:
        print(printable(f"the font has no {written.letters_lacking}: boxes stand for them here, an SVG keeps them"))
    for why in written.not_drawn:
        print(printable(f"not drawn: {why}"))
    return 0
