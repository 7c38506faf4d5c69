"""The trace of one patient's assessment as plain text."""

from __future__ import annotations

from hlh_tui.assess.models import Assessment, Evaluation, Item
from hlh_tui.assess.values import day_number, number, percent, value_words

STATE_WORDS = {"met": "met", "not_met": "not met", "not_evaluable": "not evaluable"}
GUARD_WORDS = {"triggered": "triggered", "clear": "clear", "not_evaluable": "not evaluable"}


def explain(assessment: Assessment, day: float | None = None) -> str:
    """Every criterion with baseline, value, day, limit, change, state and the sentence why.

    At the evaluation of ``day``; by default at the day that decides, then the scheduled visits and the
    confirming day. A sentence alone where nothing was evaluated.
    """
    days = deciding_days(assessment) if day is None else [day]
    chosen = {each.day: each for each in assessment.evaluations}
    blocks = [f"{assessment.patient_id}: {assessment.best.why}"]
    for each in days:
        known = f"{assessment.patient_id} has no evaluation on day {number(each)}"
        blocks.append("\n".join(day_lines(chosen[each])) if each in chosen else known)
    return "\n\n".join(blocks)


def deciding_days(assessment: Assessment) -> list[float]:
    """The day the best response begins (or was seen, or the last that counts), then visits and confirmation."""
    best = assessment.best
    counting = [each.day for each in assessment.evaluations if each.counts]
    first = best.day if best.day is not None else best.unconfirmed_day
    if first is None and counting:
        first = counting[-1]
    others = {day for day in (*assessment.visits.values(), best.confirmed_day, best.unconfirmed_day) if day is not None}
    return ([first] if first is not None else []) + sorted(others - {first})


def day_lines(evaluation: Evaluation) -> list[str]:
    """The trace of one evaluation: the category's sentence, then each criterion in two lines."""
    lines = [f"Day {day_number(evaluation.day)}: {evaluation.category}, {evaluation.why}"]
    if not evaluation.counts:
        lines.append(f"  This day does not count towards the best response: {evaluation.ended}.")
    for item in evaluation.items:
        lines += [f"  {item.label}: {STATE_WORDS[item.state]}, limit {item.limit}{_numbers(item)}", f"    {item.why}"]
    if evaluation.guard_label:
        lines.append(f"  {evaluation.guard_label}: {GUARD_WORDS[evaluation.guard]}")
    return lines


def _numbers(item: Item) -> str:
    baseline = _value(item, item.baseline, item.baseline_comparator, item.baseline_day)
    current = _value(item, item.value, item.comparator, item.value_day)
    change = f", {percent(item.change_pct)}" if item.change_pct is not None else ""
    return f", baseline {baseline}, value {current}{change}"


def _value(item: Item, value: float | None, comparator: str | None, day: float | None) -> str:
    if value is None or day is None:
        return "none"
    analyte = item.analyte or item.id
    return f"{value_words(analyte, value, comparator)} (day {day_number(day)})"
