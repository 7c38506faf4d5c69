"""One item at one day as a record: the values behind its code, its change, and the sentence why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, nextafter

import msgspec

from hlh_tui.assess.item_sentences import SupportSpan, change_clause, item_sentence, removed_sentence, risen_clause
from hlh_tui.assess.models import Item
from hlh_tui.assess.rule_words import change_words, step_words
from hlh_tui.assess.sql.changes import met_counts
from hlh_tui.assess.sql.words import ORIGIN, PARTS
from hlh_tui.assess.values import Held
from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import ItemRule, Limit, Removal, Step

STATES = {2: "met", 1: "not_evaluable", 0: "not_met"}
IMPROVED = {2: "yes", 1: "unknown", 0: "no"}
ABNORMAL = {2: False, 1: None, 0: True}
Values = Mapping[tuple[int, int, int], Held]
"""(item from 1, place of the analyte, moment) -> the value that was charted."""


@dataclass(frozen=True, slots=True)
class Person:
    """What of a patient bears on items: sex, age, the days of removals in the order of the set, and the values."""

    sex: str | None
    age_years: float | None
    removed: tuple[float | None, ...]
    values: Values


def moment(day: float) -> int:
    """A day as the whole number that codes are made of."""
    return round(day * PARTS) + ORIGIN


def behind(values: Values, n: int, code: int | None) -> Held | None:
    """The value of item n that a code stands for; None without one."""
    return None if code is None else values.get((n, code // 16 % 16, code // 256))


def item_record(
    criteria: CriteriaSet, n: int, at: float, codes: tuple[int | None, int | None], states: tuple[int, int], who: Person
) -> Item:
    """Item n at a day from (code in force, code at baseline) and (4 x state + improvement, baseline state)."""
    rule = criteria.items[n - 1]
    current, base = (behind(who.values, n, code) for code in codes)
    state, base_state = STATES[states[0] // 4], states[1]
    limit = limit_for(rule.limit, who, current)
    applied = rule if limit is rule.limit else msgspec.structs.replace(rule, limit=limit)
    support = _support(criteria, rule, current)
    change = None if criteria.kind == "diagnosis" else change_pct(rule, base, current)
    shown = current or base
    return Item(
        id=rule.id,
        domain=rule.domain,
        label=rule.label,
        analyte=shown.analyte if shown else rule.analytes[0],
        baseline=base.value if base else None,
        baseline_comparator=base.comparator if base else None,
        baseline_day=base.day if base else None,
        value=current.value if current else None,
        comparator=current.comparator if current else None,
        value_day=current.day if current else None,
        unit=analytes()[rule.analytes[0]].unit_shown,
        limit=limit.shown,
        change_pct=change,
        state=state,
        baseline_state=STATES[base_state],
        abnormal_at_baseline=ABNORMAL[base_state],
        improved=IMPROVED[states[0] % 4],
        support=support.words if support else None,
        why=_why(criteria, applied, state, at, (current, base), change, support, who),
        charted=current.charted if current else None,
        baseline_charted=base.charted if base else None,
        source=limit.source,
        confidence=limit.confidence,
        value_unit=current.unit_id if current else "",
        baseline_unit=base.unit_id if base else "",
        baseline_analyte=base.analyte if base else None,
        asks=_asks(criteria, rule, base),
    )


def _asks(criteria: CriteriaSet, rule: ItemRule, base: Held | None) -> str:
    """What improvement asks of an item with that baseline; empty where no category asks for improvement."""
    asked = _asked_change(criteria, rule, base)
    excluded = asked and rule.change and criteria.improvement and criteria.improvement.under_support == "excluded"
    support = next((each.label for each in criteria.supports if each.id == rule.support), "") if excluded else ""
    return f"{asked}, not under {support}" if support else asked


def _asked_change(criteria: CriteriaSet, rule: ItemRule, base: Held | None) -> str:
    if rule.domain not in criteria.improvable_domains:
        return ""
    if rule.change is None:
        return "only by being met" if met_counts(criteria) else "never counts as improved"
    met = "met, or " if met_counts(criteria) else ""
    if not rule.change.steps:
        return met + change_words(rule.change, criteria.improvement, rule.limit.direction)
    if base is None:
        return f"{met}by the step of its baseline"
    ends = _ends(base)
    step = next((each for each in rule.change.steps if all(within(each, end) for end in ends)), None)
    if step is None and base.comparator:
        return f"{met}by the step of its baseline"
    return met + (step_words(step) if step else "no step for such a baseline")


def _ends(base: Held) -> tuple[float, float]:
    """The least and the greatest value that a baseline may have been."""
    least = {">": nextafter(base.value, inf), "<": -inf, "<=": -inf}.get(base.comparator or "", base.value)
    greatest = {"<": nextafter(base.value, -inf), ">": inf, ">=": inf}.get(base.comparator or "", base.value)
    return least, greatest


def limit_for(limit: Limit, who: Person, value: Held | None) -> Limit:
    """The limit that holds for this patient and this value: the laboratory's own where that stands in its place."""
    for by in limit.by:
        young = by.younger_than_years
        if (by.sex is None or by.sex == who.sex) and (
            young is None or (who.age_years is not None and who.age_years < young)
        ):
            limit = msgspec.structs.replace(limit, value=by.value, source=by.source, confidence=by.confidence)
            break
    if limit.interval == "laboratory" and value is not None:
        own = value.upper if limit.direction == "below" else value.lower
        if own is not None:
            limit = msgspec.structs.replace(limit, value=own, strict=False, words="")
    if limit.interval == "outside_laboratory" and value is not None:
        own = value.lower if limit.direction == "below" else value.upper
        strict = limit.strict if own is None else True
        limit = msgspec.structs.replace(limit, value=limit.value if own is None else own, strict=strict, words="")
    return limit


def change_pct(rule: ItemRule, base: Held | None, current: Held | None) -> float | None:
    """Signed change in per cent between two exact values of which the first is not nothing, otherwise None."""
    measured = _measured(rule, base, current)
    if measured is None or measured[0] == 0:
        return None
    return round((measured[1] / measured[0] - 1) * 100, 6) + 0.0


def within(step: Step, value: float) -> bool:
    """Whether a baseline value is in the step."""
    low, high = step.from_value, step.to_value
    above = low is None or value > low or (value == low and not step.from_strict)
    return above and (high is None or value < high or (value == high and step.to_closed))


def _measured(rule: ItemRule, base: Held | None, current: Held | None) -> tuple[float, float] | None:
    change = rule.change
    if change is None or base is None or current is None:
        return None
    if {base.analyte, current.analyte} != {change.analyte} or base.comparator or current.comparator:
        return None
    if change.same_assay and (base.assay, base.unit_id) != (current.assay, current.unit_id):
        return None
    return max(0.0, base.value - change.above), max(0.0, current.value - change.above)


def _why(
    criteria: CriteriaSet,
    rule: ItemRule,
    state: str,
    at: float,
    held: tuple[Held | None, Held | None],
    change: float | None,
    support: SupportSpan | None,
    who: Person,
) -> str:
    current, base = held
    removal = _removal(criteria, rule, at, who)
    if removal is not None:
        return removed_sentence(removal[0], removal[1], state)
    if criteria.kind == "diagnosis":
        return item_sentence(criteria, rule, state, at, current, support)
    measured = _measured(rule, base, current)
    risen = (
        base is not None and measured is not None and measured[0] == 0 < measured[1] and rule.limit.direction == "above"
    )
    clause = risen_clause(base) if risen and base else change_clause(rule, state, change, base, current)
    return item_sentence(criteria, rule, state, at, current, support) + clause


def _removal(criteria: CriteriaSet, rule: ItemRule, at: float, who: Person) -> tuple[Removal, float] | None:
    for removal, day in zip(criteria.removals, who.removed, strict=True):
        if removal.item == rule.id and day is not None and (day <= 0 or day <= at):
            return removal, day
    return None


def _support(criteria: CriteriaSet, rule: ItemRule, current: Held | None) -> SupportSpan | None:
    if current is None or current.lent is None:
        return None
    kind = next(each for each in criteria.supports if each.id == rule.support)
    return SupportSpan(kind, *current.lent)
