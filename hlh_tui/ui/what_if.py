"""A reading of criteria that is only looked at, beside the one in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hlh_tui.assess.options import VARIANT, Reading, choose, moved
from hlh_tui.protocol.criteria_models import CriteriaSet


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The study's reading, the other one, and the option under the cursor (its place in the other set)."""

    in_force: Reading
    other: Reading
    row: int = 0

    @property
    def own(self) -> bool:
        """Whether the other reading is one of the set that the study adopted."""
        return self.other.base == self.in_force.base

    @property
    def same(self) -> bool:
        """Whether there is nothing to compare."""
        return self.own and self.other.options == self.in_force.options

    @property
    def key(self) -> str | None:
        """The option under the cursor; None in a set without options."""
        return next(iter(list(self.other.options)[self.row :]), None)

    @property
    def compared(self) -> bool:
        """Whether the two sets judge the same kind of thing, so that their categories can be crossed."""
        kinds = {self.in_force.base.kind, self.other.base.kind}
        return "diagnosis" not in kinds or len(kinds) == 1


def as_in_force(reading: Reading, row: int = 0) -> WhatIf:
    """Nothing changed yet."""
    return WhatIf(reading, reading, row)


def moved_to(state: WhatIf, step: int) -> WhatIf:
    """The cursor so many options further, within the list."""
    return replace(state, row=max(0, min(state.row + step, len(state.other.options) - 1)))


def turned(state: WhatIf, step: int) -> WhatIf:
    """The option under the cursor at its next value, or the one before; after the last comes the first."""
    key = state.key
    if key is None:
        return state
    values = [choice.value for choice in state.other.base.options[key].choices]
    value = values[(values.index(state.other.options[key]) + step) % len(values)]
    return replace(state, other=choose(state.other.base, {**state.other.options, key: value}))


def with_set(state: WhatIf, criteria: CriteriaSet) -> WhatIf:
    """Another set on the other side, every option at its default; the study's own set as the study reads it."""
    other = state.in_force if criteria == state.in_force.base else choose(criteria)
    return WhatIf(state.in_force, other)


def with_variant(state: WhatIf, name: str) -> WhatIf:
    """The other side read as one of its named readings."""
    return replace(state, other=choose(state.other.base, {VARIANT: name}))


def changed(state: WhatIf) -> dict[str, str]:
    """The options that adopting the other reading would change, with their new values."""
    present: Mapping[str, str] = state.in_force.options
    return {key: value for key, value in state.other.options.items() if present.get(key) != value}


def reading_title(reading: Reading) -> str:
    """The set's id and version, and the options that are not at their default."""
    options = ", ".join(f"{key}={value}" for key, value in moved(reading.base, reading.options).items())
    return f"{reading.base.id} {reading.base.version}, {options or 'default options'}"
