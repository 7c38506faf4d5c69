"""The tables of agreement by name, and all of them as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hlh_tui.cohort.agreement.coefficient_tables import (
    categories_table,
    coefficients_table,
    confusion_table,
    criteria_table,
)
from hlh_tui.cohort.agreement.reader_tables import drift_table, proposal_table, readers_table, sessions_table

if TYPE_CHECKING:
    from hlh_tui.cohort.tables.models import Table
    from hlh_tui.review.agreement.models import Agreement

BLOCKS: dict[str, Callable[[Agreement], Table]] = {
    "coefficients": coefficients_table,
    "confusion": confusion_table,
    "categories": categories_table,
    "criteria": criteria_table,
    "readers": readers_table,
    "drift": drift_table,
    "sessions": sessions_table,
    "proposal": proposal_table,
}
"""In the order in which they are printed and looked through."""


def tables_of(found: Agreement) -> dict[str, Table]:
    """Every table by its name."""
    return {name: make(found) for name, make in BLOCKS.items()}


def agreement_text(found: Agreement, width: int) -> str:
    """Every table as plain text within a width."""
    from hlh_tui.cohort.tables.plain_text import lay_out

    return "\n\n\n".join(lay_out(table, width) for table in tables_of(found).values())
