"""The order in which one reader reads: seeded, the same on every machine, with hidden repeats far apart.

Draws are SHA-256 of the seed and of what is drawn, so that they depend on nothing else.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable

from hlh_tui.review.packs.limits import limits


def draw(seed: int, *words: str) -> int:
    """A number from 0 to 2**64 - 1, drawn from the seed and the words."""
    text = "\x1f".join((str(seed), *words))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])


def shuffled(items: Iterable[str], seed: int, purpose: str) -> list[str]:
    """The items in the random order of the seed; their given order does not matter."""
    return sorted(items, key=lambda item: (draw(seed, purpose, item), item))


def repeats_for(cases: int, share: float) -> int:
    """How many of so many cases are dealt a second time: the share, at least one; none of a few cases."""
    if share <= 0 or cases < limits().repeats.from_cases:
        return 0
    return min(cases, max(1, math.floor(cases * share + 0.5)))


def reading_order(patients: Iterable[str], share: float, seed: int, reader_id: str) -> list[tuple[str, bool]]:
    """(patient, is a repeat) in the order in which this reader gets them.

    A repeat comes after its original with at least ``apart`` of all cases between their places, for shares up to a
    half; with more of them there is not room enough for that, and they come as late as they can.
    """
    order = shuffled(patients, seed, f"order of {reader_id}")
    count = repeats_for(len(order), share)
    apart = math.ceil((len(order) + count) * limits().repeats.apart)
    early = order[: max(len(order) - apart, count)]
    chosen = set(shuffled(early, seed, f"repeats of {reader_id}")[:count])
    dealt = [(patient, False) for patient in order]
    for patient in (each for each in order if each in chosen):
        first = min(dealt.index((patient, False)) + apart, len(dealt))
        place = first + draw(seed, f"place for {reader_id}", patient) % (len(dealt) - first + 1)
        dealt.insert(place, (patient, True))
    return dealt


def codes(count: int, after: int = 0) -> list[str]:
    """So many codes, such as C001, that follow the first ``after``; they say nothing but the reader's own order."""
    rule = limits().codes
    digits = max(rule.digits, len(str(after + count)))
    return [f"{rule.letter}{number:0{digits}d}" for number in range(after + 1, after + count + 1)]
