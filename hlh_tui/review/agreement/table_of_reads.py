"""Cases beside readers: who put which case where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.review.agreement.models import Confusion, Disagreement, Reader

if TYPE_CHECKING:
    from hlh_tui.review.agreement.patterns import Codes, Patterns
    from hlh_tui.review.agreement.reads import Read
    from hlh_tui.review.agreement.scale import Scale


@dataclass(frozen=True, slots=True)
class TableOfReads:
    """``rows``: patient -> {reader key -> category}, in order of patients; ``readers`` by key, in order of columns."""

    readers: Mapping[str, Reader]
    rows: Mapping[str, Mapping[str, str]]

    @property
    def used(self) -> frozenset[str]:
        """The categories that somebody chose."""
        return frozenset(category for row in self.rows.values() for category in row.values())

    @property
    def reads(self) -> int:
        """How many reads there are."""
        return sum(map(len, self.rows.values()))


def table_of(readers: Mapping[str, Reader], every: Sequence[Read]) -> TableOfReads:
    """The first reads in force of these readers."""
    rows: dict[str, dict[str, str]] = {}
    for read in every:
        if read.in_force and read.role == "reader" and read.reader in readers:
            rows.setdefault(read.patient_id, {})[read.reader] = read.category
    return TableOfReads(readers, {patient: rows[patient] for patient in sorted(rows)})


def paired(first: Mapping[str, str], second: Mapping[str, str], names: tuple[str, str]) -> TableOfReads:
    """Two columns of categories by patient, over the patients that both have."""
    both = sorted(first.keys() & second.keys())
    readers = {name: Reader(name, name) for name in names}
    return TableOfReads(readers, {one: {names[0]: first[one], names[1]: second[one]} for one in both})


def patterns_of(table: TableOfReads, scale: Scale) -> Patterns:
    """The reads as patterns of codes of ``scale.used``."""
    import numpy as np

    from hlh_tui.review.agreement.patterns import MISSING, patterns

    code = {category: place for place, category in enumerate(scale.used)}
    column = {key: place for place, key in enumerate(table.readers)}
    codes: Codes = np.full((len(table.rows), len(column)), MISSING, dtype=np.int64)
    for number, row in enumerate(table.rows.values()):
        for key, category in row.items():
            codes[number, column[key]] = code[category]
    return patterns(codes, len(scale.used))


def confusions(table: TableOfReads, scale: Scale) -> tuple[Confusion, ...]:
    """Every pair of readers who share a case, in the order of the readers."""
    keys = list(table.readers)
    pairs = [(one, two) for place, one in enumerate(keys) for two in keys[place + 1 :]]
    found = (confusion(table, scale, *pair) for pair in pairs)
    return tuple(each for each in found if each.counts or len(pairs) == 1)


def confusion(table: TableOfReads, scale: Scale, first: str, second: str) -> Confusion:
    """The two readers' categories against each other, over the cases that both read."""
    cases: dict[tuple[str, str], list[str]] = {}
    for patient, row in table.rows.items():
        if first in row and second in row:
            cases.setdefault((row[first], row[second]), []).append(patient)
    used = {category for cell in cases for category in cell}
    categories = (*scale.order, *(one for one in scale.apart if one in used))
    kept = {cell: tuple(patients) for cell, patients in cases.items()}
    counts = {cell: len(patients) for cell, patients in kept.items()}
    return Confusion(table.readers[first], table.readers[second], categories, counts, kept)


def disagreements(table: TableOfReads) -> tuple[Disagreement, ...]:
    """The cases that their readers do not all see alike, in order of patients."""
    return tuple(
        Disagreement(patient, tuple((table.readers[key], row[key]) for key in table.readers if key in row))
        for patient, row in table.rows.items()
        if len(set(row.values())) > 1
    )


def differing(rows: Mapping[str, Mapping[str, bool]]) -> tuple[str, ...]:
    """The cases in which some say yes and others no."""
    return tuple(patient for patient, row in rows.items() if len(set(row.values())) > 1)


def within(table: TableOfReads, categories: Collection[str]) -> dict[str, dict[str, bool]]:
    """Patient -> {reader key -> whether the category is one of these}."""
    return {
        patient: {key: category in categories for key, category in row.items()} for patient, row in table.rows.items()
    }
