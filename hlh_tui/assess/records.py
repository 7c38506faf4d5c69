"""Rows of the compiled SQL as the frozen records of an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from math import floor
from operator import itemgetter
from typing import Any

from hlh_tui.assess.category_sentences import best_sentence, category_sentence
from hlh_tui.assess.ends import End, ended_words, limit_words, unevaluated
from hlh_tui.assess.item_records import ABNORMAL, IMPROVED, STATES, Person, item_record, moment
from hlh_tui.assess.models import Assessment, Best, Domain, Evaluation
from hlh_tui.assess.options import Reading
from hlh_tui.assess.score import points_of
from hlh_tui.assess.sql.categories import mark_bits
from hlh_tui.assess.values import held
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.models import Visit

Row = tuple[Any, ...]
BEST, ENDS, PERSON, DAY = slice(1, 7), slice(7, 12), slice(12, 17), 17
"""Where in a row of ``compile.detail_sql`` its parts are: from DAY on the evaluation."""


def assessments(
    reading: Reading, rows: Iterable[Row], values: Iterable[Row] | None, visits: tuple[Visit, ...]
) -> Iterator[Assessment]:
    """One assessment per patient from rows of ``detail_sql`` and ``values_sql``, both in the order of patients.

    Without ``values`` categories and domains by day alone, without items and sentences.
    """
    charts = groupby(() if values is None else values, key=itemgetter(0))
    chart_of, chart = next(charts, (None, iter(())))
    for patient_id, days in groupby(rows, key=itemgetter(0)):
        while chart_of is not None and chart_of < patient_id:
            chart_of, chart = next(charts, (None, iter(())))
        own = list(chart) if chart_of == patient_id else []
        yield assessment(reading, list(days), None if values is None else own, visits)


def assessment(reading: Reading, lines: list[Row], values: list[Row] | None, visits: tuple[Visit, ...]) -> Assessment:
    """One patient from its rows of ``detail_sql`` and of ``values_sql``; None: without items and sentences."""
    criteria, first = reading.criteria, lines[0]
    ends = ends_of(criteria, first[ENDS])
    days = [row[DAY:] for row in lines if row[DAY] is not None]
    evaluations = tuple(_evaluation(criteria, row, ends) for row in days)
    if values is not None:
        sex, age, removed, *base = first[PERSON]
        charted = {
            (row[1], row[2], moment(row[3])): held(criteria.items[row[1] - 1].analytes[row[2]], row) for row in values
        }
        gone = tuple(None if day is None else float(day) for day in removed[: len(criteria.removals)])
        who = Person(sex, age, gone, charted)
        evaluations = tuple(
            _traced(criteria, each, row, (base[0], base[1]), who) for each, row in zip(evaluations, days, strict=True)
        )
    if criteria.kind == "diagnosis":
        visits = ()
    return Assessment(
        patient_id=str(first[0]),
        best=best(criteria, first[BEST], ends, evaluations),
        evaluations=evaluations,
        visits=scheduled(criteria, criteria.best.visits or visits, _standing(criteria, evaluations)),
    )


def _standing(criteria: CriteriaSet, evaluations: tuple[Evaluation, ...]) -> list[float]:
    """The days that may stand for a visit; where visits alone are judged only those that may be judged."""
    if criteria.best.rule != "visits":
        return [each.day for each in evaluations]
    return [each.day for each in evaluations if each.counts and each.category != criteria.not_evaluable.id]


def category_of(criteria: CriteriaSet, rank: int | None) -> str:
    """The category id of a rank: 0 the one that stands otherwise, below it reversals, None not evaluable."""
    if rank is None:
        return criteria.not_evaluable.id
    if rank < 0:
        return criteria.reversals[-rank - 1].id
    return criteria.categories[len(criteria.categories) - rank].id if rank else criteria.otherwise.id


def ends_of(criteria: CriteriaSet, row: Row) -> tuple[End, ...]:
    """What ends counting, from (last contact, day and place of an event that ends, of one that is failure)."""
    last_contact, day, place, failed, failed_place = row
    labels = [end.label for end in criteria.best.endings]
    event = () if day is None else (End("event", day, labels[place]),)
    failure = () if failed is None else (End("failure", failed, labels[failed_place]),)
    return (*event, *failure, End("last_contact", last_contact), End("horizon", criteria.best.horizon_day))


def best_category(criteria: CriteriaSet, evaluated: bool, rank: int | None) -> str:
    """The category of the best response from whether anything counts, and the best rank."""
    return category_of(criteria, (rank or 0) if evaluated else None)


def best(criteria: CriteriaSet, row: Row, ends: tuple[End, ...], evaluations: tuple[Evaluation, ...]) -> Best:
    """The best response from (evaluated, rank, day, confirmed day, rank seen, its day)."""
    evaluated, rank, first, confirmed, seen, seen_day = row
    category = best_category(criteria, evaluated, rank)
    if category == criteria.not_evaluable.id:
        none_counts = evaluations and not any(each.counts for each in evaluations)
        seen_at_all = any(each.counts and each.category != criteria.not_evaluable.id for each in evaluations)
        ended = evaluations[0].ended if none_counts else ""
        missing = "" if ended or seen_at_all else _without_baseline(criteria, ends, evaluations)
        why = f"{category}: {missing or unevaluated(criteria, ends, ended, evaluated=seen_at_all)}"
        return Best(category, None, None, None, None, why)
    failure = next((end for end in ends if end.kind == "failure" and not end.after(criteria)), None)
    if failure is not None:
        why = f"{category}: {failure.words} counts as {criteria.otherwise.label}"
        return Best(category, None, None, None, None, why, failed=True)
    better = seen is not None and seen > (rank or 0)
    unconfirmed = (category_of(criteria, seen), seen_day) if better else (None, None)
    return Best(
        category=category,
        day=first if rank else None,
        confirmed_day=confirmed if rank else None,
        unconfirmed_category=unconfirmed[0],
        unconfirmed_day=unconfirmed[1],
        why=best_sentence(criteria, (category, first, confirmed), unconfirmed),
    )


def _without_baseline(criteria: CriteriaSet, ends: tuple[End, ...], evaluations: tuple[Evaluation, ...]) -> str:
    """That values were there and what to hold them against was not; empty where no value was there either."""
    by_abnormal = any(each.of == "abnormal_at_baseline" for rule in criteria.categories for each in rule.conditions)
    domains = [domain for each in evaluations if each.counts for domain in each.domains if domain.asked]
    if not by_abnormal or all(domain.state == "not_evaluable" for domain in domains):
        return ""
    if not any(domain.abnormal_at_baseline for domain in domains):
        return "no domain is known to be abnormal at baseline"
    return f"nothing that was abnormal at baseline could be evaluated, {limit_words(ends)}"


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


def _evaluation(criteria: CriteriaSet, row: Row, ends: tuple[End, ...]) -> Evaluation:
    """One day from (day, rank, highest, counts, marks, codes, item states, domain states, score), without its items."""
    at, rank, highest, counts, marks, _, _, (met, base_met, better), low, high = row
    names = marked(criteria, marks)
    return Evaluation(
        day=at,
        category=category_of(criteria, rank),
        best_case=category_of(criteria, highest),
        indeterminate=(highest or 0) > (rank or 0),
        guard=guard_state(criteria, names),
        counts=counts,
        items=(),
        domains=tuple(
            Domain(
                rule.id,
                rule.label,
                STATES[met[d]],
                ABNORMAL[base_met[d]],
                IMPROVED[better[d]],
                rule.group,
                asked=rule.group in criteria.asked_groups,
            )
            for d, rule in enumerate(criteria.used_domains)
        ),
        why="",
        guard_label=", ".join(guard.label for guard in criteria.guards),
        ended="" if counts else ended_words(criteria, ends, at),
        exclusions=tuple(rule.id for rule in criteria.exclusions if rule.id in names),
        score=None if low is None else (float(low), float(high)),
    )


def _traced(
    criteria: CriteriaSet, day: Evaluation, row: Row, base: tuple[list[Any], list[Any]], who: Person
) -> Evaluation:
    """The day with its items and the sentence why."""
    marks, codes, states = row[4:7]
    each = {item.id: STATES[state // 4] for item, state in zip(criteria.items, states, strict=True)}
    points = () if day.score is None else points_of(criteria, each)
    names = marked(criteria, marks)
    measured = frozenset(item.domain for item, code in zip(criteria.items, base[0], strict=True) if code is not None)
    return replace(
        day,
        items=tuple(
            item_record(criteria, n, day.day, (codes[n - 1], base[0][n - 1]), (states[n - 1], base[1][n - 1]), who)
            for n, _ in enumerate(criteria.items, 1)
        ),
        why=category_sentence(
            criteria, day.category, day.best_case, day.domains, names, day.score, points, measured=measured
        ),
    )


def marked(criteria: CriteriaSet, marks: int) -> tuple[str, ...]:
    """The names of the exclusions and guards that the bits of a day stand for; see ``categories.mark_bits``."""
    return tuple(name for name, bit in mark_bits(criteria).items() if marks & bit)


def guard_state(criteria: CriteriaSet, names: tuple[str, ...]) -> str:
    """clear, triggered or not_evaluable from the marks of a day; the worst of several guards."""
    if any(guard.id in names for guard in criteria.guards):
        return "triggered"
    return "clear" if any(f"{guard.id}:known" in names for guard in criteria.guards) else "not_evaluable"
