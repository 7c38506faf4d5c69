"""A criteria set compiled to DuckDB SQL; the same text serves one patient and a million.

Numbers and names in the SQL come from the validated criteria set; the patient is bound as ``$1``.
Items, domains and categories are numbered in the order of the set: from 1, the rank of a category from the worst.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from string import Template

from hlh_tui.assess.category_sql import rank_of
from hlh_tui.protocol.criteria_models import CriteriaSet, Guard
from hlh_tui.protocol.item_models import ItemRule, Support, Window, name_key

HERE = Path(__file__).parent
SMALLEST = Decimal("0.0001")
"""The resolution of a day in the study file."""
BEST_COLUMNS = "best.rank, best.day::DOUBLE, best.confirmed::DOUBLE, seen.rank, seen.day::DOUBLE"
ONGOING = "90000"
"""The end of an exposure that has none yet, beyond every chart."""


def detail_sql(criteria: CriteriaSet, *, one_patient: bool) -> str:
    """Rows (patient, evaluated, best..., ends..., day, rank, highest, counts, marks, domains), by patient and day.

    ``ends`` are the last contact, the day of the event that ends counting and its place in ``best.endings``.
    ``domains`` is a list of structs with their items; a patient without evaluations has one row with NULL days.
    """
    return f"""{_layers(criteria, one_patient=one_patient, detail=True)}
SELECT patient_id, best.patient_id IS NOT NULL, {BEST_COLUMNS}, last_contact_day::DOUBLE, ends_day::DOUBLE, ended_by,
    verdict.day::DOUBLE, verdict.rank, highest, counts, marks, domains
FROM course LEFT JOIN verdict USING (patient_id) LEFT JOIN best USING (patient_id)
ORDER BY patient_id, verdict.day"""


def best_sql(criteria: CriteriaSet, *, one_patient: bool) -> str:
    """Rows (patient, evaluated, rank, day, confirmed day, rank seen, its day), by patient."""
    return f"""{_layers(criteria, one_patient=one_patient, detail=False)}
SELECT patient_id, best.patient_id IS NOT NULL, {BEST_COLUMNS}
FROM course LEFT JOIN best USING (patient_id) ORDER BY patient_id"""


def mark_bits(criteria: CriteriaSet) -> dict[str, int]:
    """The bit of each exclusion and guard, of each exclusion left open (``<id>:open``) and guard known (``:known``)."""
    names = [name for rule in criteria.exclusions for name in (rule.id, f"{rule.id}:open")]
    names += [name for guard in criteria.guards for name in (guard.id, f"{guard.id}:known")]
    return {name: 1 << place for place, name in enumerate(names)}


def _layers(criteria: CriteriaSet, *, one_patient: bool, detail: bool) -> str:
    of_patient = "AND patient_id = $1" if one_patient else ""
    reaches = [item.baseline.days for item in criteria.items]
    evaluations = _fill(
        "evaluations.sql",
        items=_rows(_item_row(criteria, item) for item in criteria.items),
        sources=_rows(row for item in criteria.items for row in _source_rows(criteria, item)),
        earliest=_days(-max(reaches)),
        of_patient=of_patient,
        supports="\n    UNION ALL ".join(_supports(criteria, of_patient)),
        under_support=_under_support(criteria),
        enough=f"{'>' if criteria.improvement.strict else '>='} {criteria.improvement.percent!r}",
        analytes=_words(criteria.analytes),
        item_details=ITEM_DETAILS if detail else "",
        domain_details=DOMAIN_DETAILS if detail else "",
        guards="\n".join(_guard(guard, of_patient) for guard in criteria.guards),
        marks="\n    UNION ALL ".join(_marks(criteria, of_patient)),
        ended_by=_ended_by(criteria),
        until=_until(criteria),
        **rank_of(criteria, mark_bits(criteria)),
    )
    best = _fill(
        "best.sql",
        ranks=", ".join(f"({rank})" for rank in range(1, len(criteria.categories) + 1)),
        confirm_days=_days(criteria.best.confirm_days),
    )
    return f"{evaluations.rstrip()},\n{best.rstrip()}"


ITEM_DETAILS = """, list({item: item.item, state: effect.state, better: better, gain: gain, day: effect.day::DOUBLE,
            x: effect.x, x_lo: effect.x_lo, x_hi: effect.x_hi, place: effect.place, support: effect.support, base: base
        } ORDER BY effect.state, effect.x_hi DESC, effect.day DESC) AS items"""
DOMAIN_DETAILS = """, list({domain: domain, met: met, base_met: base_met, better: better, items: items})
            FILTER (WHERE domain IS NOT NULL) AS domains"""


def _fill(name: str, **values: str) -> str:
    return Template((HERE / name).read_text(encoding="utf-8")).substitute(values)


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(_text, words))


def _days(number: float | Decimal) -> str:
    """Days as an exact SQL literal."""
    return f"{Decimal(str(number)):.4f}::DECIMAL(9, 4)"


def _rows(rows: Iterable[Iterable[str]]) -> str:
    return ",\n    ".join(f"({', '.join(row)})" for row in rows)


def _flag(value: object) -> str:
    return "TRUE" if value else "FALSE"


def _ended_by(criteria: CriteriaSet) -> str:
    """The place in ``best.endings`` of an event that ends counting, NULL for others."""
    cases = [
        f"WHEN kind = {_text(end.kind)} AND day {'>=' if end.on_day_0 else '>'} 0 THEN {place}"
        for place, end in enumerate(criteria.best.endings)
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL::INTEGER"


def _until(criteria: CriteriaSet) -> str:
    """Whether horizon and last contact let an evaluation count."""
    horizon = _days(criteria.best.horizon_day)
    if criteria.best.until == "instant":
        return f"day <= least(last_contact_day, {horizon})"
    return f"floor(day) <= least(floor(last_contact_day), {horizon})"


def _places(criteria: CriteriaSet) -> dict[str, str]:
    """Number of each item and domain as SQL text."""
    items = {item.id: str(place) for place, item in enumerate(criteria.items, 1)}
    return items | {f"domain:{domain.id}": str(place) for place, domain in enumerate(criteria.used_domains, 1)}


def _sign(item: ItemRule) -> int:
    return 1 if item.limit.direction == "below" else -1


def _item_row(criteria: CriteriaSet, item: ItemRule) -> list[str]:
    """The item met when x < cut, with its days as exact numbers: see the head of evaluations.sql."""
    limit = _sign(item) * item.limit.value
    cut = limit if item.limit.strict else math.nextafter(limit, math.inf)
    reach = Decimal(str(item.lookback.days)) + (SMALLEST if item.lookback.closed else 0)
    places = _places(criteria)
    domain = next(domain for domain in criteria.domains if domain.id == item.domain)
    return [
        places[item.id],
        places[f"domain:{item.domain}"],
        _flag(domain.met == "all"),
        _flag(domain.improved == "each_abnormal"),
        str(_sign(item)),
        f"{cut!r}::DOUBLE",
        _days(reach if item.pick == "worst" else 0),
        _days(reach + Decimal(str(criteria.carry_days))),
        _from(item.baseline),
        _flag(item.pick == "worst"),
        _flag(item.change is None),
    ]


def _source_rows(criteria: CriteriaSet, item: ItemRule) -> list[list[str]]:
    """Each analyte of an item; ``above`` is NULL where its change is not measured on that analyte."""
    rows = []
    for place, analyte in enumerate(item.analytes):
        above = f"{item.change.above!r}::DOUBLE" if item.change and item.change.analyte == analyte else "NULL::DOUBLE"
        rows.append([_text(analyte), _places(criteria)[item.id], str(-place), str(_sign(item)), above])
    return rows


def _from(window: Window) -> str:
    """First day of a window that ends at day 0."""
    return _days(-Decimal(str(window.days)) + (0 if window.closed else SMALLEST))


def _supports(criteria: CriteriaSet, of_patient: str) -> list[str]:
    """A SELECT for each source of support: patient, item, start, end, and the first day free of it again."""
    rules = {rule.id: rule for rule in criteria.supports}
    selects = [
        select
        for item in criteria.items
        if item.support
        for select in _supports_of(_places(criteria)[item.id], rules[item.support], of_patient)
    ]
    names = "patient_id, item, start_day, end_day, free_day"
    nothing = "SELECT NULL::VARCHAR, 0, NULL::DECIMAL(9, 4), NULL::DECIMAL(9, 4), NULL::DECIMAL(9, 4) WHERE FALSE"
    return [f"SELECT {names} FROM ({nothing}) AS nothing({names})", *selects]


def _supports_of(place: str, rule: Support, of_patient: str) -> list[str]:
    free = _days(Decimal(str(rule.window.days)) + (SMALLEST if rule.window.closed else 0))
    selects = []
    for event in rule.events:
        end = "coalesce(end_day, day)"
        term = f"AND term = {_text(event.term)}" if event.term else ""
        selects.append(
            f"SELECT patient_id, {place}, day, {end}, {end} + {free}"
            f" FROM event WHERE kind = {_text(event.kind)} {term} {of_patient}"
        )
    named = [_named("drug", rule.drugs), _named("drug_class", rule.drug_classes)]
    if any(named):
        selects.append(
            f"SELECT patient_id, {place}, start_day, end_day, coalesce(end_day, {ONGOING}) + {free}"
            f" FROM exposure WHERE ({' OR '.join(filter(None, named))}) {of_patient}"
        )
    return selects


def _named(column: str, names: tuple[str, ...]) -> str:
    """Whether the key of one of the names stands in that of the charted one; empty without names."""
    charted = f"regexp_replace(lower({column}), '[^\\p{{L}}\\p{{N}}]', '', 'g')"
    return f"coalesce(regexp_matches({charted}, {_text('|'.join(map(name_key, names)))}), FALSE)" if names else ""


def _under_support(criteria: CriteriaSet) -> str:
    return "WHEN support IS NOT NULL THEN 0" if criteria.improvement.under_support == "excluded" else ""


def _guard(guard: Guard, of_patient: str) -> str:
    return _fill(
        "guard.sql",
        guard=guard.id,
        analyte=guard.analyte,
        baseline_from=_from(guard.baseline),
        consecutive=str(guard.consecutive),
        factor=repr(guard.factor),
        before=str(guard.consecutive - 1),
        of_patient=of_patient,
    ).rstrip()


def _marks(criteria: CriteriaSet, of_patient: str) -> list[str]:
    """A SELECT for each exclusion and guard: patient, its bit, from when, until when (NULL: for good)."""
    bits, never = mark_bits(criteria), "NULL::DECIMAL(9, 4)"
    selects = [f"SELECT NULL::VARCHAR AS patient_id, 0 AS bit, {never} AS from_day, {never} AS until_day WHERE FALSE"]
    for rule in criteria.exclusions:
        if rule.item:
            bit = f"CASE base_state WHEN 2 THEN {bits[rule.id]} ELSE {bits[f'{rule.id}:open']} END"
            new = f"effect WHERE item = {_places(criteria)[rule.item]} AND state = 0 AND base_state <> 0"
            selects.append(f"SELECT patient_id, {bit}, min(day), {never} FROM {new} GROUP BY patient_id, base_state")
        if rule.event:
            event = f"event WHERE kind = {_text(rule.event)} AND day > 0 {of_patient}"
            selects.append(f"SELECT patient_id, {bits[rule.id]}, min(day), {never} FROM {event} GROUP BY patient_id")
    for guard in criteria.guards:
        selects.append(f"SELECT patient_id, {bits[guard.id]}, day, until_day FROM {guard.id}_run WHERE is_above")
        known = f"SELECT patient_id, {bits[f'{guard.id}:known']}, day, {never} FROM {guard.id}_run WHERE is_first"
        selects.append(known)
    return selects
