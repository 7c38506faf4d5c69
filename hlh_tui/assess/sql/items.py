"""Items as SQL: state and improvement of each value, and the baseline. n numbers the items of the set from 1.

States and improvement alike: 2 yes, 1 unknown, 0 no, so that AND is least and OR is greatest (Kleene). Values are
turned so that less is better; bounds are equal unless a comparator leaves a value open.
"""

from __future__ import annotations

from hlh_tui.assess.sql.changes import better, threshold_columns
from hlh_tui.assess.sql.observed import Source, source, sources
from hlh_tui.assess.sql.words import cut, first_day, greatest, text
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import ItemRule, Limit

STATE = {"met": 2, "not_evaluable": 1, "not_met": 0}


def supported(criteria: CriteriaSet) -> tuple[ItemRule, ...]:
    """The items that a treatment can lend their value to."""
    return tuple(item for item in criteria.items if item.support)


def limits_by_person(criteria: CriteriaSet) -> bool:
    """Whether a limit depends on the patient."""
    return any(item.limit.by for item in criteria.items)


def bounds(criteria: CriteriaSet, n: int, item: ItemRule) -> tuple[str, str]:
    """The columns that bound the item's value at a moment."""
    if len(item.analytes) > 1:
        return f"a{n}", f"z{n}"
    number = sources(criteria).index(source(item, item.analytes[0])) + 1
    return f"l{number}", f"h{number}"


def told_columns(criteria: CriteriaSet) -> list[str]:
    """Columns of the CTE ``told``: of each item at each moment its state t<n> (NULL without a value) and its bounds.

    p<n>, a<n> and z<n> are place and bounds of the analyte that stands for an item of several; q<n> is assay and unit,
    g<n> whether a treatment lent the value.
    """
    each = sources(criteria)
    columns = [f"{side}{number}" for number, one in enumerate(each, 1) if _has_bounds(criteria, one) for side in "lh"]
    for n, item in enumerate(criteria.items, 1):
        columns += _told(criteria, n, item, _lent(criteria, item))
    return columns


def _has_bounds(criteria: CriteriaSet, one: Source) -> bool:
    """Whether the bounds of a source are looked at again after its state: for change, or the extreme of a window."""
    return any(
        len(item.analytes) == 1 and source(item, item.analytes[0]) == one and (item.change or item.pick != "last")
        for item in criteria.items
    )


def _lent(criteria: CriteriaSet, item: ItemRule) -> str:
    if not item.support:
        return ""
    return f"lent & {1 << supported(criteria).index(item)} <> 0"


def _told(criteria: CriteriaSet, n: int, item: ItemRule, lent: str) -> list[str]:
    each = [source(item, analyte) for analyte in item.analytes]
    numbers = [sources(criteria).index(one) + 1 for one in each]
    states = [_state(item, number, one, lent) for number, one in zip(numbers, each, strict=True)]
    columns = [f"k{numbers[0]} AS q{n}"] if item.change and item.change.same_assay else []
    columns += [f"{lent} AS g{n}"] if lent and item.change else []
    if len(numbers) == 1:
        return [f"{states[0]} AS t{n}", *columns]
    best = greatest(
        f"CASE WHEN h{number} IS NOT NULL THEN 16 * {state} + {15 - place} END"
        for place, (number, state) in enumerate(zip(numbers, states, strict=True))
    )
    place = f"15 - {best} % 16"
    low, high = (
        f"CASE {place} {' '.join(f'WHEN {k} THEN {side}{number}' for k, number in enumerate(numbers))} END"
        for side in "lh"
    )
    return [f"{best} // 16 AS t{n}", f"{place} AS p{n}", f"{low} AS a{n}", f"{high} AS z{n}", *columns]


def _state(item: ItemRule, number: int, one: Source, lent: str) -> str:
    """The state of the value in source ``number``; NULL without one."""
    limit = _cut(item.limit)
    if one.own_units:
        limit = f"CASE WHEN u{number} THEN NULL ELSE {limit} END"
    if one.laboratory:
        limit = f"coalesce(c{number}, {limit})"
    supported_value = f"WHEN {lent} AND h{number} IS NOT NULL THEN 0 " if lent else ""
    return (
        f"CASE {supported_value}WHEN h{number} < {limit} THEN 2 WHEN l{number} >= {limit} THEN 0"
        f" WHEN h{number} IS NOT NULL THEN 1 END"
    )


def _cut(limit: Limit) -> str:
    cases = []
    for by in limit.by:
        tests = [f"sex = {text(by.sex)}"] if by.sex else []
        tests += [f"age_years < {by.younger_than_years!r}"] if by.younger_than_years is not None else []
        cases.append(f"WHEN {' AND '.join(tests) or 'TRUE'} THEN {cut(limit, by.value)}")
    otherwise = cut(limit, limit.value)
    return f"CASE {' '.join(cases)} ELSE {otherwise} END" if cases else otherwise


def _place(n: int, item: ItemRule) -> str:
    return f"p{n}" if len(item.analytes) > 1 else "0"


def _code(n: int, item: ItemRule, rest: str = "") -> str:
    """Moment, place and state of an item's value as one whole number; NULL without a value."""
    place = f" + 16 * p{n}" if len(item.analytes) > 1 else ""
    return f"moment * 256{place} + 4 * t{n}{rest}"


def base_columns(criteria: CriteriaSet, *, detail: bool) -> list[str]:
    """Columns of the CTE ``base``: of each item the code of its baseline value bc<n>.

    Where not the last value counts its state bt<n> (and the code in detail alone); where it has a change its bounds
    ba<n>, bz<n> and its assay bq<n>.
    """
    columns = []
    furthest = max(item.baseline.days for item in criteria.items)
    for n, item in enumerate(criteria.items, 1):
        partial = item.baseline.days < furthest or not item.baseline.closed
        within = f"CASE WHEN day >= {first_day(item.baseline)} THEN {{}} END" if partial else "{}"
        columns += _base(n, item, within, bounds(criteria, n, item), detail=detail)
    return columns


def _base(n: int, item: ItemRule, within: str, sides: tuple[str, str], *, detail: bool) -> list[str]:
    each = within.format(_code(n, item))
    low, high = (within.format(side) for side in sides)
    if item.pick == "last":
        columns = [f"max({each}) AS bc{n}"]
        if item.change:
            columns += [f"arg_max({low}, day) AS ba{n}", f"arg_max({high}, day) AS bz{n}"]
            columns += [f"arg_max({within.format(f'q{n}')}, day) AS bq{n}"] if item.change.same_assay else []
        return columns
    extreme, worst = ("max", "min") if item.pick == "worst" else ("min", "max")
    state = within.format(f"t{n}")
    turn = "" if item.pick == "worst" else "-"
    # The value shown is one of those with the state: of results in two units the greatest number need not be.
    decides = "-" if item.pick == "worst" else ""
    order = f"{{state: {decides}t{n}, extreme: {turn}{sides[1]}, moment: moment}}"
    newest = f"arg_max({each}, {order}) AS bc{n}"
    columns = [f"{worst}({state}) AS bt{n}", *([newest] if detail else [])]
    if item.change:
        columns += [f"{extreme}({low}) AS ba{n}", f"{extreme}({high}) AS bz{n}"]
    return columns


def began_columns(criteria: CriteriaSet) -> list[str]:
    """Columns of the CTE ``began``: of each item its baseline state b<n>, and the thresholds of its improvement."""
    columns = []
    for n, item in enumerate(criteria.items, 1):
        known = f"bc{n} // 4 % 4" if item.pick == "last" else f"bt{n}"
        columns.append(f"{_removed(criteria, item, f'coalesce({known}, {uncharted(item)})')} AS b{n}")
        columns += threshold_columns(criteria, n, item)
        columns += [f"bq{n}"] if item.change and item.change.same_assay else []
    return columns


def uncharted(item: ItemRule) -> int:
    """The state of an item without any value."""
    return 0 if item.uncharted == "not_met" else 1


def _removed(criteria: CriteriaSet, item: ItemRule, state: str) -> str:
    cases = [
        f"WHEN removed{j} <= 0 THEN {STATE[rule.before]}"
        for j, rule in enumerate(criteria.removals, 1)
        if rule.item == item.id
    ]
    return f"CASE {' '.join(cases)} ELSE {state} END" if cases else state


def judged_columns(criteria: CriteriaSet, *, detail: bool) -> list[str]:
    """Columns of the CTE ``judged``: of each item c<n>, the code of a moment's value with its improvement.

    Where not the last value counts its state t<n> and improvement e<n>, and in detail its bound z<n>.
    """
    columns = []
    for n, item in enumerate(criteria.items, 1):
        sides = bounds(criteria, n, item)
        improved = better(criteria, n, item, sides, _place(n, item))
        columns.append(f"{_code(n, item, f' + {improved}')} AS c{n}")
        if item.pick != "last":
            columns += [
                f"t{n}",
                f"CASE WHEN t{n} IS NOT NULL THEN {improved} END AS e{n}",
                *([f"{sides[1]} AS z{n}"] if detail else []),
            ]
    return columns
