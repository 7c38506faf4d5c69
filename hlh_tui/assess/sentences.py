"""The sentences of the trace: why an item, a category and the best response are what they are."""

from __future__ import annotations

from dataclasses import dataclass

from hlh_tui.assess.models import Domain
from hlh_tui.assess.values import Held, day, number, percent
from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import CriteriaSet, Exclusion
from hlh_tui.protocol.item_models import ItemRule, Support

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
    item: ItemRule, state: str, at: float, current: Held | None, support: SupportSpan | None, carried: float
) -> str:
    """Why an item is met, not met or not evaluable at day ``at``; ``carried`` days extend its look-back."""
    if current is None:
        reach = number(item.lookback.days + carried)
        return f"not evaluable: no value after the first dose in the {reach} d up to {day(at)}"
    what = f"{_which(item, current)}{current.words} on {day(current.day)}"
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
    return f"; change from {baseline.words} on {day(baseline.day)} cannot be given as a percentage"


def risen_clause(baseline: Held) -> str:
    """The same for a value that was nothing at baseline and is not now: no percentage, but surely an improvement."""
    return f"; risen from {baseline.words} on {day(baseline.day)}"


def category_sentence(
    criteria: CriteriaSet, category: str, best_case: str, domains: tuple[Domain, ...], marks: tuple[str, ...]
) -> str:
    """Why a day has its category; ``marks`` are the labels of guards and exclusions that hold."""
    parts = [f"{criteria.outcomes[category]}: {_ground(criteria, category, domains)}"]
    parts += [f"{label} rules out {', '.join(ruled)}" for label, ruled in _blocks(criteria, marks).items()]
    parts += [rule.open_label or f"{rule.label} is possible" for rule in criteria.exclusions if _open(rule, marks)]
    ranks = [*reversed([rule.id for rule in criteria.categories])]
    if best_case in ranks and (category not in ranks or ranks.index(best_case) > ranks.index(category)):
        parts.append(
            f"indeterminate: with {', '.join(_unknown(domains))} unknown, {criteria.outcomes[best_case]} is possible"
        )
    return "; ".join(parts)


def _open(rule: Exclusion, marks: tuple[str, ...]) -> bool:
    return f"{rule.id}:open" in marks and rule.id not in marks


def _unknown(domains: tuple[Domain, ...]) -> list[str]:
    """The domains that leave a day open; those known at the day and not at baseline if there are no others."""
    now = [domain for domain in domains if domain.state == "not_evaluable" or domain.improved == "unknown"]
    return [
        domain.label
        if domain.state == "not_evaluable" or domain.abnormal_at_baseline
        else f"{domain.label} at baseline"
        for domain in now or [domain for domain in domains if domain.abnormal_at_baseline is None]
    ]


def _ground(criteria: CriteriaSet, category: str, domains: tuple[Domain, ...]) -> str:
    abnormal = [domain for domain in domains if domain.abnormal_at_baseline]
    met = [domain.label for domain in abnormal if domain.state == "met"]
    better = [domain.label for domain in abnormal if domain.improved == "yes"]
    among = f"of {len(abnormal)} domain{'s' if len(abnormal) != 1 else ''} abnormal at baseline"
    rule = next((rule for rule in criteria.categories if rule.id == category), None)
    if rule is None:
        if category == criteria.not_evaluable.id:
            return f"{among}, none is evaluable" if abnormal else "no domain is known to be abnormal at baseline"
        return (
            f"{among}, {_count(met, 'met')} and {_count(better, 'improved or met')}{_still(domains, better, 'neither')}"
        )
    if rule.of == "every_domain":
        return f"all {len(domains)} domains are met"
    percent_text = f"improved by {criteria.improvement.percent:g} % or met"
    if rule.state == "met":
        return f"{among}, {_count(met, 'met')}{_still(domains, met, 'not met')}"
    return f"{among}, {_count(better, percent_text)}{_still(domains, better, 'neither')}"


def _count(labels: list[str], what: str) -> str:
    return f"{len(labels)} {what} ({', '.join(labels)})" if labels else f"0 {what}"


def _still(domains: tuple[Domain, ...], reached: list[str], words: str) -> str:
    """The domains that did not reach it, so that no domain is named as both, and those that cannot be judged."""
    missed = [each.label for each in domains if each.state == "not_met" and each.label not in reached]
    unknown = [each.label for each in domains if each.state == "not_evaluable" and each.label not in reached]
    return "".join(
        f"; {what}: {', '.join(labels)}" for what, labels in ((words, missed), ("not evaluable", unknown)) if labels
    )


def _blocks(criteria: CriteriaSet, marks: tuple[str, ...]) -> dict[str, list[str]]:
    labels = {guard.id: guard.label for guard in criteria.guards}
    labels |= {exclusion.id: exclusion.label for exclusion in criteria.exclusions}
    return {
        labels[mark]: [category.label for category in criteria.categories if mark in category.blocked_by]
        for mark in marks
        if mark in labels
    }


def best_sentence(
    criteria: CriteriaSet,
    best: tuple[str, float | None, float | None],
    unconfirmed: tuple[str | None, float | None],
) -> str:
    """What the best response rests on when something was evaluable, e.g. ``CR from day 7, confirmed on day 10``."""
    category, first, confirmed = best
    rule = criteria.best
    if first is None or confirmed is None:
        said = f"{category}: no response held for {number(rule.confirm_days)} days"
    else:
        said = f"{category} from {day(first)}, confirmed on {day(confirmed)}"
    if unconfirmed[0] is not None and unconfirmed[1] is not None:
        said += f"; {unconfirmed[0]} on {day(unconfirmed[1])}, not confirmed"
    return said


def _which(item: ItemRule, current: Held) -> str:
    if item.pick == "last":
        return ""
    extreme = "highest" if item.limit.direction == "below" else "lowest"
    return f"{extreme} {analytes()[current.analyte].label.lower()} "


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
