"""The definitions in the papers, written out case by case and pair by pair, and errors by moving one case a little.

Slow and plain on purpose: nothing here is shared with the program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations, product

Table = Sequence[Sequence[int | None]]
Weight = Callable[[int, int], float]
"""How near two categories are: 1 the same, 0 the farthest apart."""
Heavy = Sequence[float]
"""How much each case counts."""


def nominal(a: int, b: int) -> float:
    return float(a == b)


def linear(used: Sequence[int]) -> Weight:
    return lambda a, b: 1 - abs(a - b) / (max(used) - min(used))


def quadratic(used: Sequence[int]) -> Weight:
    return lambda a, b: 1 - ((a - b) / (max(used) - min(used))) ** 2


def gwet_ordinal(used: Sequence[int]) -> Weight:
    def steps(a: int, b: int) -> float:
        between = abs(a - b) + 1
        return between * (between - 1) / 2

    return lambda a, b: 1 - steps(a, b) / steps(min(used), max(used))


def categories(table: Table) -> list[int]:
    return sorted({one for row in table for one in row if one is not None})


def read(row: Sequence[int | None]) -> list[int]:
    return [one for one in row if one is not None]


def observed(table: Table, weight: Weight, heavy: Heavy) -> float:
    """Mean over the cases with two reads or more of the mean over ordered pairs of different readers."""
    above = below = 0.0
    for row, mass in zip(table, heavy, strict=True):
        pairs = [weight(a, b) for a, b in permutations(read(row), 2)]
        if pairs:
            above += mass * sum(pairs) / len(pairs)
            below += mass
    return above / below


def use(table: Table, heavy: Heavy) -> dict[int, float]:
    """Mean over the cases with a read of the share of reads in each category."""
    total = sum(mass for row, mass in zip(table, heavy, strict=True) if read(row))
    shares = dict.fromkeys(categories(table), 0.0)
    for row, mass in zip(table, heavy, strict=True):
        for one in read(row):
            shares[one] += mass / len(read(row)) / total
    return shares


def own_use(table: Table, heavy: Heavy, reader: int) -> dict[int, float]:
    """One reader's shares of the categories."""
    mine = [(row[reader], mass) for row, mass in zip(table, heavy, strict=True) if row[reader] is not None]
    total = sum(mass for _, mass in mine)
    return {k: sum(mass for one, mass in mine if one == k) / total for k in categories(table)}


def by_chance(table: Table, weight: Weight, heavy: Heavy, family: str) -> float:
    used = categories(table)
    q = len(used)
    shares = use(table, heavy)
    if family == "fleiss":
        return sum(weight(a, b) * shares[a] * shares[b] for a, b in product(used, used))
    if family == "brennan_prediger":
        return sum(weight(a, b) for a, b in product(used, used)) / q**2
    if family == "gwet":
        total = sum(weight(a, b) for a, b in product(used, used))
        return total / (q * (q - 1)) * sum(share * (1 - share) for share in shares.values())
    assert family == "conger"
    readers = range(len(table[0]))
    own = {reader: own_use(table, heavy, reader) for reader in readers}
    pairs = [
        sum(weight(a, b) * own[g][a] * own[h][b] for a, b in product(used, used)) for g, h in permutations(readers, 2)
    ]
    return sum(pairs) / len(pairs)


def corrected(table: Table, weight: Weight, heavy: Heavy, family: str) -> float:
    seen, expected = observed(table, weight, heavy), by_chance(table, weight, heavy, family)
    return (seen - expected) / (1 - expected)


def cohen(table: Table, weight: Weight) -> float:
    both = [(row[0], row[1]) for row in table if row[0] is not None and row[1] is not None]
    n = len(both)
    seen = sum(weight(a, b) for a, b in both) / n
    expected = sum(weight(a, b) for a, _ in both for _, b in both) / n**2
    return (seen - expected) / (1 - expected)


def alpha(table: Table, far: Weight | None, heavy: Heavy, *, small: bool = True) -> float:
    """Krippendorff's alpha from all pairable values; ``far`` the squared difference, None for the ordinal metric.

    Without ``small`` the correction for few values is left off.
    """
    units = [(read(row), mass) for row, mass in zip(table, heavy, strict=True) if len(read(row)) > 1]
    count = dict.fromkeys(categories(table), 0.0)
    for values, mass in units:
        for one in values:
            count[one] += mass
    n = sum(count.values())

    def ordinal(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        return (sum(count[g] for g in count if low <= g <= high) - (count[low] + count[high]) / 2) ** 2

    metric = far or ordinal
    seen = (
        sum(mass * metric(a, b) / (len(values) - 1) for values, mass in units for a, b in permutations(values, 2)) / n
    )
    expected = sum(count[a] * count[b] * metric(a, b) for a, b in product(count, count) if a != b)
    return 1 - seen * (n * (n - 1 if small else n)) / expected


def std_error(value: Callable[[Heavy], float], cases: int, counted: Sequence[bool] | None = None) -> float:
    """The error by the infinitesimal jackknife: how the value moves as one case counts a little more or less."""
    step = 1e-5
    squares = 0.0
    for case in range(cases):
        up, down = [1.0] * cases, [1.0] * cases
        up[case] += step
        down[case] -= step
        squares += ((value(up) - value(down)) / (2 * step)) ** 2
    n = cases if counted is None else sum(counted)
    return (squares * n / (n - 1)) ** 0.5
