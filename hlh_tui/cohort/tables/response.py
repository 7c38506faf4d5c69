"""The response table: adjudicated categories and their collapses, with exact intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import Column, patient_columns
from hlh_tui.cohort.tables.cells import INTERVALS, everybody, heading, proportion_cell, share
from hlh_tui.cohort.tables.models import Row, Table

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Collapse, StudyProtocol
    from hlh_tui.review.models import FinalCategory
    from hlh_tui.study.file import Study

CATEGORY_HEADING = "Adjudicated category"
OUTCOME_HEADING = "Outcome"
FURTHER_HEADING = "Outcome by the criteria in force"
OPEN_HEADING = "Open cases"
OPEN_SOURCES = {"undecided": "Undecided", "unresolved": "Unresolved: readers differ"}


def response_table(study: Study, by: str | None = None) -> Table:
    """Counts, per cent of the decided patients, exact and Wilson 95 % limits, overall and per group of ``by``.

    The collapse maps are the protocol's, then those of the criteria in force that it has not. Not evaluable counts as
    decided. Undecided and unresolved cases are counted below, out of all patients.
    """
    from hlh_tui.review.state import final_categories

    finals = final_categories(study)
    columns = patient_columns(study, by)
    further, unfit = criteria_collapses(study)
    return Table(
        name="response",
        title="Response to treatment, adjudicated",
        columns=tuple(column.label for column in columns),
        rows=tuple(rows_of(study.protocol, further, finals, columns)),
        notes=(*notes_of(study.protocol, further, finals), *unfit),
    )


def criteria_collapses(study: Study) -> tuple[tuple[Collapse, ...], tuple[str, ...]]:
    """Collapse maps of the criteria in force that the protocol has not, and why others of them are not shown."""
    from hlh_tui.assess.reading import study_reading

    protocol = study.protocol
    known = {category.id for category in protocol.categories}
    taken = {frozenset(collapse.categories) for collapse in protocol.collapses}
    criteria = study_reading(study).criteria
    fit = tuple(
        collapse
        for collapse in criteria.collapses
        if known.issuperset(collapse.categories) and frozenset(collapse.categories) not in taken
    )
    unfit = [collapse.label for collapse in criteria.collapses if not known.issuperset(collapse.categories)]
    sentence = f"Not shown, because readers do not decide on the categories of {criteria.id}: {', '.join(unfit)}."
    return fit, (sentence,) if unfit else ()


def rows_of(
    protocol: StudyProtocol,
    further: Sequence[Collapse],
    finals: Mapping[str, FinalCategory],
    columns: Sequence[Column],
) -> list[Row]:
    """Patients, decided, categories, collapses, open cases."""
    decided = [with_category(column, finals) for column in columns]
    counted = tuple(share(some, len(column.patients)) for some, column in zip(decided, columns, strict=True))
    rows = [everybody(columns), Row("Decided", "", counted), heading(CATEGORY_HEADING, len(columns))]
    rows += [
        proportion_row(CATEGORY_HEADING, category.label, {category.id}, finals, decided)
        for category in protocol.categories
    ]
    for label, collapses in ((OUTCOME_HEADING, protocol.collapses), (FURTHER_HEADING, further)):
        rows += [heading(label, len(columns))] if collapses else []
        rows += [proportion_row(label, each.label, set(each.categories), finals, decided) for each in collapses]
    rows.append(heading(OPEN_HEADING, len(columns)))
    for source, label in OPEN_SOURCES.items():
        cells = (
            share(tuple(p for p in column.patients if finals[p].source == source), len(column.patients))
            for column in columns
        )
        rows.append(Row(OPEN_HEADING, label, tuple(cells)))
    return rows


def proportion_row(
    label: str, level: str, wanted: set[str], finals: Mapping[str, FinalCategory], decided: Sequence[tuple[str, ...]]
) -> Row:
    """A row of proportions of the decided patients of each column."""
    cells = (
        proportion_cell(tuple(patient for patient in some if finals[patient].category in wanted), len(some))
        for some in decided
    )
    return Row(label, level, tuple(cells))


def with_category(column: Column, finals: Mapping[str, FinalCategory]) -> tuple[str, ...]:
    """The patients of a column whose final category is known."""
    return tuple(patient for patient in column.patients if finals[patient].category is not None)


def notes_of(protocol: StudyProtocol, further: Sequence[Collapse], finals: Mapping[str, FinalCategory]) -> list[str]:
    """How many are decided and by whom, what the denominators are, and how intervals are made."""
    decided = [final for final in finals.values() if final.category is not None]
    sources = Counter(final.source for final in decided)
    how = ", ".join(f"{count} {source}" for source, count in sorted(sources.items()))
    return [
        f"{len(decided)} of {len(finals)} decided{f' ({how})' if how else ''}.",
        f"Per cent of the decided patients, those not evaluable included. {INTERVALS}",
        *(f"{collapse.label} – {collapse.source}." for collapse in (*protocol.collapses, *further) if collapse.source),
    ]
