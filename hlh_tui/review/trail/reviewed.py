"""Reviewing the trail: who looked at it last, up to which entry, and what came since (ICH E6(R3) 4.2.2(c))."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.errors import ReviewError
from hlh_tui.review.trail.models import ReviewState
from hlh_tui.study.log import append

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor, Entry

ACTION = "trail_reviewed"
LAST = "SELECT recorded_at, actor_name, payload FROM log WHERE action = $1 ORDER BY seq DESC LIMIT 1"
SINCE = "SELECT count(*) FROM log WHERE seq > $1 AND action <> $2"


class TrailReviewRefused(ReviewError):
    """A sign-off of the trail that cannot be recorded as given."""


def review_state(study: Study, actor: Actor) -> ReviewState:
    """How far the trail was reviewed; ``NotAllowed`` for who may not read all of it."""
    require(study, actor, "trail")
    rows = study.rows(LAST, (ACTION,))
    said = json.loads(rows[0][2]) if rows else {}
    upto = int(said.get("upto", 0))
    ((since,),) = study.rows(SINCE, (upto, ACTION))
    if not rows:
        return ReviewState(0, None, None, "", since)
    return ReviewState(upto, rows[0][0], rows[0][1], said.get("note", ""), since)


def sign_off(study: Study, actor: Actor, note: str) -> Entry:
    """Record that the actor reviewed the trail up to its last entry, and what they found.

    ``NotAllowed`` for who may not read all of it; ``TrailReviewRefused`` without a note.
    """
    require(study, actor, "trail")
    if not note.strip():
        raise TrailReviewRefused("a review of the trail needs a note: say in a sentence what was found")
    with study.writing:
        upto, head = study.head
        return append(study, actor, ACTION, payload={"upto": upto, "head": head, "note": note.strip()})


def reviewed_words(state: ReviewState, when: str) -> str:
    """``reviewed by A. Meyer up to entry 12, 3 days ago: no findings; 4 entries since``; ``when`` in words."""
    entries = f"{state.since} {'entry' if state.since == 1 else 'entries'}"
    if state.recorded_at is None:
        return f"this trail was never reviewed; {entries}"
    since = "nothing since" if state.since == 0 else f"{entries} since"
    return f"reviewed by {state.actor_name} up to entry {state.upto}, {when}: {state.note}; {since}"
