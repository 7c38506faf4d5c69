"""Whether a criteria set makes sense: every name in it refers to something."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import CategoryRule, CriteriaSet, Outcome, Reversal
from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.protocol.item_models import TRANSFUSED, ItemRule, name_key

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
WORDS = frozenset({"adopt", "check", "set", "stale"})
"""First words of ``hlh-tui criteria`` that are no ids."""
MOST_PERCENT = 100
MOST_ITEMS = 30
MOST_ANALYTES = 16
MOST_BITS = 62


def checked(criteria: CriteriaSet) -> CriteriaSet:
    """The set itself when every name in it refers to something; ``ProtocolError`` names the key otherwise."""
    _finite(criteria.id, "", msgspec.to_builtins(criteria))
    _named(criteria)
    _unique(criteria)
    _items(criteria)
    _countable(criteria)
    _categories(criteria)
    _events(criteria)
    _options(criteria)
    return criteria


def _named(criteria: CriteriaSet) -> None:
    """Id and version are printed, typed and made file names of; the command line has words of its own."""
    for key, value in (("id", criteria.id), ("version", criteria.version)):
        if not NAME.fullmatch(value) or value in WORDS:
            raise ProtocolError(
                f"criteria set: {key}: {value[:40]!r} is not a name; give small letters, digits, '.', '-' and '_' (at"
                f" most 60, a letter or digit first), and none of {', '.join(sorted(WORDS))}"
            )
    if not criteria.title.strip():
        raise ProtocolError(f"{criteria.id}: title: is empty; say what the criteria are")


def _unique(criteria: CriteriaSet) -> None:
    for key in ("domains", "items", "supports", "guards", "exclusions", "removals", "categories", "collapses"):
        ids = [record.id for record in getattr(criteria, key)]
        for twice in sorted({each for each in ids if ids.count(each) > 1}):
            raise ProtocolError(f"{criteria.id}: {key}: {twice!r} stands twice; give each an id of its own")
    rules: tuple[CategoryRule | Outcome | Reversal, ...]
    rules = (*criteria.categories, criteria.otherwise, *criteria.reversals, criteria.not_evaluable)
    ids = [rule.id for rule in rules]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        raise ProtocolError(
            f"{criteria.id}: {twice!r} names two outcomes; categories, otherwise, reversals and not_evaluable need ids"
            " of their own"
        )


def _finite(criteria_id: str, path: str, value: Any) -> None:
    """Refuse numbers that are none: TOML knows nan and inf, with which no value compares as a limit should."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ProtocolError(f"{criteria_id}: {path}: {value} is not a number to compare with; give a finite one")
    members: Iterable[tuple[object, Any]] = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list | tuple):
        members = ((_name(each, place), each) for place, each in enumerate(value, 1))
    for name, member in members:
        _finite(criteria_id, f"{path}.{name}" if path else str(name), member)


def _name(member: Any, place: int) -> object:
    return member.get("id", member.get("kind", place)) if isinstance(member, dict) else place


def _countable(criteria: CriteriaSet) -> None:
    """The engine keeps what is known of all items at baseline in one whole number of 62 bits."""
    if len(criteria.items) > MOST_ITEMS:
        raise ProtocolError(f"{criteria.id}: items: {len(criteria.items)} are too many; give at most {MOST_ITEMS}")
    stepwise = criteria.improvement is not None and not criteria.improvement.met_counts
    stepped = [n for n, item in enumerate(criteria.items, 1) if stepwise and item.change and item.change.steps]
    if stepped and 2 * len(criteria.items) + stepped[-1] > MOST_BITS:
        raise ProtocolError(
            f"{criteria.id}: items.{criteria.items[stepped[-1] - 1].id}.change.steps: too many items before it where"
            " improvement.met_counts = false; put items with steps first, or give fewer items"
        )
    free = [n for n, item in enumerate(criteria.items, 1) if item.change and any(s.nothing for s in item.change.steps)]
    if free and 3 * len(criteria.items) + free[-1] > MOST_BITS:
        raise ProtocolError(
            f"{criteria.id}: items.{criteria.items[free[-1] - 1].id}.change.steps: too many items before a step with"
            " nothing = true; put such items first, or give fewer items"
        )


def _items(criteria: CriteriaSet) -> None:
    met = {domain.id: domain.met for domain in criteria.domains}
    for item in criteria.items:
        path = f"items.{item.id}"
        _must_name(criteria, f"{path}.domain", item.domain, met)
        _must_name(criteria, f"{path}.support", item.support, _ids(criteria.supports))
        for analyte in item.analytes:
            _must_name(criteria, f"{path}.analytes", analyte, analytes())
        unit = analytes()[item.analytes[0]].unit
        if item.unit != unit:
            raise ProtocolError(f"{criteria.id}: {path}.unit: {item.unit!r} is not the canonical unit; write {unit!r}")
        if item.change:
            _must_name(criteria, f"{path}.change.analyte", item.change.analyte, item.analytes)
            if item.change.percent is None and not item.change.steps and criteria.improvement is None:
                raise ProtocolError(f"{criteria.id}: {path}.change needs percent or steps, or give [improvement]")
            if item.change.percent is not None and not (item.change.source and item.change.confidence):
                raise ProtocolError(
                    f"{criteria.id}: {path}.change: a percent of its own needs source and confidence of its own; give"
                    " both"
                )
        _possible(criteria, path, item, met[item.domain])
    for removal in criteria.removals:
        _must_name(criteria, f"removals.{removal.id}.item", removal.item, _ids(criteria.items))


def _possible(criteria: CriteriaSet, path: str, item: ItemRule, met: str | int) -> None:
    """Refuse what the engine does not judge."""
    wrong = ""
    if item.pick != "last" and item.support:
        wrong = f"support: only the last value can be judged by support; write pick = 'last', not {item.pick!r}"
    elif item.pick == "worst" and len(item.analytes) > 1:
        wrong = "pick: 'worst' compares numbers of one analyte; name one in analytes, or write pick = 'last'"
    elif item.pick == "worst" and met != "all":
        wrong = f"pick: 'worst' stands in a domain with met = 'all' only; {item.domain} has met = {met!r}"
    elif item.pick != "last" and item.change and len(item.analytes) > 1:
        wrong = "change: several analytes change only with pick = 'last'"
    elif item.change and item.change.above and item.limit.direction == "above":
        wrong = "change.above: an excess is measured above a limit that is met below; leave it out"
    elif len(item.analytes) > MOST_ANALYTES:
        wrong = f"analytes: {len(item.analytes)} are too many; give at most {MOST_ANALYTES}"
    if wrong:
        raise ProtocolError(f"{criteria.id}: {path}.{wrong}")


def _categories(criteria: CriteriaSet) -> None:
    groups = {domain.group for domain in criteria.domains}
    blocks = _ids(criteria.guards) | _ids(criteria.exclusions)
    for category in criteria.categories:
        for block in category.blocked_by:
            _must_name(criteria, f"categories.{category.id}.blocked_by", block, blocks)
    for reversal in criteria.reversals:
        _must_name(criteria, f"reversals.{reversal.id}.after", reversal.after, _ids(criteria.categories))
    rules: tuple[CategoryRule | Reversal, ...] = (*criteria.categories, *criteria.reversals)
    for rule in rules:
        for condition in rule.conditions:
            of_group = sum(domain.group == condition.group for domain in criteria.domains)
            if condition.of in ("abnormal_at_baseline", "any_domain") and not 1 <= condition.count <= of_group:
                raise ProtocolError(
                    f"{criteria.id}: {rule.id}.count: {condition.count:g} of {of_group} domains cannot be; give 1 to"
                    f" {of_group}"
                )
            _must_name(criteria, f"{rule.id}.group", condition.group, groups)
            if condition.of == "points" and not any(domain.points for domain in criteria.domains):
                raise ProtocolError(f"{criteria.id}: {rule.id}.of: 'points' needs a domain with points")
    for collapse in criteria.collapses:
        if not collapse.categories:
            raise ProtocolError(f"{criteria.id}: collapses.{collapse.id}.categories: is empty; name those that count")
        for each in collapse.categories:
            _must_name(criteria, f"collapses.{collapse.id}.categories", each, criteria.outcomes)
    if criteria.kind == "diagnosis" and (criteria.guards or criteria.exclusions or criteria.reversals):
        raise ProtocolError(f"{criteria.id}: a diagnosis has no guards, exclusions or reversals; leave them out")


def _events(criteria: CriteriaSet) -> None:
    items = _ids(criteria.items)
    for guard in criteria.guards:
        _must_name(criteria, f"guards.{guard.id}.analyte", guard.analyte, analytes())
    for exclusion in criteria.exclusions:
        _must_name(criteria, f"exclusions.{exclusion.id}.item", exclusion.item, items)
        if (exclusion.item is None) == (exclusion.event is None):
            raise ProtocolError(f"{criteria.id}: exclusions.{exclusion.id}: give either item or event")
    for support in criteria.supports:
        _must_have_keys(criteria, f"supports.{support.id}", (*support.drugs, *support.drug_classes))
        for given in support.events:
            if given.kind == "transfusion":
                _must_name(criteria, f"supports.{support.id}.events.transfusion.term", given.term, TRANSFUSED)
    for end in criteria.best.endings:
        _must_have_keys(criteria, f"best.ends_at.{end.kind}", (*end.drugs, *end.drug_classes))
    if criteria.kind != "diagnosis" and criteria.best.horizon_day <= 0:
        raise ProtocolError(f"{criteria.id}: best.horizon_day: nothing after day 0 would count; give more than 0")
    if criteria.improvement is not None and not 0 <= criteria.improvement.percent <= MOST_PERCENT:
        raise ProtocolError(
            f"{criteria.id}: improvement.percent: {criteria.improvement.percent:g} is no improvement; give 0 to"
            f" {MOST_PERCENT}"
        )
    if criteria.best.rule == "visits" and not criteria.best.visits:
        raise ProtocolError(f"{criteria.id}: best.visits is empty; give the days of the visits, or another best.rule")


def _options(criteria: CriteriaSet) -> None:
    for name, option in criteria.options.items():
        values = [choice.value for choice in option.choices]
        if len(set(values)) < len(values):
            raise ProtocolError(f"{criteria.id}: options.{name}: a value stands twice; give each choice its own")
    for name, variant in criteria.variants.items():
        for key, value in variant.options.items():
            _must_name(criteria, f"variants.{name}.options", key, criteria.options)
            allowed = [choice.value for choice in criteria.options[key].choices]
            _must_name(criteria, f"variants.{name}.options.{key}", value, allowed)


def _ids(records: Iterable[Any]) -> set[str]:
    return {record.id for record in records}


def _must_have_keys(criteria: CriteriaSet, path: str, names: tuple[str, ...]) -> None:
    for name in names:
        if not name_key(name):
            raise ProtocolError(f"{criteria.id}: {path}: {name!r} names no drug; give letters or digits")


def _must_name(criteria: CriteriaSet, path: str, name: str | None, allowed: Iterable[str]) -> None:
    if name is not None and name not in allowed:
        raise ProtocolError(f"{criteria.id}: {path}: {name!r} is not known; use one of {', '.join(sorted(allowed))}")
