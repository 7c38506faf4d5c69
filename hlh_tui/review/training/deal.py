"""Dealing: which cases a seed gives, in which order, under which ids."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.review.errors import ReviewError
from hlh_tui.review.training.cases import Case, cases
from hlh_tui.study.log import canonical_json

if TYPE_CHECKING:
    from hlh_tui.assess.options import Reading
    from hlh_tui.protocol.models import StudyProtocol

MOST_SEED = 2**63 - 1


class TrainingRefused(ReviewError):
    """What training cannot do, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Hand:
    """The cases of one training: id in the training study -> case, in the order in which they are read."""

    seed: int
    cases: dict[str, Case]

    @property
    def sha256(self) -> str:
        """What tells this hand, answers included, from any other."""
        listed = [[patient_id, case.id, case.category] for patient_id, case in self.cases.items()]
        return hashlib.sha256(canonical_json([self.seed, listed]).encode()).hexdigest()


def deal(reading: Reading, protocol: StudyProtocol, wanted: int, seed: int) -> Hand:
    """So many cases, every category among them; the same seed and reading deal the same hand.

    ``TrainingRefused`` where the criteria have no cases for this reading, or fewer or more are wanted than can be.
    """
    if not 0 <= seed <= MOST_SEED:
        raise TrainingRefused(f"the seed {seed} cannot be used; give a whole number from 0 to {MOST_SEED}")
    every = cases(reading, protocol)
    listed = _still_true(every, reading)
    categories = list(dict.fromkeys(case.category for case in every))
    if not listed or {case.category for case in listed} != set(categories):
        raise TrainingRefused(
            f"there are no training cases for every category of protocol {protocol.id} under {reading.base.id} as it is"
            " read here; train without --study, or under the protocol's own criteria"
        )
    if not len(categories) <= wanted <= len(listed):
        raise TrainingRefused(
            f"{wanted} cases cannot be dealt: under {reading.base.id} ask for {len(categories)} (one of each category)"
            f" to {len(listed)}"
        )
    chance = random.Random(f"hlh-tui training {seed}")  # noqa: S311  the deal is to be repeatable, not secret
    chosen = _chosen(listed, categories, wanted, chance)
    chance.shuffle(chosen)
    width = max(2, len(str(wanted)))
    return Hand(seed, {f"T{number:0{width}d}": case for number, case in enumerate(chosen, 1)})


def _chosen(listed: list[Case], categories: list[str], wanted: int, chance: random.Random) -> list[Case]:
    """One case of each slot in order, then again; the last places are kept for categories that are still missing."""
    by_slot: dict[str, list[Case]] = {}
    for case in listed:
        by_slot.setdefault(case.slot.id, []).append(case)
    rounds: list[Case] = []
    if all(len(each) == 1 for each in by_slot.values()):  # examples have no order of importance
        rounds = [case for each in by_slot.values() for case in each]
        chance.shuffle(rounds)
    else:
        for each in by_slot.values():
            chance.shuffle(each)
        while any(by_slot.values()):
            rounds += [each.pop() for each in by_slot.values() if each]
    chosen: list[Case] = []
    missing = list(categories)
    for case in rounds:
        left = wanted - len(chosen)
        if not left:
            break
        if case.category in missing:
            missing.remove(case.category)
        elif left <= len(missing):
            continue
        chosen.append(case)
    return chosen


def _still_true(listed: tuple[Case, ...], reading: Reading) -> list[Case]:
    """The cases whose known answer the criteria give as they are read here, which may be otherwise than by default."""
    from hlh_tui.assess.options import moved
    from hlh_tui.review.training.charts import answers

    if not listed or not moved(reading.base, reading.options):
        return list(listed)
    found = answers(reading, {case.id: case for case in listed}, seed=0)
    return [case for case in listed if found.get(case.id) == case.category]
