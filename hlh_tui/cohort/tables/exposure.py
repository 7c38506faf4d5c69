"""How long each patient was exposed to the study drugs, and what was given beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.protocol.item_models import name_key, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hlh_tui.protocol.table_models import Concomitant, Drug, Treatment
    from hlh_tui.study.file import Study

HERE = Path(__file__).parent
WEEK = 7
OTHER_EVENTS = ("procedure",)
"""Kinds of event that can be a concomitant therapy."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """A patient's doses of the index drug and exposure to it and its partner, in days; None without any.

    ``per_kg`` mg per kg of body weight, dose by dose; ``per_m2`` mg per square metre and day, row by row; both only
    where the chart gives the dose in mg, or mg/d, and the weight or body surface.
    """

    patient_id: str
    doses: int
    amounts: tuple[str, ...]
    per_kg: tuple[float, ...]
    first_day: float | None
    last_day: float | None
    partner_start: float | None
    partner_days: float | None
    together_days: float | None
    partner_amounts: tuple[str, ...]
    per_m2: tuple[float, ...]

    @property
    def days(self) -> float | None:
        """Days of exposure to the index drug."""
        return None if self.first_day is None or self.last_day is None else self.last_day - self.first_day


def exposures(study: Study, rule: Treatment) -> dict[str, Exposed]:
    """Every patient's exposure by id."""
    charted = [drug for (drug,) in study.rows("SELECT DISTINCT drug FROM exposure ORDER BY drug")]
    rows = study.rows(
        (HERE / "exposure.sql").read_text(encoding="utf-8"),
        (rule.dose_days, spelt(rule.index, charted), list(rule.ends), spelt(rule.partner, charted), rule.gap_days),
    )
    return {row[0]: exposed(row) for row in rows}


def exposed(row: Sequence[Any]) -> Exposed:
    """The record of a row of the query; a list that it has not is empty."""
    patient, doses, amounts, per_kg, first, last, start, days, together, taken, per_m2 = row
    lists = [tuple(each or ()) for each in (amounts, per_kg, taken, per_m2)]
    return Exposed(patient, doses, lists[0], lists[1], first, last, start, days, together, lists[2], lists[3])


def spelt(drug: Drug | None, charted: Sequence[str]) -> list[str]:
    """The charted names that are the drug."""
    return [] if drug is None else [name for name in charted if named(drug.names, name)]


def concomitant(study: Study, rule: Treatment, found: dict[str, Exposed]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Patient -> what was given or done during exposure to the index drug, with the ids of its therapies."""
    charted = [drug for (drug,) in study.rows("SELECT DISTINCT drug FROM exposure ORDER BY drug")]
    during = [each for each in found.values() if each.first_day is not None]
    rows = study.rows(
        (HERE / "concomitant.sql").read_text(encoding="utf-8"),
        (
            [each.patient_id for each in during],
            [each.first_day for each in during],
            [each.last_day for each in during],
            spelt(rule.index, charted) + spelt(rule.partner, charted),
            list(OTHER_EVENTS),
        ),
    )
    therapies: dict[tuple[str, str, str], tuple[str, ...]] = {}
    beside: dict[str, dict[str, tuple[str, ...]]] = {}
    for patient, *what in rows:
        kind, name, drug_class = what
        key = (kind, name, drug_class)
        if key not in therapies:
            therapies[key] = tuple(each.id for each in rule.concomitant if covers(each, *key))
        if kind == "exposure" or therapies[key]:
            beside.setdefault(patient, {})[name] = therapies[key]
    return beside


def covers(therapy: Concomitant, kind: str, name: str, drug_class: str) -> bool:
    """Whether what was charted is that therapy."""
    if kind == "event":
        return any(name_key(term) in name_key(name) for term in therapy.terms)
    return named(therapy.drugs, name) or named(therapy.drug_classes, drug_class)
