"""The columns of the case list: what each shows, in how many cells, and how a filter reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.ui.present import NOTHING, abbreviated, number, sex_age

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow


@dataclass(frozen=True, slots=True)
class Column:
    """One column: at least ``width`` cells, dropped first where ``rank`` is highest."""

    id: str
    heading: str
    width: int
    rank: int
    words: Callable[[CaseRow], str]
    right: bool = False


def _mine(row: CaseRow) -> str:
    if row.mine is None:
        return NOTHING
    return f"{row.mine} low" if row.confidence == "low" else row.mine


def _marks(row: CaseRow) -> str:
    """Letters that say what happened: S proposal seen, F flagged, Q with the number of open queries.

    Before them ! for a stale decision, + for one that more of the chart came in after.
    """
    queries = f"Q{row.open_queries}" if row.open_queries else ""
    marks = " ".join(filter(None, ["S" if row.revealed else "", "F" if row.flagged else "", queries]))
    return f"{'!' if row.stale else ''}{'+' if row.data_changed else ''}{marks}"


def _final(row: CaseRow) -> str:
    return row.final or NOTHING


def _source(row: CaseRow) -> str:
    return "" if row.source == "undecided" else row.source


COLUMNS: tuple[Column, ...] = (
    Column("case", "case", 9, 0, lambda row: row.patient_id),
    Column("age", "age", 5, 0, lambda row: sex_age(row.sex, row.age_years), right=True),
    Column("aetiology", "aetiology", 13, 0, lambda row: abbreviated(row.aetiology) or NOTHING),
    Column("status", "status", 11, 0, lambda row: row.disease_status or NOTHING),
    Column("followed", "followed", 8, 2, lambda row: f"{number(row.last_contact_day)} d", right=True),
    Column("mine", "mine", 7, 0, _mine),
    Column("marks", "marks", 7, 0, _marks),
    Column("readers", "readers", 7, 1, lambda row: str(row.readers), right=True),
    Column("final", "final", 5, 0, _final),
    Column("source", "source", 11, 1, _source),
    Column("note", "flag note", 12, 3, lambda row: row.flag_note or ""),
)

SORTS: tuple[tuple[str, Callable[[CaseRow], tuple[object, ...]]], ...] = (
    ("case", lambda _: ()),
    ("aetiology", lambda row: (row.aetiology or "~",)),
    ("status", lambda row: (row.disease_status or "~",)),
    ("age", lambda row: (row.age_years is None, row.age_years or 0)),
    ("followed", lambda row: (row.last_contact_day,)),
    ("mine", lambda row: (row.mine is None, row.mine or "")),
    (
        "marks",
        lambda row: (not row.stale, not row.data_changed, not row.flagged, not row.open_queries, not row.revealed),
    ),
    ("final", lambda row: (row.final is None, row.final or "")),
)
"""Orders that the list goes through; equal cases keep the study's order."""

COLUMN_GAP = 2


TELLING = frozenset({"age", "aetiology", "status", "followed"})
"""Columns that tell who a patient is: a pack leaves them out, for two lines that agree are one case dealt twice."""
OF_OTHERS = frozenset({"readers", "final", "source"})
"""Columns that tell what other readers decided."""


def closed_columns(rows: Sequence[CaseRow]) -> frozenset[str]:
    """The columns that these cases have nothing to show in, because the study is read blinded."""
    if not rows:
        return frozenset()
    nobody = all((row.sex, row.age_years, row.aetiology, row.disease_status) == (None,) * 4 for row in rows)
    return (TELLING if nobody else frozenset()) | (OF_OTHERS if rows[0].source == "closed" else frozenset())


def fitted(width: int, closed: frozenset[str] = frozenset()) -> list[tuple[Column, int]]:
    """The columns that fit in ``width`` cells, each with its cells; the least important ones go first."""
    chosen = [column for column in COLUMNS if column.id not in closed]
    while len(chosen) > 1 and _needed(chosen) > width:
        chosen.remove(max(chosen, key=lambda column: column.rank) if any(c.rank for c in chosen) else chosen[-1])
    left = max(width - _needed(chosen), 0)
    room = {column.id: column.width for column in chosen}
    for growing, most in (("aetiology", 6), ("note", left), ("status", 4), ("case", 6)):
        more = min(left, most) if growing in room else 0
        room[growing] = room.get(growing, 0) + more
        left -= more
    return [(column, room[column.id]) for column in chosen]


def _needed(columns: list[Column]) -> int:
    return sum(column.width for column in columns) + COLUMN_GAP * (len(columns) - 1)


def matches(row: CaseRow, query: str) -> bool:
    """Whether a case holds every word of the query in some column; ``column:value`` looks in that column alone.

    Letters' case does not matter; a column may be shortened (``aet:ebv``).
    """
    shown = {column.id: column.words(row).lower() for column in COLUMNS}
    for word in query.lower().split():
        name, colon, value = word.partition(":")
        columns = [text for key, text in shown.items() if key.startswith(name)] if colon and name else []
        if columns:
            if not any(value in text for text in columns):
                return False
        elif not any(word in text for text in shown.values()):
            return False
    return True
