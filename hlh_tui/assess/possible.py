"""What a patient's category could be at most: the same rule over the days, each with the unknown in their favour."""

from __future__ import annotations

from math import inf

from hlh_tui.assess.models import Assessment, Evaluation
from hlh_tui.assess.records import scheduled
from hlh_tui.protocol.criteria_models import CriteriaSet


def at_most(criteria: CriteriaSet, assessment: Assessment) -> str | None:
    """The category possible if what is not evaluable were known and good; None where the patient's holds anyway.

    With it the case is indeterminate, and for a human. A day that leaves something open moves nothing by itself: it
    takes a response that the days would confirm, or the visit that is judged. An event that counts as no response
    leaves nothing open.
    """
    held = assessment.best.category
    if assessment.best.failed:
        return None
    ranks = _ranks(criteria)
    counting = [each for each in assessment.evaluations if each.counts]
    found = _reached(criteria, counting, ranks)
    if found is None or ranks[found] <= max(ranks[held], ranks[criteria.otherwise.id]):
        return None
    return found


def best_words(criteria: CriteriaSet, assessment: Assessment) -> str:
    """What the best response rests on, and whether the case is indeterminate."""
    most = at_most(criteria, assessment)
    if most is None:
        return assessment.best.why
    label = "" if criteria.outcomes[most] == most else f", {criteria.outcomes[most]}"
    return f"{assessment.best.why}; indeterminate: at most {most}{label}"


def _ranks(criteria: CriteriaSet) -> dict[str, float]:
    """How good a category is: above 0 by rule, 0 the one that stands otherwise, reversals below, not evaluable last."""
    ranks: dict[str, float] = {rule.id: float(n) for n, rule in enumerate(reversed(criteria.categories), 1)}
    ranks |= {reversal.id: -float(n) for n, reversal in enumerate(criteria.reversals, 1)}
    return ranks | {criteria.otherwise.id: 0.0, criteria.not_evaluable.id: -inf}


def _reached(criteria: CriteriaSet, counting: list[Evaluation], ranks: dict[str, float]) -> str | None:
    """The best category that the set's rule gives for the best cases of the days; None without any."""
    days = [(each.day, each.best_case) for each in counting if ranks[each.best_case] > -inf]
    if criteria.best.rule == "latest":
        return days[-1][1] if days else None
    if criteria.best.rule == "visits":
        standing = scheduled(criteria, criteria.best.visits, [day for day, _ in days]).values()
        return max((name for day, name in days if day in standing), key=ranks.__getitem__, default=None)
    confirmed = (
        each.id for each in criteria.categories if _confirmed(days, ranks, each.id, criteria.best.confirm_days)
    )
    return next(confirmed, None)


def _confirmed(days: list[tuple[float, str]], ranks: dict[str, float], wanted: str, confirm_days: float) -> bool:
    """Whether the category or a better one stands on days far enough apart, on none between them a worse one."""
    since: float | None = None
    for day, name in days:
        if ranks[name] < ranks[wanted]:
            since = None
            continue
        since = day if since is None else since
        # Days are whole parts of 0.0001 of a day.
        if round(day - since, 4) >= confirm_days:
            return True
    return False
