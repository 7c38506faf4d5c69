"""A figure counted in the charts, or a statistic of numbers in them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from hlh_tui.cohort.published.conditions import Condition, OfDrug, OfEvent
from hlh_tui.cohort.published.errors import NotInStudy, PublishedError
from hlh_tui.cohort.published.estimate import days_of
from hlh_tui.cohort.published.filters import Filter, column, event_rows, exposure_rows, patients_meeting
from hlh_tui.cohort.published.models import Computed
from hlh_tui.cohort.published.rounding import exact
from hlh_tui.cohort.quantile import NAMES, quantile

if TYPE_CHECKING:
    from hlh_tui.cohort.published.read import Entry
    from hlh_tui.cohort.published.sources import FromCount, FromMeasure
    from hlh_tui.study.file import Study

TABLES: Mapping[str, type[Condition]] = {"events": OfEvent, "exposures": OfDrug}
LEVELS = {"q1": 0.25, "median": 0.5, "q3": 0.75}


def counted(study: Study, entry: Entry, source: FromCount) -> Computed:
    """Patients who meet the conditions, out of those of ``of``; or rows of events or exposures of those patients."""
    if source.count != "patients":
        return counted_rows(study, entry, source)
    where = patients_meeting(study, entry.conditions["where"], f"{entry.place}.from.where")
    of = patients_meeting(study, entry.conditions["of"], f"{entry.place}.from.of")
    sql = f"""
        SELECT patient_id, counts.held, base.held
        FROM ({where.sql}) AS counts JOIN ({of.sql}) AS base USING (patient_id)
        WHERE base.held IS DISTINCT FROM false ORDER BY patient_id"""
    rows = study.rows(sql, (*where.params, *of.params))
    counts = tuple(patient for patient, held, among in rows if held and among)
    return Computed(
        n=len(counts),
        denominator=sum(among is True for _, _, among in rows),
        patients=counts,
        unknown=tuple(patient for patient, held, among in rows if held is None or among is None),
        how="counted in the charts",
    )


def counted_rows(study: Study, entry: Entry, source: FromCount) -> Computed:
    """Rows that meet the one condition on them, of patients who meet the others."""
    wanted = TABLES[source.count]
    where = entry.conditions["where"]
    mine = [each for each in where if isinstance(each, wanted)]
    if len(mine) != 1 or not isinstance(mine[0], OfEvent | OfDrug):
        key = "event" if source.count == "events" else "drug"
        raise PublishedError(
            f"{entry.place}.from.where: counting {source.count} needs exactly one condition with {key}"
        )
    others = [*(each for each in where if each is not mine[0]), *entry.conditions["of"]]
    patients = patients_meeting(study, others, f"{entry.place}.from.where")
    table, rows = rows_of(mine[0])
    sql = f"""
        SELECT patient_id FROM {table} JOIN ({patients.sql}) AS base USING (patient_id)
        WHERE base.held AND ({rows.sql}) ORDER BY patient_id"""
    found = [patient for (patient,) in study.rows(sql, (*patients.params, *rows.params))]
    return Computed(n=len(found), patients=tuple(dict.fromkeys(found)), how=f"{source.count} counted in the charts")


def rows_of(condition: OfEvent | OfDrug) -> tuple[str, Filter]:
    """The table of the rows that a condition is about, and what a row must be."""
    if isinstance(condition, OfEvent):
        return "event", event_rows(condition)
    return "exposure", exposure_rows(condition)


def measured(study: Study, entry: Entry, source: FromMeasure) -> Computed:
    """Median, quartile, minimum, maximum, mean or number of the values."""
    numbers = numbers_of(study, entry, source)
    values = sorted(exact(value) for _, value in numbers)
    if not values:
        raise NotInStudy(f"the charts have no value for {source.measure} in the patients wanted")
    how = f"{source.measure}{f' per {source.per}' if source.per else ''}: {source.field} of {len(values)}"
    if source.field in ("q1", "q3"):
        how += f", quartiles by definition {NAMES[source.quantile]}"
    patients = tuple(dict.fromkeys(patient for patient, _ in numbers))
    if source.field == "n":
        return Computed(n=len(values), patients=patients, how=how)
    days = days_of(study, source.unit)
    return Computed(statistic(values, source) / days, how=how, patients=patients)


def statistic(values: list[Fraction], source: FromMeasure) -> Fraction:
    """The statistic of ascending values, exact."""
    if source.field == "mean":
        return sum(values, Fraction()) / len(values)
    if source.field in LEVELS:
        return exact(quantile([float(value) for value in values], LEVELS[source.field], source.quantile))
    return values[0] if source.field == "min" else values[-1]


def numbers_of(study: Study, entry: Entry, source: FromMeasure) -> list[tuple[str, float]]:
    """Patient and number, one a patient for a column, one a row for doses and durations."""
    place = f"{entry.place}.from"
    base = patients_meeting(study, entry.conditions["of"], f"{place}.of")
    value, rows = measure(study, entry, source)
    divisor = column(study, source.per, f"{place}.per") if source.per else None
    divided = f"TRY_CAST(({divisor[0]}) AS DOUBLE)" if divisor else "1"
    sql = f"""
        SELECT patient_id, measured.value / per.value
        FROM ({value.sql}) AS measured
        JOIN (SELECT patient_id, {divided} AS value FROM patient) AS per USING (patient_id)
        JOIN ({base.sql}) AS base USING (patient_id)
        WHERE base.held AND measured.value / per.value IS NOT NULL
        ORDER BY patient_id"""
    params = (*value.params, *rows.params, *(divisor[1] if divisor else ()), *base.params)
    return [(patient, float(number)) for patient, number in study.rows(sql, params)]


def measure(study: Study, entry: Entry, source: FromMeasure) -> tuple[Filter, Filter]:
    """``SELECT patient_id, value`` of what is measured, and the condition on its rows with their values."""
    place = f"{entry.place}.from"
    given = entry.conditions["row"]
    if source.measure not in ("dose", "duration"):
        number, params = column(study, source.measure, f"{place}.measure")
        return Filter(f"SELECT patient_id, TRY_CAST({number} AS DOUBLE) AS value FROM patient", params), Filter("true")
    if not given or not isinstance(given[0], OfEvent | OfDrug):
        kind = "drug" if source.measure == "dose" else "event or drug"
        raise PublishedError(f"{place}.row: {source.measure} needs a condition with {kind}")
    if source.measure == "dose" and isinstance(given[0], OfEvent):
        raise PublishedError(f"{place}.row: a dose belongs to a drug; give a condition with drug")
    table, rows = rows_of(given[0])
    start = "day" if table == "event" else "start_day"
    number = "dose" if source.measure == "dose" else f"CAST(end_day AS DOUBLE) - CAST({start} AS DOUBLE)"
    return Filter(f"SELECT patient_id, {number} AS value FROM {table} WHERE {rows.sql}"), rows
