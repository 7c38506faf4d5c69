"""The fewest decisions that turn Fisher's test of two groups."""

from __future__ import annotations

from collections.abc import Sequence

from hlh_tui.cohort.sensitivity.conclusions import holds
from hlh_tui.cohort.sensitivity.measures import DifferenceReading, difference
from hlh_tui.cohort.sensitivity.models import Share
from hlh_tui.cohort.sensitivity.sets import Found, searched
from hlh_tui.protocol.models import Conclusion

MOST_TERMS = 1_000_000
"""Probabilities summed before the search for all sets of a size is given up."""
MOST_STEPS = 200


def search_difference(
    reading: DifferenceReading, conclusion: Conclusion, have: Sequence[str], lack: Sequence[str]
) -> Found:
    """The two counts decide the test, so every pair of counts that so many decisions reach is tried, nearest first."""
    before = bool(holds(conclusion, reading.now))
    everything = reading.left.n + reading.right.n
    tried, terms = 0, 0
    for size in range(1, everything + 1):
        terms += 4 * size * (min(reading.left.n, reading.right.n) + 1)
        if terms > MOST_TERMS:
            break
        for left, right in _steps(size):
            if _turned(reading, conclusion, left, right) not in (None, before):
                return _found(reading, size, tried, (left, right), have, lack)
        tried = size
    if tried == everything:
        return Found(None, everything, (), searched(None, tried, everything))
    return _step_by_step(reading, conclusion, tried, have, lack)


def _steps(size: int) -> list[tuple[int, int]]:
    pairs = {(left, side * (size - abs(left))) for left in range(-size, size + 1) for side in (-1, 1)}
    return sorted(pairs, reverse=True)


def _turned(reading: DifferenceReading, conclusion: Conclusion, left: int, right: int) -> bool | None:
    """Whether the conclusion holds after the counts change so; None where they cannot."""
    moved = Share(reading.left.k + left, reading.left.n), Share(reading.right.k + right, reading.right.n)
    if any(not 0 <= share.k <= share.n for share in moved):
        return None
    return bool(holds(conclusion, difference(*moved)))


def _step_by_step(
    reading: DifferenceReading, conclusion: Conclusion, tried: int, have: Sequence[str], lack: Sequence[str]
) -> Found:
    """Widen or narrow the difference one decision at a time, each time by the group that moves p further."""
    before = bool(holds(conclusion, reading.now))
    lead = 1 if reading.now.towards > 0 else -1
    ways = [(lead, 0), (0, -lead)] if not before else [(-lead, 0), (0, lead)]
    left = right = 0
    for size in range(1, MOST_STEPS + 1):
        after = []
        for a, b in ways:
            moved = (
                Share(reading.left.k + left + a, reading.left.n),
                Share(reading.right.k + right + b, reading.right.n),
            )
            if all(0 <= share.k <= share.n for share in moved):
                after.append((difference(*moved).p or 0.0, left + a, right + b))
        if not after:
            break
        p, left, right = max(after) if before else min(after)
        if (p < conclusion.alpha) != before:
            return _found(reading, size, tried, (left, right), have, lack)
    return Found(None, tried + 1, (), searched(None, tried, reading.left.n + reading.right.n))


def _found(
    reading: DifferenceReading,
    size: int,
    tried: int,
    steps: tuple[int, int],
    have: Sequence[str],
    lack: Sequence[str],
) -> Found:
    example: list[tuple[str, bool]] = []
    for step, group in zip(steps, (reading.measure.left, reading.measure.right), strict=True):
        side = [patient for patient in (lack if step > 0 else have) if patient in group]
        example += [(patient, step > 0) for patient in side[: abs(step)]]
    everything = reading.left.n + reading.right.n
    return Found(size, min(size, tried + 1), tuple(example), searched(size, tried, everything))
