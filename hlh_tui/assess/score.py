"""What a score means by its published table, never by a formula."""

from __future__ import annotations

from collections.abc import Mapping

from hlh_tui.assess.values import number
from hlh_tui.protocol.criteria_models import CriteriaSet, Score, ScorePoint
from hlh_tui.protocol.item_models import DomainRule


def open_points(criteria: CriteriaSet, states: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of the domains whose points depend on what is not known; ``states`` of the items by id."""
    labels = []
    for domain in criteria.used_domains:
        own = [states[item.id] for item in criteria.domain_items(domain.id)]
        surely, perhaps = own.count("met"), own.count("met") + own.count("not_evaluable")
        if _points(domain, surely) != _points(domain, perhaps):
            labels.append(domain.label)
    return tuple(labels)


def _points(domain: DomainRule, met: int) -> float:
    return max(((band.met, band.points) for band in domain.points if met >= band.met), default=(0, 0.0))[1]


def probability(score: Score, points: float) -> tuple[ScorePoint, ScorePoint]:
    """The rows of the table at or just below and at or just above the points (the same one where they are printed).

    Below the first row and above the last one that row stands for both.
    """
    below = [row for row in score.table if row.score <= points]
    above = [row for row in score.table if row.score >= points]
    low = below[-1] if below else score.table[0]
    return low, above[0] if above else low


def score_words(score: Score, points: tuple[float, float]) -> str:
    """The score and its probability in words, e.g. ``HScore 198: probability of HLH 80 to 88 %``."""
    low, high = points
    shown = number(low) if low == high else f"between {number(low)} and {number(high)}"
    return f"{score.label} {shown}: probability of {score.probability_of} {probability_words(score, points)}"


def probability_words(score: Score, points: tuple[float, float]) -> str:
    """The printed probabilities that the points lie between, e.g. ``80 to 88 %`` or ``<1 %``."""
    first, last = probability(score, points[0])[0], probability(score, points[1])[1]
    outside = points[1] < score.table[0].score or points[0] > score.table[-1].score
    if first == last or outside:
        return f"{first.printed} %"
    return f"{first.printed} to {last.printed} %"
