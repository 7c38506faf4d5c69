"""Conditions as SQL with bound values: for every patient whether one is met, NULL where the charts do not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.grouping import NUMBERS, WORDS, attributes, expression
from hlh_tui.cohort.published.conditions import Condition, OfAnalyte, OfDecision, OfDrug, OfEvent, OfPatient
from hlh_tui.cohort.published.errors import PublishedError

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

DAYS = ("last_contact_day",)
MET, NOT_MET = "count(*) FILTER (held)", "count(*) FILTER (NOT held)"
SOME = f"CASE WHEN {MET} > 0 THEN true WHEN count(there) > count(held) THEN NULL ELSE false END"
EXACTLY = f"CASE WHEN {MET} > ? THEN false WHEN count(there) > count(held) THEN NULL ELSE {MET} = ? END"
MEASURED = f"CASE WHEN count(there) > 0 THEN {SOME} END"
EVERY = f"CASE WHEN {NOT_MET} > 0 THEN false WHEN count(there) = count(held) AND count(there) > 0 THEN true END"
# The number of an assay that ended at it: known only where the limit lies beyond that end.
AT_LEAST = """CASE WHEN comparator IS NULL THEN value >= {limit}
    WHEN comparator = '<' THEN CASE WHEN value <= {limit} THEN false END
    WHEN comparator = '<=' THEN CASE WHEN value < {limit} THEN false END
    ELSE CASE WHEN value >= {limit} THEN true END END"""
ABOVE = """CASE WHEN comparator IS NULL THEN value > {limit}
    WHEN comparator IN ('<', '<=') THEN CASE WHEN value <= {limit} THEN false END
    WHEN comparator = '>' THEN CASE WHEN value >= {limit} THEN true END
    ELSE CASE WHEN value > {limit} THEN true END END"""
TRUTH = {"above": ABOVE, "at_least": AT_LEAST, "below": f"NOT ({AT_LEAST})", "at_most": f"NOT ({ABOVE})"}


@dataclass(frozen=True, slots=True)
class Filter:
    """SQL with its values, in order: rows of patient_id and held, or a condition on the rows of one table."""

    sql: str
    params: tuple[object, ...] = ()


def patients_meeting(study: Study, conditions: Sequence[Condition], place: str) -> Filter:
    """``SELECT patient_id, held``: whether all conditions are met, in the order of the ids."""
    filters = [per_patient(study, condition, place) for condition in conditions]
    tables = "".join(f" LEFT JOIN ({each.sql}) AS c{i} USING (patient_id)" for i, each in enumerate(filters))
    held = " AND ".join(f"c{i}.held" for i in range(len(filters))) or "true"
    sql = f"SELECT patient_id, {held} AS held FROM patient{tables} ORDER BY patient_id"
    return Filter(sql, tuple(value for each in filters for value in each.params))


def per_patient(study: Study, condition: Condition, place: str) -> Filter:
    """``SELECT patient_id, held`` for one condition, turned round where it says ``not``."""
    if isinstance(condition, OfPatient):
        found = of_patient(study, condition, place)
    elif isinstance(condition, OfDecision):
        found = of_decision(study, condition, place)
    elif isinstance(condition, OfAnalyte):
        found = of_analyte(condition, place)
    else:
        found = of_rows(condition)
    return (
        Filter(f"SELECT patient_id, NOT held AS held FROM ({found.sql})", found.params) if condition.negated else found
    )


def of_patient(study: Study, condition: OfPatient, place: str) -> Filter:
    """A column or attribute; ``is`` compares as text, numbers as the study writes them."""
    value, params = column(study, condition.patient, place)
    number = f"TRY_CAST({value} AS DOUBLE)"
    tests: list[Filter] = []
    if condition.one_of is not None:
        given = condition.one_of if isinstance(condition.one_of, tuple) else (condition.one_of,)
        tests.append(
            Filter(f"list_contains(CAST(? AS VARCHAR[]), {value})", ([as_text(each) for each in given], *params))
        )
    if condition.at_least is not None:
        tests.append(Filter(f"{number} >= ?", (*params, condition.at_least)))
    if condition.at_most is not None:
        tests.append(Filter(f"{number} <= ?", (*params, condition.at_most)))
    if condition.known:
        tests.append(Filter(f"{value} IS NOT NULL", params))
    if not tests:
        raise PublishedError(
            f"{place}: the condition on {condition.patient!r} says nothing; give is, at_least, at_most or known"
        )
    sql = " AND ".join(test.sql for test in tests)
    return Filter(f"SELECT patient_id, {sql} AS held FROM patient", tuple(p for test in tests for p in test.params))


def column(study: Study, name: str, place: str) -> tuple[str, tuple[object, ...]]:
    """SQL for a patient column or attribute as text; ``PublishedError`` lists those that the study has."""
    if name in DAYS:
        return f"CAST({name} AS VARCHAR)", ()
    allowed = (*WORDS, *NUMBERS, *DAYS, *attributes(study))
    if name not in allowed:
        raise PublishedError(f"{place}: the study has no patient column {name!r}; use one of {', '.join(allowed)}")
    return expression(name)


def as_text(word: str | float | bool) -> str:
    """A word of the file as the study stores it: true as yes, numbers without needless decimals."""
    if isinstance(word, bool):
        return "yes" if word else "no"
    return word if isinstance(word, str) else f"{word:.10g}"


def of_decision(study: Study, condition: OfDecision, place: str) -> Filter:
    """The final category; held is NULL for whoever has none."""
    from hlh_tui.review.state import final_categories

    wanted = categories(study, condition, place)
    finals = {patient: final.category for patient, final in final_categories(study).items()}
    held = [None if category is None else category in wanted for category in finals.values()]
    return Filter(
        "SELECT unnest(CAST(? AS VARCHAR[])) AS patient_id, unnest(CAST(? AS BOOLEAN[])) AS held", (list(finals), held)
    )


def categories(study: Study, condition: OfDecision, place: str) -> set[str]:
    """The category ids that the condition names; ``PublishedError`` for one that the protocol has not."""
    protocol = study.protocol
    if condition.collapse is not None:
        for collapse in protocol.collapses:
            if collapse.id == condition.collapse:
                return set(collapse.categories)
        known = ", ".join(collapse.id for collapse in protocol.collapses)
        raise PublishedError(f"{place}: there is no collapse {condition.collapse!r}; use one of {known}")
    named = listed(condition.category)
    known_ids = [category.id for category in protocol.categories]
    for each in named:
        if each not in known_ids:
            raise PublishedError(f"{place}: there is no category {each!r}; use one of {', '.join(known_ids)}")
    return set(named)


def of_rows(condition: OfEvent | OfDrug) -> Filter:
    """Whether a patient has such an event or exposure, or exactly ``times`` of them."""
    rows = event_rows(condition) if isinstance(condition, OfEvent) else exposure_rows(condition)
    table = "event" if isinstance(condition, OfEvent) else "exposure"
    verdict, params = (SOME, ()) if condition.times is None else (EXACTLY, (condition.times, condition.times))
    sql = f"""
        SELECT patient_id, {verdict} AS held
        FROM patient LEFT JOIN (SELECT patient_id, true AS there, ({rows.sql}) AS held FROM {table}) USING (patient_id)
        GROUP BY patient_id"""
    return Filter(sql, (*params, *rows.params))


def event_rows(condition: OfEvent) -> Filter:
    """What a row of events must be."""
    tests = [contained("kind", condition.event), like("term", condition.term), like("cause", condition.cause)]
    tests += [contained("relatedness", condition.relatedness), limited("grade >= ?", condition.grade_at_least)]
    tests += [limited("day >= ?", condition.from_day), limited("day <= ?", condition.to_day)]
    return together(tests)


def exposure_rows(condition: OfDrug) -> Filter:
    """What a row of exposures must be; days are those of its start."""
    tests = [like("drug", condition.drug), like("drug_class", condition.drug_class)]
    tests += [limited("dose = ?", condition.dose), limited("dose_unit = ?", condition.dose_unit)]
    tests += [limited("start_day >= ?", condition.from_day), limited("start_day <= ?", condition.to_day)]
    tests += [limited("start_day < ?", condition.before_day), limited("start_day <= ?", condition.running_on)]
    tests += [limited("(end_day IS NULL OR end_day > ?)", condition.running_on)]
    return together(tests)


def of_analyte(condition: OfAnalyte, place: str) -> Filter:
    """Whether the picked values keep to the limits."""
    from hlh_tui.protocol.analytes import find_analyte

    known = find_analyte(condition.analyte)
    if known is None:
        raise PublishedError(f"{place}: there is no analyte {condition.analyte!r}; use an id of the chart format")
    analyte = known.id
    limits = {name: value for name in TRUTH if (value := getattr(condition, name)) is not None}
    if not limits:
        raise PublishedError(f"{place}: the condition on {analyte!r} has no limit; give {', '.join(TRUTH)}")
    held = together(
        [
            Filter(TRUTH[name].format(limit=value), ())
            if isinstance(value, str)
            else Filter(TRUTH[name].format(limit="CAST(? AS DOUBLE)"), (value,) * TRUTH[name].count("{limit}"))
            for name, value in limits.items()
        ]
    )
    picked = picked_values(condition, analyte)
    verdict = EVERY if condition.pick == "every" else MEASURED
    sql = f"""
        SELECT patient_id, {verdict} AS held
        FROM patient LEFT JOIN (SELECT patient_id, true AS there, ({held.sql}) AS held FROM ({picked.sql}))
        USING (patient_id) GROUP BY patient_id"""
    return Filter(sql, (*held.params, *picked.params))


def picked_values(condition: OfAnalyte, analyte: str) -> Filter:
    """Rows of patient_id, value, comparator, lower and upper that the condition looks at."""
    days = together([limited("day >= ?", condition.from_day), limited("day <= ?", condition.to_day)])
    one = {"first": "day, rowid", "last": "day DESC, rowid DESC", "baseline": "day DESC, rowid DESC"}
    within, params = ("day <= 0", ()) if condition.pick == "baseline" else (days.sql, days.params)
    order = one.get(condition.pick)
    only = f" QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY {order}) = 1" if order else ""
    sql = f"SELECT patient_id, value, comparator, lower, upper FROM observation WHERE analyte = ? AND {within}{only}"
    if not condition.relative:
        return Filter(sql, (analyte, *params))
    against = """
        SELECT patient_id, value AS before FROM observation WHERE analyte = ? AND day <= 0 AND value > 0
        QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY day DESC, rowid DESC) = 1"""
    divided = f"""
        SELECT patient_id, value / before AS value, comparator, lower, upper
        FROM ({sql}) JOIN ({against}) USING (patient_id)"""
    return Filter(divided, (analyte, *params, analyte))


def listed(words: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """One word or several as several."""
    return () if words is None else (words,) if isinstance(words, str) else words


def contained(name: str, words: str | tuple[str, ...] | None) -> Filter | None:
    """The column is one of the words."""
    return None if words is None else Filter(f"list_contains(CAST(? AS VARCHAR[]), {name})", (list(listed(words)),))


def like(name: str, patterns: str | tuple[str, ...] | None) -> Filter | None:
    """The column is like one of the patterns: case ignored, * for anything."""
    if patterns is None:
        return None
    found = tuple(escaped(each) for each in listed(patterns))
    return Filter("(" + " OR ".join(f"lower({name}) LIKE ? ESCAPE '!'" for _ in found) + ")", found)


def escaped(pattern: str) -> str:
    """A pattern with * as one of SQL, in lower case."""
    plain = pattern.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return plain.replace("*", "%")


def limited(sql: str, value: object | None) -> Filter | None:
    """A test with one value, unless the condition does not have it."""
    return None if value is None else Filter(sql, (value,))


def together(tests: Sequence[Filter | None]) -> Filter:
    """All of them; true if there are none."""
    found = [test for test in tests if test is not None]
    return Filter(" AND ".join(test.sql for test in found) or "true", tuple(p for test in found for p in test.params))
