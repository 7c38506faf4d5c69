"""Why one patient's category differs between two readings: the day, the items and one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from hlh_tui.assess.models import Assessment, Evaluation
from hlh_tui.assess.options import Reading
from hlh_tui.assess.shortfall import Shortfall, changes, shortfall
from hlh_tui.assess.values import day as day_words
from hlh_tui.assess.values import number
from hlh_tui.protocol.criteria_models import CriteriaSet


@dataclass(frozen=True, slots=True)
class Side:
    """One reading (``name`` left or right) and what it says of the patient."""

    name: str
    reading: Reading
    assessment: Assessment

    @property
    def criteria(self) -> CriteriaSet:
        """The set with the options of this side."""
        return self.reading.criteria

    @property
    def category(self) -> str:
        """The best category."""
        return self.assessment.best.category

    @property
    def deciding_day(self) -> float | None:
        """The day from which the best category holds, or the better one was seen, or the last one that counts."""
        best = self.assessment.best
        if best.day is not None or best.unconfirmed_day is not None:
            return best.day if best.day is not None else best.unconfirmed_day
        counting = [each.day for each in self.assessment.evaluations if each.counts]
        return counting[-1] if counting else None

    def near(self, day: float) -> Evaluation | None:
        """The evaluation of that day, otherwise the last before it or the first after it."""
        evaluations = self.assessment.evaluations
        before = [each for each in evaluations if each.day <= day]
        return before[-1] if before else next(iter(evaluations), None)


@dataclass(frozen=True, slots=True)
class Reason:
    """The day compared, which side is better (empty: no common order), the items, and the sentence."""

    day: float | None
    better: str
    items: tuple[str, ...]
    why: str


def reason(left: Side, right: Side) -> Reason:
    """What makes the difference between two sides whose categories differ."""
    order = standing(left.criteria, left.category, right.criteria, right.category)
    better, worse = (left, right) if order >= 0 else (right, left)
    name = better.name if order else ""
    day = better.deciding_day
    if worse.category == worse.criteria.not_evaluable.id:
        return Reason(
            day, name, (), f"{_name(worse, better)} says {worse.assessment.best.why}{_visits(worse.criteria)}"
        )
    back = _reversed(worse, better, name)
    if back is not None:
        return back
    there = _judged(worse, day)
    here = None if day is None or there is None else _beside(better, day, there.day)
    if there is None or here is None or not order or not _is_response(better):
        both = f"left: {left.assessment.best.why}; right: {right.assessment.best.why}"
        return Reason(day, name, (), f"{_both_best(left, right)}{both}")
    reached = standing(worse.criteria, there.category, better.criteria, better.category) >= 0
    if reached:
        return _not_kept(better, worse, there, name)
    return _finish(better, worse, here, there, name, _lead(better, worse, there))


def _reversed(worse: Side, better: Side, name: str) -> Reason | None:
    """The signs of a reversal, which is the worse side's category; None where it is another."""
    rule = next((each for each in worse.criteria.reversals if each.id == worse.category), None)
    there = None if worse.deciding_day is None else worse.near(worse.deciding_day)
    if rule is None or there is None:
        return None
    groups = {each.group for each in rule.conditions}
    signs = {domain.id for domain in there.domains if domain.group in groups and domain.state == "met"}
    items = tuple(item.id for item in there.items if item.domain in signs and item.state == "met")
    return Reason(there.day, name, items, f"{_lead(better, worse, there)}: {there.why}")


def _both_best(left: Side, right: Side) -> str:
    """That neither set knows anything better, where it is so."""
    sides = (left, right)
    if left.criteria.id == right.criteria.id or any(each.category != each.criteria.categories[0].id for each in sides):
        return ""
    one, other = (f"{each.category}{{}} the best of {each.criteria.id}" for each in sides)
    return f"{one.format(' is')} and {other.format('')}; "


def standing(left: CriteriaSet, one: str, right: CriteriaSet, other: str) -> int:
    """1 when the left category is better, -1 when the right one is, 0 when equal or without a common order.

    The best of two sets are not ordered; others are as in a set that has both; otherwise a category with a rule stands
    above none, a reversal and not evaluable.
    """
    if one == other or (one, other) == (left.categories[0].id, right.categories[0].id):
        return 0
    for criteria in (left, right):
        names = list(criteria.outcomes)
        if one in names and other in names:
            return 1 if names.index(one) < names.index(other) else -1
    a, b = _level(left, one), _level(right, other)
    return (a > b) - (a < b)


def _level(criteria: CriteriaSet, category: str) -> int:
    if any(rule.id == category for rule in criteria.categories):
        return 3
    if category == criteria.not_evaluable.id:
        return 0
    return 2 if category == criteria.otherwise.id else 1


def _is_response(side: Side) -> bool:
    return _level(side.criteria, side.category) == 3


def _judged(worse: Side, day: float | None) -> Evaluation | None:
    """The worse side's evaluation at the better side's day; its own where its rule judges at fixed visits."""
    own = worse.deciding_day if worse.criteria.best.rule != "confirmed" else None
    at = own if own is not None else day
    return None if at is None else worse.near(at)


def _beside(better: Side, day: float, other: float) -> Evaluation | None:
    """The better side's evaluation at the other's day where it is as good there as in the end, else at its own."""
    found = better.near(other)
    if found is not None and standing(better.criteria, found.category, better.criteria, better.category) >= 0:
        return found
    return better.near(day)


def _visits(criteria: CriteriaSet) -> str:
    if criteria.best.rule != "visits":
        return ""
    return f" (it judges on day {' and '.join(f'{visit.day:g} ± {visit.within:g}' for visit in criteria.best.visits)})"


def _lead(better: Side, worse: Side, there: Evaluation) -> str:
    name = _name(worse, better)
    return f"on {day_words(there.day)} {name} finds {there.category}"


def _name(side: Side, other: Side) -> str:
    """The set's id where the sets differ, otherwise left or right."""
    if side.reading.base == other.reading.base:
        return f"the {side.name}"
    same = side.criteria.id == other.criteria.id
    return f"{side.criteria.id} {side.criteria.version}" if same else side.criteria.id


def _finish(better: Side, worse: Side, here: Evaluation, there: Evaluation, name: str, lead: str) -> Reason:
    """The items behind a worse day: what changed between two readings of one set, else what the worse side lacks."""
    found = Shortfall((), "")
    if better.reading.base == worse.reading.base and here.day == there.day:
        found = changes(*((here, there) if better.name == "left" else (there, here)))
    if not found.words:
        found = shortfall(
            worse.criteria,
            there,
            _target(worse, there, better.category),
            better.criteria,
            here,
            better.category,
            _name(better, worse),
        )
    return Reason(there.day, name, found.items, f"{lead}: {found.words or there.why}")


def _target(worse: Side, there: Evaluation, wanted: str) -> int:
    """The place in the worse set of the next better category than the day's, the wanted one where it is that."""
    names = [rule.id for rule in worse.criteria.categories]
    place = names.index(there.category) - 1 if there.category in names else len(names) - 1
    return max(place, names.index(wanted) if wanted in names else 0)


def _not_kept(better: Side, worse: Side, there: Evaluation, name: str) -> Reason:
    """The worse side saw the category that day too: confirmation, horizon or an event makes the difference."""
    where = _name(worse, better)
    too = " too" if there.category == better.category else ""
    seen = f"{where} finds {there.category} on {day_words(there.day)}{too}"
    if not there.counts:
        return Reason(there.day, name, (), f"{seen}, but that day does not count there ({there.ended})")
    rule = worse.criteria.best
    if rule.rule != "confirmed":
        return Reason(there.day, name, (), f"{seen}, but says in the end: {worse.assessment.best.why}")
    needs = f"asks that it hold for {number(rule.confirm_days)} days"
    later = [each for each in worse.assessment.evaluations if each.day > there.day]
    for each in later:
        if each.counts and each.category != worse.criteria.not_evaluable.id and _falls(worse, better, each):
            lost = shortfall(
                worse.criteria, each, _target(worse, each, there.category), worse.criteria, there, there.category, where
            )
            said = f"{seen}, but {needs}, and on {day_words(each.day)} finds {each.category}"
            return Reason(each.day, name, lost.items, f"{said}: {lost.words or each.why}")
    last = next((each for each in later if not each.counts), None)
    stopped = f" ({last.ended})" if last is not None else ""
    return Reason(there.day, name, (), f"{seen}, but {needs}, and no later day that counts confirms it{stopped}")


def _falls(worse: Side, better: Side, each: Evaluation) -> bool:
    return standing(worse.criteria, each.category, better.criteria, better.category) < 0
