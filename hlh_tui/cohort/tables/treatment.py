"""The treatment table (Table S2): what each patient received, what came of it, and the exposures summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import OVERALL, Column, patient_columns
from hlh_tui.cohort.grouping import final_days
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
    shown = variables(rule, tuple(category.id for category in study.protocol.categories))
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
    found = exposures(study, rule)
    beside = concomitant(study, rule, found)
    responses = {patient: (category, day) for patient, category, day in final_days(study)}
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
    of = len(column.patients)
    label = f"Summary: {column.label} (n = {of})"
    lines = [cells[patient] for patient in column.patients]
    medians, some = [NOTHING] * len(shown), [NOTHING] * len(shown)
    rows = [heading(label, len(shown))]
    for place, each in enumerate(shown):
        found = [line[place] for line in lines]
        if each.summary == "median":
            numbers = {cell.patients[0]: cell.values[0] for cell in found if cell.values}
            medians[place] = summary_cell(numbers, of, rule.quantiles, each.decimals)
        elif each.summary == "count":
            some[place] = count_cell(tuple([cell.patients[0] for cell in found if cell.values]), of)
        levels = therapies_of(column, known, rule) if each.summary == "therapies" else {}
        for level, who in (levels_of(found, each) if each.summary == "levels" else levels).items():
            counted = [NOTHING] * len(shown)
            counted[place] = count_cell(who, of)
            rows.append(Row(label, f"{each.label.replace(':', '')}: {level}", tuple(counted)))
    rows[1:1] = [Row(label, "Median (IQR)", tuple(medians)), Row(label, "Patients", tuple(some))]
    return rows


def therapies_of(column: Column, known: Mapping[str, Treated], rule: Treatment) -> dict[str, tuple[str, ...]]:
    """Each of the protocol's concomitant therapies with the patients who had it."""
    given = {patient: {name for ids in known[patient].beside.values() for name in ids} for patient in column.patients}
    return {
        therapy.label: tuple(patient for patient in column.patients if therapy.id in given[patient])
        for therapy in rule.concomitant
    }


def levels_of(found: Iterable[Cell], variable: Variable) -> dict[str, tuple[str, ...]]:
    """Every text that occurs, with its patients, in the variable's or natural order; then those without one."""
    who: dict[str, list[str]] = {}
    for cell in found:
        if text := variable.rest if cell.text == NONE else cell.text:
            who.setdefault(text, []).append(cell.patients[0])
    places = {text: place for place, text in enumerate(variable.order)}

    def place(text: str) -> tuple[bool, int, int, str]:
        known = places.get(text, len(places))
        return text == variable.rest, known, len(text) if text.isdigit() else 0, text

    return {text: tuple(who[text]) for text in sorted(who, key=place)}


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
