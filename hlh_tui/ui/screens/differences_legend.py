"""Which keys the legend of the Differences screen names: those that do something to what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.review.consensus.rounds import Round
    from hlh_tui.ui.screens.differences_work import OpenCase, Table

OF_QUERIES = frozenset({"turn_query('answer')", "turn_query('close')", "turn_query('reopen')", "open_chart"})
OF_A_LIST = frozenset({"compare", "only", "ask", "open_chart"})
OF_ANY_CASE = frozenset({"ask", "open_chart", "back"})
OTHER_LIST = frozenset({"show_next"})


def of_queries(table: Table) -> frozenset[str]:
    """The commands for the list of data queries."""
    return OF_QUERIES if table.queries else frozenset()


def of_cases(table: Table) -> frozenset[str]:
    """The commands for the list of cases; a decision is judged with its case open, so none of those."""
    return OTHER_LIST | (OF_A_LIST if table.differences else frozenset())


def of_case(opened: OpenCase | None) -> frozenset[str]:
    """The commands for the case that is open: a settlement where this reader may settle it and nobody has."""
    if opened is None or opened.comparison is None:
        return OF_ANY_CASE
    one = opened.comparison.difference
    if one.state != "open":
        return OF_ANY_CASE
    settling = {f"accept({read.number})" for read in one.reads} | {"new_category"}
    return OF_ANY_CASE | _meeting(opened.round) | (settling if opened.settling is None else set())


def _meeting(found: Round | None) -> set[str]:
    if found is None:
        return {"vote"}
    return {"vote", "reveal"} if found.reveal is None else {"vote", "note"}
