"""Which patients a figure counts: conditions as a published.toml writes them, each told by its first key."""

from __future__ import annotations

from typing import Literal

import msgspec

Word = str | int | float | bool
Words = Word | tuple[Word, ...]
Limit = float | Literal["upper", "lower"]
"""A number in the canonical unit, or the laboratory's own limit of the very value."""


class OfPatient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A patient column or attribute: one of some words, a number within limits, or merely known."""

    patient: str
    one_of: Words | None = msgspec.field(name="is", default=None)
    at_least: float | None = None
    at_most: float | None = None
    known: bool = False
    negated: bool = msgspec.field(name="not", default=False)


class OfEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An event of a kind within days. In ``term`` and ``cause`` case is ignored and * stands for anything."""

    event: str | tuple[str, ...]
    term: str | tuple[str, ...] | None = None
    cause: str | tuple[str, ...] | None = None
    grade_at_least: int | None = None
    relatedness: str | tuple[str, ...] | None = None
    from_day: float | None = None
    to_day: float | None = None
    times: int | None = None
    """Exactly so many of them; without it one or more."""
    negated: bool = msgspec.field(name="not", default=False)


class OfDrug(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An exposure by drug or by class, started within days (``before_day``: earlier than that day)."""

    drug: str | tuple[str, ...] | None = None
    drug_class: str | tuple[str, ...] | None = None
    dose: float | None = None
    dose_unit: str | None = None
    from_day: float | None = None
    to_day: float | None = None
    before_day: float | None = None
    running_on: float | None = None
    """Started by that day and not ended on it."""
    times: int | None = None
    negated: bool = msgspec.field(name="not", default=False)


class OfDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The final category, or a collapse of the protocol (response, remission); not known while undecided."""

    category: str | tuple[str, ...] | None = None
    collapse: str | None = None
    negated: bool = msgspec.field(name="not", default=False)


class OfAnalyte(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A measured value against a limit; not known where nothing was measured, or the assay ended before the limit.

    ``pick``: any or every value of the days ``from_day`` to ``to_day``, the first or last of them, or baseline, the
    last value up to day 0. ``relative``: the value divided by the baseline value.
    """

    analyte: str
    pick: Literal["any", "every", "first", "last", "baseline"] = "any"
    above: Limit | None = None
    at_least: Limit | None = None
    below: Limit | None = None
    at_most: Limit | None = None
    from_day: float | None = None
    to_day: float | None = None
    relative: bool = False
    negated: bool = msgspec.field(name="not", default=False)


Condition = OfPatient | OfEvent | OfDrug | OfDecision | OfAnalyte
KINDS: dict[str, type[Condition]] = {
    "patient": OfPatient,
    "event": OfEvent,
    "drug": OfDrug,
    "drug_class": OfDrug,
    "category": OfDecision,
    "collapse": OfDecision,
    "analyte": OfAnalyte,
}
"""The key that tells what a condition is about."""
