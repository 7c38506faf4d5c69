"""What the Criteria screen asks of the study, off the keyboard's thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

if TYPE_CHECKING:
    from hlh_tui.assess.compare import Comparison
    from hlh_tui.assess.library import Listed
    from hlh_tui.assess.models import Assessment
    from hlh_tui.assess.multiverse import Multiverse
    from hlh_tui.assess.options import Reading
    from hlh_tui.protocol.criteria_models import CriteriaSet
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor
    from hlh_tui.ui.what_if import WhatIf

PROPOSALS = "categories by the rules"
"""What stays closed while a blinded study is read."""
OFTEN = 0.2
"""Seconds between two words about how far the work is."""


class Left(Exception):
    """The result is no longer wanted: the reader has gone elsewhere."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The reading now in force, its entry in the log, and how many decisions in force are older than it."""

    reading: Reading
    seq: int
    stale: int


@dataclass(frozen=True, slots=True)
class Choosable:
    """A criteria set to choose, and the name by which the library knows it."""

    listed: Listed
    name: str


@dataclass
class Universes:
    """The multiverses worked out so far: by criteria document, and by the charts they rest on."""

    known: dict[tuple[str, int], Multiverse] = field(default_factory=dict)

    def of(self, study: Study, criteria: CriteriaSet, told: Callable[[int, int], None]) -> Multiverse:
        """All sensible readings; ``told`` hears now and then how many are done. ``Left`` once nobody waits for it."""
        from hlh_tui.assess.multiverse import multiverse
        from hlh_tui.assess.neighbours import charts_as_of
        from hlh_tui.review.conduct.blinding import require_results

        require_results(study, PROPOSALS)
        key = (criteria.hash, charts_as_of(study))
        if key not in self.known:
            self.known[key] = multiverse(study, criteria, _now_and_then(told))
        return self.known[key]


def _now_and_then(told: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """``told``, but not more often than can be read, and ended by ``Left`` when the worker is cancelled."""
    worker = get_current_worker()
    last = -OFTEN

    def hear(done: int, total: int) -> None:
        nonlocal last
        if worker.is_cancelled:
            raise Left
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            told(done, total)

    return hear


def in_force(study: Study) -> Reading:
    """How the study reads its criteria."""
    from hlh_tui.assess.reading import study_reading

    return study_reading(study)


def compared(study: Study, state: WhatIf) -> Comparison:
    """The study's reading against the other one."""
    from hlh_tui.assess.compare import compare
    from hlh_tui.review.conduct.blinding import require_results

    require_results(study, PROPOSALS)
    return compare(study, state.in_force, state.other)


def assessed(study: Study, reading: Reading) -> tuple[Reading, tuple[Assessment, ...]]:
    """The reading, and every patient under it, without items and sentences."""
    from hlh_tui.assess.run import assess_each
    from hlh_tui.review.conduct.blinding import require_results

    require_results(study, PROPOSALS)
    return reading, tuple(assess_each(study, reading.base, reading.options, traced=False))


def choosable(study: Study) -> tuple[Choosable, ...]:
    """The criteria sets within reach, each document once, the one in force first."""
    from hlh_tui.assess.library import available

    found: dict[str, Choosable] = {}
    for listed in available(study):
        name = listed.id if listed.where == "adopted" else f"{listed.id}@{listed.version}"
        found.setdefault(listed.hash, Choosable(listed, name))
    return tuple(found.values())


def criteria_of(study: Study, name: str) -> CriteriaSet:
    """The criteria set of that name."""
    from hlh_tui.assess.library import criteria_named

    return criteria_named(study, name)


def adopt(study: Study, reader: Actor, options: Mapping[str, str], reason: str) -> Adopted:
    """Record that the study reads its criteria so; ``AssessError`` where that is refused."""
    from hlh_tui.assess.reading import choose_reading
    from hlh_tui.review.conduct.authority import require
    from hlh_tui.review.stale import stale_decisions

    require(study, reader, "adopt")
    entry = choose_reading(study, reader, options, reason)
    return Adopted(in_force(study), entry.seq, len(stale_decisions(study)))
