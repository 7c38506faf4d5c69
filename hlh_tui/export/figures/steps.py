"""A step curve as the level pieces between its times, so that pieces that rest on few patients can look different."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol


class Timed(Protocol):
    """A distinct time of a curve: at risk just before it, and the interval that holds after it."""

    @property
    def day(self) -> float:
        """The time."""

    @property
    def at_risk(self) -> int:
        """At risk just before it."""

    @property
    def lower(self) -> float | None:
        """The lower limit after it."""

    @property
    def upper(self) -> float | None:
        """The upper limit after it."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level piece of a curve: its days, its height, its interval, and how many are at risk along it."""

    begin: float
    end: float
    share: float
    lower: float | None
    upper: float | None
    at_risk: int


def levels(start: float, first: float, steps: Sequence[Timed], shares: Sequence[float]) -> tuple[Level, ...]:
    """The pieces of a curve that leaves ``first`` (1 for survival, 0 for incidence) at ``start``.

    ``shares`` are the heights after each step. The last piece has no length: it holds where the curve ends.
    """
    begins = [start, *(step.day for step in steps)]
    heights = [first, *shares]
    lowers = [first, *(step.lower for step in steps)]
    uppers = [first, *(step.upper for step in steps)]
    along = [*(step.at_risk for step in steps), 0]
    ends = [*begins[1:], begins[-1]]
    return tuple(map(Level, begins, ends, heights, lowers, uppers, along))


def line_pieces(whole: Sequence[Level], few: int) -> Iterator[tuple[bool, list[float], list[float]]]:
    """Whether fewer than ``few`` are at risk, and the corners (days, shares), of each stretch of the curve.

    The step down from a piece belongs to that piece: so many were at risk when it happened.
    """
    numbered = list(enumerate(whole))
    for sparse, stretch in groupby(numbered[:-1], key=lambda each: each[1].at_risk < few):
        days: list[float] = []
        shares: list[float] = []
        for number, level in stretch:
            days += [level.begin, level.end, level.end]
            shares += [level.share, level.share, whole[number + 1].share]
        yield sparse, days, shares


def band_pieces(whole: Sequence[Level], few: int) -> Iterator[tuple[bool, list[float], list[float], list[float]]]:
    """Whether fewer than ``few`` are at risk, and (days, lower, upper), of each stretch that has an interval."""
    for (known, sparse), stretch in groupby(whole, key=lambda each: (each.lower is not None, each.at_risk < few)):
        pieces = [level for level in stretch if level.end > level.begin]
        if not known or not pieces:
            continue
        days = [day for level in pieces for day in (level.begin, level.end)]
        lower = [limit for level in pieces for limit in (level.lower or 0.0, level.lower or 0.0)]
        upper = [limit for level in pieces for limit in (level.upper or 0.0, level.upper or 0.0)]
        yield sparse, days, lower, upper
