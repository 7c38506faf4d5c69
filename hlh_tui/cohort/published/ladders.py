"""Which falls of a Kaplan-Meier curve give a printed survival: an exact search over numbers at risk.

The curve falls by (r - 1)/r at a death with r patients at risk, and d deaths at once with r at risk are d single ones
at r, r - 1, ... So a curve of n patients is a ladder: strictly falling numbers at risk at its deaths, all at most n;
who leaves between two of them without dying only makes the step wider. Survival is computed in fractions and rounded
as the print is, halves up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from hlh_tui.cohort.published.rounding import decimals

MOST_STEPS = 100_000
"""Steps of the search after which it ends undecided; 13 patients with 6 deaths need about 2000."""


@dataclass(frozen=True, slots=True)
class Ladders:
    """The ladders found, each the numbers at risk at the deaths; ``complete``: there is no other."""

    found: tuple[tuple[int, ...], ...]
    complete: bool

    @property
    def values(self) -> tuple[Fraction, ...]:
        """The distinct survivals of the ladders, least first."""
        return tuple(sorted({survival(ladder) for ladder in self.found}))


def survival(ladder: tuple[int, ...]) -> Fraction:
    """Survival after the deaths of a ladder (0-1)."""
    value = Fraction(1)
    for at_risk in ladder:
        value *= Fraction(at_risk - 1, at_risk)
    return value


def printed_range(percent: Decimal) -> tuple[Fraction, Fraction]:
    """The survivals (0-1) that are printed so: from the first, included, to the second, not included."""
    half = Fraction(1, 2 * 10 ** decimals(percent))
    return (Fraction(percent) - half) / 100, (Fraction(percent) + half) / 100


def ladders(percent: Decimal, patients: int, deaths: int) -> Ladders:
    """Every ladder of at most ``deaths`` deaths among ``patients`` whose survival is printed as ``percent``."""
    return searched((), percent, patients, deaths, [MOST_STEPS])


def on_one_curve(percents: tuple[Decimal, Decimal], patients: int, deaths: int) -> Ladders:
    """Every ladder that gives both survivals, the greater one on its way to the lesser."""
    high, low = sorted(percents, reverse=True)
    first = ladders(high, patients, deaths)
    budget = [MOST_STEPS]
    later = [searched(ladder, low, patients, deaths, budget) for ladder in first.found]
    found = {ladder for each in later for ladder in each.found}
    return Ladders(tuple(sorted(found, reverse=True)), first.complete and all(each.complete for each in later))


def searched(start: tuple[int, ...], percent: Decimal, patients: int, deaths: int, budget: list[int]) -> Ladders:
    """The ladders that begin with ``start``; ``budget`` holds the steps left and is used up."""
    low, high = printed_range(percent)
    found = []
    for ladder, value in grown(start, survival(start), patients, deaths, low):
        budget[0] -= 1
        if low <= value < high:
            found.append(ladder)
        if budget[0] <= 0:
            return Ladders(tuple(found), complete=False)
    return Ladders(tuple(found), complete=True)


def grown(
    ladder: tuple[int, ...], value: Fraction, patients: int, deaths: int, least: Fraction
) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """The ladder and all that continue it, depth first, as long as survival is ``least`` or more."""
    if value < least:
        return
    yield ladder, value
    standing = [(ladder, value, ladder[-1] - 1 if ladder else patients)]
    while standing:
        ladder, value, at_risk = standing.pop()
        if at_risk < 1 or len(ladder) == deaths:
            continue
        below = value * Fraction(at_risk - 1, at_risk)
        if below < least:
            continue  # fewer at risk make the step only deeper
        longer = (*ladder, at_risk)
        standing += [(ladder, value, at_risk - 1), (longer, below, at_risk - 1)]
        yield longer, below


def one_block(percent: Decimal, patients: int, deaths: int) -> tuple[int, int] | None:
    """Deaths at once and the number at risk that give the survival, if one step is enough."""
    low, high = printed_range(percent)
    for at_risk in range(patients, 0, -1):
        dead = floor((1 - low) * at_risk)
        if dead <= min(deaths, at_risk) and Fraction(at_risk - dead, at_risk) < high:
            return dead, at_risk
    return None
