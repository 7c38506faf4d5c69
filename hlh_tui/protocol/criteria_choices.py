"""Whether every choice of every option of a criteria set can be read."""

from __future__ import annotations

from typing import Any

from hlh_tui.protocol.criteria_file import with_changes
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.errors import ProtocolError


def check_choices(criteria: CriteriaSet) -> int:
    """Apply each choice of each option, and the options of each variant together; how many choices there are.

    ``ProtocolError`` names the option and the choice that sets nothing, a path that is not there, or a value that does
    not fit.
    """
    choices = 0
    for name, option in criteria.options.items():
        for choice in option.choices:
            _apply(criteria, f"options.{name}: choice {choice.value!r}", choice.set)
            choices += 1
        if option.choices[0].set:
            raise ProtocolError(
                f"{criteria.id}: options.{name}: the first choice is the default and changes nothing; write what it"
                " sets into the set itself"
            )
        for choice in option.choices[1:]:
            if not choice.set:
                raise ProtocolError(
                    f"{criteria.id}: options.{name}: choice {choice.value!r}: sets nothing, so that it reads as the"
                    f" default {option.default!r} does; give it set, or leave it out"
                )
    for name, variant in criteria.variants.items():
        together: dict[str, Any] = {}
        for key, value in variant.options.items():
            for choice in criteria.options[key].choices:
                together |= choice.set if choice.value == value else {}
        _apply(criteria, f"variants.{name}", together)
    return choices


def _apply(criteria: CriteriaSet, place: str, changes: dict[str, Any]) -> None:
    try:
        with_changes(criteria, changes)
    except ProtocolError as error:
        problem = str(error).removeprefix(f"{criteria.id}: ").removeprefix("options: ")
        raise ProtocolError(f"{criteria.id}: {place}: {problem}") from error
