"""Rows of the compiled SQL as the frozen records of an assessment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from math import floor
from typing import Any

from hlh_tui.assess.compile import mark_bits
from hlh_tui.assess.ends import End, ended_words, unevaluated
from hlh_tui.assess.models import Assessment, Best, Domain, Evaluation, Item
from hlh_tui.assess.options import Reading
from hlh_tui.assess.sentences import (
    SupportSpan,
    best_sentence,
    category_sentence,
    change_clause,
    item_sentence,
    risen_clause,
)
from hlh_tui.assess.values import held
from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import ItemRule
from hlh_tui.protocol.models import Visit

STATES = {2: "met", 1: "not_evaluable", 0: "not_met", None: "not_evaluable"}
IMPROVED = {2: "yes", 1: "unknown", 0: "no", None: "unknown"}
ABNORMAL = {2: False, 1: None, 0: True, None: None}
Row = tuple[Any, ...]


def assessments(reading: Reading, rows: Iterable[Row], visits: tuple[Visit, ...]) -> Iterator[Assessment]:
    """One assessment per patient from rows of ``compile.detail_sql``, in their order."""
    for patient_id, days in groupby(rows, key=lambda row: str(row[0])):
        lines = list(days)
        ends = ends_of(reading.criteria, lines[0][7:10])
        evaluations = tuple(evaluation(reading.criteria, row[10:], ends) for row in lines if row[10] is not None)
        yield Assessment(
            patient_id=patient_id,
            best=best(reading.criteria, lines[0][1:7], ends, evaluations),
            evaluations=evaluations,
            visits=scheduled(reading.criteria, visits, [each.day for each in evaluations]),
        )


def category_of(criteria: CriteriaSet, rank: int | None) -> str:
    """The category id of a rank: 0 no response, None not evaluable."""
    if rank is None:
        return criteria.not_evaluable.id
    return criteria.categories[len(criteria.categories) - rank].id if rank else criteria.otherwise.id


def ends_of(criteria: CriteriaSet, row: Row) -> tuple[End, ...]:
    """What ends counting, from (last contact, day of an event, its place): the event, last contact and horizon."""
    last_contact, day, place = row
    event = () if day is None else (End("event", day, criteria.best.endings[place].label),)
    return (*event, End("last_contact", last_contact), End("horizon", criteria.best.horizon_day))


def best_category(criteria: CriteriaSet, evaluated: bool, rank: int | None) -> str:
    """The category of the best response from whether anything counts, and the best rank confirmed."""
    return category_of(criteria, (rank or 0) if evaluated else None)


def best(criteria: CriteriaSet, row: Row, ends: tuple[End, ...], evaluations: tuple[Evaluation, ...]) -> Best:
    """The best response from (evaluated, rank, day, confirmed day, rank seen, its day)."""
    evaluated, rank, first, confirmed, seen, seen_day = row
    category = best_category(criteria, evaluated, rank)
    if category == criteria.not_evaluable.id:
        none_counts = evaluations and not any(each.counts for each in evaluations)
        why = f"{category}: {unevaluated(ends, evaluations[0].ended if none_counts else '')}"
        return Best(category, None, None, None, None, why)
    better = seen is not None and seen > (rank or 0)
    unconfirmed = (category_of(criteria, seen), seen_day) if better else (None, None)
    return Best(
        category=category,
        day=first,
        confirmed_day=confirmed,
        unconfirmed_category=unconfirmed[0],
        unconfirmed_day=unconfirmed[1],
        why=best_sentence(criteria, (category, first, confirmed), unconfirmed),
    )


def scheduled(criteria: CriteriaSet, visits: tuple[Visit, ...], days: list[float]) -> dict[float, float | None]:
    """For each scheduled visit the nearest of ``days`` within its half-width, or None.

    Nearness counts whole days, and the last evaluation of a whole day stands for it: a ward's day 3 is the whole of
    it, not the moment 72 hours after an evening dose.
    """
    later = -1 if criteria.visit_tie == "later" else 1
    last_of_day = {floor(day): day for day in sorted(days)}

    def nearest(visit: Visit) -> float | None:
        near = [whole for whole in last_of_day if abs(whole - visit.day) <= visit.within]
        chosen = min(near, key=lambda whole: (abs(whole - visit.day), later * whole), default=None)
        return None if chosen is None else last_of_day[chosen]

    return {visit.day: nearest(visit) for visit in visits}


def evaluation(criteria: CriteriaSet, row: Row, ends: tuple[End, ...]) -> Evaluation:
    """One day from (day, rank, highest, counts, marks, domains)."""
    at, rank, highest, counts, marks, found = row
    category, best_case = category_of(criteria, rank), category_of(criteria, highest)
    by_place = {each["domain"]: each for each in found}
    places = list(enumerate(criteria.used_domains, 1))
    domains = tuple(_domain(rule.id, rule.label, by_place[place]) for place, rule in places)
    held_items = {each["item"]: each for domain in found for each in reversed(domain["items"])}
    names = tuple(name for name, bit in mark_bits(criteria).items() if marks & bit)
    return Evaluation(
        day=at,
        category=category,
        best_case=best_case,
        indeterminate=(highest or 0) > (rank or 0),
        guard=guard_state(criteria, names),
        counts=counts,
        items=tuple(_item(criteria, rule, at, held_items[place]) for place, rule in enumerate(criteria.items, 1)),
        domains=domains,
        why=category_sentence(criteria, category, best_case, domains, names),
        guard_label=", ".join(guard.label for guard in criteria.guards),
        ended="" if counts else ended_words(criteria, ends, at),
    )


def guard_state(criteria: CriteriaSet, names: tuple[str, ...]) -> str:
    """clear, triggered or not_evaluable from the marks of a day; the worst of several guards."""
    if any(guard.id in names for guard in criteria.guards):
        return "triggered"
    return "clear" if any(f"{guard.id}:known" in names for guard in criteria.guards) else "not_evaluable"


def _domain(domain_id: str, label: str, found: dict[str, Any]) -> Domain:
    return Domain(
        id=domain_id,
        label=label,
        state=STATES[found["met"]],
        abnormal_at_baseline=ABNORMAL[found["base_met"]],
        improved=IMPROVED[found["better"]],
    )


def _item(criteria: CriteriaSet, rule: ItemRule, at: float, found: dict[str, Any]) -> Item:
    current, base = held(rule, found), held(rule, found["base"])
    state, change = STATES[found["state"]], _change(rule, found)
    support = _support(criteria, rule, found["support"])
    base_state = found["base"]["state"] if base else None
    risen = found["gain"] == math.inf
    why = item_sentence(rule, state, at, current, support, criteria.carry_days)
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
        limit=rule.limit.shown,
        change_pct=change,
        state=state,
        baseline_state=STATES[base_state],
        abnormal_at_baseline=ABNORMAL[base_state],
        improved=IMPROVED[found["better"]],
        support=support.words if support else None,
        why=why + (risen_clause(base) if risen and base else change_clause(rule, state, change, base, current)),
    )


def _change(rule: ItemRule, found: dict[str, Any]) -> float | None:
    """Signed change in per cent between two exact values of which the first is not zero, otherwise None."""
    base, gain = found["base"], found["gain"]
    if base is None or gain is None or not base["m_lo"]:
        return None
    if found["x_lo"] != found["x_hi"] or base["x_lo"] != base["x_hi"]:
        return None
    return float(round(-gain if rule.limit.direction == "below" else gain, 6)) + 0.0


def _support(criteria: CriteriaSet, rule: ItemRule, found: dict[str, Any] | None) -> SupportSpan | None:
    if found is None:
        return None
    kind = next(each for each in criteria.supports if each.id == rule.support)
    end = found["until"]
    return SupportSpan(kind, float(found["start"]), None if end is None else float(end))
