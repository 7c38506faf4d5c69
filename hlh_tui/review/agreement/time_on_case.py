"""How long readers look at a case, how much they decide in a session, and how their reading drifts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from hlh_tui.review.agreement.bootstrap import percentile_interval, resampled
from hlh_tui.review.agreement.models import (
    Coefficient,
    Drifting,
    Estimate,
    Part,
    Reader,
    Seconds,
    Session,
    Undefined,
)

if TYPE_CHECKING:
    from hlh_tui.review.agreement.coefficients import Sampling
    from hlh_tui.review.agreement.patterns import Floats
    from hlh_tui.review.agreement.reads import Read
    from hlh_tui.review.agreement.table_of_reads import TableOfReads

ALONE = "change of a mean from the first to the last part, bootstrap of cases"


def first_decisions(mine: Sequence[Read]) -> dict[str, Read]:
    """Patient -> the first decision on the case, taken back or not, in the order in which the cases were read."""
    first: dict[str, Read] = {}
    for read in mine:
        if read.role == "reader":
            first.setdefault(read.patient_id, read)
    return first


def seconds_of(some: Sequence[Read]) -> Seconds | Undefined:
    """Time on the case before each of these decisions; undefined where none was recorded."""
    known = sorted(read.seconds for read in some if read.seconds is not None)
    if not known:
        return Undefined("no time on the case was recorded: decisions from the command line have none")
    half = len(known) // 2
    low, high = known[: half or 1], known[-(half or 1) :]
    return Seconds(len(known), len(some) - len(known), median(known), median(low), median(high), sum(known))


def sessions(reader: Reader, mine: Sequence[Read]) -> tuple[Session, ...]:
    """What the reader decided in each session, in order; repeats and decisions taken back count."""
    by_session: dict[str, list[Read]] = {}
    for read in mine:
        by_session.setdefault(read.session, []).append(read)
    return tuple(_session(reader, name, some) for name, some in by_session.items())


def _session(reader: Reader, name: str, some: Sequence[Read]) -> Session:
    found = seconds_of(some)
    return Session(
        reader=reader,
        id=name,
        first_at=some[0].at,
        last_at=some[-1].at,
        decisions=len(some),
        cases=len({read.patient_id for read in some}),
        minutes=max(0.0, (_moment(some[-1].at) - _moment(some[0].at)) / 60),
        seconds=found if isinstance(found, Seconds) else None,
    )


def _moment(at: str) -> float:
    """Seconds since 1970; 0 for a time that is none."""
    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError:
        return 0.0


def agreement_with_others(table: TableOfReads, key: str) -> dict[str, float]:
    """Patient -> the share of the other readers of the case who chose this reader's category."""
    found = {}
    for patient, row in table.rows.items():
        others = [category for other, category in row.items() if other != key]
        if key in row and others:
            found[patient] = others.count(row[key]) / len(others)
    return found


def drift(
    table: TableOfReads, key: str, mine: Sequence[Read], responders: Collection[str], parts: int, sampling: Sampling
) -> Drifting | Undefined:
    """A reader's cases in the order read, in equal parts; undefined below one case a part."""
    first = {patient: read for patient, read in first_decisions(mine).items() if key in table.rows.get(patient, {})}
    if len(first) < parts:
        return Undefined(f"drift needs at least {parts} cases read, one for each part")
    shares = agreement_with_others(table, key)
    order = list(first)
    bounds = [len(order) * number // parts for number in range(parts + 1)]
    pieces = [order[low:high] for low, high in pairwise(bounds)]
    listed = tuple(_part(table, key, [first[one] for one in piece], shares, responders) for piece in pieces)
    return Drifting(listed, _change(pieces, shares, sampling))


def _part(
    table: TableOfReads, key: str, some: Sequence[Read], shares: Mapping[str, float], responders: Collection[str]
) -> Part:
    compared = [shares[read.patient_id] for read in some if read.patient_id in shares]
    found = seconds_of(some)
    return Part(
        cases=len(some),
        first_at=some[0].at,
        last_at=some[-1].at,
        compared=len(compared),
        agreement=sum(compared) / len(compared) if compared else None,
        responders=sum(table.rows[read.patient_id][key] in responders for read in some),
        seconds=found if isinstance(found, Seconds) else None,
    )


def _change(pieces: Sequence[Sequence[str]], shares: Mapping[str, float], sampling: Sampling) -> Coefficient:
    """Agreement with the others in the last part less that in the first, with its bootstrap interval."""
    ends = [[shares[patient] for patient in piece if patient in shares] for piece in (pieces[0], pieces[-1])]
    if not all(ends):
        return Undefined("the first or the last part has no case that another reader read")
    import numpy as np

    first, last = (np.asarray(end) for end in ends)
    value = float(last.mean() - first.mean())
    drawn = _means(last, sampling, sampling.seed) - _means(first, sampling, sampling.seed + 1)
    spread = percentile_interval(drawn, sampling.level) if sampling.draws else None
    if spread is None:
        why = "the cases of these parts do not differ, so the error cannot be told from them"
        return Estimate(value, None, None, None, ALONE, None, None, len(first) + len(last), why=why)
    error = float(np.sqrt(sum(end.var(ddof=1) / len(end) for end in (first, last)))) if _vary(ends) else None
    return Estimate(
        value, error, spread.lower, spread.upper, ALONE, None, None, len(first) + len(last), bootstrap=spread
    )


def _means(shares: Floats, sampling: Sampling, seed: int) -> Floats:
    """The mean of these cases in every draw; few shares differ, so their counts are drawn."""
    import numpy as np

    values, counts = np.unique(shares, return_counts=True)
    blocks = [drawn @ values / len(shares) for drawn in resampled(counts.astype(np.float64), sampling.draws, seed)]
    return np.concatenate(blocks) if blocks else np.empty(0)


def _vary(ends: Sequence[Sequence[float]]) -> bool:
    """Whether both parts have cases enough for a variance."""
    return all(len(end) > 1 for end in ends)
