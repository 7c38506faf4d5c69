"""How the cohort is divided: by a protocol stratum, a patient column or attribute, or the adjudicated response.

A grouping is SQL that gives ``patient_id`` and ``stratum`` (text; NULL where nothing is known), so that the same
division serves tables and survival at any size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Stratum, StudyProtocol
    from hlh_tui.study.file import Study

WORDS = ("sex", "aetiology", "disease_status", "site")
NUMBERS = ("age_years", "onset_day", "weight_kg", "body_surface_m2")
CATEGORY = "category"
MISSING = "missing"
OTHER = "other"
MOST_LEVELS = 6
"""An attribute of numbers with more distinct values than this is divided at its median."""
MOST_STRATA = 20


@dataclass(frozen=True, slots=True)
class Grouping:
    """A division of the patients. ``order`` is the order of its labels; labels beyond it follow in natural order.

    ``from_decisions``: the labels are adjudicated categories or collapses, known only after the index event.
    """

    by: str
    sql: str
    params: tuple[object, ...]
    order: tuple[str, ...]
    notes: tuple[str, ...] = ()
    from_decisions: bool = False
    began: Mapping[str, float] = field(default_factory=dict)
    """For adjudicated categories: patient -> the day on which the category is held to begin (see ``FINAL``)."""
    undated: tuple[str, ...] = ()
    """Patients with a response whose day nobody has recorded."""
    label_of: Mapping[str, str] = field(default_factory=dict)
    """For adjudicated categories: decided patient -> label."""


EVERYBODY = Grouping("", "SELECT patient_id, '' AS stratum FROM patient", (), ("",))


def grouping(study: Study, by: str | None) -> Grouping:
    """The division that ``by`` names, looked up as stratum, response, column, then attribute; None is everybody.

    ``CohortError`` lists what is allowed.
    """
    if by is None:
        return EVERYBODY
    protocol = study.protocol
    for stratum in protocol.strata:
        if stratum.id == by:
            return _by_stratum(stratum)
    if by == CATEGORY or any(by == collapse.id for collapse in protocol.collapses):
        return _by_response(study, by)
    if by in NUMBERS:
        return _at_median(study, by, f"CAST({by} AS DOUBLE)", ())
    if by in WORDS:
        return _by_level(study, by, by, ())
    if by in attributes(study):
        return _by_attribute(study, by)
    raise CohortError(f"the cohort cannot be divided by {by!r}: choose one of {', '.join(allowed(study))}")


def allowed(study: Study) -> tuple[str, ...]:
    """Everything that the cohort can be divided by."""
    protocol = study.protocol
    strata = (stratum.id for stratum in protocol.strata)
    collapses = (collapse.id for collapse in protocol.collapses)
    return tuple(dict.fromkeys((*strata, *collapses, CATEGORY, *WORDS, *NUMBERS, *attributes(study))))


def attributes(study: Study) -> tuple[str, ...]:
    """The further patient columns that the charts brought, sorted."""
    rows = study.rows("SELECT DISTINCT unnest(json_keys(attributes)) AS name FROM patient ORDER BY name")
    return tuple(name for (name,) in rows)


def differing(study: Study, columns: Sequence[str]) -> frozenset[str]:
    """Those of the patient columns and attributes in which not all patients are alike; a missing value says nothing."""
    if not columns:
        return frozenset()
    pairs = [expression(column) for column in columns]
    values = ", ".join(f"{sql} AS value_{place}" for place, (sql, _) in enumerate(pairs))
    tests = ", ".join(f"min(value_{place}) <> max(value_{place})" for place in range(len(pairs)))
    params = [each for _, used in pairs for each in used]
    (told_apart,) = study.rows(f"SELECT {tests} FROM (SELECT {values} FROM patient)", params)
    return frozenset(column for column, differ in zip(columns, told_apart, strict=True) if differ)


def in_order(labels: Sequence[str | None], order: Sequence[str]) -> list[str]:
    """Labels as they are shown: those of ``order`` first, then by number or word, the missing last."""
    known = {MISSING if label is None else label for label in labels}
    first = [label for label in order if label in known]
    last = [label for label in (OTHER, MISSING) if label in known and label not in order]
    return [*first, *sorted(known.difference(first, last), key=_natural), *last]


def _natural(label: str) -> tuple[float, str]:
    try:
        return float(label), label
    except ValueError:
        return float("inf"), label


def expression(column: str) -> tuple[str, tuple[object, ...]]:
    """SQL for a patient column, or an attribute of that name, as text; with its parameters."""
    if column in WORDS or column in NUMBERS:
        return f"CAST({column} AS VARCHAR)", ()
    pointer = "/" + column.replace("~", "~0").replace("/", "~1")
    return "nullif(json_extract_string(attributes, ?), '')", (pointer,)


def _by_stratum(stratum: Stratum) -> Grouping:
    value, params = expression(stratum.column)
    pairs = [(stored, label) for label, values in stratum.groups.items() for stored in values]
    sql = f"""
        SELECT patient_id, CASE WHEN value IS NOT NULL THEN coalesce(label, '{OTHER}') END AS stratum
        FROM (SELECT patient_id, {value} AS value FROM patient)
        LEFT JOIN (SELECT unnest(CAST(? AS VARCHAR[])) AS stored, unnest(CAST(? AS VARCHAR[])) AS label) AS named
        ON value = stored"""
    lists = ([stored for stored, _ in pairs], [label for _, label in pairs])
    return Grouping(stratum.id, sql, (*params, *lists), tuple(stratum.groups))


def final_days(study: Study) -> tuple[tuple[str, str, float | None], ...]:
    """Patient, final category, and the day on which it is held to begin (None: not recorded), by patient id.

    Undecided patients are not in it.
    """
    from hlh_tui.review.state import final_categories

    finals = final_categories(study).values()
    return tuple((final.patient_id, final.category, final.since) for final in finals if final.category is not None)


def _by_response(study: Study, by: str) -> Grouping:
    finals = final_days(study)
    categories = tuple(category.id for category in study.protocol.categories)
    notes: tuple[str, ...] = ()
    label_of, order = {category: category for category in categories}, categories
    for collapse in study.protocol.collapses:
        if collapse.id == by:
            order = (by, f"no {by}")
            label_of = {category: order[category not in collapse.categories] for category in categories}
            rest = [category for category in categories if category not in collapse.categories]
            notes = (f"{by} = {' + '.join(collapse.categories)}; no {by} = {' + '.join(rest)}",)
    patients = [patient for patient, _, _ in finals]
    labels = [label_of[category] for _, category, _ in finals]
    began = {patient: day for patient, _, day in finals if day is not None}
    sql = """
        SELECT patient_id, label AS stratum FROM patient
        LEFT JOIN (SELECT unnest(CAST(? AS VARCHAR[])) AS patient_id, unnest(CAST(? AS VARCHAR[])) AS label) AS decided
        USING (patient_id)"""
    responses = {category for collapse in study.protocol.collapses for category in collapse.categories}
    undated = tuple(patient for patient, category, day in finals if category in responses and day is None)
    return Grouping(
        by,
        sql,
        (patients, labels),
        order,
        notes,
        from_decisions=True,
        began=began,
        undated=undated,
        label_of=dict(zip(patients, labels, strict=True)),
    )


def _by_attribute(study: Study, by: str) -> Grouping:
    value, params = expression(by)
    counted = study.rows(
        f"SELECT count(value), count(TRY_CAST(value AS DOUBLE)), count(DISTINCT value)"
        f" FROM (SELECT {value} AS value FROM patient)",
        params,
    )
    filled, numbers, distinct = counted[0]
    if filled == numbers and distinct > MOST_LEVELS:
        return _at_median(study, by, f"TRY_CAST({value} AS DOUBLE)", params)
    return _by_level(study, by, value, params)


def _by_level(study: Study, by: str, value: str, params: tuple[object, ...]) -> Grouping:
    sql = f"SELECT patient_id, CAST({value} AS VARCHAR) AS stratum FROM patient"
    ((levels,),) = study.rows(f"SELECT count(DISTINCT stratum) FROM ({sql})", params)
    if levels > MOST_STRATA:
        raise CohortError(
            f"{by} has {levels} different values, too many for groups: choose a column with at most {MOST_STRATA}"
        )
    return Grouping(by, sql, params, _printed_order(study.protocol, by))


def _printed_order(protocol: StudyProtocol, by: str) -> tuple[str, ...]:
    return next((tuple(row.levels) for row in protocol.baseline if row.column == by and row.levels), ())


def _at_median(study: Study, by: str, number: str, params: tuple[object, ...]) -> Grouping:
    ((median,),) = study.rows(f"SELECT median({number}) FROM patient", params)
    if median is None:
        raise CohortError(f"{by} is missing in every patient: choose another column")
    order = (f"{by} ≤ {median:.10g}", f"{by} > {median:.10g}")
    sql = f"""
        SELECT patient_id, CASE WHEN value <= ? THEN ? WHEN value > ? THEN ? END AS stratum
        FROM (SELECT patient_id, {number} AS value FROM patient)"""
    note = f"{by} is divided at its median in the study, {median:.10g}"
    return Grouping(by, sql, (median, order[0], median, order[1], *params), order, (note,))
