"""The sentences of the trace about one item: why it is met, not met or not evaluable, and how it has changed."""

from __future__ import annotations

from dataclasses import dataclass

from hlh_tui.assess.values import Held, day, number, percent
from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import LIFETIME, ItemRule, Removal, Support

RELATION = {
    ("below", True, True): "below",
    ("below", True, False): "at or above",
    ("below", False, True): "at or below",
    ("below", False, False): "above",
    ("above", True, True): "above",
    ("above", True, False): "at or below",
    ("above", False, True): "at or above",
    ("above", False, False): "below",
}
"""(direction, strict, met) of a limit -> how a value stands to it."""


@dataclass(frozen=True, slots=True)
class SupportSpan:
    """Support before a value: its rule, and from when until when (None: ongoing)."""

    rule: Support
    start: float
    end: float | None

    @property
    def words(self) -> str:
        """What was given and when, e.g. ``platelet transfusion on day 5``."""
        return f"{self.rule.label} {self.when}"

    @property
    def when(self) -> str:
        """When it was given."""
        if self.end is None:
            return f"from {day(self.start)} on"
        return f"on {day(self.start)}" if self.end == self.start else f"from {day(self.start)} to {day(self.end)}"


def item_sentence(
    criteria: CriteriaSet, item: ItemRule, state: str, at: float, current: Held | None, support: SupportSpan | None
) -> str:
    """Why an item is met, not met or not evaluable at day ``at``; its limit is the one that holds for this value."""
    if current is None and state == "not_met":
        return f"not met: {_nothing(criteria, item, at)}, which counts as not met"
    if current is None:
        return f"not evaluable: {_nothing(criteria, item, at)}"
    what = f"{_which(item, current)}{current.words} on {day(current.day)}"
    if current.unit_id in analytes()[current.analyte].own and state == "not_evaluable":
        return f"not evaluable: {what} does not convert to the unit of the limit"
    if state == "not_evaluable":
        return f"not evaluable: {what} does not settle whether it is {_stands(item, met=True)}"
    if analytes()[current.analyte].kind == "finding":
        return f"{_said(state)}: {what}"
    if support is None:
        return f"{_said(state)}: {what} is {_stands(item, met=state == 'met')}"
    given = f"{support.rule.sentence} {support.when}, within {number(support.rule.window.days)} days before"
    if _reaches(item, current):
        return f"not met: {what} is {_stands(item, met=True)}, but {given}"
    return f"not met: {what} is {_stands(item, met=False)} ({given})"


def _nothing(criteria: CriteriaSet, item: ItemRule, at: float) -> str:
    if criteria.kind == "diagnosis":
        within = "" if item.baseline.days >= LIFETIME else f"in the {number(item.baseline.days)} d "
        return f"no value {within}up to day 0"
    return f"no value after the first dose in the {number(item.lookback.days + criteria.carry_days)} d up to {day(at)}"


def removed_sentence(removal: Removal, when: float, state: str) -> str:
    """Why an item whose organ was taken away has its state."""
    return f"{_said(state)}: {removal.label} on {day(when)}"


def change_clause(item: ItemRule, state: str, change: float | None, baseline: Held | None, current: Held | None) -> str:
    """How the value stands to its baseline, as a clause to follow the state; empty without a value."""
    if current is None or item.change is None:
        return ""
    if baseline is None:
        return "; no baseline value"
    measured = f" ({item.change.words})" if item.change.words else ""
    if change is not None:
        return f"; {percent(change)} from {baseline.words} on {day(baseline.day)}{measured}"
    if state == "met":
        return ""
    why = ""
    if item.change.same_assay and (baseline.assay, baseline.unit_id) != (current.assay, current.unit_id):
        why = " (another assay or unit)"
    return f"; change from {baseline.words} on {day(baseline.day)} cannot be given as a percentage{why}"


def risen_clause(baseline: Held) -> str:
    """The same for a value that was nothing at baseline and is not now: no percentage, but surely an improvement."""
    return f"; risen from {baseline.words} on {day(baseline.day)}"


def _which(item: ItemRule, current: Held) -> str:
    if item.pick == "last":
        return ""
    less = (item.limit.direction == "below") == (item.pick == "worst")
    if analytes()[current.analyte].kind == "finding":
        return ""
    label = analytes()[current.analyte].label
    name = label[:1].lower() + label[1:] if label[1:2].islower() else label
    return f"{'highest' if less else 'lowest'} {name} "


def _said(state: str) -> str:
    return state.replace("_", " ")


def _stands(item: ItemRule, *, met: bool) -> str:
    limit = item.limit
    return f"{RELATION[limit.direction, limit.strict, met]} {number(limit.value)}"


def _reaches(item: ItemRule, current: Held) -> bool:
    limit = item.limit
    if limit.direction == "above":
        return current.value > limit.value or (current.value == limit.value and not limit.strict)
    return current.value < limit.value or (current.value == limit.value and not limit.strict)
