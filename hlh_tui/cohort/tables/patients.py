"""The table of patients (Table S1): the baseline characteristics patient by patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import patient_columns
from hlh_tui.cohort.printed import number as printed
from hlh_tui.cohort.tables.baseline import answer, number, word
from hlh_tui.cohort.tables.cells import NONE, heading
from hlh_tui.cohort.tables.models import Cell, Row, Table

if TYPE_CHECKING:
    from hlh_tui.protocol.models import BaselineRow
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Patient

Entry = tuple[str, tuple[float, ...]]
"""A text and the number behind it."""


def patients_table(study: Study, by: str | None = None) -> Table:
    """One row per patient under its group of ``by``; the columns are the protocol's characteristics.

    Numbers stand in ``Cell.values``; what is missing is printed as –.
    """
    from hlh_tui.study.chart import patients

    protocol = study.protocol
    shown = (*protocol.baseline, *protocol.listing)
    everyone = patients(study)
    columns = patient_columns(study, by)
    entries = zip(*(entries_of(each, everyone) for each in shown), strict=True)
    cells = {
        patient.patient_id: tuple([Cell(text, None, None, None, None, None, values, alone) for text, values in line])
        for patient, line in zip(everyone, entries, strict=True)
        for alone in [(patient.patient_id,)]
    }
    rows: list[Row] = []
    for column in columns[1:] if by else columns:
        rows.append(heading(f"{column.label} (n = {len(column.patients)})", len(shown)))
        rows += [Row(column.label, patient, cells[patient]) for patient in column.patients]
    missing = [
        f"{each.label} {missed}"
        for place, each in enumerate(shown)
        if (missed := sum(row.cells[place].text == NONE for row in rows if row.level))
    ]
    found = f"Missing in so many of {len(everyone)} patients: {', '.join(missing)}." if missing else None
    notes = (
        f"Characteristics before the index event ({protocol.index_event}), as charted; – missing.",
        found or f"Nothing is missing in {len(everyone)} patients.",
    )
    return Table("patients", "Patients", tuple(each.label for each in shown), tuple(rows), notes)


def entries_of(characteristic: BaselineRow, everyone: Sequence[Patient]) -> list[Entry]:
    """One characteristic of each patient, in the words and the unit of the baseline table."""
    if characteristic.kind == "any_of":
        return [(text, ()) for text in answered(characteristic, everyone)]
    words = [word(patient, characteristic.column) or NONE for patient in everyone]
    if characteristic.kind != "continuous":
        return [(characteristic.levels.get(text, text), ()) for text in words]
    found = [number(patient, characteristic) for patient in everyone]
    decimals = int(any(value is not None and value != round(value) for value in found))
    return [
        (text, ()) if value is None else (printed(value, decimals), (value,))
        for text, value in zip(words, found, strict=True)
    ]


def answered(characteristic: BaselineRow, everyone: Sequence[Patient]) -> Iterator[str]:
    """What ``answers`` says of each patient; patients of the same words are answered once."""
    said: dict[tuple[str | None, ...], str] = {}
    for patient in everyone:
        key = tuple([word(patient, attribute) for attribute in characteristic.levels])
        if key not in said:
            said[key] = answers(characteristic, patient)
        yield said[key]


def answers(characteristic: BaselineRow, patient: Patient) -> str:
    """The attributes for which it is yes, and those for which nothing is charted; none if all are no."""
    found = {label: answer(patient, attribute) for attribute, label in characteristic.levels.items()}
    yes = ", ".join(label for label, known in found.items() if known)
    unknown = ", ".join(label for label, known in found.items() if known is None)
    if found and all(known is None for known in found.values()):
        return NONE
    return f"{yes or 'none'}{f' (not known: {unknown})' if unknown else ''}"
