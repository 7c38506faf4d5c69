"""A criteria set compiled to DuckDB SQL; the same text serves one patient, a few neighbours and a million.

Numbers and names in the SQL come from the validated criteria set; patients are bound as ``$1`` (first) and ``$2`` (last
id). Items, domains and categories are numbered in the order of the set: from 1, the rank of a category from the worst.
"""

from __future__ import annotations

from collections.abc import Iterable

from hlh_tui.assess.sql import categories, items, observed, persons
from hlh_tui.assess.sql import days as day
from hlh_tui.assess.sql.best import best_layers
from hlh_tui.assess.sql.template import filled
from hlh_tui.assess.sql.words import days, words
from hlh_tui.protocol.criteria_models import CriteriaSet

BEST = "best.day::DOUBLE, best.confirmed::DOUBLE, best.seen_rank, best.seen_day::DOUBLE"
SOME = "AND patient_id BETWEEN $1 AND $2"


def detail_sql(criteria: CriteriaSet, *, some: bool) -> str:
    """Rows (patient, best..., what ends counting..., evaluation...), by patient and day: see ``records``.

    A patient without evaluations has one row with NULL days. ``some``: the patients from ``$1`` to ``$2``.
    """
    numbers = range(1, len(criteria.items) + 1)
    score = "score_lo, score_hi" if _scored(criteria) else "NULL, NULL"
    removed = ", ".join(f"removed{j}" for j, _ in enumerate(criteria.removals, 1)) or "NULL::DECIMAL(9, 4)"
    return f"""{_layers(criteria, some=some, detail=True)}
SELECT patient_id, {_evaluated(criteria)}, {_rank(criteria)}, {BEST},
    last_contact_day::DOUBLE, ended.day::DOUBLE, ended.place, failed.day::DOUBLE, failed.place,
    sex, age_years, [{removed}],
    {_list("bc", numbers)}, {_list("b", numbers)},
    verdict.day::DOUBLE, verdict.rank, highest, counts, marks, in_force, item_states, domain_states, {score}
FROM start LEFT JOIN verdict USING (patient_id) LEFT JOIN best USING (patient_id)
ORDER BY patient_id, verdict.day"""


def best_sql(criteria: CriteriaSet, *, some: bool = False) -> str:
    """Rows (patient, evaluated, rank, day, confirmed day, rank seen, its day), by patient."""
    return f"""{_layers(criteria, some=some, detail=False)}
SELECT patient_id, {_evaluated(criteria)}, {_rank(criteria)}, {BEST}
FROM person LEFT JOIN best USING (patient_id) ORDER BY patient_id"""


def ranks_sql(criteria: CriteriaSet, confirm_days: tuple[float, ...], *, some: bool = False) -> str:
    """Rows (patient, evaluated, best rank by each of ``confirm_days``...), by patient; ``best.rule`` is confirmed."""
    ranks = [f"CASE WHEN {persons.failed_within(criteria)} THEN 0 ELSE rank{k} END" for k, _ in enumerate(confirm_days)]
    return f"""{_layers(criteria, some=some, detail=False, confirm_days=confirm_days)}
SELECT patient_id, {_evaluated(criteria)}, {", ".join(ranks)}
FROM person LEFT JOIN best USING (patient_id) ORDER BY patient_id"""


def _list(name: str, numbers: Iterable[int]) -> str:
    return f"[{', '.join(f'{name}{number}' for number in numbers)}]"


def _scored(criteria: CriteriaSet) -> bool:
    return any(domain.points for domain in criteria.used_domains)


def _evaluated(criteria: CriteriaSet) -> str:
    return f"best.patient_id IS NOT NULL OR ({persons.failed_within(criteria)})"


def _rank(criteria: CriteriaSet) -> str:
    """The best rank; 0 where an event counts as failure."""
    return f"CASE WHEN {persons.failed_within(criteria)} THEN 0 ELSE best.rank END"


def _columns(columns: Iterable[str]) -> str:
    return ",\n        ".join(columns)


def _layers(criteria: CriteriaSet, *, some: bool, detail: bool, confirm_days: tuple[float, ...] = ()) -> str:
    of_patient = SOME if some else ""
    happening = persons.happening_columns(criteria)
    numbers = range(1, len(criteria.items) + 1)
    domains = range(1, len(criteria.used_domains) + 1)
    evaluations = filled(
        "evaluations.sql",
        supports=persons.supports(criteria, of_patient),
        reading=observed.reading_columns(criteria),
        analytes=words(criteria.analytes),
        earliest=days(-max(item.baseline.days for item in criteria.items)),
        latest=_latest(criteria, detail=detail),
        of_patient=of_patient,
        seen=observed.seen_columns(criteria),
        guards=persons.guards(criteria, of_patient),
        warnings=persons.warnings(criteria, detail=detail),
        happening=_columns(happening),
        happened=", ".join(column.rpartition(" AS ")[2] for column in happening),
        events=persons.happening_events(criteria, of_patient),
        told=_columns(items.told_columns(criteria)),
        told_person="JOIN person USING (patient_id)" if items.limits_by_person(criteria) else "",
        base=_columns(items.base_columns(criteria, detail=detail)),
        codes="".join(f"bc{n}, " for n in numbers) if detail else "",
        began=_columns([*items.began_columns(criteria), *day.perhaps_columns(criteria)]),
        bases=day.packed(criteria),
        day=_day(criteria, detail=detail),
        carried=_carried(criteria),
        told_state=f"in_force, {_list('v', numbers)} AS item_states," if detail else "",
        domains=_columns(day.domain_columns(criteria)),
        told_domains=_told_domains(domains) if detail else "",
        ranks=_columns([*categories.rank_columns(criteria), *(categories.score_columns(criteria) if detail else [])]),
        told_ranks=_told_ranks(criteria) if detail else "",
        verdict=_columns(categories.verdict_columns(criteria)),
    )
    return f"{evaluations},\n{best_layers(criteria, confirm_days)}"


def _told_domains(domains: range) -> str:
    states = ", ".join(_list(name, domains) for name in ("m", "o", "i"))
    return f"in_force, item_states, [{states}] AS domain_states,"


def _told_ranks(criteria: CriteriaSet) -> str:
    return "in_force, item_states, domain_states," + (" score_lo, score_hi," if _scored(criteria) else "")


def _latest(criteria: CriteriaSet, *, detail: bool) -> str:
    """Up to when observations are read: what comes later bears on no baseline or, without detail, on nothing told."""
    if criteria.kind == "diagnosis":
        return "AND day <= 0"
    return "" if detail else f"AND {persons.within_horizon(criteria, 'day')}"


def _carried(criteria: CriteriaSet) -> str:
    """What of the patient the rules of a day ask for."""
    fewer = any(rule.fewer for rule in criteria.categories)
    names = [*(["disease_status"] if fewer else []), *(["perhaps"] if day.counts_abnormal(criteria) else [])]
    names += [f"removed{j}" for j, _ in enumerate(criteria.removals, 1)]
    return "".join(f"{name}, " for name in names)


def _day(criteria: CriteriaSet, *, detail: bool) -> str:
    if criteria.kind == "diagnosis":
        state = day.at_index_columns(criteria, detail=detail)
        return filled("at_index.sql", carried=_carried(criteria), state=_columns(state))
    return filled(
        "after_index.sql",
        carried=_carried(criteria),
        until=persons.within_course(criteria),
        marks=persons.marks(criteria),
        judged=_columns(items.judged_columns(criteria, detail=detail)),
        force=_columns(day.force_columns(criteria, detail=detail)),
        fresh=persons.fresh_marks(criteria),
        state=_columns(day.state_columns(criteria, detail=detail)),
    )
