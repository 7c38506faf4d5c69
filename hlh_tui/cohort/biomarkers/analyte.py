"""One analyte of the cohort, before and after, by any division of the patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from statistics import median, quantiles
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.change import Change, Pair, change_of, window
from hlh_tui.cohort.biomarkers.family import changes, comparisons, family_p, known_groups
from hlh_tui.cohort.biomarkers.mann_whitney import mann_whitney
from hlh_tui.cohort.biomarkers.measurements import above, analyte_named, measurements, reference_band
from hlh_tui.cohort.biomarkers.models import AnalyteResult, Group, Measurement, RankTest, Series, Spread
from hlh_tui.cohort.biomarkers.signed_rank import signed_rank
from hlh_tui.cohort.biomarkers.words import detection_notes, method_notes, missing_notes, power_words
from hlh_tui.cohort.charts_alone import kept
from hlh_tui.cohort.columns import UNDECIDED, Column, patient_columns
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.printed import names
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.protocol.analytes import Analyte
    from hlh_tui.study.file import Study

NOTHING = Pair(None, None)
EVERYBODY_LABEL = "all patients"
KEPT_TESTS = 64
"""Tests that are kept, those used last."""


def analyte_result(study: Study, analyte: str, by: str | None = None, day: float | None = None) -> AnalyteResult:
    """The analyte's values, its change at ``day`` (default: the protocol's), and the tests between and within groups.

    ``analyte``: id, label or synonym. ``by``: a stratum of the protocol, a collapse (response, remission), category, a
    patient column or an attribute. ``CohortError`` for anything that is not there.
    """
    require_results(study, "biomarkers")
    known = analyte_named(analyte)
    at = window(study.protocol, day)
    values = measurements(study, known.id)
    if not values:
        raise CohortError(f"{known.label} is charted in no patient of this study: choose another analyte")
    columns = patient_columns(study, by)
    measure, pairs, found = changes(study, known, at)
    nothing = change_of(NOTHING, measure, known, at)
    series = {each.patient_id: each for each in all_series(columns, values, pairs, found, nothing)}
    everybody = kept(study, ("everybody", known.id, at), lambda: group(columns[0], EVERYBODY_LABEL, series, known))
    groups = tuple(group(column, column.label, series, known) for column in columns[1:])
    compared = [each for each in groups if each.label in {column.label for column in known_groups(columns)}]
    test = between_groups(compared, series)
    adjusted = adjusted_p(study, known.id, by, at.day)
    return AnalyteResult(
        analyte=known.id,
        label=known.label,
        short=known.short,
        unit=known.unit_shown,
        decimals=known.decimals,
        by=by,
        day=at.day,
        measure=measure,
        band=kept(study, ("band", known.id), lambda: reference_band(known, values)),
        series=tuple(series.values()),
        groups=groups or (everybody,),
        everybody=everybody,
        test=test,
        p_holm=adjusted.get((known.id, by or "")),
        family=sum(p is not None for p in adjusted.values()),
        power=power_words(everybody, test),
        notes=(
            *method_notes(measure, at, by, len(compared)),
            *family_notes(study, adjusted, by),
            *detection_notes(list(series.values()), measure),
            *missing_notes(list(series.values())),
            *left_out_notes(columns, by),
            *division_notes(study, by),
            *([f"{known.label}: {known.note}."] if known.note else []),
        ),
    )


def all_series(
    columns: Sequence[Column],
    values: Mapping[str, tuple[Measurement, ...]],
    pairs: Mapping[str, Pair],
    found: Mapping[str, Change],
    nothing: Change,
) -> list[Series]:
    """One series a patient, group by group; with a single column everybody is in the group of that name."""
    divided = columns[1:] or (Column(EVERYBODY_LABEL, columns[0].patients),)
    listed = []
    for column in divided:
        for patient in column.patients:
            two, change = pairs.get(patient, NOTHING), found.get(patient, nothing)
            listed.append(
                Series(
                    patient_id=patient,
                    group=column.label,
                    values=values.get(patient, ()),
                    baseline=two.baseline,
                    chosen=two.chosen,
                    change=change.change,
                    bound=change.bound,
                    why=change.why if patient in found else "nothing charted",
                )
            )
    return listed


def group(column: Column, label: str, series: Mapping[str, Series], analyte: Analyte) -> Group:
    """What a group had before and after, who lay above the limit, and how it changed."""
    own = [series[patient] for patient in column.patients]
    before = {each.patient_id: each.baseline for each in own if each.baseline is not None}
    after = {each.patient_id: each.chosen for each in own if each.chosen is not None}
    moved = [(each.patient_id, each.change) for each in own if each.change is not None]
    limit = analyte.upper
    judged_before = {patient: above(each, limit) for patient, each in before.items()}
    judged_after = {patient: above(each, limit) for patient, each in after.items()}
    return Group(
        label=label,
        patients=column.patients,
        paired=tuple(patient for patient, _ in moved),
        before=spread([each.value for each in before.values()]),
        after=spread([each.value for each in after.values()]),
        change=spread([change for _, change in moved]),
        judged_before=tuple(patient for patient, high in judged_before.items() if high is not None),
        high_before=tuple(patient for patient, high in judged_before.items() if high),
        judged_after=tuple(patient for patient, high in judged_after.items() if high is not None),
        high_after=tuple(patient for patient, high in judged_after.items() if high),
        within=within(tuple(change for _, change in moved)),
    )


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles (R's type 7)."""
    if not values:
        return Spread(0, None, None, None)
    middle = median(values)
    lower, _, upper = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (middle,) * 3
    return Spread(len(values), middle, lower, upper)


def between_groups(compared: Sequence[Group], series: Mapping[str, Series]) -> RankTest | None:
    """The test between two groups; None for any other number of them."""
    if len(compared) != 2:
        return None
    first, second = (tuple(series[patient].change or 0.0 for patient in each.paired) for each in compared)
    return between(first, second)


@lru_cache(maxsize=KEPT_TESTS)
def between(first: tuple[float, ...], second: tuple[float, ...]) -> RankTest:
    """The test of two groups, kept: a decision changes few of them."""
    return mann_whitney(first, second)


@lru_cache(maxsize=KEPT_TESTS)
def within(changes: tuple[float, ...]) -> RankTest:
    """The test within a group, kept."""
    return signed_rank(changes)


def adjusted_p(study: Study, analyte: str, by: str | None, day: float) -> dict[tuple[str, str], float | None]:
    """The family's adjusted p values where this comparison is one of them, else nothing."""
    if by is None or (analyte, by) not in comparisons(study) or day != window(study.protocol, None).day:
        return {}
    return family_p(study)


def family_notes(study: Study, adjusted: Mapping[tuple[str, str], float | None], by: str | None) -> list[str]:
    """What the adjustment counts, or that there is none."""
    if by is None:
        return []
    counted = sum(p is not None for p in adjusted.values())
    if not adjusted:
        return ["This comparison is not of the protocol's family; its p is not adjusted."]
    asked = study.protocol.biomarkers
    family = f"{', '.join(asked.analytes)} by {' and '.join(asked.collapses)}"
    which = "" if counted == len(adjusted) else f" that can be tested, of the {len(adjusted)}"
    return [f"Holm's adjustment over the {counted} comparisons{which} of the protocol's family: {family}."]


def left_out_notes(columns: Sequence[Column], by: str | None) -> list[str]:
    """Whose group is not known."""
    compared = known_groups(tuple(columns))
    rest = [column for column in columns[1:] if column not in compared]
    return [
        f"Not in the test, {'no final category yet' if column.label == UNDECIDED else f'{by} is not known'}:"
        f" {names(column.patients)}."
        for column in rest
    ]


def division_notes(study: Study, by: str | None) -> list[str]:
    """What the groups mean."""
    from hlh_tui.cohort.grouping import grouping

    return [f"{note}." for note in grouping(study, by).notes] if by else []
