"""The table of ``hlh-tui assess``: one line per patient, in columns that fit the kind of criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hlh_tui.assess.models import Assessment
    from hlh_tui.protocol.criteria_models import CriteriaSet

AT_MOST = 2
"""The column that only stands where any patient has something in it."""


def table_of(criteria: CriteriaSet, found: Iterable[Assessment]) -> tuple[list[str], list[str]]:
    """The lines of the table and of its legend; of a diagnosis what it rests on, otherwise best category and visits.

    Of each patient only the line is kept. Without patients there are no lines.
    """
    rows, legend = _diagnoses(criteria, found) if criteria.kind == "diagnosis" else _courses(criteria, found)
    if len(rows) == 1:
        return [], []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return list(lines), legend


def _courses(criteria: CriteriaSet, found: Iterable[Assessment]) -> tuple[list[list[str]], list[str]]:
    """Best category with its days, a better one never confirmed, the scheduled visits and how many days are open.

    What it could be at most has a column where any patient's is open.
    """
    from hlh_tui.assess.possible import at_most

    confirmed = criteria.best.rule == "confirmed"
    days = ["from", "confirmed", "unconfirmed"] if confirmed else ["day"]
    rows = [["patient", "best", "at most", *days]]
    most_open = days_open = aside = False
    for each in found:
        if len(rows) == 1:
            rows[0] += [*(f"d{visit:g}" for visit in each.visits), "open days"]
        best, most = each.best, at_most(criteria, each)
        seen = f"{best.unconfirmed_category} d{_day(best.unconfirmed_day)}" if best.unconfirmed_category else "-"
        undetermined = sum(day.indeterminate for day in each.evaluations if day.counts)
        held = [_day(best.confirmed_day), seen] if confirmed else []
        rows.append(
            [each.patient_id, best.category, most or "-", _day(best.day), *held, *_visits(each), str(undetermined)]
        )
        most_open |= most is not None
        days_open |= any(day.indeterminate for day in each.evaluations)
        aside |= any(_aside(each, day) for day in each.visits.values())
    if not most_open:
        rows = [[*row[:AT_MOST], *row[AT_MOST + 1 :]] for row in rows]
    said = {
        "at most: indeterminate; so good if what is not evaluable were known and good.": most_open,
        "? and open days: the category depends on items that are not evaluable.": days_open,
        "( ): the visit does not count towards the category; --explain says why.": aside,
    }
    return rows, [line for line, holds in said.items() if holds]


def _visits(assessment: Assessment) -> list[str]:
    by_day = {each.day: each for each in assessment.evaluations}
    cells = []
    for day in assessment.visits.values():
        said = "-" if day is None else by_day[day].category + ("?" if by_day[day].indeterminate else "")
        cells.append(f"({said})" if _aside(assessment, day) else said)
    return cells


def _aside(assessment: Assessment, day: float | None) -> bool:
    """Whether the visit on that day does not count towards the patient's category."""
    return any(each.day == day and not each.counts for each in assessment.evaluations)


def _diagnoses(criteria: CriteriaSet, found: Iterable[Assessment]) -> tuple[list[list[str]], list[str]]:
    """The result, what it could be at most, the score with its probability, and how many criteria are fulfilled."""
    from hlh_tui.assess.score import probability_words

    scored = [criteria.score.label, "probability"] if criteria.score else []
    rows = [["patient", "result", "at most", *scored, "fulfilled", "not", "unknown"]]
    for each in found:
        last = each.evaluations[-1] if each.evaluations else None
        states = [domain.state for domain in last.domains] if last else []
        counts = [str(states.count(state)) for state in ("met", "not_met", "not_evaluable")]
        most = last.best_case if last and last.indeterminate else "-"
        score = ["-", "-"] if criteria.score else []
        if criteria.score and last and last.score is not None:
            low, high = last.score
            score = [f"{low:g}" if low == high else f"{low:g}-{high:g}", probability_words(criteria.score, last.score)]
        rows.append([each.patient_id, each.best.category, most, *score, *counts])
    return rows, []


def _day(day: float | None) -> str:
    return "-" if day is None else f"{round(day, 2):g}"
