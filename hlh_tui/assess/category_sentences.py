"""The sentences of the trace about a day and about the best response: why a category stands."""

from __future__ import annotations

from hlh_tui.assess.models import Domain
from hlh_tui.assess.score import Points, score_words
from hlh_tui.assess.values import day, number
from hlh_tui.protocol.criteria_models import CategoryRule, Condition, CriteriaSet, Exclusion, Reversal


def category_sentence(
    criteria: CriteriaSet,
    category: str,
    best_case: str,
    domains: tuple[Domain, ...],
    marks: tuple[str, ...],
    score: tuple[float, float] | None = None,
    points: tuple[Points, ...] = (),
    *,
    measured: frozenset[str] = frozenset(),
) -> str:
    """Why a day has its category; ``marks`` are the ids of guards and exclusions that hold.

    ``points``: those of the domains where the set has a score; ``measured``: the ids of those with a
    baseline value. Domains that no category asks are left out.
    """
    groups = {domain.id: domain.group for domain in criteria.domains}
    asked = criteria.asked_groups
    domains = tuple(domain for domain in domains if groups[domain.id] in asked)
    parts = [f"{criteria.outcomes[category]}: {_ground(criteria, category, domains, score, points)}"]
    parts += [f"{label} rules out {', '.join(ruled)}" for label, ruled in _blocks(criteria, marks).items()]
    parts += [rule.open_label or f"{rule.label} is possible" for rule in criteria.exclusions if _open(rule, marks)]
    ranks = [*reversed([rule.id for rule in criteria.categories])]
    if best_case in ranks and (category not in ranks or ranks.index(best_case) > ranks.index(category)):
        wanted = _conditions(criteria, best_case)
        in_groups = tuple(each for each in domains if groups[each.id] in {condition.group for condition in wanted})
        unknown = [each.label for each in points if each.low != each.high] or _unknown(
            _that_count(criteria, best_case, in_groups, marks, measured)
        )
        parts.append(f"indeterminate: with {', '.join(unknown)} unknown, {criteria.outcomes[best_case]} is possible")
    return "; ".join(parts)


def _open(rule: Exclusion, marks: tuple[str, ...]) -> bool:
    return f"{rule.id}:open" in marks and rule.id not in marks


def _that_count(
    criteria: CriteriaSet, best_case: str, domains: tuple[Domain, ...], marks: tuple[str, ...], measured: frozenset[str]
) -> tuple[Domain, ...]:
    """Of the domains those that could count towards the best case.

    Where it counts domains abnormal at baseline that leaves out what was normal and, as it opens nothing, what has no
    baseline value; unless how many were abnormal or what is new since then is itself the question.
    """
    rule = next(each for each in criteria.categories if each.id == best_case)
    by_abnormal = all(condition.of == "abnormal_at_baseline" for condition in rule.conditions)
    if not by_abnormal or rule.fewer or any(_open(each, marks) for each in criteria.exclusions):
        return domains
    return tuple(
        each
        for each in domains
        if each.abnormal_at_baseline or (each.abnormal_at_baseline is None and each.id in measured)
    )


def _unknown(domains: tuple[Domain, ...]) -> list[str]:
    """The domains that leave a day open; those known at the day and not at baseline if there are no others."""
    now = [domain for domain in domains if domain.state == "not_evaluable" or domain.improved == "unknown"]
    return [
        domain.label
        if domain.state == "not_evaluable" or domain.abnormal_at_baseline
        else f"{domain.label} at baseline"
        for domain in now or [domain for domain in domains if domain.abnormal_at_baseline is None]
    ]


def _ground(
    criteria: CriteriaSet,
    category: str,
    domains: tuple[Domain, ...],
    score: tuple[float, float] | None,
    points: tuple[Points, ...],
) -> str:
    if score is not None and criteria.score is not None:
        return score_words(criteria.score, score, points)
    condition = _condition(criteria, category, domains)
    if condition is None and _by_abnormal(criteria):
        return _no_response(criteria, category, domains)
    if condition is not None and condition.of == "abnormal_at_baseline":
        return _of_abnormal(criteria, condition, domains)
    if condition is not None and condition.of == "every_domain":
        counted = _group(criteria, condition, domains)
        met_too = " or met" if criteria.improvement is None or criteria.improvement.met_counts else ""
        what = "met" if condition.state == "met" else f"improved{met_too}"
        return f"all {len(counted)} domains are {what}"
    least = criteria.categories[-1].conditions[0]
    return _of_any(criteria, condition or least, domains, named=condition is not None)


def _condition(criteria: CriteriaSet, category: str, domains: tuple[Domain, ...]) -> Condition | None:
    """The condition of a category that holds, its first one where that is not to be seen from the domains."""
    each = _conditions(criteria, category)
    holding = (one for one in each if one.of == "any_domain" and len(_reached(criteria, one, domains)) >= one.count)
    return next(holding, each[0]) if each else None


def _conditions(criteria: CriteriaSet, category: str) -> tuple[Condition, ...]:
    rules: tuple[CategoryRule | Reversal, ...] = (*criteria.categories, *criteria.reversals)
    return next((rule.conditions for rule in rules if rule.id == category), ())


def _reached(criteria: CriteriaSet, condition: Condition, domains: tuple[Domain, ...]) -> list[str]:
    improved = condition.state == "improved"
    return [
        each.label
        for each in _group(criteria, condition, domains)
        if (each.improved == "yes" if improved else each.state == "met")
    ]


def _by_abnormal(criteria: CriteriaSet) -> bool:
    return any(each.of == "abnormal_at_baseline" for rule in criteria.categories for each in rule.conditions)


def _group(criteria: CriteriaSet, condition: Condition, domains: tuple[Domain, ...]) -> list[Domain]:
    groups = {domain.id: domain.group for domain in criteria.domains}
    return [domain for domain in domains if groups[domain.id] == condition.group]


def _no_response(criteria: CriteriaSet, category: str, domains: tuple[Domain, ...]) -> str:
    abnormal = [domain for domain in domains if domain.abnormal_at_baseline]
    if category == criteria.not_evaluable.id:
        among = _among(abnormal)
        return f"{among}, none is evaluable" if abnormal else "no domain is known to be abnormal at baseline"
    met = [domain.label for domain in abnormal if domain.state == "met"]
    better = [domain.label for domain in abnormal if domain.improved == "yes"]
    met_too = " or met" if criteria.improvement is None or criteria.improvement.met_counts else ""
    said = f"{_among(abnormal)}, {_count(met, 'met')} and {_count(better, f'improved{met_too}')}"
    return said + _still(domains, better, "neither") + _uncounted(domains)


def _among(abnormal: list[Domain]) -> str:
    return f"of {len(abnormal)} domain{'s' if len(abnormal) != 1 else ''} abnormal at baseline"


def _of_abnormal(criteria: CriteriaSet, condition: Condition, domains: tuple[Domain, ...]) -> str:
    abnormal = [domain for domain in domains if domain.abnormal_at_baseline]
    if condition.state == "met":
        met = [domain.label for domain in abnormal if domain.state == "met"]
        return f"{_among(abnormal)}, {_count(met, 'met')}{_still(domains, met, 'not met')}{_uncounted(domains)}"
    better = [domain.label for domain in abnormal if domain.improved == "yes"]
    rule = criteria.improvement
    by = f" by {rule.percent:g} %" if rule and not any(i.change and i.change.steps for i in criteria.items) else ""
    met_too = " or met" if rule is None or rule.met_counts else ""
    said = f"{_among(abnormal)}, {_count(better, f'improved{by}{met_too}')}"
    return said + _still(domains, better, "neither") + _uncounted(domains)


def _of_any(criteria: CriteriaSet, condition: Condition, domains: tuple[Domain, ...], *, named: bool) -> str:
    """How many domains hold; ``named``: the category that they are for is named already."""
    counted = _group(criteria, condition, domains)
    improved = condition.state == "improved"
    reached = _reached(criteria, condition, domains)
    unknown = [
        each.label for each in counted if (each.improved == "unknown" if improved else each.state == "not_evaluable")
    ]
    among = f"of {len(counted)} criteria" if len(counted) > 1 else "of 1 criterion"
    several = len({rule.group for rule in criteria.categories}) > 1
    among += f" for {condition.group.replace('_', ' ')}" if several and not named else ""
    said = f"{among}, {_count(reached, 'improved' if improved else 'met')}"
    missed = [each.label for each in counted if each.label not in (*reached, *unknown)]
    said += f"; not {'improved' if improved else 'met'}: {', '.join(missed)}" if missed else ""
    return said + (f"; not evaluable: {', '.join(unknown)}" if unknown else "")


def _count(labels: list[str], what: str) -> str:
    return f"{len(labels)} {what} ({', '.join(labels)})" if labels else f"0 {what}"


def _still(domains: tuple[Domain, ...], reached: list[str], words: str) -> str:
    """The domains that did not reach it, so that no domain is named as both, and those that cannot be judged."""
    missed = [each.label for each in domains if each.state == "not_met" and each.label not in reached]
    unknown = [each.label for each in domains if each.state == "not_evaluable" and each.label not in reached]
    return "".join(
        f"; {what}: {', '.join(labels)}" for what, labels in ((words, missed), ("not evaluable", unknown)) if labels
    )


def _uncounted(domains: tuple[Domain, ...]) -> str:
    """The domains that are well and count for nothing, because nobody can tell whether they were abnormal before."""
    unknown = [each for each in domains if each.abnormal_at_baseline is None]
    well = [each.label for each in unknown if each.state == "met" or each.improved == "yes"]
    return f"; not counted, baseline not evaluable: {', '.join(well)}" if well else ""


def _blocks(criteria: CriteriaSet, marks: tuple[str, ...]) -> dict[str, list[str]]:
    labels = {guard.id: guard.label for guard in criteria.guards}
    labels |= {exclusion.id: exclusion.label for exclusion in criteria.exclusions}
    found = {
        labels[mark]: [category.label for category in criteria.categories if mark in category.blocked_by]
        for mark in marks
        if mark in labels
    }
    return {label: ruled for label, ruled in found.items() if ruled}


def best_sentence(
    criteria: CriteriaSet,
    best: tuple[str, float | None, float | None],
    unconfirmed: tuple[str | None, float | None],
) -> str:
    """What the best response rests on when something was evaluable, e.g. ``CR from day 7, confirmed on day 10``."""
    category, first, confirmed = best
    rule = criteria.best
    if criteria.kind == "diagnosis":
        return f"{category}: {criteria.outcomes[category]}"
    if rule.rule != "confirmed":
        when = "the last evaluation" if rule.rule == "latest" else "the visits"
        return f"{category} on {day(first)}" if first is not None else f"{category}: of {when}"
    if first is None or confirmed is None:
        held = f"held for {number(rule.confirm_days)} days" if rule.confirm_days else "was seen"
        said = f"{category}: no response {held}"
    else:
        said = f"{category} from {day(first)}, confirmed on {day(confirmed)}"
    if unconfirmed[0] is not None and unconfirmed[1] is not None:
        said += f"; {unconfirmed[0]} on {day(unconfirmed[1])}, not confirmed"
    return said
