"""The charted values behind items: what the trace shows of each."""

from __future__ import annotations

from hlh_tui.assess.sql import persons
from hlh_tui.assess.sql.compile import SOME
from hlh_tui.assess.sql.items import supported
from hlh_tui.assess.sql.template import filled
from hlh_tui.assess.sql.words import days, sign, text, words
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import ItemRule

USED = "NOT list_has_any([contains(lower(coalesce(raw_unit, unit)), word) FOR word IN unused], [TRUE])"
"""A result whose unit as charted is one that the item does not use is not the one shown."""


def values_sql(criteria: CriteriaSet, *, some: bool) -> str:
    """Rows of ``values.sql`` for every item (from 1) and place of its analyte, one an instant: the one used."""
    lent = {item.id: 1 << bit for bit, item in enumerate(supported(criteria))}
    rows = [
        f"({n}, {place}, {text(analyte)}, {_turn(item)}, {lent.get(item.id, 0)}, {_unused(item)})"
        for n, item in enumerate(criteria.items, 1)
        for place, analyte in enumerate(item.analytes)
    ]
    of_patient = SOME if some else ""
    return filled(
        "values.sql",
        sources=", ".join(rows),
        supports=persons.supports(criteria, of_patient),
        earliest=days(-max(item.baseline.days for item in criteria.items)),
        of_patient=of_patient,
        used=USED if any(item.not_units for item in criteria.items) else "TRUE",
    )


def _unused(item: ItemRule) -> str:
    """The words of a charted unit that the item does not use, as an SQL list."""
    return f"[{words(word.lower() for word in item.not_units)}]::VARCHAR[]"


def _turn(item: ItemRule) -> int:
    """What turns a value so that of several the greatest counts."""
    return -sign(item) if item.pick == "strongest" else sign(item)
