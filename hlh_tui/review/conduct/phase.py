"""The phases of a blinded study: read, compare, consensus, open; moved by the coordinator, each move an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import is_phased, phase_of, require
from hlh_tui.review.conduct.models import PHASES, Move
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.errors import ConductRefused
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor, Entry

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

__all__ = ["missing_reads", "move_phase", "phase_history", "phase_of"]

MISSING = """
SELECT coalesce(sum(greatest($3 - readers, 0)), 0), count(*) FILTER (category IS NULL) FROM final"""


def phase_history(study: Study) -> tuple[Move, ...]:
    """Every move, in order."""
    return tuple(conduct_of(study).moves)


def missing_reads(study: Study) -> tuple[int, int]:
    """How many independent reads are missing over all cases, and how many cases have no final category."""
    from hlh_tui.review.statements import over_state

    needed = study.protocol.review.readers
    ((reads, unsettled),) = study.rows(over_state(study, MISSING), (None, None, needed))
    return int(reads), int(unsettled)


def move_phase(study: Study, actor: Actor, to: str, reason: str) -> Entry:
    """Move the study one phase on, or one back, with a reason; an open study is not closed again.

    ``NotAllowed`` unless the actor coordinates; ``ConductRefused`` for an unknown phase, a jump, a missing reason, or
    a protocol without phases.
    """
    with study.writing:
        if not is_phased(study):
            raise ConductRefused(
                f"protocol {study.protocol.id} has no phases: everything is open from the start; for a blinded study"
                " make one with hlh-tui new STUDY --protocol song-2024-blinded"
            )
        if conduct_of(study).pack is not None:
            raise ConductRefused("a pack stays in phase read; the coordinator moves the study that it came from")
        old = phase_of(study)
        if to not in PHASES:
            raise ConductRefused(f"{to!r} is no phase; use one of {', '.join(PHASES)}")
        if old == PHASES[-1]:
            raise ConductRefused("the study is open, and what was seen cannot be hidden again; nothing was recorded")
        require(study, actor, "move_phase")
        at = PHASES.index(old)
        near = [phase for index, phase in enumerate(PHASES) if abs(index - at) == 1]
        if to not in near:
            raise ConductRefused(f"the study is in phase {old}; from there it moves to {' or '.join(near)}")
        if not reason.strip():
            raise ConductRefused(f"moving to {to} needs a reason; say why in a sentence")
        missing, unsettled = missing_reads(study)
        payload = {"old": old, "new": to, "reason": reason.strip(), "missing": missing, "unsettled": unsettled}
        return append(study, actor, "phase_moved", payload=payload)
