"""The records of a study: who acts, what the log holds, and one patient's chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]
"""A row of the log table: seq, recorded_at, actor, actor_name, action, patient_id, payload text, prev_hash, hash."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a stable id (lower case, no spaces) and the printed name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody did, before the log has it."""

    actor: Actor
    action: str
    patient_id: str | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; ``payload`` is the decoded JSON object."""

    seq: int
    recorded_at: str
    actor: str
    actor_name: str
    action: str
    patient_id: str | None
    payload: dict[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as charted; days count from the index event, ``attributes`` are the further columns as text."""

    patient_id: str
    sex: str | None
    age_years: float | None
    aetiology: str | None
    disease_status: str | None
    onset_day: float | None
    last_contact_day: float
    site: str | None
    weight_kg: float | None
    body_surface_m2: float | None
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Observation:
    """A value or finding in the canonical unit, with the raw text and the imported row it came from."""

    day: float
    analyte: str
    value: float
    comparator: str | None
    unit: str
    raw_value: str
    raw_unit: str | None
    lower: float | None
    upper: float | None
    assay: str | None
    specimen: str | None
    method: str | None
    source_ref: str | None
    source_file: str | None
    source_row: int | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """A drug given from ``start_day`` to ``end_day`` (None: ongoing at last contact)."""

    drug: str
    drug_class: str | None
    start_day: float
    end_day: float | None
    dose: float | None
    dose_unit: str | None
    route: str | None
    source_ref: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: ``kind`` as data-format lists them (hsct, relapse, death, transfusion, ...)."""

    day: float
    end_day: float | None
    kind: str
    term: str | None
    grade: int | None
    relatedness: str | None
    cause: str | None
    source_ref: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """A piece of free text."""

    day: float
    kind: str | None
    author: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything charted for one patient, each list ordered by day."""

    patient: Patient
    observations: tuple[Observation, ...]
    exposures: tuple[Exposure, ...]
    events: tuple[Event, ...]
    notes: tuple[Note, ...]
