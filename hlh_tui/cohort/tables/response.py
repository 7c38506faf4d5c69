"""The response table: adjudicated categories and their collapses, with exact intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import Column, patient_columns
from hlh_tui.cohort.interval import clopper_pearson
from hlh_tui.cohort.printed import limits_in_percent, percent
from hlh_tui.cohort.tables.models import Cell, Row, Table

if TYPE_CHECKING:
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.review.models import FinalCategory
    from hlh_tui.study.file import Study

CATEGORY_HEADING = "Adjudicated category"
OUTCOME_HEADING = "Outcome"
OPEN_HEADING = "Open cases"
OPEN_SOURCES = {"undecided": "Undecided", "unresolved": "Unresolved: readers differ"}


def response_table(study: Study, by: str | None = None) -> Table:
    """Counts, per cent of the decided patients and Clopper-Pearson 95 % limits, overall and per group of ``by``.

    Not evaluable counts as decided. Undecided and unresolved cases are counted below, out of all patients.
    """
    from hlh_tui.review.state import final_categories

    finals = final_categories(study)
    columns = patient_columns(study, by)
    return Table(
        name="response",
        title="Response to treatment, adjudicated",
        columns=tuple(column.label for column in columns),
        rows=tuple(rows_of(study.protocol, finals, columns)),
        notes=tuple(notes_of(study.protocol, finals)),
    )


def rows_of(protocol: StudyProtocol, finals: Mapping[str, FinalCategory], columns: Sequence[Column]) -> list[Row]:
    """Patients, decided, categories, collapses, open cases."""
    blank = tuple(Cell("") for _ in columns)
    everybody = (Cell(str(len(column.patients)), len(column.patients), patients=column.patients) for column in columns)
    decided = (share(with_category(column, finals), len(column.patients)) for column in columns)
    rows = [Row("Patients", "", tuple(everybody)), Row("Decided", "", tuple(decided))]
    rows.append(Row(CATEGORY_HEADING, "", blank))
    rows += [
        proportion_row(CATEGORY_HEADING, category.label, {category.id}, finals, columns)
        for category in protocol.categories
    ]
    rows.append(Row(OUTCOME_HEADING, "", blank))
    rows += [
        proportion_row(OUTCOME_HEADING, collapse.label, set(collapse.categories), finals, columns)
        for collapse in protocol.collapses
    ]
    rows.append(Row(OPEN_HEADING, "", blank))
    for source, label in OPEN_SOURCES.items():
        cells = (
            share(tuple(p for p in column.patients if finals[p].source == source), len(column.patients))
            for column in columns
        )
        rows.append(Row(OPEN_HEADING, label, tuple(cells)))
    return rows


def proportion_row(
    label: str, level: str, wanted: set[str], finals: Mapping[str, FinalCategory], columns: Sequence[Column]
) -> Row:
    """A row of proportions of the decided patients."""
    cells = []
    for column in columns:
        decided = with_category(column, finals)
        cells.append(proportion_cell(tuple(p for p in decided if finals[p].category in wanted), len(decided)))
    return Row(label, level, tuple(cells))


def proportion_cell(patients: tuple[str, ...], of: int) -> Cell:
    """k/n, per cent and exact limits, such as 10/13 76.9 % (46.2–95.0); – where nobody is decided."""
    k = len(patients)
    if not of:
        return Cell("–", 0, 0)
    lower, upper = clopper_pearson(k, of)
    text = f"{k}/{of} {percent(k, of, 1)} % ({limits_in_percent(lower, upper)})"
    return Cell(text, k, of, 100 * k / of, lower, upper, patients=patients)


def share(patients: tuple[str, ...], of: int) -> Cell:
    """So many of all patients, without an interval: nothing is estimated here."""
    return Cell(f"{len(patients)}/{of}", len(patients), of, 100 * len(patients) / of if of else None, patients=patients)


def with_category(column: Column, finals: Mapping[str, FinalCategory]) -> tuple[str, ...]:
    """The patients of a column whose final category is known."""
    return tuple(patient for patient in column.patients if finals[patient].category is not None)


def notes_of(protocol: StudyProtocol, finals: Mapping[str, FinalCategory]) -> list[str]:
    """How many are decided and by whom, what the denominators are, and how intervals are made."""
    decided = [final for final in finals.values() if final.category is not None]
    sources = Counter(final.source for final in decided)
    how = ", ".join(f"{count} {source}" for source, count in sorted(sources.items()))
    return [
        f"{len(decided)} of {len(finals)} decided{f' ({how})' if how else ''}.",
        "Per cent of the decided patients, those not evaluable included; 95 % intervals by Clopper-Pearson (exact).",
        *(f"{collapse.label} – {collapse.source}." for collapse in protocol.collapses if collapse.source),
    ]
