"""The treatment table (Table S2): what each patient received, what came of it, and the exposures summed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import OVERALL, Column, patient_columns
from hlh_tui.cohort.grouping import FINAL
from hlh_tui.cohort.quantile import NAMES
from hlh_tui.cohort.tables.cells import NONE, NOTHING, count_cell, everybody, heading, summary_cell
from hlh_tui.cohort.tables.exposure import concomitant, exposures
from hlh_tui.cohort.tables.fates import fates
from hlh_tui.cohort.tables.models import Cell, Row, Table
from hlh_tui.cohort.tables.treated import Treated, Variable, variables

if TYPE_CHECKING:
    from hlh_tui.protocol.table_models import Treatment
    from hlh_tui.study.file import Study

NAME, TITLE = "treatment", "Treatment and outcome"


def treatment_table(study: Study, by: str | None = None) -> Table:
    """One row per patient, and under them the summary of each group of ``by``, of all patients last.

    Cells of a patient carry their numbers in ``values``: doses, mg per kg of each dose, weeks, days.
    """
    rule = study.protocol.treatment
    columns = patient_columns(study, by)
    if rule is None:
        note = f"Protocol {study.protocol.id} {study.protocol.version} names no study drug: adopt one that does."
        return Table(NAME, TITLE, (OVERALL,), (everybody(columns[:1]),), (note,))
    known = treated(study, rule)
    shown = variables(rule)
    makers = [each.cell for each in shown]
    cells = {patient: tuple([make(about) for make in makers]) for patient, about in known.items()}
    rows: list[Row] = []
    for column in columns[1:] if by else columns:
        rows.append(heading(column.label, len(shown)))
        rows += [Row(column.label, patient, cells[patient]) for patient in column.patients]
        rows += summary_rows(column, known, cells, rule, shown)
    if by:
        rows += summary_rows(columns[0], known, cells, rule, shown)
    return Table(NAME, TITLE, tuple(each.label for each in shown), tuple(rows), notes_of(study, rule, known))


def treated(study: Study, rule: Treatment) -> dict[str, Treated]:
    """Everything that the table says, patient by patient."""
    from hlh_tui.review.state import over_state

    found = exposures(study, rule)
    beside = concomitant(study, rule, found)
    responses = {row[0]: row[1:] for row in study.rows(over_state(FINAL), (None, None))}
    known = {}
    for patient, fate in fates(study).items():
        alone = (patient,)
        category, day = responses.get(patient, (None, None))
        absent = Cell(NONE, patients=alone)
        known[patient] = Treated(fate, found[patient], beside.get(patient, {}), category, day, alone, absent)
    return known


def summary_rows(
    column: Column,
    known: Mapping[str, Treated],
    cells: Mapping[str, tuple[Cell, ...]],
    rule: Treatment,
    shown: Sequence[Variable],
) -> list[Row]:
    """Medians, counts, and a row for each number of doses, therapy, category, outcome and cause."""
    label = f"Summary: {column.label} (n = {len(column.patients)})"
    of = len(column.patients)
    rows = [heading(label, len(shown))]
    for level, kind in (("Median (IQR)", "median"), ("Patients", "count")):
        summed = [NOTHING] * len(shown)
        for place, each in enumerate(shown):
            if each.summary == kind:
                numbers = {p: cell.values[0] for p in column.patients if (cell := cells[p][place]).values}
                median = kind == "median"
                summed[place] = (
                    summary_cell(numbers, of, rule.quantiles, each.decimals)
                    if median
                    else count_cell(tuple(numbers), of)
                )
        rows.append(Row(label, level, tuple(summed)))
    for place, each in enumerate(shown):
        if each.summary == "levels":
            levels = levels_of({patient: cells[patient][place].text for patient in column.patients})
        else:
            levels = therapies_of(column, known, rule) if each.summary == "therapies" else {}
        for level, who in levels.items():
            counted = [NOTHING] * len(shown)
            counted[place] = count_cell(who, of)
            rows.append(Row(label, f"{each.label.replace(':', '')}: {level}", tuple(counted)))
    return rows


def therapies_of(column: Column, known: Mapping[str, Treated], rule: Treatment) -> dict[str, tuple[str, ...]]:
    """Each of the protocol's concomitant therapies with the patients who had it."""
    given = {patient: {name for ids in known[patient].beside.values() for name in ids} for patient in column.patients}
    return {
        therapy.label: tuple(patient for patient in column.patients if therapy.id in given[patient])
        for therapy in rule.concomitant
    }


def levels_of(texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Every text that occurs, with its patients, in natural order."""
    found: dict[str, list[str]] = {}
    for patient, text in texts.items():
        if text != NONE:
            found.setdefault(text, []).append(patient)
    return {
        text: tuple(found[text]) for text in sorted(found, key=lambda text: (len(text) if text.isdigit() else 0, text))
    }


def notes_of(study: Study, rule: Treatment, known: Mapping[str, Treated]) -> tuple[str, ...]:
    """How exposure is counted, what the summary counts, and who had none of the drugs."""
    index, partner = rule.index.label, rule.partner.label if rule.partner else ""
    kinds = f", or to the first {' or '.join(rule.ends)} after day 0" if rule.ends else ""
    none = sum(not about.exposed.doses for about in known.values())
    notes = [
        f"Exposure to {index}: from its first dose to {rule.dose_days:g} days after its last{kinds}, or to last"
        f" contact, if that comes first ({rule.source}).",
        f"Quartiles by definition {NAMES[rule.quantiles]}. Days since the index event ({study.protocol.index_event});"
        " counts n (%) of the patients of the group.",
        f"Concomitant therapy: what overlaps exposure to {index}. Response: category and day as adjudicated.",
    ]
    if partner:
        notes.insert(
            1,
            f"Exposure to {partner}: courses that end after day 0, from their start (before day 0 in some) to their"
            " end; both: where the two overlap.",
        )
    return (*notes, *([f"{none} of {len(known)} patients have no dose of {index} charted."] if none else []))
