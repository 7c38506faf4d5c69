"""A figure from an estimate or a test, or a number that protocol or criteria set."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import msgspec

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.published.errors import NotInStudy, PublishedError
from hlh_tui.cohort.published.models import Computed
from hlh_tui.cohort.published.rounding import exact

if TYPE_CHECKING:
    from hlh_tui.cohort.published.read import Entry
    from hlh_tui.cohort.published.sources import (
        FromBiomarker,
        FromLogRank,
        FromProtocol,
        FromReading,
        FromSurvival,
    )
    from hlh_tui.cohort.survival.models import Stratum
    from hlh_tui.study.file import Study

WEEK = 7


def survival_value(study: Study, entry: Entry, source: FromSurvival) -> Computed:
    """Survival in per cent, numbers of the curve, or its median in days, weeks or months."""
    from hlh_tui.cohort.survival.curves import survival

    place = f"{entry.place}.from"
    require_endpoint(study, source.survival, f"{place}.survival")
    require_division(study, source.by, place)
    day = chosen_day(study, source, place)
    try:
        found = survival(study, source.survival, source.by, () if day is None else (day,), landmark=source.landmark)
    except CohortError as error:
        raise NotInStudy(str(error)) from error
    curve = wanted_curve(study, found.strata, source, place)
    how = f"Kaplan-Meier, {source.survival}"
    if source.field in ("events", "censored", "n"):
        counts = {"events": curve.events, "censored": curve.censored, "n": curve.n}
        return Computed(n=counts[source.field], denominator=curve.n, how=f"{how}: {source.field}")
    times = times_of(curve)
    if source.field in times:
        time = times[source.field]
        if time is None:
            raise NotInStudy(f"{source.field} of {source.survival} is not reached in {curve.n} patients")
        return Computed(exact(time) / days_of(study, source.unit), how=f"{how}: {source.field} of {curve.n}")
    estimate = curve.estimates[0]
    at = f"{how}, day {estimate.day:g}"
    if source.field == "at_risk":
        return Computed(n=estimate.at_risk, denominator=curve.n, how=f"{at}: at risk")
    if estimate.survival is None:
        raise NotInStudy(f"{source.survival} cannot be estimated at day {estimate.day:g}: follow-up ends before it")
    return Computed(100 * exact(estimate.survival), how=f"{at}: {curve.n} patients, {curve.events} events in all")


def times_of(curve: Stratum) -> dict[str, float | None]:
    """Median and quartiles of a curve in days, and of potential follow-up; None where not reached."""
    lower, middle, upper = (each.estimate for each in curve.quartiles)
    found = {"q1": lower, "median": middle, "q3": upper}
    if curve.observed is None:
        return found
    first, third = curve.observed.quartiles
    return found | {"followed": curve.observed.median.estimate, "followed_q1": first, "followed_q3": third}


def require_endpoint(study: Study, name: str, place: str) -> None:
    """``PublishedError`` unless the protocol has the endpoint."""
    known = [endpoint.id for endpoint in study.protocol.endpoints]
    if name not in known:
        raise PublishedError(f"{place}: there is no endpoint {name!r}; use one of {', '.join(known)}")


def require_division(study: Study, by: str | None, place: str) -> None:
    """``PublishedError`` unless the cohort can be divided so."""
    from hlh_tui.cohort.grouping import grouping

    try:
        grouping(study, by)
    except CohortError as error:
        raise PublishedError(f"{place}.by: {error}") from error


def chosen_day(study: Study, source: FromSurvival, place: str) -> float | None:
    """The day of an estimate; the protocol says how long a month is."""
    if source.at_month is not None:
        return source.at_month * study.protocol.month_days
    if source.at_day is None and source.field in ("survival", "at_risk"):
        raise PublishedError(f"{place}: {source.field} needs a time; give at_day or at_month")
    return source.at_day


def wanted_curve(study: Study, strata: tuple[Stratum, ...], source: FromSurvival, place: str) -> Stratum:
    """The only curve, or that of ``group``; ``NotInStudy`` for a group that nobody is in."""
    from hlh_tui.cohort.grouping import grouping

    labels = [stratum.label for stratum in strata]
    if source.by is None:
        return strata[0]
    if source.group not in labels and source.group in grouping(study, source.by).order:
        raise NotInStudy(f"no patient of the study is in {source.group!r} of {source.by}")
    if source.group not in labels:
        raise PublishedError(f"{place}.group: there is no group {source.group!r}; use one of {', '.join(labels)}")
    return strata[labels.index(source.group)]


def days_of(study: Study, unit: str) -> Fraction:
    """How many days a unit has."""
    return {"weeks": Fraction(WEEK), "months": exact(study.protocol.month_days)}.get(unit, Fraction(1))


def logrank(study: Study, entry: Entry, source: FromLogRank) -> Computed:
    """The p of the log-rank test."""
    from hlh_tui.cohort.survival.curves import survival

    place = f"{entry.place}.from"
    require_endpoint(study, source.logrank, f"{place}.logrank")
    require_division(study, source.by, place)
    try:
        found = survival(study, source.logrank, source.by, landmark=source.landmark)
    except CohortError as error:
        raise NotInStudy(str(error)) from error
    test = found.logrank
    if test is None or test.p is None:
        raise NotInStudy(f"no log-rank test of {source.logrank} by {source.by}: {test.why if test else 'no groups'}")
    sizes = tuple(stratum.n for stratum in found.strata)
    return Computed(exact(test.p), how=f"log-rank test, {source.logrank} by {source.by}, n = {numbers(sizes)}")


def biomarker(study: Study, entry: Entry, source: FromBiomarker) -> Computed:
    """The exact Mann-Whitney test of the change of an analyte between the two groups."""
    from hlh_tui.cohort.biomarkers.analyte import analyte_result
    from hlh_tui.protocol.analytes import find_analyte

    place = f"{entry.place}.from"
    if find_analyte(source.biomarker) is None:
        raise PublishedError(
            f"{place}.biomarker: there is no analyte {source.biomarker!r}; use an id of the chart format"
        )
    require_division(study, source.by, place)
    try:
        found = analyte_result(study, source.biomarker, source.by, source.day)
    except CohortError as error:
        raise NotInStudy(str(error)) from error
    test = found.test
    if test is None or test.p is None:
        why = test.why if test else f"{source.by} does not make two groups"
        raise NotInStudy(f"no test of {source.biomarker} by {source.by}: {why}")
    value = {"p": test.p, "p_holm": found.p_holm, "shift": test.estimate}[source.field]
    if value is None:
        raise NotInStudy(f"{source.biomarker} by {source.by} has no {source.field} in this study")
    how = f"{test.method}, change of {source.biomarker} to day {found.day:g}, {source.by}, n = {numbers(test.n)}"
    return Computed(exact(value), how=how, groups=test.n)


def numbers(sizes: tuple[int, ...]) -> str:
    """Group sizes as 10 and 3."""
    return " and ".join(map(str, sizes))


def protocol_value(study: Study, entry: Entry, source: FromProtocol) -> Computed:
    """A number in the study protocol in force."""
    value: Any = msgspec.to_builtins(study.protocol)
    place = f"{entry.place}.from.protocol"
    for key in source.protocol.split("."):
        if value is None:
            raise NotInStudy(f"protocol {study.protocol.id} {study.protocol.version} does not set {source.protocol}")
        value = member(value, key, place)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PublishedError(f"{place}: {source.protocol!r} is no number; go on with a key of it")
    protocol = study.protocol
    return Computed(exact(value), how=f"set by protocol {protocol.id} {protocol.version}: {source.protocol}")


def member(value: Any, key: str, place: str) -> Any:
    """One step down; ``PublishedError`` names the keys there are."""
    if isinstance(value, dict):
        if key in value:
            return value[key]
        raise PublishedError(f"{place}: there is no key {key!r}; use one of {', '.join(value)}")
    if isinstance(value, list | tuple) and key.isdecimal() and 1 <= int(key) <= len(value):
        return value[int(key) - 1]
    raise PublishedError(f"{place}: {key!r} leads nowhere; count the members of a list from 1")


def option(study: Study, entry: Entry, source: FromReading) -> Computed:
    """The value in force of an option of the criteria."""
    from hlh_tui.assess.reading import study_reading

    reading = study_reading(study)
    if source.reading not in reading.options:
        known = ", ".join(reading.options)
        raise PublishedError(f"{entry.place}.from.reading: there is no option {source.reading!r}; use one of {known}")
    value = reading.options[source.reading]
    try:
        found = Fraction(value)
    except ValueError as error:
        raise PublishedError(f"{entry.place}.from.reading: {source.reading} is {value!r}, no number") from error
    return Computed(found, how=f"option in force of criteria {reading.criteria.id}: {source.reading}")
