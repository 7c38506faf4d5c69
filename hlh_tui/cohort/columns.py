"""The columns of a cohort table: everybody, and the groups of a division."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.grouping import MISSING, grouping, in_order

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

OVERALL = "Overall"
UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and the patients it counts, sorted by id."""

    label: str
    patients: tuple[str, ...]


def patient_columns(study: Study, by: str | None) -> tuple[Column, ...]:
    """Everybody first, then one column per group of ``by``; who is in no group has a column too."""
    division = grouping(study, by)
    rows = study.rows(f"SELECT patient_id, stratum FROM ({division.sql}) ORDER BY patient_id", division.params)
    overall = Column(OVERALL, tuple(patient for patient, _ in rows))
    if by is None:
        return (overall,)
    groups: dict[str, list[str]] = {}
    for patient, stratum in rows:
        groups.setdefault(MISSING if stratum is None else stratum, []).append(patient)
    labels = in_order(list(groups), division.order)
    none = UNDECIDED if division.from_decisions else MISSING
    return (overall, *(Column(none if label == MISSING else label, tuple(groups[label])) for label in labels))
