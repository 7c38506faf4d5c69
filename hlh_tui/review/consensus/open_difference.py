"""Whether there is something to settle in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.consensus.differences import NotCompared, difference_of
from hlh_tui.review.consensus.rounds import last_round

if TYPE_CHECKING:
    from hlh_tui.review.consensus.models import Difference
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


def require_open_difference(study: Study, actor: Actor, case: str) -> Difference:
    """The reads of a case in which something is to be settled; ``NotCompared`` says why nothing is."""
    difference, voted = difference_of(study, actor, case), last_round(study, case)
    if difference.state == "agreed" and voted is None:
        agreed = difference.reads[0].category
        raise NotCompared(f"the readers of {case} agree on {agreed}: there is nothing to settle")
    if voted is not None and voted.reveal is None:
        raise NotCompared(f"votes on {case} are still hidden; let everybody vote, or reveal them, before settling")
    return difference
