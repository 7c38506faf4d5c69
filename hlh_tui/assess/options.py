"""How a criteria set is read: its options chosen, and what each choice changes applied to the set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hlh_tui.assess.errors import AssessError
from hlh_tui.protocol.criteria_file import with_changes
from hlh_tui.protocol.criteria_models import CriteriaSet

VARIANT = "variant"
"""The key that chooses a named reading (``variants`` in the criteria file) instead of one option."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A criteria set with its options applied, and the value of every option, defaults included."""

    criteria: CriteriaSet
    options: dict[str, str]
    base: CriteriaSet
    """The set as its document has it, with no option applied: what another choice of options starts from."""

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What tells one reading from another: the document's hash and the options that differ from the default."""
        return self.criteria.hash, tuple(sorted(moved(self.criteria, self.options).items()))


def choose(criteria: CriteriaSet, options: Mapping[str, str] | None = None) -> Reading:
    """The set read with ``options`` (option id -> value), the others at their default.

    The key ``variant`` stands for the options of that named reading; options given beside it win.
    ``AssessError`` names an option or a value that the set does not have, and those it has.
    """
    given = dict(options or {})
    variant = given.pop(VARIANT, None)
    if variant is not None:
        given = {**_variant(criteria, variant), **given}
    for key, value in given.items():
        _must_exist(criteria, key, value)
    chosen = {key: given.get(key, option.default) for key, option in criteria.options.items()}
    return Reading(with_changes(criteria, _changes(criteria, chosen)), chosen, criteria)


def moved(criteria: CriteriaSet, options: Mapping[str, str]) -> dict[str, str]:
    """The options that differ from their default, in the order of the set."""
    return {key: options[key] for key, option in criteria.options.items() if options[key] != option.default}


def _variant(criteria: CriteriaSet, name: str) -> dict[str, str]:
    if name not in criteria.variants:
        known = f"its variants are {', '.join(criteria.variants)}" if criteria.variants else "it has none"
        raise AssessError(f"{criteria.id} has no variant {name!r}; {known}")
    return criteria.variants[name].options


def _must_exist(criteria: CriteriaSet, key: str, value: str) -> None:
    if key not in criteria.options:
        known = f"its options are {', '.join(criteria.options)}" if criteria.options else "it has none"
        raise AssessError(f"{criteria.id} has no option {key!r}; {known}")
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
