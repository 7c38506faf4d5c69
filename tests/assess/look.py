"""Short ways to look into an assessment."""

from __future__ import annotations

from typing import Any

from hlh_tui.assess.models import Assessment, Evaluation, Item


def on(found: Assessment, day: float) -> Evaluation:
    """The evaluation of that day."""
    return next(each for each in found.evaluations if each.day == day)


def item(found: Assessment, day: float, name: str) -> Item:
    """An item on that day."""
    return next(each for each in on(found, day).items if each.id == name)


def days(found: Assessment) -> list[tuple[float, str]]:
    """Day and category of every evaluation."""
    return [(each.day, each.category) for each in found.evaluations]


def best(found: Assessment) -> tuple[Any, ...]:
    """Category, its first day and the confirming day."""
    return found.best.category, found.best.day, found.best.confirmed_day
