"""The baseline table (Table 1): characteristics of the patients as the protocol lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from statistics import median, quantiles
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import Column, patient_columns
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.printed import number as printed
from hlh_tui.cohort.tables.cells import NONE, counts, everybody, heading
from hlh_tui.cohort.tables.models import Cell, Row, Table
from hlh_tui.study.models import Patient

if TYPE_CHECKING:
    from hlh_tui.protocol.models import BaselineRow
    from hlh_tui.study.file import Study

COLUMNS = frozenset(Patient.__slots__)
MISSING_LEVEL = "Missing"
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})


def baseline_table(study: Study, by: str | None = None) -> Table:
    """Table 1 of the study, overall and per group of ``by``; values that are missing have a row of their own.

    Continuous: median and range, ``Cell.values`` median, minimum, maximum and both quartiles (R's type 7).
    Counts: n and per cent of all patients of the column. ``Cell.patients`` are those behind the cell.
    """
    from hlh_tui.study.chart import patients

    everyone = patients(study)
    columns = patient_columns(study, by)
    rows = [everybody(columns)]
    for characteristic in study.protocol.baseline:
        rows += rows_of(characteristic, everyone, columns)
    notes = (
        "n (%) of all patients in the column, with missing ones where there are any; median (minimum–maximum)."
        " Levels that no patient has are not shown.",
        *not_numbers(study.protocol.baseline, everyone),
    )
    return Table("baseline", "Baseline characteristics", tuple(column.label for column in columns), tuple(rows), notes)


def rows_of(characteristic: BaselineRow, everyone: Sequence[Patient], columns: Sequence[Column]) -> list[Row]:
    """The heading of one characteristic and the rows under it."""
    kinds: dict[str, Callable[[BaselineRow, Sequence[Patient], Sequence[Column]], list[Row]]] = {
        "continuous": continuous_rows,
        "categorical": categorical_rows,
        "any_of": any_of_rows,
    }
    if characteristic.kind not in kinds:
        raise CohortError(
            f"baseline row {characteristic.id} has kind {characteristic.kind!r}: use one of {', '.join(kinds)}"
        )
    return [heading(characteristic.label, len(columns)), *kinds[characteristic.kind](characteristic, everyone, columns)]


def continuous_rows(characteristic: BaselineRow, everyone: Sequence[Patient], columns: Sequence[Column]) -> list[Row]:
    """Median and range; a second row if values are missing."""
    found = {each.patient_id: number(each, characteristic) for each in everyone}
    known = {patient: value for patient, value in found.items() if value is not None}
    cells = tuple(continuous_cell(known, column) for column in columns)
    return [
        Row(characteristic.label, "Median (range)", cells),
        *missing_rows(characteristic.label, MISSING_LEVEL, found.keys() - known.keys(), columns),
    ]


def continuous_cell(known: Mapping[str, float], column: Column) -> Cell:
    """Median (minimum–maximum) of the values that there are, with one decimal unless all are whole."""
    of, having = len(column.patients), tuple(patient for patient in column.patients if patient in known)
    if not having:
        return Cell(NONE, 0, of)
    values = sorted(known[patient] for patient in having)
    middle, low, high = median(values), values[0], values[-1]
    first, _, third = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (middle,) * 3
    decimals = 0 if all(value == round(value) for value in values) else 1
    centre = printed(middle, decimals if middle == round(middle) else 1)
    return Cell(
        text=f"{centre} ({printed(low, decimals)}–{printed(high, decimals)})",
        n=len(values),
        denominator=of,
        values=(middle, low, high, first, third),
        patients=having,
    )


def categorical_rows(characteristic: BaselineRow, everyone: Sequence[Patient], columns: Sequence[Column]) -> list[Row]:
    """One row per level that occurs, the protocol's levels first, others as they are stored."""
    stored: dict[str | None, set[str]] = {}
    for each in everyone:
        stored.setdefault(word(each, characteristic.column), set()).add(each.patient_id)
    others = sorted(value for value in stored if value is not None and value not in characteristic.levels)
    levels = {**characteristic.levels, **{value: value for value in others}}
    rows = [
        counts(characteristic.label, label, columns, stored[value].__contains__)
        for value, label in levels.items()
        if value in stored
    ]
    return rows + missing_rows(characteristic.label, MISSING_LEVEL, stored.get(None, set()), columns)


def any_of_rows(characteristic: BaselineRow, everyone: Sequence[Patient], columns: Sequence[Column]) -> list[Row]:
    """One row per attribute that holds yes or no, with the patients for whom it is yes."""
    rows = []
    for attribute, label in characteristic.levels.items():
        said: dict[bool | None, set[str]] = {True: set(), False: set(), None: set()}
        for each in everyone:
            said[answer(each, attribute)].add(each.patient_id)
        rows.append(counts(characteristic.label, label, columns, said[True].__contains__))
        rows += missing_rows(characteristic.label, f"{label}: missing", said[None], columns)
    return rows


def missing_rows(label: str, level: str, missing: Set[str], columns: Sequence[Column]) -> list[Row]:
    """The row of those without a value, if there are any."""
    return [counts(label, level, columns, missing.__contains__)] if missing else []


def word(patient: Patient, column: str) -> str | None:
    """A column or attribute of the patient as text; None if it is missing or empty."""
    value = getattr(patient, column) if column in COLUMNS else patient.attributes.get(column)
    return str(value) if value not in (None, "") else None


def number(patient: Patient, characteristic: BaselineRow) -> float | None:
    """The printed value: column x scale, 0 without a sign; None if missing or no number."""
    text = word(patient, characteristic.column)
    try:
        return None if text is None else float(text) * characteristic.scale + 0.0
    except ValueError:
        return None


def answer(patient: Patient, attribute: str) -> bool | None:
    """Yes or no; None if it is missing or anything else."""
    text = (word(patient, attribute) or "").strip().lower()
    return True if text in YES else False if text in NO else None


def not_numbers(characteristics: Sequence[BaselineRow], group: Sequence[Patient]) -> list[str]:
    """Sentences about values of continuous characteristics that are no numbers."""
    notes = []
    for row in characteristics:
        if row.kind == "continuous":
            odd = [p.patient_id for p in group if word(p, row.column) is not None and number(p, row) is None]
            notes += [f"{row.label}: not a number, counted as missing: {', '.join(odd)}."] if odd else []
    return notes
