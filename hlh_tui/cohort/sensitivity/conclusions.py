"""Whether the protocol's conclusions hold."""

from __future__ import annotations

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.interval import clopper_pearson
from hlh_tui.cohort.sensitivity.measures import DifferenceOf, Measure, ShareOf, SurvivalOf
from hlh_tui.cohort.sensitivity.models import Base, Result, Share
from hlh_tui.protocol.models import Conclusion


def measure_of(base: Base, conclusion: Conclusion) -> Measure:
    """The result that a conclusion speaks of; ``CohortError`` says what the conclusion names that is not there."""
    outcome = categories_of(base, conclusion)
    if conclusion.kind == "survival":
        later = base.later_than(conclusion.landmark)
        return SurvivalOf(outcome, base.followed[conclusion.endpoint], conclusion.landmark, later)
    if conclusion.kind == "difference":
        sides = [frozenset(patients) for patients in _groups(base, conclusion).values()][:2]
        if len(sides) < 2:
            raise CohortError(
                f"conclusion {conclusion.id}: {conclusion.stratum} has fewer than two groups: name another"
            )
        return DifferenceOf(outcome, *sides)
    if (conclusion.above is None) == (conclusion.below is None):
        raise CohortError(f"conclusion {conclusion.id}: give either above or below, as a share from 0 to 1")
    if not conclusion.stratum:
        return ShareOf(outcome)
    groups = _groups(base, conclusion)
    if conclusion.group not in groups:
        raise CohortError(
            f"conclusion {conclusion.id}: {conclusion.stratum} has no group {conclusion.group!r}: choose one of"
            f" {', '.join(groups)}"
        )
    return ShareOf(outcome, frozenset(groups[conclusion.group]))


def categories_of(base: Base, conclusion: Conclusion) -> frozenset[str]:
    """The categories that count as the conclusion's outcome."""
    for collapse in base.collapses:
        if collapse.id == conclusion.outcome:
            return frozenset(collapse.categories)
    if conclusion.outcome in base.ranked:
        return frozenset({conclusion.outcome})
    names = ", ".join([*(collapse.id for collapse in base.collapses), *base.ranked])
    raise CohortError(f"conclusion {conclusion.id}: there is no outcome {conclusion.outcome!r}: choose one of {names}")


def _groups(base: Base, conclusion: Conclusion) -> dict[str, tuple[str, ...]]:
    if conclusion.stratum not in base.groups:
        names = ", ".join(base.groups) or "none"
        raise CohortError(
            f"conclusion {conclusion.id}: the protocol has no stratum {conclusion.stratum!r}: choose one of {names}"
        )
    return dict(base.groups[conclusion.stratum])


def holds(conclusion: Conclusion, result: Result) -> bool | None:
    """Whether the conclusion holds with this result; None where the result is not defined."""
    if isinstance(result, Share):
        return _lies(conclusion, result) if result.n else None
    if result.p is None:
        return None
    return result.p < conclusion.alpha and (conclusion.kind == "difference" or result.towards < 0)


def _lies(conclusion: Conclusion, share: Share) -> bool:
    value = value_of(conclusion, share)
    if conclusion.above is not None:
        return value > conclusion.above
    return conclusion.below is not None and value < conclusion.below


def value_of(conclusion: Conclusion, share: Share) -> float:
    """The estimate, or the limit of the exact 95 % interval, that the conclusion compares (0-1)."""
    if conclusion.statistic == "estimate":
        return share.k / share.n
    return clopper_pearson(share.k, share.n)[conclusion.statistic == "upper"]
