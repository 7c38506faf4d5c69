"""Improvement as SQL: two turned thresholds a patient, from the baseline, and how a later value stands to them.

A value at or below ``y<n>`` has surely changed enough, one above ``w<n>`` surely has not; between them a comparator
leaves it open, as does a baseline that is not known (NULL). Changes are compared to six decimals of a per cent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec

from hlh_tui.assess.sql.words import limit_value, sign
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import Change, ItemRule, Step

ALWAYS, NEVER = "'inf'::DOUBLE", "'-inf'::DOUBLE"
HALF = 5e-7
"""Half of the last decimal that changes are rounded to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The least change in per cent towards the limit."""

    percent: float
    strict: bool

    @property
    def none_is_enough(self) -> bool:
        """Whether a value that did not change at all suffices."""
        return self.percent < 0 or (self.percent == 0 and not self.strict)

    def share(self, turn: int) -> float:
        """What part of the baseline must be reached: 0.5 for a fall, 1.5 for a rise by 50 %."""
        least = self.percent + (HALF if self.strict else -HALF)
        return 1 - turn * least / 100


def threshold_columns(criteria: CriteriaSet, n: int, item: ItemRule) -> list[str]:
    """Columns y<n> and w<n> of the CTE ``began``; none for an item without change."""
    if item.change is None:
        return []
    fits = "TRUE"
    if len(item.analytes) > 1:
        fits = f"bc{n} // 16 % 16 = {item.analytes.index(item.change.analyte)}"
    columns = []
    for name, bound in (("y", f"ba{n}"), ("w", f"bz{n}")):
        if item.change.steps:
            threshold = _by_step(item, item.change, n, bound, name)
        else:
            asked = _asked(criteria, item.change)
            threshold = "NULL::DOUBLE" if asked is None else _threshold(item, item.change, asked, bound)
        columns.append(f"{threshold if fits == 'TRUE' else f'CASE WHEN {fits} THEN {threshold} END'} AS {name}{n}")
    return columns


def _asked(criteria: CriteriaSet, change: Change) -> Asked | None:
    if change.percent is not None:
        return Asked(change.percent, change.strict)
    rule = criteria.improvement
    return None if rule is None else Asked(rule.percent, rule.strict)


def _threshold(item: ItemRule, change: Change, asked: Asked, bound: str) -> str:
    """The turned value to which a baseline at ``bound`` must fall; a rise from nothing is more than any percentage."""
    turn = sign(item)
    share = asked.share(turn)
    if turn > 0:
        excess = f"({bound} - {change.above!r})" if change.above else bound
        reached = f"{change.above!r} + {excess} * {share!r}" if change.above else f"{bound} * {share!r}"
        nothing = f"{change.above!r}::DOUBLE" if asked.none_is_enough else NEVER
        return f"CASE WHEN {excess} > 0 THEN {reached} WHEN {excess} <= 0 THEN {nothing} END"
    nothing = "0.0::DOUBLE" if asked.none_is_enough else "-1e-300::DOUBLE"
    return f"CASE WHEN {bound} < 0 THEN {bound} * {share!r} WHEN {bound} >= 0 THEN {nothing} END"


def _by_step(item: ItemRule, change: Change, n: int, bound: str, name: str) -> str:
    """The threshold of the step that the baseline is surely in; never where it is surely in none."""
    cases = [f"WHEN {_within(step, n, sign(item))} THEN {_step(item, change, step, bound)}" for step in change.steps]
    unsure = NEVER if name == "y" else ALWAYS
    return f"CASE {' '.join(cases)} WHEN ba{n} = bz{n} THEN {NEVER} WHEN ba{n} IS NOT NULL THEN {unsure} END"


def _within(step: Step, n: int, turn: int) -> str:
    low, high = (f"ba{n}", f"bz{n}") if turn > 0 else (f"-bz{n}", f"-ba{n}")
    # A step for any baseline that asks for no change of it needs none: fever that is there persists or recurs.
    free = step.from_value is None and step.to_value is None and step.percent is None
    tests = ["TRUE"] if free else [f"ba{n} IS NOT NULL"]
    if step.from_value is not None:
        tests.append(f"{low} {'>' if step.from_strict else '>='} {step.from_value!r}")
    if step.to_value is not None:
        tests.append(f"{high} {'<=' if step.to_closed else '<'} {step.to_value!r}")
    return " AND ".join(tests)


def _step(item: ItemRule, change: Change, step: Step, bound: str) -> str:
    if step.nothing:
        return ALWAYS
    asked = []
    if step.percent is not None:
        asked.append(_threshold(item, change, Asked(step.percent, step.strict), bound))
    if step.beyond is not None:
        limit = limit_value(msgspec.structs.replace(item.limit, strict=step.beyond_strict), step.beyond)
        asked.append(f"{math.nextafter(limit, -math.inf)!r}::DOUBLE")
    return asked[0] if len(asked) == 1 else f"least({', '.join(asked)})"


def met_counts(criteria: CriteriaSet) -> bool:
    """Whether an item that meets its limit counts as improved."""
    return criteria.improvement is None or criteria.improvement.met_counts


def can_be_hopeless(criteria: CriteriaSet, item: ItemRule) -> bool:
    """Whether a baseline alone can settle that the item never improves, measured later or not."""
    return not met_counts(criteria) and bool(item.change and item.change.steps)


def can_be_needless(item: ItemRule) -> bool:
    """Whether a baseline alone can settle that nothing is asked of the item, measured later or not."""
    return bool(item.change and any(step.nothing for step in item.change.steps))


def better(criteria: CriteriaSet, n: int, item: ItemRule, bounds: tuple[str, str], place: str) -> str:
    """Improvement of item n at a moment: 2 met or changed enough since the baseline, 0 surely not, 1 open."""
    counts = met_counts(criteria)
    if item.change is None:
        return f"t{n}" if counts else "0"
    cases = [f"WHEN t{n} = 2 THEN 2"] if counts else []
    if criteria.improvement and criteria.improvement.under_support == "excluded" and item.support:
        cases.append(f"WHEN g{n} THEN 0")
    if item.change.same_assay:
        cases.append(f"WHEN q{n} IS DISTINCT FROM bq{n} THEN 1")
    if len(item.analytes) > 1:
        cases.append(f"WHEN {place} <> {item.analytes.index(item.change.analyte)} THEN 1")
    low, high = bounds
    surely_not = f"t{n} = 0 AND {low} > w{n}" if counts else f"{low} > w{n}"
    return f"CASE {' '.join(cases)} WHEN {high} <= y{n} THEN 2 WHEN {surely_not} THEN 0 ELSE 1 END"
