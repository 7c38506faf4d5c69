"""What ``hlh-tui assess`` prints of two readings, and of every sensible reading."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from hlh_tui.cli.assess_reading import chosen_options, chosen_reading
from hlh_tui.cli.output import print_json, printable

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

LONG = 10.0
"""From so many seconds on the time is told before it passes."""


def show_comparison(study: Study, args: argparse.Namespace) -> None:
    """The cross-table of the best categories under two readings, and what makes each difference."""
    from hlh_tui.assess.compare import compare

    left = chosen_reading(study, args.criteria, args.options)
    right = chosen_reading(study, args.against or left.base.id, args.against_options, "--against-set")
    found = compare(study, left, right)
    if args.json:
        from hlh_tui.assess.compare_json import compare_json

        print_json(compare_json(found))
        return
    from hlh_tui.assess.compare_text import compare_text

    print(printable(compare_text(found, columns())))
    say_synthetic(study)


def show_multiverse(study: Study, args: argparse.Namespace) -> None:
    """Every combination of the sensible values of the options; those of ``--set`` stay fixed."""
    from hlh_tui.assess.library import criteria_named
    from hlh_tui.assess.multiverse import multiverse

    criteria = criteria_named(study, args.criteria)
    found = multiverse(study, criteria, Progress().told, held=chosen_options(args.options))
    if args.json:
        from hlh_tui.assess.multiverse_json import multiverse_json

        print_json(multiverse_json(found))
        return
    from hlh_tui.assess.multiverse_text import multiverse_text

    print(printable(multiverse_text(found, columns())))
    say_synthetic(study)


class Progress:
    """Says on stderr how long the readings will take, and on a terminal how many are done."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def told(self, done: int, total: int) -> None:
        """Hear that so many are done; the time of the first tells that of all, two at a time."""
        if done == 0:
            self.started = time.monotonic()
        if done == 1:
            seconds = (time.monotonic() - self.started) * (total - 1) / 2
            if seconds > LONG:
                print(f"{total} readings, about {_duration(seconds)}", file=sys.stderr)
        if sys.stderr is not None and sys.stderr.isatty() and (done % 10 == 0 or done == total):
            print(f"\r{done}/{total}", end="\r\033[K" if done == total else "", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def columns() -> int:
    """The width of the terminal, as elsewhere; 80 where there is none."""
    from shutil import get_terminal_size

    return get_terminal_size().columns


def say_synthetic(study: Study) -> None:
    """Label what comes from constructed patients."""
    if study.synthetic:
        print("The patients of this study are synthetic.")
