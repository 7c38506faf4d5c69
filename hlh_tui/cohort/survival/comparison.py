"""How the groups of a division compare: log-rank, hazard ratio, differences of means and at chosen days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import Grouping, grouping
from hlh_tui.cohort.survival.apart import set_apart, some
from hlh_tui.cohort.survival.cox import hazard_ratio, stratified_hazard_ratio
from hlh_tui.cohort.survival.fixed_time import survival_difference
from hlh_tui.cohort.survival.follow_up import follow_up
from hlh_tui.cohort.survival.kaplan_meier import kaplan_meier
from hlh_tui.cohort.survival.landmark import split
from hlh_tui.cohort.survival.leaving import Leaving, counts, leaving
from hlh_tui.cohort.survival.logrank import logrank, stratified_logrank
from hlh_tui.cohort.survival.models import LogRank
from hlh_tui.cohort.survival.restricted_mean import restricted_mean_difference

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.counts import Counts
    from hlh_tui.protocol.models import Endpoint
    from hlh_tui.study.file import Study

BETWEEN = "\x1f"
"""Stands between the two labels of a crossed group; no label of a chart holds it."""


def compared(
    study: Study,
    endpoint: Endpoint,
    division: Grouping,
    known: Mapping[str, Counts],
    start: float | None,
    stratify: str | None,
    tau: float | None,
    days: Sequence[float],
) -> dict[str, Any]:
    """The comparisons of the groups that are known, as fields of a ``SurvivalResult``; nothing for one curve.

    ``CohortError`` for a stratified test without groups to compare.
    """
    if not division.by:
        if stratify is not None:
            raise CohortError("a stratified test compares groups: say with --by which")
        return {"logrank": None}
    found: dict[str, Any] = {"logrank": logrank(list(known.values()))}
    contrast = contrasted(division, tuple(known))
    if stratify is not None:
        found |= _stratified(study, endpoint, division, tuple(known), contrast, start, stratify)
    if contrast is None:
        return found
    other, reference = contrast
    found["contrast"] = contrast
    base, against = (kaplan_meier(known[label], start=start or 0.0) for label in (reference, other))
    found["differences"] = tuple(
        (day, survival_difference(base, against, day, names=(reference, other)))
        for day in days
        if day >= (start or 0.0)
    )
    if stratify is None:
        found["hazard_ratio"] = hazard_ratio(known[reference], known[other], names=(reference, other))
    if tau is not None:
        found["restricted_difference"] = restricted_mean_difference(
            known[reference], known[other], tau, start=start or 0.0
        )
    return found


def comparison_notes(
    study: Study, endpoint: Endpoint, division: Grouping, found: Mapping[str, Any], start: float | None
) -> list[str]:
    """What the comparisons in ``found`` rest on, and who is not in those within the groups of another column."""
    notes = []
    if any(gap.p is not None for _, gap in found.get("differences", ())):
        notes.append(
            "Difference of survival on a day: limits by Greenwood's errors added, cut at -100 and 100 points; p by the"
            " difference of log(-log survival), which keeps its level in small groups (Klein 2007), so that the two"
            " need not agree."
        )
    if found.get("restricted_difference") is not None:
        notes.append("Restricted mean: the area under the curve up to the day, with a normal interval cut at its ends.")
    if stratify := found.get("stratify"):
        notes.append(f"The hazard ratio is that within the groups of {stratify}, as is the stratified log-rank test.")
        question = follow_up(study, endpoint, placed(division, grouping(study, stratify)))
        count, first = set_apart(study, question, -1.0 if start is None else start).outside
        if count:
            notes.append(
                f"{stratify} is missing in {count} of those compared, who are in neither: {some(count, first)}."
            )
    return notes


def placed(first: Grouping, second: Grouping) -> Grouping:
    """Who of those in a group of ``first`` is in one of ``second``; the others of them are in no group."""
    sql = f"""
        SELECT one.patient_id, CASE WHEN one.stratum IS NULL THEN '' ELSE other.stratum END AS stratum
        FROM ({first.sql}) AS one JOIN ({second.sql}) AS other USING (patient_id)"""
    return Grouping(second.by, sql, (*first.params, *second.params), ())


def contrasted(division: Grouping, labels: tuple[str, ...]) -> tuple[str, str] | None:
    """Of two groups the one that is compared and the one it is compared with; None for fewer or more groups.

    A response is compared with none, otherwise the second group with the first.
    """
    if len(labels) != 2:
        return None
    first, second = labels
    return (first, second) if division.from_decisions else (second, first)


def _stratified(
    study: Study,
    endpoint: Endpoint,
    division: Grouping,
    labels: tuple[str, ...],
    contrast: tuple[str, str] | None,
    start: float | None,
    stratify: str,
) -> dict[str, Any]:
    """The log-rank test and, for two groups, the hazard ratio within the groups of another column."""
    second = grouping(study, stratify)
    if second.from_decisions:
        raise CohortError(f"{stratify} is known only after the index event: stratify by a baseline column")
    _, late = split(leaving(study, follow_up(study, endpoint, crossed(division, second))), start)
    cells: dict[str, dict[str, list[Leaving]]] = {}
    for each in late:
        if each.stratum is not None:
            group, _, stratum = each.stratum.partition(BETWEEN)
            cells.setdefault(stratum, {}).setdefault(group, []).append(each)
    strata = [{label: counts(groups.get(label, [])) for label in labels} for _, groups in sorted(cells.items())]
    test: LogRank = stratified_logrank([[groups[label] for label in labels] for groups in strata])
    found: dict[str, Any] = {"stratify": stratify, "stratified": test}
    if contrast is not None and strata:
        other, reference = contrast
        pairs = [(groups[reference], groups[other]) for groups in strata]
        found["hazard_ratio"] = stratified_hazard_ratio(pairs, names=(reference, other))
    return found


def crossed(first: Grouping, second: Grouping) -> Grouping:
    """The division by two columns at once; who is missing in either is in no group."""
    sql = f"""
        SELECT one.patient_id, one.stratum || '{BETWEEN}' || other.stratum AS stratum
        FROM ({first.sql}) AS one JOIN ({second.sql}) AS other USING (patient_id)"""
    by = f"{first.by}, within {second.by}"
    return Grouping(by, sql, (*first.params, *second.params), ())
