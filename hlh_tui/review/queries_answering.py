"""What people do with a data query: raise, answer, close, send back, reopen; each is an entry in the log."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.conduct.people import people
from hlh_tui.review.errors import MarkRefused
from hlh_tui.review.models import Cited, Saved
from hlh_tui.review.queries import DataQuery, queries
from hlh_tui.study.log import append

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

IMPORTER = """
SELECT actor_name FROM log WHERE action IN ('charts_imported', 'study_created')
ORDER BY action = 'charts_imported' DESC, seq DESC LIMIT 1"""
LONGEST = 2000
"""Characters of a question, an answer or a reason; what is longer is no question but a chart."""


def raise_query(
    study: Study, actor: Actor, patient_id: str, about: Cited, question: str, owner: str | None = None
) -> Saved:
    """Ask ``owner`` a question about a piece of the chart; without one, whoever ``usual_owner`` names.

    ``MarkRefused`` when the question is empty or too long, or there is no such patient; ``NotAllowed`` as the phase
    and the role say.
    """
    words = _worded(question, f"the query on {patient_id} asks nothing; write the question in a sentence")
    require(study, actor, "query_raise", patient_id)
    with study.writing:
        if not study.rows("SELECT 1 FROM patient WHERE patient_id = $1", (patient_id,)):
            raise MarkRefused(f"there is no patient {patient_id!r} in this study; use an id of the Cases screen")
        asked = " ".join((owner or "").split()) or usual_owner(study)
        payload = {"about": asdict(about), "question": words, "owner": asked}
        return _saved(study, actor, "query_raised", patient_id, payload)


def answer_query(study: Study, actor: Actor, number: int, answer: str) -> Saved:
    """Answer the query with that number; ``MarkRefused`` unless it waits for an answer."""
    words = _worded(answer, f"the answer to query {number} is empty; write it in a sentence")
    return _turn(study, actor, number, "query_answered", {"answer": words})


def close_query(study: Study, actor: Actor, number: int, reason: str) -> Saved:
    """Close the query with that number, answered or not; ``MarkRefused`` when it is closed or no reason is given."""
    words = _worded(reason, f"closing query {number} needs a reason; say why in a sentence")
    return _turn(study, actor, number, "query_closed", {"reason": words})


def reopen_query(study: Study, actor: Actor, number: int, reason: str) -> Saved:
    """Send an answered query back, or reopen a closed one; ``MarkRefused`` while it waits for an answer anyway."""
    words = _worded(reason, f"reopening query {number} needs a reason; say why in a sentence")
    return _turn(study, actor, number, "query_reopened", {"reason": words})


def usual_owner(study: Study) -> str:
    """The printed name of who answers queries: the coordinator of a study with roles, else who imported the charts."""
    coordinators = sorted(
        (one for one in people(study).values() if one.role == "coordinator"), key=lambda one: one.registered_seq
    )
    if coordinators and study.protocol.blinding.mode == "phased":
        return coordinators[0].name
    return str(study.rows(IMPORTER)[0][0])


def query_numbered(study: Study, number: int, *, seen_by: Actor | None = None) -> DataQuery:
    """The query with that number; ``MarkRefused`` names those that there are."""
    found = queries(study, seen_by=seen_by)
    for one in found:
        if one.seq == number:
            return one
    waiting = ", ".join(str(one.seq) for one in found if one.is_open)
    raise MarkRefused(
        f"there is no query {number}; open are {waiting}"
        if waiting
        else f"there is no query {number}, and none is open"
    )


NEEDS = {
    "query_answered": (("open", "reopened"), "query_answer", "it is {state}; send it back to have it answered again"),
    "query_closed": (("open", "reopened", "answered"), "query_close", "it is closed already"),
    "query_reopened": (("answered", "closed"), "query_close", "it is {state} and waits for an answer already"),
}
"""For each act the states in which it is possible, the authority it asks for, and why it is refused otherwise."""


def _turn(study: Study, actor: Actor, number: int, action: str, payload: Mapping[str, str]) -> Saved:
    states, authority, otherwise = NEEDS[action]
    with study.writing:
        query = query_numbered(study, number, seen_by=actor)
        require(study, actor, authority, query.patient_id)
        if query.state not in states:
            raise MarkRefused(f"query {number} on {query.patient_id}: {otherwise.format(state=query.state)}")
        return _saved(study, actor, action, query.patient_id, {"query": number, **payload})


def _worded(words: str, nothing: str) -> str:
    if not words.strip():
        raise MarkRefused(nothing)
    if len(words) > LONGEST:
        raise MarkRefused(f"{len(words)} characters are too many; say it in at most {LONGEST}")
    return words.strip()


def _saved(study: Study, actor: Actor, action: str, patient_id: str, payload: Mapping[str, object]) -> Saved:
    entry = append(study, actor, action, patient_id, payload)
    return Saved(entry.seq, entry.hash, entry.recorded_at)
