"""Which categories of a criteria set count as response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.models import Collapse

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def response_of(study: Study, criteria: CriteriaSet) -> Collapse:
    """The set's own first collapse map, else the study protocol's first as far as it fits.

    Every category with a rule where neither says: a set of another kind, or one with categories of its own.
    """
    if criteria.collapses:
        return criteria.collapses[0]
    rules = tuple(rule.id for rule in criteria.categories)
    for collapse in study.protocol.collapses[:1] if criteria.kind == "response" else ():
        shared = tuple(each for each in collapse.categories if each in rules)
        if shared:
            return msgspec.structs.replace(collapse, categories=shared)
    label = f"any category but {criteria.otherwise.label}"
    return Collapse(id="any", label=label[:1].upper() + label[1:], categories=rules)
