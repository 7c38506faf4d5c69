"""A consensus meeting on one machine: blind votes, reveal, discussion; the end of it is a settlement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import is_phased, refusal, require
from hlh_tui.review.conduct.people import people
from hlh_tui.review.consensus.differences import difference_of
from hlh_tui.review.consensus.rounds import Round, hidden_round, last_round, rounds
from hlh_tui.review.errors import NotAllowed, ReviewError
from hlh_tui.review.models import Saved
from hlh_tui.review.state import current_decisions
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

EVERYBODY = "everybody expected has voted"
LONGEST, LONGEST_NAME = 2000, 80
"""Characters of a note and of a meeting's name."""


class MeetingRefused(ReviewError):
    """A vote, a reveal or a note that cannot be recorded as given."""


@dataclass(frozen=True, slots=True)
class VoteCast:
    """A vote that is on disk: whether the votes are revealed now, and who is still expected to vote."""

    saved: Saved
    meeting: str
    revealed: bool
    waiting: tuple[str, ...]


def expected_members(study: Study, patient_id: str) -> tuple[Actor, ...]:
    """Who is expected to vote on the case, by printed name.

    The registered readers where a committee settles; otherwise the readers of the case who still have a role.
    """
    known = people(study)
    if study.protocol.review.topology == "committee" and is_phased(study):
        found = [Actor(one.id, one.name) for one in known.values() if one.role == "reader"]
    else:
        found = [
            Actor(one.reader, one.reader_name)
            for one in current_decisions(study, patient_id)
            if one.role == "reader" and (not is_phased(study) or one.reader in known)
        ]
    return tuple(sorted(found, key=lambda one: one.name))


def possible_members(study: Study, patient_id: str) -> tuple[Actor, ...]:
    """Who may vote on the case: those expected first, then everybody else who may vote in this study."""
    expected = expected_members(study, patient_id)
    if is_phased(study):
        others = [Actor(one.id, one.name) for one in people(study).values()]
        others = [one for one in others if refusal(study, one, "vote", patient_id) is None]
    else:
        rows = study.rows("SELECT DISTINCT actor, actor_name FROM log WHERE action IN ('decided', 'voted')")
        others = [Actor(*row) for row in rows]
    known = {one.id for one in expected}
    more = {one.id: one for one in others if one.id not in known}
    return (*expected, *sorted(more.values(), key=lambda one: one.name))


def meeting_today(now: datetime | None = None) -> str:
    """The name of a meeting that is given none: the day in UTC, such as 2026-11-23."""
    return (now or datetime.now(UTC)).strftime("%Y-%m-%d")


def vote(
    study: Study, actor: Actor, patient_id: str, category: str, note: str = "", meeting: str | None = None
) -> VoteCast:
    """Record a member's vote; before the reveal it replaces the member's earlier one and nobody sees it.

    The votes are revealed with the last of the members expected. A vote after the reveal is the member's opinion after
    the discussion. Without a name the vote belongs to the meeting under way, else to that of the day.
    ``NotAllowed``; ``MeetingRefused`` for an unknown category, or a meeting that has settled the case already.
    """
    require(study, actor, "vote", patient_id)
    with study.writing:
        difference_of(study, actor, patient_id)
        known = [one.id for one in study.protocol.categories]
        if category not in known:
            raise MeetingRefused(f"{category!r} is no category; vote one of {', '.join(known)}")
        name = _meeting_for(study, patient_id, meeting)
        payload = {"meeting": name, "category": category, "note": _short(note)}
        entry = append(study, actor, "voted", patient_id, payload)
        waiting = _waiting(study, patient_id)
        hidden = hidden_round(study, patient_id) is not None
        if hidden and not waiting:
            append(study, actor, "votes_revealed", patient_id, {"meeting": name, "reason": EVERYBODY, "missing": []})
            hidden = False
    return VoteCast(Saved(entry.seq, entry.hash, entry.recorded_at), name, not hidden, waiting if hidden else ())


def reveal_votes(study: Study, actor: Actor, patient_id: str, reason: str) -> Saved:
    """Reveal the votes before everybody has voted; the chair's act, with a reason.

    ``NotAllowed`` unless this person may lead the meeting; ``MeetingRefused`` when no votes are hidden.
    """
    require(study, actor, "meeting", patient_id)
    with study.writing:
        under_way = hidden_round(study, patient_id)
        if under_way is None:
            last = last_round(study, patient_id)
            why = "nobody has voted yet" if last is None else "its votes are revealed already"
            raise MeetingRefused(f"{patient_id} has no hidden votes: {why}")
        waiting = _waiting(study, patient_id)
        if not reason.strip():
            who = f" without {', '.join(waiting)}" if waiting else ""
            raise MeetingRefused(f"revealing the votes on {patient_id}{who} needs a reason; say why in a sentence")
        payload = {"meeting": under_way.meeting, "reason": reason.strip(), "missing": list(waiting)}
        entry = append(study, actor, "votes_revealed", patient_id, payload)
    return Saved(entry.seq, entry.hash, entry.recorded_at)


def discuss(study: Study, actor: Actor, patient_id: str, note: str) -> Saved:
    """Write down what was said about a case after its votes were revealed; for members and who leads the meeting."""
    refused = refusal(study, actor, "vote", patient_id)
    if refused is not None and refusal(study, actor, "meeting", patient_id) is not None:
        raise NotAllowed(refused)
    with study.writing:
        last = last_round(study, patient_id)
        if last is None or last.reveal is None:
            raise MeetingRefused(f"{patient_id} is discussed once its votes are revealed: vote, then reveal them")
        words = _short(note)
        if not words:
            raise MeetingRefused(f"the note on {patient_id} is empty; write what was said in a sentence")
        entry = append(study, actor, "discussed", patient_id, {"meeting": last.meeting, "note": words})
    return Saved(entry.seq, entry.hash, entry.recorded_at)


def waiting_for(study: Study, patient_id: str) -> tuple[str, ...]:
    """Printed names of those who are expected to vote on the case and have not, in the round under way."""
    return _waiting(study, patient_id) if hidden_round(study, patient_id) is not None else ()


def _waiting(study: Study, patient_id: str) -> tuple[str, ...]:
    last = last_round(study, patient_id)
    voted = {one.member for one in last.blind} if last is not None else set()
    return tuple(one.name for one in expected_members(study, patient_id) if one.id not in voted)


def _meeting_for(study: Study, patient_id: str, named: str | None) -> str:
    """The meeting that a vote belongs to; ``MeetingRefused`` where it cannot belong to the one named."""
    wanted = " ".join((named or "").split())
    if len(wanted) > LONGEST_NAME:
        raise MeetingRefused(f"the name of a meeting has at most {LONGEST_NAME} characters; shorten it")
    last = last_round(study, patient_id)
    if last is None:
        return wanted or _under_way(study) or meeting_today()
    if last.outcome is None:
        if wanted not in ("", last.meeting):
            raise MeetingRefused(
                f"{patient_id} is on the table of meeting {last.meeting}; settle it there before another meeting does"
            )
        return last.meeting
    name = wanted or meeting_today()
    if any(one.meeting == name for one in rounds(study, patient_id)):
        raise MeetingRefused(
            f"meeting {name} has settled {patient_id} already ({last.outcome.category}); name another meeting to vote"
            " on it again"
        )
    return name


def _under_way(study: Study) -> str | None:
    """The meeting of today that other cases are voted on in."""
    found: tuple[Round, ...] = rounds(study)
    return found[-1].meeting if found and found[-1].began[:10] == meeting_today() else None


def _short(note: str) -> str:
    if len(note) > LONGEST:
        raise MeetingRefused(f"{len(note)} characters are too many; say it in at most {LONGEST}")
    return note.strip()
