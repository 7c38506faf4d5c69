"""``hlh-tui assess``: what the criteria say of each patient."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import at_terminal, at_terminal_width, print_json_list, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hlh_tui.assess.models import Assessment
    from hlh_tui.assess.options import Reading
    from hlh_tui.study.file import Study


OFTEN = 1000
"""After how many patients the terminal is told."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the criteria and how to read them, one patient or all, and how to print."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("--criteria", metavar="ID", help="a criteria set (default: the one the study adopted)")
    parser.add_argument("--patient", metavar="ID", help="one patient only")
    parser.add_argument("--explain", action="store_true", help="every criterion, with the sentence why")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="options",
        help="an option of the criteria set, or variant=NAME for a named reading",
    )
    parser.add_argument("--against", metavar="ID", help="compare with a second criteria set")
    parser.add_argument(
        "--against-set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="against_options",
        help="an option of the second set; alone: of the same set read a second time",
    )
    parser.add_argument(
        "--multiverse", action="store_true", help="every combination of sensible options; --set keeps one fixed"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Assess and print; 0, or 2 with one sentence for an unknown patient, criteria set or option."""
    from hlh_tui.review.conduct.blinding import require_results
    from hlh_tui.study.file import open_study

    against = args.against is not None or bool(args.against_options)
    require_one_question(args, against=against)
    with open_study(args.study) as study:
        require_results(study, "categories by the rules")
        if args.multiverse or against:
            from hlh_tui.cli.assess_against import show_comparison, show_multiverse

            (show_multiverse if args.multiverse else show_comparison)(study, args)
        else:
            show_assessments(study, args)
    return 0


def require_one_question(args: argparse.Namespace, *, against: bool) -> None:
    """``AssessError`` when the words ask for two things at once."""
    from hlh_tui.assess.errors import AssessError

    if args.multiverse and against:
        raise AssessError("--multiverse and --against answer different questions: ask for one of them")
    if (args.multiverse or against) and (args.patient is not None or args.explain):
        what = "--multiverse" if args.multiverse else "--against"
        raise AssessError(f"{what} is about all patients: leave out --patient and --explain")


def show_assessments(study: Study, args: argparse.Namespace) -> None:
    """One line per patient, the trace of each, or the JSON object."""
    from hlh_tui.assess.options import moved
    from hlh_tui.assess.run import assess_each, assess_patient
    from hlh_tui.cli.assess_reading import chosen_reading

    reading = chosen_reading(study, args.criteria, args.options)
    found: Iterable[Assessment]
    if args.patient is None:
        traced = args.json or args.explain
        found = assess_each(study, reading.base, reading.options, traced=traced)
        if not traced or not at_terminal():
            found = counted_off(found, study.rows("SELECT count(*) FROM patient")[0][0])
    else:
        found = (assess_patient(study, args.patient, reading.base, reading.options),)
    if args.json:
        from hlh_tui.assess.assessment_json import patients_json, reading_json

        print_json_list({"criteria": reading_json(reading)}, "patients", patients_json(reading, found))
        return
    if not (print_traces if args.explain else print_table)(reading, found):
        print(f"{args.study.name} has no patients yet: import charts first")
    chosen = [f"{key}={value}" for key, value in moved(reading.base, reading.options).items()]
    named = f"{reading.base.id} {reading.base.version}"
    print(printable(f"\n{named}, {', '.join(chosen) if chosen else 'default options'}."))
    if study.synthetic:
        print("The patients of this study are synthetic.")


def counted_off(found: Iterable[Assessment], patients: int) -> Iterable[Assessment]:
    """The same, with how many are done told to the terminal where there are many."""
    if patients <= OFTEN or sys.stderr is None or not sys.stderr.isatty():
        yield from found
        return
    for number, each in enumerate(found, 1):
        if number % OFTEN == 0:
            print(f"\r{number}/{patients} patients", end="", file=sys.stderr, flush=True)
        yield each
    print("\r\033[K", end="", file=sys.stderr, flush=True)


def print_traces(reading: Reading, found: Iterable[Assessment]) -> bool:
    """Print the trace of each, an empty line between two; whether there was any."""
    from hlh_tui.assess.explain import explain
    from hlh_tui.assess.possible import best_words

    any_patient = False
    for each in found:
        trace = explain(each, rests_on=best_words(reading.criteria, each))
        print("\n" * any_patient + at_terminal_width(printable(trace)))
        any_patient = True
    return any_patient


def print_table(reading: Reading, found: Iterable[Assessment]) -> bool:
    """Print one line for each and what its marks mean; whether there was any."""
    from hlh_tui.cli.assess_table import table_of

    lines, legend = table_of(reading.criteria, found)
    for line in (*lines, *([""] if legend else []), *legend):
        print(printable(line))
    return bool(lines)
