"""The items behind a worse category at a day: what changed between two traces, or what a set still asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hlh_tui.assess.models import Domain, Evaluation, Item
from hlh_tui.assess.values import day as day_words
from hlh_tui.assess.values import percent, value_words
from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import CategoryRule, Condition, CriteriaSet

STATES = {"met": "met", "not_met": "not met", "not_evaluable": "not evaluable"}
IMPROVED = {"yes": "improved", "no": "not improved", "unknown": "not known to be improved"}
ABNORMAL = {True: "abnormal", False: "not abnormal", None: "not known"}
UNSETTLED, NOT_SETTLED = ("unknown", "not_evaluable"), "improvement not settled"
MOST = 6


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The ids of the items and what to say of them; no words when nothing was found."""

    items: tuple[str, ...]
    words: str


def changes(left: Evaluation, right: Evaluation) -> Shortfall:
    """Where the traces of one day differ in two readings of one set: items, then domains made of them otherwise."""
    others = {item.id: item for item in right.items}
    pairs = [(item, others[item.id]) for item in left.items if item.id in others]
    domains = {each.id: each for each in right.domains}
    differing = {each.id: _of_domain(each, domains[each.id]) for each in left.domains if each.id in domains}
    moved = {key: words for key, words in differing.items() if words}
    said = {one.id: (one.domain, words) for one, other in pairs if (words := _of_item(one, other))}
    if moved:
        said = {key: each for key, each in said.items() if each[0] in moved} or said
    phrases = [words for _, words in said.values()]
    ids = list(said)
    for key in [key for key in moved if key not in {domain for domain, _ in said.values()}]:
        behind = [item for item in left.items if item.domain == key]
        phrases.append(f"{moved[key]} ({', '.join(map(_with_state, behind))})")
        ids += [item.id for item in behind]
    if not phrases:
        return _regrouped(left, right, [(one, other) for one, other in pairs if one.domain != other.domain])
    return Shortfall(tuple(ids), listed(phrases, "; "))


def _regrouped(left: Evaluation, right: Evaluation, pairs: list[tuple[Item, Item]]) -> Shortfall:
    """The items that make up other domains on one side than on the other."""
    labels = [{domain.id: domain.label for domain in side.domains} for side in (left, right)]
    words = [f"{_with_state(one)} counts in {labels[0][one.domain]} left, in {labels[1][other.domain]} right"
             for one, other in pairs]  # fmt: skip
    return Shortfall(tuple(one.id for one, _ in pairs), listed(words, "; "))


def shortfall(
    criteria: CriteriaSet, there: Evaluation, place: int, other: CriteriaSet, here: Evaluation, reached: str, name: str
) -> Shortfall:
    """What ``criteria`` lacks at a day for its category at ``place``, beside what the other set says ``here``.

    For a count of domains only what held for the category ``reached`` there, or is measured there alone: the rest
    fails under both. ``name`` is what to call the other reading.
    """
    rule = criteria.categories[place]
    condition, counted = rule.conditions[0], _condition(other, reached, here)
    pool = _pool(criteria, there, condition)
    done = [domain for domain in pool if _counts(domain, condition)]
    ruled_out = [each for each in criteria.exclusions if each.id in rule.blocked_by and each.id in there.exclusions]
    if ruled_out and len(done) >= (len(pool) if condition.of == "every_domain" else condition.count):
        words = f"{' and '.join(each.label for each in ruled_out)} rules out {rule.id}"
        return Shortfall(tuple(each.item for each in ruled_out if each.item), words)
    if criteria.id == other.id and here.day == there.day and (count := _other_count(other, rule)) is not None:
        asked_for = _asked(criteria, rule.id, condition, done, there)
        return Shortfall((), f"{asked_for}; {name} asks for {count:g}")
    lacking = {domain.id for domain in pool} - {domain.id for domain in done}
    failing = [item for item in there.items if item.domain in lacking and not _holds(item, condition.state)]
    if criteria.id == other.id and criteria.unknown != other.unknown:
        failing = [item for item in failing if _open(item, condition)] or failing
    counterpart = {item.id: _counterpart(criteria, item, other, here, counted.group) for item in failing}
    elsewhere: list[Item] = []
    if condition.of != "every_domain" or criteria.id == other.id:
        differing = [each for each in failing if _better(counterpart[each.id], counted.state)]
        elsewhere = _only_there(other, here, criteria, counted)
        failing = differing if differing or elsewhere else failing
    never = [item for item in failing if condition.state == "improved" and _never_improves(criteria, item)]
    asked = [item for item in failing if item not in never]
    parts = _missing(criteria, asked, counterpart, None if criteria.id == other.id else other, condition)
    if never:
        parts.append(f"{criteria.id} has no improvement of {listed(item.label for item in never)}")
    if elsewhere:
        held = listed(f"{value_at(item)} {'met' if item.state == 'met' else 'improved'}" for item in elsewhere)
        parts.append(f"{other.id} counts {held}, not in {criteria.id}")
    parts = [_asked(criteria, rule.id, condition, done, there), *parts] if parts else []
    if there.guard == "triggered" and any(guard.id in rule.blocked_by for guard in criteria.guards):
        parts.append(f"{there.guard_label} is triggered, which rules out {rule.id}")
    ids = [item.id for item in (*failing, *elsewhere)]
    return Shortfall(tuple(dict.fromkeys(ids)), "; ".join(parts))


def _other_count(other: CriteriaSet, rule: CategoryRule) -> float | None:
    """How many the other reading of the set asks for where that is another number; None where it is the same."""
    theirs = next((each for each in other.categories if each.id == rule.id), rule)
    return theirs.count if theirs.of == rule.of and theirs.count != rule.count else None


def _open(item: Item, condition: Condition) -> bool:
    """Whether the item is unknown and could count if it were known."""
    if condition.of == "abnormal_at_baseline" and item.baseline is None:
        return False
    return item.state == "not_evaluable" if condition.state == "met" else item.improved == "unknown"


def _met_counts(criteria: CriteriaSet) -> bool:
    return criteria.improvement is None or criteria.improvement.met_counts


def _never_improves(criteria: CriteriaSet, item: Item) -> bool:
    """Whether neither a change of the item nor its being normal is an improvement."""
    return criteria.item(item.id).change is None and not _met_counts(criteria)


def _missing(
    criteria: CriteriaSet,
    failing: list[Item],
    counterpart: dict[str, Item | None],
    other: CriteriaSet | None,
    condition: Condition,
) -> list[str]:
    """The failing items: those with a value against their limits, those that it does not settle, those without one."""
    valued = [item for item in failing if item.value is not None]
    unsettled = {item.id for item in valued if (item.improved, item.state)[condition.state == "met"] in UNSETTLED}
    kind, open_kind = ("not met", "not settled") if condition.state == "met" else ("not improved", NOT_SETTLED)
    kinds = {
        kind: [item for item in valued if item.id not in unsettled],
        open_kind: [item for item in valued if item.id in unsettled],
    }
    by_change = condition.state == "improved" and not _met_counts(criteria)
    said = {
        item.id: _change_phrase(item, counterpart[item.id], other)
        if by_change
        else _phrase(item, counterpart[item.id], other, condition)
        for item in valued
    }
    parts = [f"{kind}: {listed(said[item.id] for item in items)}" for kind, items in kinds.items() if items]
    empty = [item for item in failing if item.value is None]
    if empty:
        aside = {item.id: f" (not in {other.id})" if other and counterpart[item.id] is None else "" for item in empty}
        parts.append(f"without a value: {listed(item.label + aside[item.id] for item in empty)}")
    return parts


def listed(words: Iterable[str], sign: str = ", ") -> str:
    """The words one after another, at most six of them and the number of the others."""
    each = list(words)
    more = [f"and {len(each) - MOST} more"] if len(each) > MOST else []
    return sign.join(each[:MOST] + more)


def value_at(item: Item) -> str:
    """The item's label with its value and day, e.g. ``Ferritin 640 µg/L on day 7``."""
    if item.value is None or item.value_day is None:
        return f"{item.label} without a value"
    return f"{item.label} {_shown(item, item.value)} on {day_words(item.value_day)}"


def _shown(item: Item, value: float) -> str:
    """The value with its unit; as charted where the analyte has units without a factor between them."""
    analyte = item.analyte or item.id
    known, charted = analytes()[analyte], item.charted
    if charted is not None and charted.unit and known.own and charted.unit not in (known.unit, *known.own):
        return charted.words
    return value_words(analyte, value, item.comparator, (charted.unit if charted else None) or known.unit)


def _with_state(item: Item) -> str:
    return f"{value_at(item)} {STATES[item.state]}"


def _of_item(left: Item, right: Item) -> str:
    """What differs between an item left and right, of what counts; empty if nothing does."""
    if left.state != right.state:
        one, other = f"{STATES[left.state]} left", f"{STATES[right.state]} right"
        if (left.value, left.value_day) != (right.value, right.value_day):
            return f"{value_at(left)} {one}, {value_at(right)} {other} (limit {left.limit})"
        if left.limit != right.limit:
            return f"{value_at(left)} {one} (limit {left.limit}), {other} (limit {right.limit})"
        return f"{value_at(left)} (limit {left.limit}) {one}, {other}"
    if left.abnormal_at_baseline != right.abnormal_at_baseline:
        was = "without a value"
        if left.baseline is not None and left.baseline_day is not None:
            analyte = left.baseline_analyte or left.analyte or left.id
            shown = value_words(analyte, left.baseline, left.baseline_comparator, left.baseline_unit)
            was = f"{shown} on {day_words(left.baseline_day)}"
        one, other = ABNORMAL[left.abnormal_at_baseline], ABNORMAL[right.abnormal_at_baseline]
        return f"{left.label} at baseline {was}: {one} left, {other} right"
    if left.improved != right.improved:
        under = f", under {left.support}" if left.support else ""
        one, other = f"{IMPROVED[left.improved]} left", f"{IMPROVED[right.improved]} right"
        return f"{value_at(left)}{_change(left)}{under}: {one}, {other}"
    return ""


def _of_domain(left: Domain, right: Domain) -> str:
    if left.state != right.state:
        return f"{left.label} {STATES[left.state]} left, {STATES[right.state]} right"
    if left.improved != right.improved:
        return f"{left.label} {IMPROVED[left.improved]} left, {IMPROVED[right.improved]} right"
    if left.abnormal_at_baseline != right.abnormal_at_baseline:
        one, other = ABNORMAL[left.abnormal_at_baseline], ABNORMAL[right.abnormal_at_baseline]
        return f"{left.label} {one} at baseline left, {other} right"
    return ""


def _change(item: Item) -> str:
    if item.baseline is None:
        return ", no baseline value"
    return f", {percent(item.change_pct)} from baseline" if item.change_pct is not None else ""


def _condition(criteria: CriteriaSet, category: str, here: Evaluation) -> Condition:
    """What the category rests on that day; that every domain is met where no rule of that name is."""
    found = next((rule for rule in criteria.categories if rule.id == category), None)
    if found is None:
        return Condition(of="every_domain")
    holding = (
        each
        for each in found.conditions
        if each.of == "any_domain" and sum(_counts(one, each) for one in _pool(criteria, here, each)) >= each.count
    )
    return next(holding, found.conditions[0])


def _pool(criteria: CriteriaSet, there: Evaluation, condition: Condition) -> list[Domain]:
    """The domains that a condition counts."""
    group = {domain.id for domain in criteria.used_domains if domain.group == condition.group}
    pool = [domain for domain in there.domains if domain.id in group]
    if condition.of == "abnormal_at_baseline":
        return [domain for domain in pool if domain.abnormal_at_baseline is not False]
    return pool


def _counts(domain: Domain, condition: Condition) -> bool:
    """Whether the domain is one of those that the condition found; without a known baseline it counts for nothing."""
    if condition.of == "abnormal_at_baseline" and not domain.abnormal_at_baseline:
        return False
    return domain.state == "met" if condition.state == "met" else domain.improved == "yes"


def _holds(item: Item, state: str) -> bool:
    return item.state == "met" if state == "met" else item.improved == "yes"


def _better(counterpart: Item | None, state: str) -> bool:
    """Whether the other set judges the item better, or does not have it."""
    return counterpart is None or _holds(counterpart, state)


def _group(criteria: CriteriaSet, item: Item) -> str:
    return next((domain.group for domain in criteria.domains if domain.id == item.domain), "main")


def _asked_groups(criteria: CriteriaSet) -> set[str]:
    """The groups of domains that a category asks for; a sign of a reversal is none of its achievements."""
    return {each.group for rule in criteria.categories for each in rule.conditions}


def _counterpart(criteria: CriteriaSet, item: Item, other: CriteriaSet, here: Evaluation, group: str) -> Item | None:
    """The other set's item that measures the same, of the group that counts there before others that are asked."""
    measured = set(criteria.item(item.id).analytes)
    asked = _asked_groups(other)
    found = [
        each for each in here.items if measured & set(other.item(each.id).analytes) and _group(other, each) in asked
    ]
    return min(found, key=lambda each: _group(other, each) != group, default=None)


def _only_there(other: CriteriaSet, here: Evaluation, criteria: CriteriaSet, condition: Condition) -> list[Item]:
    """The other set's items that count there and that no category of this set asks for."""
    asked = {domain.id for domain in criteria.domains if domain.group in _asked_groups(criteria)}
    measured = {analyte for item in criteria.items if item.domain in asked for analyte in item.analytes}
    return [
        item
        for item in here.items
        if _group(other, item) == condition.group
        and not measured & set(other.item(item.id).analytes)
        and _holds(item, condition.state)
        and (condition.of != "abnormal_at_baseline" or item.abnormal_at_baseline)
    ]


def _asked(criteria: CriteriaSet, category: str, condition: Condition, reached: list[Domain], there: Evaluation) -> str:
    state = "met" if condition.state == "met" else "improved or met" if _met_counts(criteria) else "improved"
    if condition.of == "every_domain":
        return f"{category} needs every domain {state}"
    if condition.of == "points":
        low, high = there.score or (0, 0)
        here = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        return f"{category} needs {condition.count:g} points, here {here}"
    domains = "of the domains abnormal at baseline" if condition.of == "abnormal_at_baseline" else "domains"
    named = f" ({', '.join(domain.label for domain in reached)})" if reached else ""
    return f"{category} needs {condition.count:g} {domains} {state}, here {len(reached)}{named}"


def _phrase(item: Item, counterpart: Item | None, other: CriteriaSet | None, condition: Condition) -> str:
    """The value against this limit, and how the other set (None: it is the same) stands to it."""
    change = _change(item) if condition.state == "improved" else ""
    if other is None:
        beside = ""
    elif counterpart is None:
        beside = f", not in {other.id}"
    else:
        beside = f", {counterpart.limit} in {other.id}" if counterpart.limit != item.limit else ""
    support = f", under {item.support}" if item.support else ""
    return f"{value_at(item)}{change} (limit {item.limit}{support}{beside})"


def _change_phrase(item: Item, counterpart: Item | None, other: CriteriaSet | None) -> str:
    """The value and its change against what is asked of such a baseline, where its limit is not what counts."""
    since = ", no baseline value"
    if item.baseline is not None:
        analyte = item.baseline_analyte or item.analyte or item.id
        began = value_words(analyte, item.baseline, item.baseline_comparator, item.baseline_unit)
        since = f", {percent(item.change_pct)} from {began}" if item.change_pct is not None else f", from {began}"
    beside = f"; not in {other.id}" if other is not None and counterpart is None else ""
    support = f"; under {item.support}" if item.support else ""
    return f"{value_at(item)}{since} ({item.asks}{support}{beside})"
