"""Sets of decisions by kind, and what a search for the smallest of them found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """``fewest`` decisions suffice (None: no set was found), fewer than ``at_least`` never do."""

    fewest: int | None
    at_least: int
    example: tuple[tuple[str, bool], ...]
    how: str


def multisets(capacities: Sequence[int], size: int, start: int = 0) -> Iterator[tuple[tuple[int, int], ...]]:
    """Every way to take ``size`` things of kinds that can be had so often: pairs of kind and number."""
    if size == 0:
        yield ()
        return
    for kind in range(start, len(capacities)):
        for number in range(1, min(capacities[kind], size) + 1):
            for rest in multisets(capacities, size - number, kind + 1):
                yield ((kind, number), *rest)


def how_many(capacities: Sequence[int], size: int) -> int:
    """How many there are of them."""
    ways = [1] + [0] * size
    for capacity in capacities:
        ways = [sum(ways[total - number] for number in range(min(capacity, total) + 1)) for total in range(size + 1)]
    return ways[size]


def searched(fewest: int | None, tried: int, everything: int) -> str:
    """How far the search went: every set up to a size was tried, of so many decisions at most."""
    if fewest is not None and fewest <= tried + 1:
        return f"exact: no set of up to {tried} does, every one was tried" if tried else "exact: one decision suffices"
    if fewest is None and tried >= everything:
        return "exact: no set of decisions turns it"
    sets = (
        f"no set of up to {tried} does, every one was tried" if tried else "even single decisions were too many to try"
    )
    if fewest is None:
        return f"{sets}; no larger set was found step by step"
    return f"{sets}; the set was built step by step, so a smaller one may exist"
