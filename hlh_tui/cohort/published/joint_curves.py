"""Whether two survivals can come from one cohort on two curves: censored at an intermediate event, and of all deaths.

An exact search over the orders in which patients die without the event, have it (HSCT), die after it, or are lost alive
before or after it. The first curve censors at the event, the second does not; the first survival is that of an earlier
time. Survival times ``patients``! is a whole number, because a curve falls at each number at risk at most once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, factorial
from typing import NamedTuple

from hlh_tui.cohort.published.ladders import printed_range

MOST_STATES = 200_000
"""States of the search after which it ends undecided; 13 patients of whom 5 are transplanted have 130 000."""


@dataclass(frozen=True, slots=True)
class Fates:
    """How many patients there are, die without the event, have the event, and die after it."""

    patients: int
    died_without: int
    event: int
    died_after: int


class State(NamedTuple):
    """Who has left so far, and both survivals times ``patients``!."""

    died: int = 0
    event: int = 0
    died_after: int = 0
    lost_after: int = 0
    lost: int = 0
    censored: int = 0
    overall: int = 0


@dataclass(frozen=True, slots=True)
class Joint:
    """How many states show both survivals, and how many of them with nobody lost before the first.

    ``complete``: the search went through all of them.
    """

    states: int
    without_loss: int
    complete: bool


def joint(censored: Decimal, overall: Decimal, fates: Fates) -> Joint:
    """The states in which the second survival is shown after the first was."""
    scale = factorial(fates.patients)
    first, second = (whole_range(percent, scale) for percent in (censored, overall))
    begin = State(censored=scale, overall=scale)
    early, ended = reached([begin], fates, lambda s: s.censored >= first[0] and s.overall >= second[0])
    shown = [state for state in early if first[0] <= state.censored < first[1]]
    late, all_of_them = reached(shown, fates, lambda s: s.overall >= second[0])
    kept = [state for state in shown if not state.lost and not state.lost_after]
    lossless, and_of_them = reached(kept, fates, lambda s: s.overall >= second[0])
    return Joint(
        states=sum(state.overall < second[1] for state in late),
        without_loss=sum(state.overall < second[1] for state in lossless),
        complete=ended and all_of_them and and_of_them,
    )


def whole_range(percent: Decimal, scale: int) -> tuple[int, int]:
    """The whole numbers that are printed so: from the first, included, to the second, not included."""
    low, high = printed_range(percent)
    return ceil(low * scale), ceil(high * scale)


def reached(begin: Iterable[State], fates: Fates, kept: Callable[[State], bool]) -> tuple[set[State], bool]:
    """Every state that can follow, itself included, as long as it is kept; and whether there are no more."""
    seen = set(begin)
    open_states = list(seen)
    while open_states:
        if len(seen) > MOST_STATES:
            return seen, False
        for state in following(open_states.pop(), fates):
            if state not in seen and kept(state):
                seen.add(state)
                open_states.append(state)
    return seen, True


def following(s: State, fates: Fates) -> Iterator[State]:
    """The states after one more patient has died, had the event, or was lost."""
    n = fates.patients
    at_risk = n - s.died - s.event - s.lost
    overall = n - s.died - s.died_after - s.lost_after - s.lost
    counts = (s.died, s.event, s.died_after, s.lost_after, s.lost)
    down = s.overall // overall * (overall - 1) if overall else 0
    if s.died < fates.died_without:
        yield State(s.died + 1, *counts[1:], s.censored // at_risk * (at_risk - 1), down)
    if s.event < fates.event:
        yield State(s.died, s.event + 1, *counts[2:], s.censored, s.overall)
    if s.lost < n - fates.died_without - fates.event:
        yield State(*counts[:4], s.lost + 1, s.censored, s.overall)
    if s.died_after + s.lost_after == s.event:
        return
    if s.died_after < fates.died_after:
        yield State(s.died, s.event, s.died_after + 1, s.lost_after, s.lost, s.censored, down)
    if s.lost_after < fates.event - fates.died_after:
        yield State(s.died, s.event, s.died_after, s.lost_after + 1, s.lost, s.censored, s.overall)
