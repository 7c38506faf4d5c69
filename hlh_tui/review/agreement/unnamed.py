"""The report without the cases behind its numbers, for those who may not see who decided which case how."""

from __future__ import annotations

from dataclasses import replace

from hlh_tui.review.agreement.models import Agreement, Confusion, ReaderRow, Repeats, Revealed, Split, Undefined


def unnamed(found: Agreement) -> Agreement:
    """The same numbers; no case is named, neither in a cell nor in a list."""
    return replace(
        found,
        confusions=tuple(map(_confusion, found.confusions)),
        by_category=tuple(map(_split, found.by_category)),
        by_outcome=tuple(map(_split, found.by_outcome)),
        by_criterion=tuple(map(_split, found.by_criterion)),
        rows=tuple(map(_row, found.rows)),
        repeats=_repeats(found.repeats),
        disagreements=(),
    )


def _confusion(one: Confusion) -> Confusion:
    return replace(one, cases={})


def _split(one: Split) -> Split:
    return replace(one, patients=())


def _row(one: ReaderRow) -> ReaderRow:
    return replace(
        one,
        overruled=replace(one.overruled, patients=()),
        repeats=_repeats(one.repeats),
        revealed=replace(one.revealed, patients=()) if isinstance(one.revealed, Revealed) else one.revealed,
    )


def _repeats(one: Repeats | Undefined) -> Repeats | Undefined:
    return replace(one, patients=()) if isinstance(one, Repeats) else one
