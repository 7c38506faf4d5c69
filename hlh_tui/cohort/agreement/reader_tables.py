"""How each reader reads: overruled, repeated, timed, drifting, by session, and beside the proposal."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hlh_tui.cohort.agreement.numbers import (
    agreement_with_limits,
    day_and_time,
    in_percent,
    share,
    time,
    with_limits,
)
from hlh_tui.cohort.tables.cells import NONE, heading
from hlh_tui.cohort.tables.models import Cell, Row, Table
from hlh_tui.review.agreement.models import (
    Agreement,
    Coefficient,
    Drifting,
    Part,
    ReaderRow,
    Repeats,
    Revealed,
    Seconds,
    Undefined,
    WithProposal,
)

NOTHING = Cell(NONE)
Reasons = Callable[[ReaderRow], Iterable[object]]
"""What of a reader's row may say why there is no number."""
READERS = (
    "cases",
    "disagreement index (RDI)",
    "settled",
    "open",
    "time on a case",
    "no time",
    "decisions",
    "sessions",
    "repeats",
    "same again",
    "kappa again",
    "quadratic kappa again",
)


REPEATED = 4
"""How many of these columns are about repeats."""
TOGETHER = "all together"


def readers_table(found: Agreement) -> Table:
    """One row a reader; behind the index the overruled cases, behind the repeats those judged otherwise."""
    notes = [
        "RDI, the reader disagreement index: cases whose final category overrules the reader, of all cases read;"
        " limits by Wilson.",
        "Repeats are hidden duplicates, read again by the same reader without being told.",
        "Time on a case is up to its first decision, median and quartiles.",
        *said(found.rows, lambda row: (row.overruled.index, row.repeats, row.seconds, *_again(row))),
    ]
    rows = [*map(_reader, found.rows)]
    if len(found.rows) > 1:
        empty = (NOTHING,) * (len(READERS) - REPEATED)
        rows.append(Row(TOGETHER, TOGETHER, (*empty, *_repeats(found.repeats))))
    return Table("readers", "Readers", READERS, tuple(rows), tuple(notes))


def _reader(row: ReaderRow) -> Row:
    over, again = row.overruled, row.repeats
    cells = (
        Cell(str(row.cases), row.cases),
        share(over.index, over.patients),
        Cell(str(over.settled), over.settled),
        Cell(str(over.open), over.open),
        Cell(time(row.seconds)),
        Cell(str(row.seconds.missing) if isinstance(row.seconds, Seconds) else NONE),
        Cell(str(row.decisions), row.decisions),
        Cell(str(row.sessions), row.sessions),
        *_repeats(again),
    )
    return Row(row.reader.name, row.reader.name, cells)


def _again(row: ReaderRow) -> tuple[Coefficient, ...]:
    again = row.repeats
    return (again.percent, again.kappa, again.quadratic) if isinstance(again, Repeats) else ()


def _repeats(again: Repeats | Undefined) -> tuple[Cell, ...]:
    if isinstance(again, Undefined):
        return (NOTHING,) * REPEATED
    return (
        Cell(str(again.cases), again.cases, patients=again.patients),
        agreement_with_limits(again.percent, again.patients),
        with_limits(again.kappa, again.patients),
        with_limits(again.quadratic, again.patients),
    )


def said(rows: Iterable[ReaderRow], asked: Reasons) -> list[str]:
    """Each reason why there is no number, once, with the readers it holds for."""
    by_why: dict[str, list[str]] = {}
    for row in rows:
        for one in asked(row):
            why = getattr(one, "why", "")
            if why and row.reader.name not in by_why.setdefault(why, []):
                by_why[why].append(row.reader.name)
    return [f"{', '.join(names)}: {why}." for why, names in by_why.items()]


DRIFT = ("cases", "from", "to", "agree with the others", "responders", "time on a case")


def drift_table(found: Agreement) -> Table:
    """Each reader's cases in the order read, in parts, and the change from the first to the last."""
    rows: list[Row] = []
    for row in found.rows:
        if isinstance(row.drift, Drifting):
            rows.append(heading(row.reader.name, len(DRIFT)))
            rows += [_part(number, part) for number, part in enumerate(row.drift.parts, start=1)]
            rows.append(_change(row.drift.change))
    notes = [
        "Agreement with the others is the mean share of the other readers of a case who chose the same category;"
        " times are UTC.",
        "The change is from the first to the last part; its interval is a bootstrap of the cases.",
        *said(found.rows, lambda row: (row.drift, *_changes(row))),
    ]
    return Table("drift", "Drift over time", DRIFT, tuple(rows), tuple(notes))


def _changes(row: ReaderRow) -> tuple[Coefficient, ...]:
    return (row.drift.change,) if isinstance(row.drift, Drifting) else ()


def _part(number: int, part: Part) -> Row:
    texts = (
        str(part.cases),
        day_and_time(part.first_at),
        day_and_time(part.last_at),
        in_percent(part.agreement),
        f"{part.responders}/{part.cases}",
        time(part.seconds),
    )
    return Row("", f"part {number}", tuple(Cell(text) for text in texts))


def _change(one: Coefficient) -> Row:
    text = NONE
    if not isinstance(one, Undefined):
        text = f"{100 * one.estimate:+.1f} points"
        if one.lower is not None and one.upper is not None:
            text = f"{text} ({100 * one.lower:.1f} to {100 * one.upper:.1f})"
    return Row("", "change", (NOTHING, NOTHING, NOTHING, Cell(text), NOTHING, NOTHING))


SESSIONS = ("from", "to", "decisions", "cases", "minutes", "time on a case")


def sessions_table(found: Agreement) -> Table:
    """What each reader decided from one start of the program to its end."""
    rows: list[Row] = []
    for row in found.rows:
        mine = [each for each in found.sessions if each.reader == row.reader]
        rows.append(heading(row.reader.name, len(SESSIONS)))
        for number, each in enumerate(mine, start=1):
            texts = (
                day_and_time(each.first_at),
                day_and_time(each.last_at),
                str(each.decisions),
                str(each.cases),
                f"{each.minutes:.1f}",
                time(each.seconds),
            )
            rows.append(Row("", f"session {number}", tuple(Cell(text) for text in texts)))
    notes = ("Minutes from the first decision of a session to the last; times are UTC. Repeats count.",)
    return Table("sessions", "Decisions per session", SESSIONS, tuple(rows), notes)


PROPOSAL = (
    "agree with proposal",
    "kappa",
    "quadratic kappa",
    "shown",
    "differed then",
    "changed since",
    "toward",
    "away",
    "agreed before",
    "agreed after",
)


def proposal_table(found: Agreement) -> Table:
    """The readers beside the proposal of the rules, and what they changed once they had seen it."""
    notes = [
        "Decisions in force against the proposal under the present criteria. Shown: cases whose proposal the reader saw"
        " after a first decision; changed: another category is in force now, toward or away from the proposal (the"
        " automation effect). Limits by Wilson for shares.",
        *said(found.rows, lambda row: (row.proposal, row.revealed, *_with(row))),
    ]
    rows = tuple(
        Row(row.reader.name, row.reader.name, (*_proposal(row.proposal), *_revealed(row.revealed)))
        for row in found.rows
    )
    return Table("proposal", "Readers and the proposal of the rules", PROPOSAL, rows, tuple(notes))


def _with(row: ReaderRow) -> tuple[Coefficient, ...]:
    one = row.proposal
    return (one.percent, one.kappa, one.quadratic) if isinstance(one, WithProposal) else ()


def _proposal(one: WithProposal | Undefined) -> tuple[Cell, ...]:
    if isinstance(one, Undefined):
        return (NOTHING,) * 3
    return agreement_with_limits(one.percent), with_limits(one.kappa), with_limits(one.quadratic)


def _revealed(one: Revealed | Undefined) -> tuple[Cell, ...]:
    if isinstance(one, Undefined):
        return (NOTHING,) * 7
    return (
        Cell(str(one.shown), one.shown),
        Cell(str(one.differed), one.differed),
        share(one.changed, one.patients),
        Cell(str(one.toward), one.toward),
        Cell(str(one.away), one.away),
        share(one.before),
        share(one.after),
    )
