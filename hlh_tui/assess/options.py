"""How a criteria set is read: its options chosen, and what each choice changes applied to the set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from hlh_tui.assess.errors import AssessError
from hlh_tui.protocol.criteria_models import CriteriaSet, checked
from hlh_tui.protocol.errors import ProtocolError


@dataclass(frozen=True, slots=True)
class Reading:
    """A criteria set with its options applied, and the value of every option, defaults included."""

    criteria: CriteriaSet
    options: dict[str, str]

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What tells one reading from another: the document's hash and the options that differ from the default."""
        known = self.criteria.options
        moved = sorted((key, value) for key, value in self.options.items() if value != known[key].default)
        return self.criteria.hash, tuple(moved)


def choose(criteria: CriteriaSet, options: Mapping[str, str] | None = None) -> Reading:
    """The set read with ``options`` (option id -> value), the others at their default.

    ``AssessError`` names an option or a value that the set does not have, and those it has.
    """
    given = dict(options or {})
    for key, value in given.items():
        _must_exist(criteria, key, value)
    chosen = {key: given.get(key, option.default) for key, option in criteria.options.items()}
    changes = _changes(criteria, chosen)
    return Reading(_changed(criteria, changes) if changes else criteria, chosen)


def _must_exist(criteria: CriteriaSet, key: str, value: str) -> None:
    if key not in criteria.options:
        raise AssessError(f"{criteria.id} has no option {key!r}; its options are {', '.join(criteria.options)}")
    values = [choice.value for choice in criteria.options[key].choices]
    if value not in values:
        raise AssessError(f"option {key} of {criteria.id} cannot be {value!r}; choose one of {', '.join(values)}")


def _changes(criteria: CriteriaSet, chosen: Mapping[str, str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for key, option in criteria.options.items():
        for choice in option.choices:
            if choice.value == chosen[key]:
                changes |= choice.set
    return changes


def _changed(criteria: CriteriaSet, changes: Mapping[str, Any]) -> CriteriaSet:
    document = msgspec.to_builtins(criteria)
    for path, value in changes.items():
        _put(criteria.id, document, path, value)
    try:
        return checked(msgspec.convert(document, CriteriaSet))
    except msgspec.ValidationError as error:
        raise ProtocolError(f"{criteria.id}: options: {error}; correct the file and adopt it again") from error


def _put(criteria_id: str, document: Any, path: str, value: Any) -> None:
    """Set the value at a dotted path; members of a list are named by their id."""
    *way, last = path.split(".")
    place = document
    for word in way:
        members = {member["id"]: member for member in place} if isinstance(place, list | tuple) else place
        place = members.get(word) if isinstance(members, dict) else None
    if not isinstance(place, dict) or last not in place:
        raise ProtocolError(f"{criteria_id}: options set {path!r}, which is not in the set; name an existing key")
    place[last] = value
