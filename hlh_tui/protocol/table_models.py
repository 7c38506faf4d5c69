"""What the cohort's tables count, as frozen records read from TOML (unknown keys are refused)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from hlh_tui.protocol.item_models import Days

Quantiles = Literal["type 6", "type 7"]
"""Hyndman and Fan 1996: type 6 is that of SPSS and Minitab, type 7 that of R."""


class Drug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A study drug: an exposure is to it when the key of one of ``names`` stands in that of its drug."""

    label: str
    names: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Concomitant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A concomitant therapy: exposures by name or class, or events by a word of their term, during the index drug."""

    id: str
    label: str
    drugs: tuple[str, ...] = ()
    drug_classes: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


class Treatment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The study treatment (Table S2).

    Exposure to ``index`` runs from its first dose after the index event to ``dose_days`` after its last, or to the
    first event of a kind in ``ends``, or to last contact. Courses of ``partner`` with at most ``gap_days`` between them
    are one; those that end after the index event count whole. ``source`` says where the definition comes from.
    """

    index: Drug
    dose_days: Days
    source: str
    partner: Drug | None = None
    ends: tuple[str, ...] = ()
    gap_days: Days = 0
    quantiles: Quantiles = "type 7"
    concomitant: tuple[Concomitant, ...] = ()


class Fever(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When fever has resolved: from some hour up to ``until_day`` every temperature is below ``limit``.

    Fever before treatment: a temperature not below it in the ``baseline_hours`` before the index event.
    """

    analyte: str
    limit: float
    within_hours: float
    baseline_hours: float
    until_day: Days
    source: str = ""


class Laboratory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Analytes of the laboratory table beside those of the criteria in force, and the definition of its quartiles."""

    analytes: tuple[str, ...] = ()
    quantiles: Quantiles = "type 7"


class Safety(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Adverse events: the ``kinds`` of event, from which ``grade`` on they are severe, which words mean related."""

    kinds: tuple[str, ...]
    grade: int
    related: tuple[str, ...]
