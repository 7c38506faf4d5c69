"""A criteria set read from its TOML document, and the set with some keys changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from hlh_tui.protocol.criteria_checks import checked
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.protocol.load import parse
from hlh_tui.protocol.models import Adopted


def criteria_set(document: Adopted) -> CriteriaSet:
    """The criteria set in an adopted document, with its hash; ``ProtocolError`` names the wrong key."""
    return msgspec.structs.replace(checked(parse(document, CriteriaSet)), hash=document.hash)


def with_changes(criteria: CriteriaSet, changes: Mapping[str, Any]) -> CriteriaSet:
    """The set with each dotted path (``items.ferritin.limit.value``) set to its value.

    Members of a list are named by their id, those of ``best.ends_at`` by their kind. ``ProtocolError`` for a path that
    is not in the set or a value that does not fit.
    """
    if not changes:
        return criteria
    document = msgspec.to_builtins(criteria)
    for path, value in changes.items():
        _put(criteria.id, document, path, value)
    try:
        return checked(msgspec.convert(document, CriteriaSet))
    except msgspec.ValidationError as error:
        from hlh_tui.protocol.wrong_key import explained

        problem = explained(error, document, CriteriaSet)
        raise ProtocolError(f"{criteria.id}: options: {problem}; correct the file") from error


def _put(criteria_id: str, document: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    place = document
    for depth, word in enumerate((*way, last)):
        members = _members(place)
        if word not in members:
            where = ".".join(way[:depth]) or "the set"
            there = f"use one of {', '.join(sorted(members))}" if members else "nothing is below it"
            raise ProtocolError(f"{criteria_id}: options set {path!r}, but there is no {word!r} in {where}; {there}")
        if depth < len(way):
            place = members[word]
    if not isinstance(place, dict):
        keys = ", ".join(sorted(_members(_members(place)[last])))
        raise ProtocolError(f"{criteria_id}: options set {path!r}, which is a whole record; go on with one of {keys}")
    place[last] = value


def _members(place: Any) -> dict[str, Any]:
    """What a path may go on with: the keys of a table, the ids (or kinds) of the tables in a list."""
    if isinstance(place, dict):
        return {key: member for key, member in place.items() if key != "hash"}
    each = [member for member in place if isinstance(member, dict)] if isinstance(place, list | tuple) else []
    return {name: member for member in each if isinstance(name := member.get("id", member.get("kind")), str)}
