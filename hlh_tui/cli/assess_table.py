"""The table of ``hlh-tui assess``: one line per patient, in columns that fit the kind of criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.assess.models import Assessment
    from hlh_tui.protocol.criteria_models import CriteriaSet


def table_of(criteria: CriteriaSet, found: tuple[Assessment, ...]) -> str:
    """The patients under one set: a diagnosis with what it rests on, otherwise the best category and the visits."""
    rows = _diagnoses(criteria, found) if criteria.kind == "diagnosis" else _courses(criteria, found)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def _courses(criteria: CriteriaSet, found: tuple[Assessment, ...]) -> list[list[str]]:
    """Best category with its days, a better one never confirmed, the scheduled visits and how many days are open.

    What it could be at most has a column where any patient's is open.
    """
    from hlh_tui.assess.possible import at_most

    visits = list(found[0].visits) if found else []
    confirmed = criteria.best.rule == "confirmed"
    extra = ["confirmed", "unconfirmed"] if confirmed else []
    most = [at_most(criteria, each) for each in found]
    head = ["patient", "best", *(["at most"] if any(most) else []), "from" if confirmed else "day", *extra]
    rows = [[*head, *(f"d{visit:g}" for visit in visits), "open days"]]
    for each, possible in zip(found, most, strict=True):
        best = each.best
        seen = f"{best.unconfirmed_category} d{_day(best.unconfirmed_day)}" if best.unconfirmed_category else "-"
        undetermined = sum(day.indeterminate for day in each.evaluations if day.counts)
        held = [_day(best.confirmed_day), seen] if confirmed else []
        named = [best.category, *([possible or "-"] if any(most) else [])]
        rows.append([each.patient_id, *named, _day(best.day), *held, *_visits(each), str(undetermined)])
    return rows


def legend_of(criteria: CriteriaSet, found: tuple[Assessment, ...]) -> str:
    """What the marks in the table of a course mean, of those that it holds; empty for a diagnosis."""
    if criteria.kind == "diagnosis":
        return ""
    from hlh_tui.assess.possible import at_most

    lines = []
    if any(at_most(criteria, each) for each in found):
        lines.append("at most: indeterminate; so good if what is not evaluable were known and good.")
    if any(day.indeterminate for each in found for day in each.evaluations):
        lines.append("? and open days: the category depends on items that are not evaluable.")
    if any(_aside(each, day) for each in found for day in each.visits.values()):
        lines.append("( ): the visit does not count towards the category; --explain says why.")
    return "\n".join(lines)


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


def _diagnoses(criteria: CriteriaSet, found: tuple[Assessment, ...]) -> list[list[str]]:
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
    return rows


def _day(day: float | None) -> str:
    return "-" if day is None else f"{round(day, 2):g}"
