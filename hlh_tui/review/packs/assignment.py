"""Who reads which case: each case by so many readers, all readers as many, every pair of readers as often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from hlh_tui.review.packs.ordering import draw, shuffled


def assigned(
    patients: Iterable[str], readers: Sequence[str], per_case: int, seed: int, held: Mapping[str, frozenset[str]]
) -> dict[str, list[str]]:
    """Reader id -> patients they get now, so that each patient has ``per_case`` readers with those who ``held`` it.

    Patient -> readers of ``held``, whom the patient is not dealt to again; their cases count towards what a reader
    has. Whoever has least gets the next case, and of those the one who has shared fewest cases with its readers.
    """
    loads: Counter[str] = Counter(reader for before in held.values() for reader in before)
    together: Counter[tuple[str, str]] = Counter()
    for before in held.values():
        together.update(combinations(sorted(before), 2))
    given: dict[str, list[str]] = {reader: [] for reader in readers}
    for patient in shuffled(patients, seed, "cases"):
        holders = set(held.get(patient, ()))
        while len(holders) < per_case:
            free = [reader for reader in readers if reader not in holders]
            if not free:
                break
            reader = min(
                free,
                key=lambda each: (
                    loads[each],
                    sum(together[pair(each, other)] for other in holders),
                    draw(seed, "reader", patient, each),
                ),
            )
            together.update(pair(reader, other) for other in holders)
            loads[reader] += 1
            given[reader].append(patient)
            holders.add(reader)
    return given


def pair(one: str, other: str) -> tuple[str, str]:
    """Two readers in the order of their ids."""
    return (one, other) if one < other else (other, one)
