"""An endpoint of the protocol: found, checked, and said in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Endpoint, StudyProtocol
    from hlh_tui.study.file import Study

REACHED = "reached"
"""The kind under which a response that is reached, or a finding that is gone, stands among the events."""
EVENT_NAMES = {"hsct": "HSCT"}


def find_endpoint(study: Study, endpoint_id: str) -> Endpoint:
    """The endpoint of the study's protocol with that id.

    ``CohortError`` lists those that there are, or says what is wrong with the endpoint as the protocol gives it.
    """
    endpoints = study.protocol.endpoints
    for candidate in endpoints:
        if candidate.id == endpoint_id:
            check(candidate, study.protocol)
            return candidate
    names = ", ".join(candidate.id for candidate in endpoints)
    raise CohortError(f"protocol {study.protocol.id} has no endpoint {endpoint_id!r}: choose one of {names}")


def check(endpoint: Endpoint, protocol: StudyProtocol) -> None:
    """Raise ``CohortError`` for an endpoint that contradicts itself or its protocol."""
    problem = _problem(endpoint, protocol)
    if problem:
        raise CohortError(f"endpoint {endpoint.id} of protocol {protocol.id} {problem}; correct the protocol")


def _problem(endpoint: Endpoint, protocol: StudyProtocol) -> str:
    collapses = [collapse.id for collapse in protocol.collapses]
    needed = [endpoint.reaches] if endpoint.reaches else []
    if endpoint.start == "response" or endpoint.among == "responders":
        needed.append(endpoint.responders)
    unknown = [each for each in needed if each not in collapses]
    if unknown:
        return f"names the response {unknown[0]!r}, which is none of {', '.join(collapses) or 'its collapses'}"
    if not (endpoint.events or endpoint.reaches or endpoint.resolves):
        return "has no event: give events, reaches or resolves"
    if endpoint.start == "response" and endpoint.among != "responders":
        return "starts its clock at the response but counts others than responders"
    if endpoint.start == "response" and (endpoint.reaches or endpoint.resolves):
        return "starts its clock at the response, so reaches and resolves have no meaning in it"
    if (endpoint.resolves is None) == (endpoint.among == "finding_at_baseline"):
        return "needs resolves and among = finding_at_baseline together"
    if endpoint.reaches and endpoint.resolves:
        return "has both reaches and resolves: give one"
    both = [kind for kind in endpoint.events if kind in endpoint.competing]
    return f"has {both[0]} both as its event and as competing with it" if both else ""


def competing(endpoint: Endpoint) -> tuple[str, ...]:
    """The kinds that compete with the event; where the protocol names none, those that censor do."""
    return endpoint.competing or tuple(kind for kind in endpoint.censor_at if kind not in endpoint.events)


def event_name(endpoint: Endpoint) -> str:
    """The cause that the endpoint is about, as an id: death, response, fever_gone, relapse_or_progression."""
    if endpoint.resolves is not None:
        return f"{endpoint.resolves.finding.replace(' ', '_')}_gone"
    return "_or_".join([*endpoint.events, endpoint.reaches] if endpoint.reaches else endpoint.events)


def kind_words(kind: str) -> str:
    """A kind of event in a sentence."""
    return EVENT_NAMES.get(kind, kind.replace("_", " "))


def event_words(endpoint: Endpoint, protocol: StudyProtocol) -> str:
    """What counts as the event, in words."""
    words = [kind_words(kind) for kind in endpoint.events]
    if endpoint.reaches:
        words.append(f"{_collapse(protocol, endpoint.reaches)}, on the day on which readers hold it to begin")
    if endpoint.resolves is not None:
        rule = endpoint.resolves
        words.append(
            f"first {rule.analyte} below {rule.below:g} with another within {rule.stays_days:g} d after it and none at"
            f" or above it in that time (nobody is followed beyond {rule.stays_days:g} d after the last {rule.analyte})"
        )
    return " or ".join(words)


def clock_words(endpoint: Endpoint, protocol: StudyProtocol) -> str:
    """Where time starts, and among whom, in words."""
    if endpoint.start == "response":
        named = _collapse(protocol, endpoint.responders)
        return f"Time zero is the day on which the adjudicated response began ({named}); only responders are counted."
    among = ""
    if endpoint.among == "responders":
        among = f"; only responders are counted ({_collapse(protocol, endpoint.responders)})"
    if endpoint.resolves is not None:
        rule = endpoint.resolves
        among = (
            f"; only those with {rule.finding} at baseline are counted (highest {rule.analyte} of the"
            f" {rule.baseline_days:g} d before it at {rule.below:g} or above)"
        )
    return f"Time zero is the {protocol.index_event} (day 0){among}."


def counted_from(endpoint: Endpoint, protocol: StudyProtocol) -> str:
    """What days are counted from, in words: the response, or the index event."""
    return "response" if endpoint.start == "response" else protocol.index_event


def ends_words(kinds: Sequence[str]) -> str:
    """What ends the follow-up besides the event: ``censored at HSCT or last contact``."""
    return " or ".join([*(kind_words(kind) for kind in kinds), "last contact"])


def _collapse(protocol: StudyProtocol, collapse_id: str) -> str:
    categories = next(collapse.categories for collapse in protocol.collapses if collapse.id == collapse_id)
    return f"{collapse_id} = {' + '.join(categories)}"
