"""``hlh-tui assess``: what the criteria say of each patient."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable

if TYPE_CHECKING:
    from hlh_tui.assess.models import Assessment
    from hlh_tui.protocol.criteria_models import CriteriaSet
    from hlh_tui.study.file import Study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the criteria and how to read them, one patient or all, and how to print."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("--criteria", metavar="ID", help="a criteria set (default: the one the study adopted)")
    parser.add_argument("--patient", metavar="ID", help="one patient only")
    parser.add_argument("--explain", action="store_true", help="every criterion, with the sentence why")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="options", help="an option of the criteria set"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Assess and print; 0, or 2 with one sentence for an unknown patient, criteria set or option."""
    from hlh_tui.assess.options import choose
    from hlh_tui.assess.run import assess_all, assess_patient
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        criteria = chosen_criteria(study, args.criteria)
        reading = choose(criteria, chosen_options(args.options))
        if args.patient is None:
            found = assess_all(study, criteria, reading.options)
        else:
            found = (assess_patient(study, args.patient, criteria, reading.options),)
        synthetic = study.synthetic
    if args.json:
        from hlh_tui.assess.assessment_json import assessment_json

        print_json(assessment_json(reading, found))
        return 0
    if not found:
        print(f"{args.study.name} has no patients yet: import charts first")
    elif args.explain:
        from hlh_tui.assess.explain import explain

        print(printable("\n\n".join(explain(each) for each in found)))
    else:
        print(printable(table_of(found)))
        if any(day.indeterminate for each in found for day in each.evaluations):
            print("\n? and open days: the category depends on items that are not evaluable.")
    moved = [f"{key}={value}" for key, value in reading.options.items() if value != criteria.options[key].default]
    print(f"\n{criteria.id} {criteria.version}, {', '.join(moved) if moved else 'default options'}.")
    if synthetic:
        print("The patients of this study are synthetic.")
    return 0


def chosen_criteria(study: Study, criteria_id: str | None) -> CriteriaSet:
    """The criteria set of that id: the study's own, otherwise a bundled one; ``ProtocolError`` names them."""
    from hlh_tui.assess.run import study_criteria
    from hlh_tui.protocol.criteria_file import criteria_set
    from hlh_tui.protocol.load import CRITERIA, read_bundled

    if criteria_id is None or criteria_id == study.criteria_document.id:
        return study_criteria(study)
    return criteria_set(read_bundled(CRITERIA, criteria_id))


def chosen_options(words: list[str]) -> dict[str, str]:
    """Option id -> value from ``key=value`` words; ``AssessError`` for a word of another form."""
    from hlh_tui.assess.errors import AssessError

    pairs = [word.partition("=") for word in words]
    wrong = [word for word, (key, sign, value) in zip(words, pairs, strict=True) if not (key and sign and value)]
    if wrong:
        raise AssessError(f"--set {wrong[0]}: write it as key=value, for example --set missing=best")
    return {key.strip(): value.strip() for key, _, value in pairs}


def table_of(found: tuple[Assessment, ...]) -> str:
    """One line per patient: best response with its days, a better one never confirmed, and the scheduled visits."""
    visits = list(found[0].visits) if found else []
    head = ["patient", "best", "from", "confirmed", "unconfirmed", *(f"d{visit:g}" for visit in visits), "open days"]
    rows = [head, *(_cells(each) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def _cells(assessment: Assessment) -> list[str]:
    best = assessment.best
    seen = f"{best.unconfirmed_category} d{_day(best.unconfirmed_day)}" if best.unconfirmed_category else "-"
    by_day = {each.day: each for each in assessment.evaluations}
    visits = [
        "-" if day is None else by_day[day].category + ("?" if by_day[day].indeterminate else "")
        for day in assessment.visits.values()
    ]
    undetermined = sum(each.indeterminate for each in assessment.evaluations if each.counts)
    return [
        assessment.patient_id,
        best.category,
        _day(best.day),
        _day(best.confirmed_day),
        seen,
        *visits,
        str(undetermined),
    ]


def _day(day: float | None) -> str:
    return "-" if day is None else f"{round(day, 2):g}"
