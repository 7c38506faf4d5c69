"""A criteria set as plain text for a clinician: every rule in words, with its source and how sure that source is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from hlh_tui.assess import rule_words as words
from hlh_tui.protocol.criteria_models import CategoryRule, CriteriaSet
from hlh_tui.protocol.item_models import ItemRule

Lines = Iterator[tuple[int, str]]
"""Depth and text of each line before it is wrapped."""


def describe(criteria: CriteriaSet, width: int = 80) -> str:
    """The whole set in lines of at most ``width`` cells, headings in capitals."""
    sections: dict[str, Iterable[tuple[int, str]]] = {
        "": _head(criteria),
        "CONFIDENCE IN A SOURCE": ((0, f"[{sign}] {meaning}") for sign, meaning in words.CONFIDENCE.items()),
        "DOMAINS AND ITEMS": _domains(criteria),
        "IMPROVEMENT": _improvement(criteria),
        "CATEGORIES, BEST FIRST": _categories(criteria),
        "REVERSALS": _reversals(criteria),
        "GUARDS AND EXCLUSIONS": _blocks(criteria),
        "SUPPORT": _supports(criteria),
        "REMOVALS": _removals(criteria),
        "THE PATIENT'S CATEGORY": _best(criteria),
        "INTERCURRENT EVENTS": _endings(criteria),
        "SCORE": _score(criteria),
        "OPTIONS, DEFAULT FIRST": _options(criteria),
        "VARIANTS": _variants(criteria),
        "COLLAPSES": _collapses(criteria),
    }
    parts = []
    for heading, lines in sections.items():
        wrapped = [line for depth, text in lines for line in _wrapped(depth, text, width)]
        if wrapped:
            parts.append("\n".join([heading, *wrapped] if heading else wrapped))
    return "\n\n".join(parts)


def _wrapped(depth: int, text: str, width: int) -> list[str]:
    indent = "  " * depth
    return wrap(text, width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)


def _source(rule: object) -> str:
    return f"source: {getattr(rule, 'source', '')} [{getattr(rule, 'confidence', '')}]"


def _head(criteria: CriteriaSet) -> Lines:
    yield 0, criteria.title
    yield 0, f"{criteria.id} {criteria.version}, a set for {criteria.kind}"
    yield 0, f"hash: {criteria.hash}"
    yield 0, f"citation: {criteria.citation}"
    if criteria.population:
        yield 0, f"population: {criteria.population}"


def _domains(criteria: CriteriaSet) -> Lines:
    for domain in criteria.domains:
        items = criteria.domain_items(domain.id)
        rule = words.domain_words(domain, len(items), improves=criteria.kind != "diagnosis")
        yield 0, f"{domain.label} ({domain.id}): {rule}"
        yield 1, _source(domain)
        if not items:
            yield 1, "no items unless an option moves them here"
        for item in items:
            yield from _item(criteria, item)


def _item(criteria: CriteriaSet, item: ItemRule) -> Lines:
    yield 1, f"{item.label} ({item.id}): {words.limit_words(item)}"
    yield 2, _source(item.limit)
    for each in item.limit.by:
        yield 2, f"{each.value:g}: {_source(each)}"
    yield 2, f"analytes: {', '.join(item.analytes)}; {words.PICKS[item.pick]} counts"
    diagnosis = criteria.kind == "diagnosis"
    windows = {"baseline": (item.baseline, "before the first dose")}
    if not diagnosis:
        windows["look-back"] = (item.lookback, "before the evaluation")
    for name, (window, anchor) in windows.items():
        yield 2, f"{name}: {words.window_words(window)} {anchor}; {_source(window)}"
    if item.change is not None:
        own = f"; {_source(item.change)}" if item.change.source else ""
        yield 2, words.change_words(item.change, criteria.improvement, item.limit.direction) + own
        for step in item.change.steps:
            yield 3, f"{words.step_words(step)}; {_source(step)}"
    elif not diagnosis:
        yield 2, "never improves by a percentage"
    if item.support:
        yield 2, f"not met under: {next(each.label for each in criteria.supports if each.id == item.support)}"
    if item.not_units:
        yield 2, f"results charted in {', '.join(item.not_units)} are not used"
    if item.uncharted == "not_met":
        yield 2, "not charted at all counts as not met"


def _improvement(criteria: CriteriaSet) -> Lines:
    rule = criteria.improvement
    if rule is None:
        return
    yield 0, f"by {'more than' if rule.strict else 'at least'} {rule.percent:g} % towards the limit"
    yield 0, "an item that is met counts as improved" if rule.met_counts else "met alone does not count as improved"
    yield 0, f"under support improvement {'counts' if rule.under_support == 'counts' else 'does not count'}"
    yield 0, _source(rule)


def _categories(criteria: CriteriaSet) -> Lines:
    for rule in criteria.categories:
        yield from _category(criteria, rule)
    yield 0, f"{criteria.otherwise.id} {criteria.otherwise.label}: when none of these holds"
    yield 0, f"{criteria.not_evaluable.id} {criteria.not_evaluable.label}: when nothing can be judged"
    yield 0, f"unknown items: {words.unknown_words(criteria)}"


def _category(criteria: CriteriaSet, rule: CategoryRule) -> Lines:
    yield 0, f"{rule.id} {rule.label}: {words.category_words(rule, criteria)}"
    yield 1, _source(rule)
    for fewer in rule.fewer:
        yield 1, f"{fewer.label}; {_source(fewer)}"


def _reversals(criteria: CriteriaSet) -> Lines:
    for rule in criteria.reversals:
        conditions = " or ".join(map(words.condition_words, rule.conditions))
        yield 0, f"{rule.id} {rule.label}: after {rule.after}, {conditions}"
        yield 1, _source(rule)


def _blocks(criteria: CriteriaSet) -> Lines:
    for guard in criteria.guards:
        yield 0, f"{guard.label} ({guard.id}): {words.guard_words(guard)}"
        yield 1, _source(guard)
        yield 1, f"baseline: {_source(guard.baseline)}"
    for exclusion in criteria.exclusions:
        yield 0, f"{exclusion.label} ({exclusion.id}): {words.exclusion_words(exclusion, criteria)}"
        yield 1, _source(exclusion)


def _supports(criteria: CriteriaSet) -> Lines:
    for support in criteria.supports:
        yield 0, f"{support.label} ({support.id}): {words.support_words(support)}"
        yield 1, _source(support.window)


def _removals(criteria: CriteriaSet) -> Lines:
    for removal in criteria.removals:
        yield 0, f"{removal.label} ({removal.id}): {words.removal_words(removal, criteria)}"
        yield 1, _source(removal)


def _best(criteria: CriteriaSet) -> Lines:
    if criteria.kind == "diagnosis":
        yield 0, "judged once, on the values up to the first dose"
    else:
        yield 0, words.best_words(criteria.best)
    yield 0, _source(criteria.best)


def _endings(criteria: CriteriaSet) -> Lines:
    for end in criteria.best.endings:
        yield 0, f"{end.label} ({end.kind}) {words.ending_words(end)}"


def _score(criteria: CriteriaSet) -> Lines:
    if criteria.score is None:
        return
    yield 0, f"{criteria.score.label}: probability of {criteria.score.probability_of}"
    yield 0, _source(criteria.score)
    yield 0, ", ".join(f"{each.score:g}: {each.printed}" for each in criteria.score.table)


def _options(criteria: CriteriaSet) -> Lines:
    for name, option in criteria.options.items():
        yield 0, f"{name}: {option.label}"
        yield 1, f"why: {option.why} [{option.confidence}]"
        for number, choice in enumerate(option.choices):
            notes = ["default"] if number == 0 else []
            notes += [] if choice.sensible else ["not in the multiverse"]
            yield 1, f"{choice.value}: {choice.label}" + (f" ({', '.join(notes)})" if notes else "")


def _variants(criteria: CriteriaSet) -> Lines:
    for name, variant in criteria.variants.items():
        chosen = ", ".join(f"{key}={value}" for key, value in variant.options.items())
        yield 0, f"{name}: {variant.label}: {chosen or 'every default'}"
        yield 1, _source(variant)


def _collapses(criteria: CriteriaSet) -> Lines:
    for collapse in criteria.collapses:
        yield 0, f"{collapse.id}: {collapse.label}: {', '.join(collapse.categories)}"
        if collapse.source:
            yield 1, f"source: {collapse.source}" + (f" [{collapse.confidence}]" if collapse.confidence else "")
