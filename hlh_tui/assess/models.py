"""What the criteria say of a patient, day by day."""

from __future__ import annotations

from dataclasses import dataclass

from hlh_tui.assess.values import Charted


@dataclass(frozen=True, slots=True)
class Item:
    """One measured item (fever, spleen, neutrophils, platelets, ferritin, fibrinogen, d_dimer, cns) at one day.

    ``state`` and ``baseline_state`` are met, not_met or not_evaluable; ``improved`` is yes, no or unknown.
    ``unit`` is that of the limit; ``change_pct`` is None where a comparator or a missing value leaves it open.
    """

    id: str
    domain: str
    label: str
    analyte: str | None
    baseline: float | None
    baseline_comparator: str | None
    baseline_day: float | None
    value: float | None
    comparator: str | None
    value_day: float | None
    unit: str
    limit: str
    change_pct: float | None
    state: str
    baseline_state: str
    abnormal_at_baseline: bool | None
    improved: str
    support: str | None
    """Why a value at the limit does not count, e.g. "platelet transfusion on day 5"."""
    why: str
    charted: Charted | None = None
    """The value as the imported file had it, with file and row."""
    baseline_charted: Charted | None = None
    source: str = ""
    """Where the limit comes from, and how surely (see ``item_models.Confidence``)."""
    confidence: str = ""
    value_unit: str = ""
    """The unit that the value is stored in, which need not be that of the limit (soluble CD25 in pg/mL)."""
    baseline_unit: str = ""
    baseline_analyte: str | None = None
    """Which analyte the baseline value is of: a spleen may be measured on one day and called enlarged on another."""
    asks: str = ""
    """What improvement asks of the item; empty where no category asks for improvement."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A criterion domain (fever, spleen, cytopenia, ferritin, coagulopathy, cns) at one day."""

    id: str
    label: str
    state: str
    abnormal_at_baseline: bool | None
    improved: str
    group: str = "main"
    """What the set counts apart, e.g. response, resolution and reactivation."""
    asked: bool = True
    """Whether any category asks for the group."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The category at one day, and ``best_case``: what it would be with everything unknown in the patient's favour.

    ``indeterminate`` when the best case is better than the category.
    """

    day: float
    category: str
    best_case: str
    indeterminate: bool
    guard: str
    """The guard against worsening: clear, triggered or not_evaluable."""
    counts: bool
    """Whether the day counts towards the best response (up to horizon and last contact, before what ends it)."""
    items: tuple[Item, ...]
    domains: tuple[Domain, ...]
    why: str
    guard_label: str = ""
    """What the criteria set calls the guard; empty without one."""
    ended: str = ""
    """Why the day does not count, e.g. ``HSCT on day 3``; empty if it does."""
    exclusions: tuple[str, ...] = ()
    """The ids of the exclusions that hold that day, e.g. new CNS involvement."""
    score: tuple[float, float] | None = None
    """The points with everything unknown against and for the criteria; None for a set without points."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best confirmed response; ``unconfirmed`` is a better category seen but never confirmed."""

    category: str
    day: float | None
    confirmed_day: float | None
    unconfirmed_category: str | None
    unconfirmed_day: float | None
    why: str
    failed: bool = False
    """Whether an event settled it that counts as no response, whatever the days say."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One patient under one criteria set with given options."""

    patient_id: str
    best: Best
    evaluations: tuple[Evaluation, ...]
    visits: dict[float, float | None]
    """Scheduled visit day -> day of the evaluation that stands for it, or None."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rules propose for a patient: the best category and its days."""

    patient_id: str
    category: str
    day: float | None
    confirmed_day: float | None
    criteria_id: str
    criteria_version: str
    criteria_hash: str
    options: dict[str, str]
