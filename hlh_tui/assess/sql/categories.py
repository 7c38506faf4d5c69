"""The category rules as SQL over the domains of one evaluation day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hlh_tui.assess.sql.days import one_of_all, perhaps_abnormal
from hlh_tui.assess.sql.words import text, total
from hlh_tui.protocol.criteria_models import CategoryRule, Condition, CriteriaSet, FewerSuffice


def mark_bits(criteria: CriteriaSet) -> dict[str, int]:
    """The bit of each exclusion and guard, of each exclusion left open (``<id>:open``) and guard known (``:known``)."""
    names = [name for rule in criteria.exclusions for name in (rule.id, f"{rule.id}:open")]
    names += [name for guard in criteria.guards for name in (guard.id, f"{guard.id}:known")]
    return {name: 1 << place for place, name in enumerate(names)}


def _evaluable(criteria: CriteriaSet) -> str:
    """Whether any domain that bears on a category is evaluable; one whose absence is taken for granted says nothing."""
    conditions = [each for rule in criteria.categories for each in rule.conditions]
    groups = {each.group for each in conditions}
    bearing = [
        d
        for d, domain in enumerate(criteria.used_domains, 1)
        if domain.group in groups and any(item.uncharted == "unknown" for item in criteria.domain_items(domain.id))
    ]
    by_abnormal = any(each.of == "abnormal_at_baseline" for each in conditions)
    return " OR ".join((f"o{d} = 0 AND m{d} <> 1" if by_abnormal else f"m{d} <> 1 OR i{d} <> 1") for d in bearing)


def rank_columns(criteria: CriteriaSet) -> list[str]:
    """``evaluable``; ``proven`` and ``possible``: rank of the category with every unknown against and for the patient.

    Ranks count from the worst category, 0 is the one that stands otherwise. An exclusion that is open counts against
    the patient in ``proven`` alone, a domain that was perhaps abnormal at baseline counts in ``possible`` alone.
    ``reversed<j>``: whether reversal j is proven.
    """
    top, bits = len(criteria.categories), mark_bits(criteria)
    columns = [f"{_evaluable(criteria)} AS evaluable"]
    for bound, name in ((2, "proven"), (1, "possible")):
        cases = [
            f"WHEN {_holds(criteria, rule, bits, bound)} THEN {top - place}"
            for place, rule in enumerate(criteria.categories)
        ]
        columns.append(f"CASE {' '.join(cases)} ELSE 0 END AS {name}")
    for j, reversal in enumerate(criteria.reversals, 1):
        holds = " OR ".join(f"({_condition(criteria, each, 2, ())})" for each in reversal.conditions)
        columns.append(f"{holds} AS reversed{j}")
    return columns


def score_columns(criteria: CriteriaSet) -> list[str]:
    """``score_lo`` and ``score_hi``: the points of all domains with the unknown against and for; none without any."""
    scored = [d for d, domain in enumerate(criteria.used_domains, 1) if domain.points]
    return [f"{total(f'{side}{d}' for d in scored)} AS score_{side}" for side in ("lo", "hi") if scored]


def verdict_columns(criteria: CriteriaSet) -> list[str]:
    """``rank`` and ``highest`` from them; NULL is not evaluable, reversals are -1, -2 and so on."""
    top = len(criteria.categories)
    whole = [str(top - place) for place, rule in enumerate(criteria.categories) if rule.of == "every_domain"]
    of_all = f" OR proven IN ({', '.join(whole)})" if whole else ""
    held = f"CASE WHEN evaluable{of_all} THEN proven END"
    ranks = {"holds": (held, "possible"), "best": ("possible", "possible"), "worst": ("proven", "proven")}
    names = [rule.id for rule in criteria.categories]
    shown = "possible" if criteria.unknown == "best" else "proven"
    back = "".join(
        f"WHEN reversed{j} AND max({shown}) OVER (PARTITION BY patient_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING"
        f" AND 1 PRECEDING) >= {top - names.index(reversal.after)} THEN {-j} "
        for j, reversal in enumerate(criteria.reversals, 1)
    )
    return [
        f"{f'CASE {back}ELSE {rank} END' if back else rank} AS {name}"
        for rank, name in zip(ranks[criteria.unknown], ("rank", "highest"), strict=True)
    ]


def _holds(criteria: CriteriaSet, rule: CategoryRule, bits: Mapping[str, int], bound: int) -> str:
    conditions = [_condition(criteria, each, bound, rule.fewer) for each in rule.conditions]
    enough = conditions[0] if len(conditions) == 1 else f"({' OR '.join(f'({each})' for each in conditions)})"
    blocked = sum(bits[name] for name in rule.blocked_by)
    if bound == 2:
        blocked += sum(bits.get(f"{name}:open", 0) for name in rule.blocked_by)
    return f"{enough} AND marks & {blocked} = 0" if blocked else enough


def _condition(criteria: CriteriaSet, condition: Condition, bound: int, fewer: tuple[FewerSuffice, ...]) -> str:
    """Whether a condition holds with the unknown against (2) or for (1) the patient."""
    letter = {"met": "m", "improved": "i"}[condition.state]
    domains = [d for d, domain in enumerate(criteria.used_domains, 1) if domain.group == condition.group]
    if condition.of == "points":
        side = {2: "lo", 1: "hi"}[bound]
        scored = (d for d in domains if criteria.used_domains[d - 1].points)
        return f"{total(f'{side}{d}' for d in scored)} >= {condition.count!r}"
    if condition.of == "every_domain":
        return " AND ".join(f"{letter}{d} >= {bound}" for d in domains)
    if condition.of == "any_domain":
        return f"{_number(f'{letter}{d} >= {bound}' for d in domains)} >= {condition.count:g}"
    sure = _number(f"o{d} = 0 AND {letter}{d} >= {bound}" for d in domains)
    if bound == 2:
        return f"{sure} >= {_needed(criteria, condition, fewer)}"
    perhaps = _number(f"{perhaps_abnormal(criteria, d)} AND {_if_abnormal(criteria, letter, d)} >= 1" for d in domains)
    each = [f"{sure} + {perhaps} >= {condition.count:g}", *(_so_few(criteria, case, sure, perhaps) for case in fewer)]
    return f"({' OR '.join(each)})" if len(each) > 1 else each[0]


def _if_abnormal(criteria: CriteriaSet, letter: str, d: int) -> str:
    """The state or improvement of a domain that was perhaps abnormal, if it was."""
    return f"j{d}" if letter == "i" and one_of_all(criteria, criteria.used_domains[d - 1]) else f"{letter}{d}"


def _number(tests: Iterable[str]) -> str:
    """How many tests hold."""
    return total(f"({test})::INTEGER" for test in tests)


def _needed(criteria: CriteriaSet, condition: Condition, fewer: tuple[FewerSuffice, ...]) -> str:
    """How many domains suffice where all that were abnormal at baseline are known."""
    abnormal, unknown = (_number(f"o{d} = {state}" for d in _every(criteria)) for state in (0, 1))
    cases = "".join(
        f"WHEN disease_status = {text(case.disease_status)} AND {abnormal} = {case.abnormal} AND {unknown} = 0"
        f" THEN {case.count} "
        for case in fewer
    )
    return f"CASE {cases}ELSE {condition.count:g} END" if cases else f"{condition.count:g}"


def _so_few(criteria: CriteriaSet, case: FewerSuffice, sure: str, perhaps: str) -> str:
    """Whether fewer suffice if as many of the domains that were perhaps abnormal were so as that rule asks for."""
    abnormal = _number(f"o{d} = 0" for d in _every(criteria))
    open_ = _number(perhaps_abnormal(criteria, d) for d in _every(criteria))
    return (
        f"disease_status = {text(case.disease_status)} AND {case.abnormal} BETWEEN {abnormal} AND {abnormal} + {open_}"
        f" AND {sure} + least({perhaps}, {case.abnormal} - ({abnormal})) >= {case.count}"
    )


def _every(criteria: CriteriaSet) -> range:
    return range(1, len(criteria.used_domains) + 1)
