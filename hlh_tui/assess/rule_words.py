"""The rules of a criteria set in words, one phrase for each kind of rule."""

from __future__ import annotations

from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import (
    BestRule,
    CategoryRule,
    Condition,
    CriteriaSet,
    Ending,
    Exclusion,
    Guard,
    Improvement,
)
from hlh_tui.protocol.item_models import (
    LIFETIME,
    YEAR,
    Change,
    DomainRule,
    ItemRule,
    LimitFor,
    Removal,
    Step,
    Support,
    Window,
)

CONFIDENCE = {
    "S": "read in the source",
    "C": "computed from the source",
    "G": "general knowledge, not verified in the source",
    "G-": "uncertain general knowledge",
    "design": "a choice of this program, open to change",
}
"""What the confidence of a rule means."""

PICKS = {"last": "the last value", "worst": "the least favourable value", "strongest": "the strongest value"}
STRATEGIES = {
    "while_on_treatment": "from it on no evaluation counts (while on treatment)",
    "treatment_policy": "it changes nothing (treatment policy)",
    "composite": "up to the horizon it makes the best response no response (composite)",
}
IMPROVED = {
    "each_abnormal": "each item abnormal at baseline has improved",
    "any_abnormal": "any item abnormal at baseline has improved",
    "each": "each of its items has improved",
    "any": "any of its items has improved",
}


def unit_shown(unit: str, analyte_id: str) -> str:
    """The unit as printed; empty for findings."""
    analyte = analytes().get(analyte_id)
    return "" if analyte is None or analyte.kind == "finding" else analyte.shown(unit)


def limit_words(item: ItemRule) -> str:
    """``met if <2000 µg/L``, with the laboratory's own limit and the limits of some patients."""
    limit = item.limit
    unit = unit_shown(item.unit, item.analytes[0])
    words = f"met if {limit.shown}" + (f" {unit}" if unit and not limit.words else "")
    if limit.interval == "laboratory":
        words += ", or by the laboratory's own limit where it is charted (the limit itself is met)"
    elif limit.interval == "outside_laboratory":
        words += ", or outside the laboratory's own limit where it is charted"
    return words + "".join(f"; {_limit_for(each, unit)}" for each in limit.by)


def _limit_for(limit: LimitFor, unit: str) -> str:
    age = None if limit.younger_than_years is None else f"younger than {_age(limit.younger_than_years)}"
    who = ", ".join(filter(None, (limit.sex, age)))
    return f"{limit.value:g} {unit} if {who}".replace("  ", " ")


def _age(years: float) -> str:
    """``3 years``, or ``28 days`` for less than one."""
    return f"{years:g} years" if years >= 1 else day_count(round(years * YEAR, 1))


def window_words(window: Window) -> str:
    """``within 7 days (exactly 7 days included)``."""
    if window.days >= LIFETIME:
        return "at any time"
    days = day_count(window.days)
    return f"within {days} (exactly {days} {'included' if window.closed else 'excluded'})"


def day_count(days: float) -> str:
    """``1 day`` or ``3 days``."""
    return "1 day" if days == 1 else f"{days:g} days"


def change_words(change: Change, improvement: Improvement | None, direction: str) -> str:
    """What counts as an improvement by change; ``direction`` is that of the limit."""
    what = change.words or (f"excess over {change.above:g}" if change.above else "value")
    same = ", between results of one assay and unit" if change.same_assay else ""
    if change.steps:
        return f"improved by steps of the baseline {what}{same}"
    percent, strict = change.percent, change.strict
    if percent is None and improvement is not None:
        percent, strict = improvement.percent, improvement.strict
    if percent == 0:
        return f"improved if the {what} {'changes at all for the better' if strict else 'does not get worse'}{same}"
    moves = "falls" if direction == "below" else "rises"
    return f"improved if the {what} {moves} by {'more than' if strict else 'at least'} {percent:g} %{same}"


def step_words(step: Step) -> str:
    """``baseline ≥ 500 and < 2000: at least 50 %, and a value past 2000``."""
    low = None if step.from_value is None else f"{'>' if step.from_strict else '≥'} {step.from_value:g}"
    high = None if step.to_value is None else f"{'≤' if step.to_closed else '<'} {step.to_value:g}"
    base = " and ".join(filter(None, (low, high))) or "any"
    if step.nothing:
        return f"baseline {base}: nothing is asked"
    percent = None if step.percent is None else f"{'more than' if step.strict else 'at least'} {step.percent:g} %"
    if step.percent == 0:
        percent = "any change for the better" if step.strict else "no change for the worse"
    beyond = (
        None if step.beyond is None else f"a value {'past' if step.beyond_strict else 'at or past'} {step.beyond:g}"
    )
    return f"baseline {base}: {' and '.join(filter(None, (percent, beyond)))}"


def domain_words(domain: DomainRule, items: int, *, improves: bool) -> str:
    """What makes a domain of so many items met and (where the set knows that) improved, its group and its points."""
    number = {"all": "all of its items are", "any": "any of its items is"}
    met = "its item is" if items == 1 else number.get(str(domain.met), f"at least {domain.met} of its items are")
    improved = "its item has improved" if items == 1 else IMPROVED[domain.improved]
    points = "; ".join(f"{each.points:g} points from {each.met} met on" for each in domain.points)
    words = [f"met if {met} met", f"improved if {improved}" if improves else "", points]
    if domain.group != "main":
        words.insert(0, f"group {domain.group}")
    return "; ".join(filter(None, words))


def condition_words(condition: Condition) -> str:
    """``at least 3 domains abnormal at baseline are met``."""
    group = "" if condition.group == "main" else f" of {condition.group.replace('_', ' ')}"
    if condition.of == "points":
        return f"at least {condition.count:g} points{group}"
    state = "met" if condition.state == "met" else "improved"
    if condition.of == "every_domain":
        return f"every domain{group} is {state}"
    which = " abnormal at baseline" if condition.of == "abnormal_at_baseline" else ""
    noun, verb = ("domain", "is") if condition.count == 1 else ("domains", "are")
    return f"at least {condition.count:g} {noun}{group}{which} {verb} {state}"


def category_words(rule: CategoryRule, criteria: CriteriaSet) -> str:
    """The condition of a category, what suffices for some patients, and what blocks it."""
    words = " or ".join(map(condition_words, rule.conditions))
    labels = {guard.id: guard.label for guard in criteria.guards}
    labels |= {exclusion.id: exclusion.label for exclusion in criteria.exclusions}
    blocks = " or ".join(labels[each] for each in rule.blocked_by)
    return words + (f"; not with {blocks}" if blocks else "")


def guard_words(guard: Guard) -> str:
    """What triggers a guard."""
    return (
        f"{guard.consecutive} consecutive values of {_analyte(guard.analyte)} above {guard.factor:g} x baseline,"
        f" within one assay and unit; baseline {window_words(guard.baseline)} before the first dose"
    )


def exclusion_words(exclusion: Exclusion, criteria: CriteriaSet) -> str:
    """What rules a category out."""
    if exclusion.item is not None:
        return f"{criteria.item(exclusion.item).label} not met since the first dose, though met at baseline"
    return f"the event {(exclusion.event or '').replace('_', ' ')} since the first dose"


def support_words(support: Support) -> str:
    """Which treatments lend a value its height."""
    events = [" ".join(filter(None, (each.kind, each.term))) for each in support.events]
    drugs = list(dict.fromkeys((*support.drug_classes, *support.drugs)))
    named = [f"events: {', '.join(events)}"] if events else []
    named += [f"drugs: {', '.join(drugs)}"] if drugs else []
    return f"after it a value at the limit does not count {window_words(support.window)}; {'; '.join(named)}"


def removal_words(removal: Removal, criteria: CriteriaSet) -> str:
    """What an item is once its organ was taken away."""
    events = ", ".join(" ".join(filter(None, (each.kind, each.term))) for each in removal.events)
    before, after = (each.replace("_", " ") for each in (removal.before, removal.after))
    return f"{criteria.item(removal.item).label} is {before} if before the first dose, {after} if later ({events})"


def ending_words(end: Ending) -> str:
    """An intercurrent event and its strategy."""
    since = "on day 0 or later" if end.on_day_0 else "after day 0"
    by = ", ".join((*end.drug_classes, *end.drugs))
    exposure = ""
    if by:
        exposure = f"; a drug charted as {by} {'is such an event' if end.by_exposure else 'hints at one not charted'}"
    return f"{since}: {STRATEGIES[end.strategy]}{exposure}"


def best_words(best: BestRule) -> str:
    """Which evaluation gives the patient's category."""
    rule = {
        "confirmed": f"the best one that an evaluation {day_count(best.confirm_days)} later confirms",
        "visits": "the best of those nearest to the visits",
        "latest": "the last one",
    }[best.rule]
    visits = ", ".join(f"day {each.day:g} ± {each.within:g}" for each in best.visits)
    return (
        f"{rule}, up to day {best.horizon_day:g}"
        + (" (to its end)" if best.until == "end of day" else "")
        + (f"; visits: {visits}" if visits else "")
    )


def unknown_words(criteria: CriteriaSet) -> str:
    """What the category rests on where items are unknown."""
    words = {
        "holds": "the category is the one that holds without assuming anything; a better one possible is marked",
        "best": "what is unknown counts as met",
        "worst": "what is unknown counts as not met",
    }[criteria.unknown]
    carried = f"; values are carried {day_count(criteria.carry_days)} beyond the window" if criteria.carry_days else ""
    return words + carried


def _analyte(analyte_id: str) -> str:
    analyte = analytes().get(analyte_id)
    return analyte.label if analyte else analyte_id
