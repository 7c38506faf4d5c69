"""What a score means by its published table, never by a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hlh_tui.assess.values import number
from hlh_tui.protocol.criteria_models import CriteriaSet, Score, ScorePoint
from hlh_tui.protocol.item_models import DomainRule


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one domain, by its label, with everything unknown against and for it."""

    label: str
    low: float
    high: float

    @property
    def words(self) -> str:
        """``Ferritin 35`` or ``Ferritin 35 to 50``."""
        shown = number(self.low) if self.low == self.high else f"{number(self.low)} to {number(self.high)}"
        return f"{self.label} {shown}"


def points_of(criteria: CriteriaSet, states: Mapping[str, str]) -> tuple[Points, ...]:
    """The points of each domain that has any; ``states`` of the items by id."""
    each = []
    for domain in criteria.used_domains:
        own = [states[item.id] for item in criteria.domain_items(domain.id)]
        surely, perhaps = own.count("met"), own.count("met") + own.count("not_evaluable")
        if domain.points:
            each.append(Points(domain.label, _points(domain, surely), _points(domain, perhaps)))
    return tuple(each)


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


def score_words(score: Score, points: tuple[float, float], parts: tuple[Points, ...]) -> str:
    """The score, its parts and its probability, e.g. ``HScore 44 (Triglycerides 44): probability of HLH <1 %``."""
    low, high = points
    shown = number(low) if low == high else f"between {number(low)} and {number(high)}"
    told = ", ".join(each.words for each in parts if each.high)
    named = f"{score.label} {shown} ({told})" if told else f"{score.label} {shown}"
    return f"{named}: probability of {score.probability_of} {probability_words(score, points)}"


def probability_words(score: Score, points: tuple[float, float]) -> str:
    """The printed probabilities that the points lie between, e.g. ``80 to 88 %`` or ``<1 %``."""
    first, last = probability(score, points[0])[0], probability(score, points[1])[1]
    outside = points[1] < score.table[0].score or points[0] > score.table[-1].score
    if first == last or outside:
        return f"{first.printed} %"
    return f"{first.printed} to {last.printed} %"
