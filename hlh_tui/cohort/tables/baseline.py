"""The baseline table (Table 1): characteristics of the patients as the protocol lists them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import patient_columns
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.tables.cells import count_cell
from hlh_tui.cohort.tables.models import Cell, Row, Table

if TYPE_CHECKING:
    from hlh_tui.protocol.models import BaselineRow
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Patient

Group = Sequence["Patient"]
MISSING_LEVEL = "Missing"
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})


def baseline_table(study: Study, by: str | None = None) -> Table:
    """Table 1 of the study, overall and per group of ``by``; values that are missing have a row of their own.

    Continuous: median and range, ``Cell.values`` median, minimum, maximum and both quartiles (R's type 7).
    Counts: n and per cent of all patients of the column. ``Cell.patients`` are those behind the cell.
    """
    from hlh_tui.study.chart import patients

    columns = patient_columns(study, by)
    known = {patient.patient_id: patient for patient in patients(study)}
    groups = [[known[patient] for patient in column.patients] for column in columns]
    rows = [Row("Patients", "", tuple(Cell(str(len(group)), len(group), patients=ids(group)) for group in groups))]
    for characteristic in study.protocol.baseline:
        rows += rows_of(characteristic, groups)
    notes = (
        "n (%) of all patients in the column, with missing ones where there are any; median (minimum–maximum)."
        " Levels that no patient has are not shown.",
        *not_numbers(study.protocol.baseline, groups[0]),
    )
    return Table("baseline", "Baseline characteristics", tuple(column.label for column in columns), tuple(rows), notes)


def rows_of(characteristic: BaselineRow, groups: Sequence[Group]) -> list[Row]:
    """The heading of one characteristic and the rows under it."""
    kinds: dict[str, Callable[[BaselineRow, Sequence[Group]], list[Row]]] = {
        "continuous": continuous_rows,
        "categorical": categorical_rows,
        "any_of": any_of_rows,
    }
    if characteristic.kind not in kinds:
        raise CohortError(
            f"baseline row {characteristic.id} has kind {characteristic.kind!r}: use one of {', '.join(kinds)}"
        )
    heading = Row(characteristic.label, "", tuple(Cell("") for _ in groups))
    return [heading, *kinds[characteristic.kind](characteristic, groups)]


def continuous_rows(characteristic: BaselineRow, groups: Sequence[Group]) -> list[Row]:
    """Median and range; a second row if values are missing."""
    cells = tuple(continuous_cell(characteristic, group) for group in groups)
    missing = [[each for each in group if number(each, characteristic) is None] for group in groups]
    return [
        Row(characteristic.label, "Median (range)", cells),
        *missing_rows(characteristic.label, MISSING_LEVEL, missing, groups),
    ]


def continuous_cell(characteristic: BaselineRow, group: Group) -> Cell:
    """Median (minimum–maximum) of the values that there are, with one decimal unless all are whole."""
    found = [(value, each) for each in group if (value := number(each, characteristic)) is not None]
    if not found:
        return Cell("–", 0, len(group))
    values = sorted(value for value, _ in found)
    middle, low, high = median(values), values[0], values[-1]
    first, _, third = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (middle,) * 3
    decimals = 0 if all(value == round(value) for value in values) else 1
    centre = f"{middle:.{decimals}f}" if middle == round(middle) else f"{middle:.1f}"
    return Cell(
        text=f"{centre} ({low:.{decimals}f}–{high:.{decimals}f})",
        n=len(values),
        denominator=len(group),
        values=(middle, low, high, first, third),
        patients=tuple(each.patient_id for _, each in found),
    )


def categorical_rows(characteristic: BaselineRow, groups: Sequence[Group]) -> list[Row]:
    """One row per level that occurs, the protocol's levels first, others as they are stored."""
    stored = {word(each, characteristic.column) for each in groups[0]}
    others = sorted(value for value in stored if value is not None and value not in characteristic.levels)
    levels = {**characteristic.levels, **{value: value for value in others}}
    rows = []
    for value, label in levels.items():
        if value in stored:
            having = [[each for each in group if word(each, characteristic.column) == value] for group in groups]
            rows.append(Row(characteristic.label, label, count_cells(having, groups)))
    missing = [[each for each in group if word(each, characteristic.column) is None] for group in groups]
    return rows + missing_rows(characteristic.label, MISSING_LEVEL, missing, groups)


def any_of_rows(characteristic: BaselineRow, groups: Sequence[Group]) -> list[Row]:
    """One row per attribute that holds yes or no, with the patients for whom it is yes."""
    rows = []
    for attribute, label in characteristic.levels.items():
        having = [[each for each in group if answer(each, attribute) is True] for group in groups]
        unknown = [[each for each in group if answer(each, attribute) is None] for group in groups]
        rows.append(Row(characteristic.label, label, count_cells(having, groups)))
        rows += missing_rows(characteristic.label, f"{label}: missing", unknown, groups)
    return rows


def missing_rows(label: str, level: str, missing: Sequence[Group], groups: Sequence[Group]) -> list[Row]:
    """The row of those without a value, if there are any."""
    return [Row(label, level, count_cells(missing, groups))] if any(missing) else []


def count_cells(having: Sequence[Group], groups: Sequence[Group]) -> tuple[Cell, ...]:
    """Count and per cent, column by column."""
    return tuple(count_cell(ids(some), len(group)) for some, group in zip(having, groups, strict=True))


def ids(group: Group) -> tuple[str, ...]:
    """Their patient ids."""
    return tuple(each.patient_id for each in group)


def word(patient: Patient, column: str) -> str | None:
    """A column or attribute of the patient as text; None if it is missing or empty."""
    value = getattr(patient, column) if column in type(patient).__slots__ else patient.attributes.get(column)
    return str(value) if value not in (None, "") else None


def number(patient: Patient, characteristic: BaselineRow) -> float | None:
    """The printed value: column x scale; None if missing or no number."""
    text = word(patient, characteristic.column)
    try:
        return None if text is None else float(text) * characteristic.scale
    except ValueError:
        return None


def answer(patient: Patient, attribute: str) -> bool | None:
    """Yes or no; None if it is missing or anything else."""
    text = (word(patient, attribute) or "").strip().lower()
    return True if text in YES else False if text in NO else None


def not_numbers(characteristics: Sequence[BaselineRow], group: Group) -> list[str]:
    """Sentences about values of continuous characteristics that are no numbers."""
    notes = []
    for row in characteristics:
        if row.kind == "continuous":
            odd = [p.patient_id for p in group if word(p, row.column) is not None and number(p, row) is None]
            notes += [f"{row.label}: not a number, counted as missing: {', '.join(odd)}."] if odd else []
    return notes
