"""The trace of one patient's assessment as plain text."""

from __future__ import annotations

from hlh_tui.assess.models import Assessment, Evaluation, Item
from hlh_tui.assess.values import Charted, day_number, number, percent, value_words

STATE_WORDS = {"met": "met", "not_met": "not met", "not_evaluable": "not evaluable"}
GUARD_WORDS = {"triggered": "triggered", "clear": "clear", "not_evaluable": "not evaluable"}


def explain(assessment: Assessment, day: float | None = None, *, rests_on: str = "") -> str:
    """Every criterion with baseline, value, day, limit, change, state and the sentence why.

    At the evaluation of ``day``; by default at the day that decides, then the scheduled visits and the
    confirming day. A sentence alone where nothing was evaluated. ``rests_on`` stands in place of the sentence about
    the best response.
    """
    days = deciding_days(assessment) if day is None else [day]
    chosen = {each.day: each for each in assessment.evaluations}
    blocks = [f"{assessment.patient_id}: {rests_on or assessment.best.why}"]
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
    """The trace of one evaluation: the category's sentence, then the lines of each criterion."""
    lines = [f"Day {day_number(evaluation.day)}: {evaluation.category}, {evaluation.why}"]
    if not evaluation.counts:
        lines.append(f"  This day does not count towards the best response: {evaluation.ended}.")
    domains = {domain.id: domain for domain in evaluation.domains}
    told = "main"
    for item in evaluation.items:
        domain = domains.get(item.domain)
        if domain is not None and domain.group != told:
            told = domain.group
            aside = "" if domain.asked else " (no category asks for it in this reading)"
            lines.append(f"  For {told.replace('_', ' ')}{aside}:")
        lines += item_lines(item, at_index=evaluation.day <= 0)
    if evaluation.guard_label:
        lines.append(f"  {evaluation.guard_label}: {GUARD_WORDS[evaluation.guard]}")
    return lines


def item_lines(item: Item, *, at_index: bool) -> list[str]:
    """One criterion: limit and values, why, how it has changed, what was charted where, and where the limit is from.

    ``at_index``: the value is itself the baseline (diagnosis), which then is not told twice.
    """
    began = item.baseline_analyte or item.analyte or item.id
    baseline = _value(began, item.baseline, item.baseline_comparator, item.baseline_day, item.baseline_unit)
    current = _value(item.analyte or item.id, item.value, item.comparator, item.value_day, item.value_unit)
    numbers = f"value {current}" if at_index else f"baseline {baseline}, value {current}"
    change = f", {percent(item.change_pct)}" if item.change_pct is not None else ""
    charted = [("value", item.charted), *([] if at_index else [("baseline", item.baseline_charted)])]
    told = ", ".join(f"{name} charted as {words}" for name, each in charted if (words := _charted(each)))
    source = f"limit from: {item.source} [{item.confidence}]" if item.source else ""
    rest = [item.why, "" if at_index else _course(item), told, source]
    head = f"  {item.label}: {STATE_WORDS[item.state]}, limit {item.limit}, {numbers}{change}"
    return [head, *(f"    {each}" for each in rest if each)]


def _course(item: Item) -> str:
    """What the item was at baseline, and whether it has improved by what was asked."""
    if not item.asks:
        return ""
    since = {"yes": "improved", "no": "not improved", "unknown": "improvement not evaluable"}
    return f"at baseline {STATE_WORDS[item.baseline_state]}; {since[item.improved]} ({item.asks})"


def _charted(charted: Charted | None) -> str:
    if charted is None:
        return ""
    place = f" ({charted.file} row {charted.row})" if charted.file and charted.row else ""
    return f"“{charted.words}”{place}"


def _value(analyte: str, value: float | None, comparator: str | None, day: float | None, unit: str) -> str:
    if value is None or day is None:
        return "none"
    return f"{value_words(analyte, value, comparator, unit)} (day {day_number(day)})"
