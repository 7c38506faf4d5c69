"""The comparisons that the protocol tests together, with p adjusted over all of them (Holm)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.change import Change, Pair, Window, change_of, measure_of, pair, window
from hlh_tui.cohort.biomarkers.holm import holm
from hlh_tui.cohort.biomarkers.mann_whitney import mann_whitney, rank_p
from hlh_tui.cohort.biomarkers.measurements import analyte_named, measurements
from hlh_tui.cohort.biomarkers.models import FamilyMember
from hlh_tui.cohort.charts_alone import kept
from hlh_tui.cohort.columns import OVERALL, UNDECIDED, Column, patient_columns
from hlh_tui.cohort.grouping import MISSING

if TYPE_CHECKING:
    from hlh_tui.protocol.analytes import Analyte
    from hlh_tui.study.file import Study


Changes = tuple[str, dict[str, Pair], dict[str, Change]]


def changes(study: Study, analyte: Analyte, at: Window) -> Changes:
    """How change is measured, and the two values and the change of every patient with a value."""
    values = measurements(study, analyte.id)

    def find() -> Changes:
        pairs = {patient: pair(own, at) for patient, own in values.items()}
        measure = measure_of(analyte, pairs)
        return measure, pairs, {patient: change_of(found, measure, analyte, at) for patient, found in pairs.items()}

    return kept(study, ("changes", analyte.id, at), find)


def known_groups(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The groups that a test may compare: without everybody and without those of whom the group is not known."""
    return tuple(column for column in columns if column.label not in (OVERALL, UNDECIDED, MISSING))


def known_changes(column: Column, found: dict[str, Change]) -> list[float]:
    """The changes that are known in a group."""
    listed = (found[patient].change for patient in column.patients if patient in found)
    return [change for change in listed if change is not None]


def comparisons(study: Study) -> tuple[tuple[str, str], ...]:
    """(analyte, collapse) of the protocol's family."""
    asked = study.protocol.biomarkers
    return tuple((analyte, by) for analyte in asked.analytes for by in asked.collapses)


def family(study: Study) -> tuple[FamilyMember, ...]:
    """Every comparison of the protocol's family at its day; empty where the protocol names none."""
    found = []
    for analyte, by, first, second in _samples(study):
        found.append((analyte, by, mann_whitney(first, second)))
    if not found:
        return ()
    day = window(study.protocol, None).day
    adjusted = holm([test.p for _, _, test in found])
    return tuple(
        FamilyMember(analyte, by, day, test, p) for (analyte, by, test), p in zip(found, adjusted, strict=True)
    )


def family_p(study: Study) -> dict[tuple[str, str], float | None]:
    """(analyte, collapse) -> p adjusted over the family; quicker than ``family``, without the estimates."""
    samples = _samples(study)
    adjusted = holm([rank_p(first, second)[1] if first and second else None for _, _, first, second in samples])
    return {(analyte, by): p for (analyte, by, _, _), p in zip(samples, adjusted, strict=True)}


def _samples(study: Study) -> list[tuple[str, str, list[float], list[float]]]:
    """The two samples of each comparison; a collapse always has two groups, either of which may be empty."""
    asked = study.protocol.biomarkers
    if not asked.analytes or not asked.collapses:
        return []
    at = window(study.protocol, None)
    groups = {by: patient_columns(study, by) for by in asked.collapses}
    samples = []
    for analyte in asked.analytes:
        _, _, found = changes(study, analyte_named(analyte), at)
        for by in asked.collapses:
            labels = {column.label: column for column in known_groups(groups[by])}
            first, second = (known_changes(labels[x], found) if x in labels else [] for x in (by, f"no {by}"))
            samples.append((analyte, by, first, second))
    return samples
