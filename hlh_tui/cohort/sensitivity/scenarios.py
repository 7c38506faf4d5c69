"""The doubtful cases decided otherwise, all at once."""

from __future__ import annotations

from collections.abc import Collection

from hlh_tui.cohort.sensitivity.flips import now, turned
from hlh_tui.cohort.sensitivity.models import Base, Categories, Scenario

LABELS = {
    "decided": "as decided",
    "worse": "one category worse",
    "better": "one category better",
    "worst": "the worst category",
    "best": "the best category",
    "left_out": "left out",
}


def scenarios(base: Base, categories: Categories, doubtful: Collection[str]) -> tuple[Scenario, ...]:
    """The results with every doubtful case one category worse or better, at either end, or left out.

    A category without a rank (not evaluable) becomes the lowest or the highest one: nothing is known of it.
    """
    standing = now(base, categories)
    before = {
        conclusion.id: bool(judged.holds) for conclusion, judged in zip(base.conclusions, standing.judged, strict=True)
    }
    found = []
    for each, label in LABELS.items():
        other = {
            patient: otherwise(base, category, each) if patient in doubtful and category is not None else category
            for patient, category in categories.items()
        }
        then = now(base, other)
        after = {conclusion.id: reading.now for conclusion, reading in then.concluded}
        found.append(
            Scenario(
                each,
                label,
                sum(other[patient] != category for patient, category in categories.items()),
                tuple(reading.now for reading in then.readings),
                turned(base.conclusions, before, after),
            )
        )
    return tuple(found)


def otherwise(base: Base, category: str, how: str) -> str | None:
    """The category instead of this one; None for a case left out."""
    ladder = [each for each in base.ranked if each not in base.unranked]
    if how == "decided" or not ladder:
        return category
    if how == "left_out":
        return None
    if how in ("worst", "best") or category not in ladder:
        return ladder[0 if how in ("best", "better") else -1]
    place = ladder.index(category) + (1 if how == "worse" else -1)
    return ladder[min(max(place, 0), len(ladder) - 1)]
