"""One evaluation day as SQL: what is in force of each item, the states of the domains, and what categories count."""

from __future__ import annotations

from hlh_tui.assess.sql.changes import can_be_hopeless, can_be_needless, met_counts
from hlh_tui.assess.sql.items import STATE
from hlh_tui.assess.sql.words import HOPELESS, NEEDLESS, UNKNOWN, greatest, least, parts, total
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import DomainRule, ItemRule


def force_columns(criteria: CriteriaSet, *, detail: bool) -> list[str]:
    """Columns of the CTE ``force``: of each item the last code so far, or the extremes of its look-back."""
    columns = []
    for n, item in enumerate(criteria.items, 1):
        if item.pick == "last":
            columns.append(f"max(c{n}) OVER past AS k{n}")
            continue
        hold = f"OVER (past RANGE BETWEEN {_reach(item)} PRECEDING AND CURRENT ROW)"
        pick, turn = ("min", "") if item.pick == "worst" else ("max", "-")
        columns += [f"{pick}(t{n}) {hold} AS t{n}", f"{pick}(e{n}) {hold} AS e{n}"]
        columns += [f"max(c{n}) OVER past AS k{n}"] if criteria.carry_days else []
        order = f"{{state: {'-' if pick == 'min' else ''}t{n}, extreme: {turn}z{n}, moment: moment}}"
        columns += [f"arg_max(c{n}, {order}) {hold} AS x{n}"] if detail else []
    for j, rule in enumerate(criteria.exclusions, 1):
        if rule.item:
            n = _number(criteria, rule.item)
            columns.append(f"max(CASE WHEN c{n} // 4 % 4 = 0 THEN 1 ELSE 0 END) OVER past AS fresh{j}")
    return columns


def _unknown(criteria: CriteriaSet, n: int, item: ItemRule) -> str:
    """State and improvement of item n without a value."""
    if not met_counts(criteria) and item.change is None:
        return str(HOPELESS)
    cases = [
        f"WHEN bases >> {place * len(criteria.items) + n - 1} & 1 = 1 THEN {code}"
        for place, code, can_be in (
            (2, HOPELESS, can_be_hopeless(criteria, item)),
            (3, NEEDLESS, can_be_needless(item)),
        )
        if can_be
    ]
    return f"CASE {' '.join(cases)} ELSE {UNKNOWN} END" if cases else str(UNKNOWN)


def packed(criteria: CriteriaSet) -> str:
    """The baseline states of the items, two bits each.

    Above them a bit for each that can never improve, and one for each of which its baseline asks for nothing.
    """
    bits = [f"(b{n}::BIGINT << {2 * n - 2})" for n, _ in enumerate(criteria.items, 1)]
    bits += [
        f"CASE WHEN w{n} = '-inf'::DOUBLE THEN {1 << 2 * len(criteria.items) + n - 1} ELSE 0 END"
        for n, item in enumerate(criteria.items, 1)
        if can_be_hopeless(criteria, item)
    ]
    bits += [
        f"CASE WHEN y{n} = 'inf'::DOUBLE THEN {1 << 3 * len(criteria.items) + n - 1} ELSE 0 END"
        for n, item in enumerate(criteria.items, 1)
        if can_be_needless(item)
    ]
    return " + ".join(bits)


def counts_abnormal(criteria: CriteriaSet) -> bool:
    """Whether a category counts only domains that were abnormal at baseline."""
    return any(each.of == "abnormal_at_baseline" for rule in criteria.categories for each in rule.conditions)


def perhaps_columns(criteria: CriteriaSet) -> list[str]:
    """The column ``perhaps`` of the CTE ``began``: a bit for each item that was measured and not surely normal.

    An item without a baseline value opens nothing: such a domain cannot count for PR or improvement (assessment.md).
    """
    if not counts_abnormal(criteria):
        return []
    bits = (
        f"CASE WHEN {_open_at_baseline(criteria, item)} THEN {1 << n} ELSE 0 END"
        for n, item in enumerate(criteria.items)
    )
    return [f"{total(bits)} AS perhaps"]


def perhaps_abnormal(criteria: CriteriaSet, d: int) -> str:
    """Whether domain d is open at baseline, and may have been abnormal by what was measured of it."""
    numbers = _numbers(criteria, criteria.used_domains[d - 1])
    return f"o{d} = 1 AND perhaps & {sum(1 << n - 1 for n in numbers)} <> 0"


def one_of_all(criteria: CriteriaSet, domain: DomainRule) -> bool:
    """Whether one abnormal item makes the domain so: where that is open, only that one must have improved (j<d>)."""
    items = criteria.domain_items(domain.id)
    return len(items) > 1 and domain.met in ("all", len(items)) and domain.improved == "each_abnormal"


def _open_at_baseline(criteria: CriteriaSet, item: ItemRule) -> str:
    """Whether the item has a baseline value that is not surely normal."""
    n = _number(criteria, item.id)
    gone = "".join(
        f" AND coalesce(removed{j} > 0, TRUE)" for j, rule in enumerate(criteria.removals, 1) if rule.item == item.id
    )
    return f"{'bc' if item.pick == 'last' else 'bt'}{n} IS NOT NULL AND b{n} <> {STATE['met']}{gone}"


def _reach(item: ItemRule) -> int:
    """How many parts of a day back a value may lie."""
    return parts(item.lookback.days) - (0 if item.lookback.closed else 1)


def _numbers(criteria: CriteriaSet, domain: DomainRule) -> list[int]:
    return [_number(criteria, item.id) for item in criteria.domain_items(domain.id)]


def _number(criteria: CriteriaSet, item_id: str) -> int:
    return 1 + [item.id for item in criteria.items].index(item_id)


def state_columns(criteria: CriteriaSet, *, detail: bool) -> list[str]:
    """Columns of the CTE ``state``: v<n> (4 x state + improvement), and in detail the codes of the values in force."""
    columns, in_force = [], []
    for n, item in enumerate(criteria.items, 1):
        reach = parts(item.lookback.days) + parts(criteria.carry_days)
        nothing = 0 if item.uncharted == "not_met" else _unknown(criteria, n, item)
        valid = f"moment - k{n} // 256 {'<=' if item.lookback.closed else '<'} {reach}"
        if item.pick == "last":
            value, shown = f"CASE WHEN {valid} THEN k{n} % 16 ELSE {nothing} END", f"CASE WHEN {valid} THEN k{n} END"
        else:
            carried = f"WHEN {valid} THEN k{n} % 16 " if criteria.carry_days else ""
            value = f"CASE WHEN t{n} IS NOT NULL THEN 4 * t{n} + e{n} {carried}ELSE {nothing} END"
            shown = f"coalesce(x{n}, CASE WHEN {valid} THEN k{n} END)" if criteria.carry_days else f"x{n}"
        columns.append(f"{_removed(criteria, item, value)} AS v{n}")
        in_force.append(shown)
    return [*columns, f"[{', '.join(in_force)}] AS in_force"] if detail else columns


def _removed(criteria: CriteriaSet, item: ItemRule, value: str) -> str:
    cases = []
    for j, rule in enumerate(criteria.removals, 1):
        if rule.item == item.id:
            before, after = (5 * STATE[state] if state != "met" else 10 for state in (rule.before, rule.after))
            cases.append(f"WHEN removed{j} <= 0 THEN {before} WHEN removed{j} <= day THEN {after}")
    return f"CASE {' '.join(cases)} ELSE {value} END" if cases else value


def at_index_columns(criteria: CriteriaSet, *, detail: bool) -> list[str]:
    """The same columns where the one evaluation is the baseline itself (diagnosis)."""
    numbers = [n for n, _ in enumerate(criteria.items, 1)]
    columns = [f"5 * b{n} AS v{n}" for n in numbers]
    return [*columns, f"[{', '.join(f'bc{n}' for n in numbers)}] AS in_force"] if detail else columns


def base_state(n: int) -> str:
    """The baseline state of item n, from the packed ones."""
    return f"(bases >> {2 * n - 2} & 3)" if n > 1 else "(bases & 3)"


def domain_columns(criteria: CriteriaSet) -> list[str]:
    """Columns of the CTE ``domain_day``: of each domain m<d> (met), o<d> (met at baseline) and i<d> (improved).

    Where one abnormal item makes the domain so, j<d>: improved if one of those that were perhaps abnormal was.
    """
    columns = []
    for d, domain in enumerate(criteria.used_domains, 1):
        numbers = _numbers(criteria, domain)
        columns.append(f"{_met(domain, [f'v{n} // 4' for n in numbers])} AS m{d}")
        columns.append(f"{_met(domain, [base_state(n) for n in numbers])} AS o{d}")
        columns.append(f"{_improved(domain, numbers)} AS i{d}")
        if counts_abnormal(criteria) and one_of_all(criteria, domain):
            open_ = greatest(f"CASE WHEN perhaps & {1 << n - 1} <> 0 THEN v{n} % 4 ELSE 0 END" for n in numbers)
            columns.append(f"{open_} AS j{d}")
        if domain.points:
            columns += [
                f"{_points(domain, numbers, at_least)} AS {name}{d}" for name, at_least in (("lo", 2), ("hi", 1))
            ]
    return columns


def _improved(domain: DomainRule, numbers: list[int]) -> str:
    if domain.improved in ("each", "any") or (len(numbers) == 1 and domain.improved == "each_abnormal"):
        return (least if domain.improved != "any" else greatest)(f"v{n} % 4" for n in numbers)
    if domain.improved == "each_abnormal":
        return least(f"greatest({base_state(n)}, v{n} % 4)" for n in numbers)
    return greatest(f"least(2 - {base_state(n)}, v{n} % 4)" for n in numbers)


def _met(domain: DomainRule, states: list[str]) -> str:
    if domain.met == "all" or domain.met == len(states):
        return least(states)
    if domain.met in ("any", 1):
        return greatest(states)
    surely, perhaps = (total(f"({state} >= {level})::INTEGER" for state in states) for level in (2, 1))
    return f"CASE WHEN {surely} >= {domain.met} THEN 2 WHEN {perhaps} >= {domain.met} THEN 1 ELSE 0 END"


def _points(domain: DomainRule, numbers: list[int], at_least: int) -> str:
    met = total(f"(v{n} // 4 >= {at_least})::INTEGER" for n in numbers)
    bands = sorted(domain.points, key=lambda band: -band.met)
    return f"CASE {' '.join(f'WHEN {met} >= {band.met} THEN {band.points!r}' for band in bands)} ELSE 0 END"
