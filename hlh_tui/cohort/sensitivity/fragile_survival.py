"""The fewest decisions that turn the log-rank test of those with an outcome against those without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from hlh_tui.cohort.sensitivity.conclusions import holds
from hlh_tui.cohort.sensitivity.measures import SurvivalReading
from hlh_tui.cohort.sensitivity.sets import Found, how_many, multisets, searched
from hlh_tui.cohort.sensitivity.two_curves import TwoCurves, log_rank, p_value, scores, singles
from hlh_tui.protocol.models import Conclusion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

MOST_WORK = 30_000_000
"""Sets times classes and days, summed over the sizes tried, before the search for all sets is given up."""
AT_ONCE = 4096
MOST_STEPS = 300


@dataclass(frozen=True, slots=True)
class Move:
    """One patient of a class joins the group with the outcome (``step`` 1) or leaves it (-1); ``most`` times."""

    kind: int
    step: int
    most: int


def search_survival(
    reading: SurvivalReading, conclusion: Conclusion, have: Sequence[str], lack: Sequence[str]
) -> Found:
    """Every set of one decision, of two, and so on; patients who leave on one day in one way are interchangeable."""
    curves = reading.curves
    everything = len(curves.of)
    before = bool(holds(conclusion, reading.now))
    moves = moves_of(curves)
    work, tried = 0, 0
    for size in range(1, everything + 1):
        work += how_many([move.most for move in moves], size) * (len(curves.size) + len(curves.deaths) + 1)
        if work > MOST_WORK:
            break
        taken = _first_that_turns(curves, conclusion, moves, size, before)
        if taken is not None:
            return Found(size, size, _named(curves, taken, have, lack), searched(size, tried, everything))
        tried = size
    if tried == everything:
        return Found(None, everything, (), searched(None, tried, everything))
    return _step_by_step(reading, conclusion, tried, have, lack)


def moves_of(curves: TwoCurves) -> list[Move]:
    """What can change: leaving the group first, class by class."""
    movable = Counter(curves.of.values())
    room = [(kind, first, movable[kind]) for kind, first in enumerate(curves.first.tolist())]
    leaving = [Move(kind, -1, first) for kind, first, _ in room if first]
    return leaving + [Move(kind, 1, size - first) for kind, first, size in room if size > first]


def _first_that_turns(
    curves: TwoCurves, conclusion: Conclusion, moves: Sequence[Move], size: int, before: bool
) -> list[Move] | None:
    """A set of that size after which the conclusion is turned; each move with its number in ``most``."""
    import numpy as np

    sets = multisets([move.most for move in moves], size)
    while chunk := list(islice(sets, AT_ONCE)):
        first = np.repeat(curves.first[None, :], len(chunk), axis=0)
        for row, taken in enumerate(chunk):
            for place, number in taken:
                first[row, moves[place].kind] += moves[place].step * number
        score, variance = scores(curves, first)
        for row, (u, v, n) in enumerate(
            zip(score.tolist(), variance.tolist(), first.sum(axis=1).tolist(), strict=True)
        ):
            if bool(holds(conclusion, p_value(curves, u, v, n))) != before:
                return [replace(moves[place], most=number) for place, number in chunk[row]]
    return None


def _step_by_step(
    reading: SurvivalReading, conclusion: Conclusion, tried: int, have: Sequence[str], lack: Sequence[str]
) -> Found:
    """One decision after the other, each the one that moves the deviate furthest towards turning the conclusion."""
    curves, everything = reading.curves, len(reading.curves.of)
    before = bool(holds(conclusion, reading.now))
    taken: list[Move] = []
    for size in range(1, min(MOST_STEPS, everything) + 1):
        after = {step: singles(curves, step) for step in (-1, 1)}
        moves = [move for move in moves_of(curves) if after[move.step][move.kind].p is not None]
        if not moves:
            break
        key = [after[move.step][move.kind].towards for move in moves]
        best = moves[key.index(max(key) if before else min(key))]
        first = curves.first.copy()
        first[best.kind] += best.step
        curves = replace(curves, first=first)
        taken.append(replace(best, most=1))
        if bool(holds(conclusion, log_rank(curves))) != before:
            example = _named(reading.curves, taken, have, lack)
            return Found(size, min(size, tried + 1), example, searched(size, tried, everything))
    return Found(None, tried + 1, (), searched(None, tried, everything))


def _named(
    curves: TwoCurves, taken: Sequence[Move], have: Sequence[str], lack: Sequence[str]
) -> tuple[tuple[str, bool], ...]:
    """The moves as patients: of each class the first in order."""
    used: set[str] = set()
    for move in taken:
        side = [patient for patient in (lack if move.step > 0 else have) if curves.of.get(patient) == move.kind]
        used |= set([patient for patient in side if patient not in used][: move.most])
    return tuple((patient, patient in set(lack)) for patient in (*have, *lack) if patient in used)
