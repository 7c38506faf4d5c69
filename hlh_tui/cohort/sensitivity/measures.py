"""Results as functions of the decisions, and what one other decision makes of them.

A measure is read once from all decisions; the reading then answers for any single patient without counting anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from hlh_tui.cohort.sensitivity.fisher import fisher_p
from hlh_tui.cohort.sensitivity.models import Categories, Follow, PValue, Result, Share
from hlh_tui.cohort.sensitivity.two_curves import TwoCurves, log_rank, singles, two_curves


@dataclass(frozen=True, slots=True)
class ShareOf:
    """The share with an outcome among the decided patients of ``among`` (None: all)."""

    outcome: frozenset[str]
    among: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class DifferenceOf:
    """Fisher's exact test of an outcome between two groups of patients."""

    outcome: frozenset[str]
    left: frozenset[str]
    right: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalOf:
    """The log-rank test of those with an outcome against those without, among those followed after ``landmark``.

    ``later``: patients whose response begins after the landmark; whatever its category, they are without it there.
    """

    outcome: frozenset[str]
    followed: Mapping[str, Follow]
    landmark: float
    later: frozenset[str] = frozenset()


Measure = ShareOf | DifferenceOf | SurvivalOf


@dataclass(frozen=True)
class ShareReading:
    """A share as decided."""

    measure: ShareOf
    now: Share

    def after(self, patient_id: str, was: str, to: str) -> Share:
        """The share if that patient had been decided otherwise."""
        if self.measure.among is not None and patient_id not in self.measure.among:
            return self.now
        return Share(self.now.k + step(self.measure.outcome, was, to), self.now.n)


@dataclass(frozen=True)
class DifferenceReading:
    """A difference as decided, with the shares of its two groups."""

    measure: DifferenceOf
    left: Share
    right: Share

    @property
    def now(self) -> PValue:
        """The test as decided."""
        return difference(self.left, self.right)

    def after(self, patient_id: str, was: str, to: str) -> PValue:
        """The test if that patient had been decided otherwise."""
        moved = step(self.measure.outcome, was, to)
        left = self.left.k + moved * (patient_id in self.measure.left)
        right = self.right.k + moved * (patient_id in self.measure.right)
        return difference(Share(left, self.left.n), Share(right, self.right.n))


@dataclass(frozen=True)
class SurvivalReading:
    """Two curves as decided."""

    measure: SurvivalOf
    curves: TwoCurves

    @cached_property
    def now(self) -> PValue:
        """The test as decided."""
        return log_rank(self.curves)

    @cached_property
    def _joining(self) -> list[PValue]:
        return singles(self.curves, 1)

    @cached_property
    def _leaving(self) -> list[PValue]:
        return singles(self.curves, -1)

    def after(self, patient_id: str, was: str, to: str) -> PValue:
        """The test if that patient had been decided otherwise."""
        moved, kind = step(self.measure.outcome, was, to), self.curves.of.get(patient_id)
        if not moved or kind is None:
            return self.now
        return self._joining[kind] if moved > 0 else self._leaving[kind]


Reading = ShareReading | DifferenceReading | SurvivalReading


def read(measure: Measure, categories: Categories) -> Reading:
    """The measure under these decisions; patients without a decision count nowhere."""
    if isinstance(measure, ShareOf):
        return ShareReading(measure, share(measure.outcome, measure.among, categories))
    if isinstance(measure, DifferenceOf):
        sides = (share(measure.outcome, side, categories) for side in (measure.left, measure.right))
        return DifferenceReading(measure, *sides)
    first = {patient: category in measure.outcome for patient, category in categories.items() if category is not None}
    return SurvivalReading(measure, two_curves(first, measure.followed, measure.landmark, measure.later))


def result(measure: Measure, categories: Categories) -> Result:
    """The measure's value under these decisions."""
    return read(measure, categories).now


def share(outcome: frozenset[str], among: frozenset[str] | None, categories: Categories) -> Share:
    """How many of the decided patients (of ``among``) have the outcome."""
    decided = [
        category
        for patient, category in categories.items()
        if category is not None and (among is None or patient in among)
    ]
    return Share(sum(category in outcome for category in decided), len(decided))


def difference(left: Share, right: Share) -> PValue:
    """Fisher's exact test of two shares."""
    if not left.n or not right.n:
        return PValue(None, "a group has no decided patient")
    return PValue(fisher_p(left.k, left.n, right.k, right.n), towards=left.k / left.n - right.k / right.n)


def step(outcome: frozenset[str], was: str, to: str) -> int:
    """By how many the patients with the outcome grow: 1, 0 or -1."""
    return (to in outcome) - (was in outcome)
