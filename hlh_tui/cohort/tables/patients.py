"""The table of patients (Table S1): the baseline characteristics patient by patient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import patient_columns
from hlh_tui.cohort.tables.baseline import answer, number, word
from hlh_tui.cohort.tables.cells import NONE, heading, one
from hlh_tui.cohort.tables.models import Cell, Row, Table

if TYPE_CHECKING:
    from hlh_tui.protocol.models import BaselineRow
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Patient


def patients_table(study: Study, by: str | None = None) -> Table:
    """One row per patient under its group of ``by``; the columns are the protocol's characteristics.

    Numbers stand in ``Cell.values``; what is missing is printed as –.
    """
    from hlh_tui.study.chart import patients

    protocol = study.protocol
    shown = (*protocol.baseline, *protocol.listing)
    known = {patient.patient_id: patient for patient in patients(study)}
    columns = patient_columns(study, by)
    decimals = {each.id: whole_or_one(each, known.values()) for each in shown}
    rows: list[Row] = []
    for column in columns[1:] if by else columns:
        rows.append(heading(f"{column.label} (n = {len(column.patients)})", len(shown)))
        for patient in column.patients:
            cells = tuple([cell_of(each, known[patient], decimals[each.id]) for each in shown])
            rows.append(Row(column.label, patient, cells))
    missing = [
        f"{each.label} {missed}"
        for place, each in enumerate(shown)
        if (missed := sum(row.cells[place].text == NONE for row in rows if row.level))
    ]
    found = f"Missing in so many of {len(known)} patients: {', '.join(missing)}." if missing else None
    notes = (
        f"Characteristics before the index event ({protocol.index_event}), as charted; – missing.",
        found or f"Nothing is missing in {len(known)} patients.",
    )
    return Table("patients", "Patients", tuple(each.label for each in shown), tuple(rows), notes)


def whole_or_one(characteristic: BaselineRow, group: Iterable[Patient]) -> int:
    """Decimals of a number: none if all are whole, otherwise one."""
    if characteristic.kind != "continuous":
        return 0
    found = (number(patient, characteristic) for patient in group)
    return int(any(value is not None and value != round(value) for value in found))


def cell_of(characteristic: BaselineRow, patient: Patient, decimals: int) -> Cell:
    """One characteristic of one patient, in the words and the unit of the baseline table."""
    alone = (patient.patient_id,)
    if characteristic.kind == "any_of":
        return one(answers(characteristic, patient), alone)
    if characteristic.kind == "continuous" and (value := number(patient, characteristic)) is not None:
        return one(f"{value:.{decimals}f}", alone, value)
    text = word(patient, characteristic.column) or ""
    return one(characteristic.levels.get(text, text), alone)


def answers(characteristic: BaselineRow, patient: Patient) -> str:
    """The attributes for which it is yes, and those for which nothing is charted; none if all are no."""
    found = {label: answer(patient, attribute) for attribute, label in characteristic.levels.items()}
    yes = ", ".join(label for label, known in found.items() if known)
    unknown = ", ".join(label for label, known in found.items() if known is None)
    if found and all(known is None for known in found.values()):
        return ""
    return f"{yes or 'none'}{f' (not known: {unknown})' if unknown else ''}"
