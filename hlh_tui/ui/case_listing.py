"""Which cases the list shows, in which order, and the line above it that counts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.ui.case_places import case_places
from hlh_tui.ui.present import counted
from hlh_tui.ui.widgets.case_columns import SORTS, matches

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow

Rows = tuple["CaseRow", ...]

AT_ONCE = 20_000
"""Cases that are looked through between two keys without being felt."""


@dataclass(frozen=True, slots=True)
class View:
    """Which cases are listed and in which order."""

    query: str = ""
    undecided_only: bool = False
    sort: int = 0

    def narrows(self, before: View) -> bool:
        """Whether all that this view lists was listed before, in the same order.

        Not told of a query with a colon: ``aet:`` looks in another column than ``aet`` did.
        """
        longer = self.query.startswith(before.query) and ":" not in self.query
        return longer and self.undecided_only >= before.undecided_only and self.sort == before.sort


@dataclass(frozen=True, slots=True)
class Listing:
    """The cases, those of them that a view lists, and what is counted of all of them."""

    rows: Rows
    view: View
    listed: Rows
    counts: tuple[str, ...]

    @property
    def words(self) -> str:
        """``13 cases · 4 decided · 2 flagged`` and what the list leaves out."""
        parts = list(self.counts)
        if len(self.listed) != len(self.rows):
            parts.append(f"{len(self.listed)} listed")
        if self.view.undecided_only:
            parts.append("only undecided")
        if self.view.query:
            parts.append(f"filter: {self.view.query}")
        if self.view.sort:
            parts.append(f"by {SORTS[self.view.sort][0]}")
        return " · ".join(parts)


def listed_anew(rows: Rows, view: View, before: Listing | None = None) -> Listing:
    """The listing of a view; of the same cases as ``before``, only what can have changed is looked at."""
    if before is None or before.rows is not rows:
        return Listing(rows, view, visible(rows, view), counts(rows))
    among = before.listed if view.narrows(before.view) else rows
    return Listing(rows, view, visible(among, view), before.counts)


def visible(rows: Rows, view: View) -> Rows:
    """The cases that a view lists, in its order."""
    if view == View():
        return rows
    chosen = [
        row for row in rows if (row.waits or not view.undecided_only) and (not view.query or matches(row, view.query))
    ]
    if view.sort:
        chosen.sort(key=SORTS[view.sort][1])
    return tuple(chosen)


def counts(rows: Rows) -> tuple[str, ...]:
    """``13 cases``, ``4 decided``, ``2 flagged``, and what else there is of all cases."""
    parts = [
        counted(len(rows), "case"),
        f"{case_places(rows).decided} decided",
        f"{sum(row.flagged for row in rows)} flagged",
    ]
    queries = sum(row.open_queries for row in rows)
    if queries:
        parts.append(counted(queries, "open query", "open queries"))
    stale = sum(row.stale for row in rows)
    if stale:
        parts.append(f"{stale} stale (!)")
    changed = sum(row.data_changed for row in rows)
    if changed:
        parts.append(f"{changed} with new data (+)")
    return tuple(parts)
