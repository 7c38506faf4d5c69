"""What waterfall, swimmer plot and heat map show, as frozen records, the same for screen and print."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from hlh_tui.cohort.biomarkers.models import Measurement

HIDDEN = "hidden"
"""State of a criterion that the reader may not be shown yet."""


class Bar(msgspec.Struct, frozen=True, gc=False):
    """A patient's best change of the analyte; None with the reason in ``why``.

    ``change`` and ``bound`` as in ``biomarkers.models.Series``; ``category`` is the adjudicated one, None if there is
    none yet.
    """

    patient_id: str
    category: str | None
    group: str
    baseline: Measurement | None
    best: Measurement | None
    change: float | None
    bound: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Bars from the greatest rise to the greatest fall; those without a change last. ``until`` is the last day."""

    analyte: str
    label: str
    short: str
    unit: str
    decimals: int
    by: str | None
    measure: str
    better: str
    """falling or rising: which change is the best."""
    until: float
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]


class Treatment(msgspec.Struct, frozen=True, gc=False):
    """A drug given from ``start`` to ``end``; ``single`` where it was one dose, ``ongoing`` at last contact."""

    drug: str
    start: float
    end: float
    single: bool
    ongoing: bool


class State(msgspec.Struct, frozen=True, gc=False):
    """An adjudicated category held from ``start`` to ``end``, and what ended it (empty: last contact)."""

    category: str
    start: float
    end: float
    ended_by: str


class Mark(msgspec.Struct, frozen=True, gc=False):
    """Something that happened: event kind, day, and its words."""

    kind: str
    day: float
    text: str


class Lane(msgspec.Struct, frozen=True, gc=False):
    """One patient from day 0 to last contact. ``ongoing``: alive then."""

    patient_id: str
    category: str | None
    group: str
    end: float
    ongoing: bool
    treatments: tuple[Treatment, ...]
    states: tuple[State, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Swimmer:
    """One lane a patient, the longest followed first within each group; ``drugs`` are those drawn."""

    by: str | None
    drugs: tuple[str, ...]
    lanes: tuple[Lane, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A column block of the heat map."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One patient: ``cells[criterion][time]`` is met, not_met, not_evaluable, hidden, or None without an evaluation."""

    patient_id: str
    category: str | None
    group: str
    cells: tuple[tuple[str | None, ...], ...]
    days: tuple[float | None, ...]
    """The day whose evaluation stands for each time; None for baseline and where there is none."""
    hidden: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Patients x criteria x times under one criteria set; ``times`` are 0 for baseline and the scheduled days."""

    criteria: str
    version: str
    by: str | None
    items: tuple[Criterion, ...]
    times: tuple[float, ...]
    rows: tuple[HeatRow, ...]
    notes: tuple[str, ...]
    patients: int = 0
    """How many the cohort has; ``rows`` are those asked for."""
