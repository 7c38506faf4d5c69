"""The outcome table: what became of every patient, each exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import Column, patient_columns
from hlh_tui.cohort.tables.cells import counts, everybody
from hlh_tui.cohort.tables.fates import Fate, fates
from hlh_tui.cohort.tables.models import Row, Table

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

DEAD = "Died without HSCT"
TRANSPLANTED = "HSCT"
ALIVE = "Alive without HSCT"
ALL_DEATHS = "All deaths"
NO_CAUSE = "cause not given"
ALIVE_AFTER = "alive at last contact"


def outcome_table(study: Study, by: str | None = None) -> Table:
    """Death without HSCT by cause, HSCT (alive, or dead by cause), alive without: the parts add up to all patients.

    Counts and per cent of all patients of the column, overall and per group of ``by``.
    """
    known = fates(study)
    columns = patient_columns(study, by)
    return Table(
        name="outcome",
        title="Outcome: every patient exactly once",
        columns=tuple(column.label for column in columns),
        rows=tuple(rows_of(known, columns)),
        notes=(
            "n (%) of all patients in the column. Died without HSCT, HSCT and alive without HSCT add up to all"
            " patients, the rows under them to each.",
            "Alive means alive at last contact. HSCT counts from the index event on; causes are those charted.",
        ),
    )


def rows_of(known: Mapping[str, Fate], columns: Sequence[Column]) -> list[Row]:
    """Patients, the three parts with their divisions, and all deaths."""
    there: dict[tuple[str, str], set[str]] = {(part, ""): set() for part in (DEAD, TRANSPLANTED, ALIVE)}
    for patient, fate in known.items():
        part, level = place(fate)
        there[part, ""].add(patient)
        there.setdefault((part, level), set()).add(patient)
    order = [DEAD, TRANSPLANTED, ALIVE]
    keys = sorted(there, key=lambda key: (order.index(key[0]), key[1] != "", key[1] != ALIVE_AFTER, key[1]))
    died = {patient for patient, fate in known.items() if fate.died}
    return [
        everybody(columns),
        *(counts(*key, columns, there[key].__contains__) for key in keys),
        counts(ALL_DEATHS, "", columns, died.__contains__),
    ]


def place(fate: Fate) -> tuple[str, str]:
    """The one part that a patient belongs to, and the division of it; no division for who is alive without HSCT."""
    cause = f"died: {fate.cause or NO_CAUSE}"
    if fate.transplanted:
        return TRANSPLANTED, cause if fate.died else ALIVE_AFTER
    return (DEAD, cause) if fate.died else (ALIVE, "")
