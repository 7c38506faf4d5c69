"""What ends counting towards the best response: an event, the last contact or the horizon, and how it is said."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hlh_tui.assess.values import day, number
from hlh_tui.protocol.criteria_models import CriteriaSet


@dataclass(frozen=True, slots=True)
class End:
    """An end at ``day``; ``kind`` is event or failure (with its ``label``), last_contact or horizon."""

    kind: str
    day: float
    label: str = ""

    @property
    def words(self) -> str:
        """Why a later day does not count, e.g. ``HSCT on day 3``."""
        at = day(self.day)
        return {
            "event": f"{self.label} on {at}",
            "failure": f"{self.label} on {at}",
            "last_contact": f"last contact on {at}",
            "horizon": f"the horizon is {at}",
        }[self.kind]

    @property
    def limit(self) -> str:
        """Up to when days count, e.g. ``before HSCT on day 3``."""
        up_to = {"last_contact": f"up to the last contact on {day(self.day)}", "horizon": f"up to {day(self.day)}"}
        return up_to.get(self.kind, f"before {self.words}")

    def after(self, criteria: CriteriaSet) -> bool:
        """Whether it came after the horizon."""
        whole = self.day if criteria.best.until == "instant" else math.floor(self.day)
        return whole > criteria.best.horizon_day


def ended_words(criteria: CriteriaSet, ends: tuple[End, ...], at: float) -> str:
    """Which of ``ends`` came first of those that keep day ``at`` from counting."""
    return _first(tuple(end for end in ends if _passed(criteria, end, at))).words


def unevaluated(criteria: CriteriaSet, ends: tuple[End, ...], ended: str, *, evaluated: bool = False) -> str:
    """Why nothing is evaluable: ``ended`` if it kept all evaluations from counting, otherwise nothing was there.

    ``evaluated``: days that count were evaluated, none of them near enough to a visit.
    """
    if ended:
        return f"no evaluation counts: {ended}"
    if criteria.kind == "diagnosis":
        return "nothing could be evaluated up to day 0"
    if criteria.best.rule == "visits" and evaluated:
        visits = " or ".join(f"{day(visit.day)} ± {number(visit.within)}" for visit in criteria.best.visits)
        return f"nothing could be evaluated at {visits}, {_first(ends).limit}"
    return f"nothing could be evaluated after the first dose, {_first(ends).limit}"


def limit_words(ends: tuple[End, ...]) -> str:
    """Up to when days count, by the first of ``ends``."""
    return _first(ends).limit


def _first(ends: tuple[End, ...]) -> End:
    return min((end for end in ends if end.kind != "failure"), key=lambda end: end.day)


def _passed(criteria: CriteriaSet, end: End, at: float) -> bool:
    if end.kind == "failure":
        return False
    if end.kind == "event":
        return at >= end.day
    if criteria.best.until == "instant":
        return at > end.day
    return math.floor(at) > (math.floor(end.day) if end.kind == "last_contact" else end.day)
