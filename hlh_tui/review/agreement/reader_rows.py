"""How each reader reads: overruled, against themselves, in time, and beside the proposal of the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.review.agreement.coefficients import REPEATED, Sampling, coefficients
from hlh_tui.review.agreement.models import Overruled, Reader, ReaderRow, Repeats, Share, Undefined, WithProposal
from hlh_tui.review.agreement.revealed import Proposals, revealed
from hlh_tui.review.agreement.scale import scale_of
from hlh_tui.review.agreement.settings import settings
from hlh_tui.review.agreement.table_of_reads import TableOfReads, disagreements, paired, patterns_of
from hlh_tui.review.agreement.time_on_case import agreement_with_others, drift, first_decisions, seconds_of, sessions
from hlh_tui.review.proportion import wilson

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Category
    from hlh_tui.review.agreement.models import Coefficient
    from hlh_tui.review.agreement.reads import Read
    from hlh_tui.review.models import FinalCategory

SPLIT = "\x1f"
"""Between a patient and a number, where several readers' reads of a patient stand in one column."""
SETTLED = frozenset({"adjudicated", "consensus"})
"""Sources of a final category that is somebody else's decision than the readers' own."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a reader's row is held against."""

    table: TableOfReads
    finals: Mapping[str, FinalCategory]
    proposals: Proposals
    categories: tuple[Category, ...]
    responders: Collection[str]
    sampling: Sampling


def reader_row(key: str, reader: Reader, mine: Sequence[Read], around: Around) -> ReaderRow:
    """One reader's row; ``mine`` are their reads and repeats in order."""
    own = {patient: row[key] for patient, row in around.table.rows.items() if key in row}
    return ReaderRow(
        reader=reader,
        cases=len(own),
        overruled=overruled(key, own, around),
        repeats=repeats(own, mine, around),
        seconds=seconds_of(list(first_decisions(mine).values())),
        drift=drift(around.table, key, mine, around.responders, settings().drift.parts, around.sampling),
        sessions=len(sessions(reader, mine)),
        decisions=len(mine),
        revealed=revealed(own, mine, around.proposals, around.sampling.level),
        proposal=with_proposal(own, around),
    )


def share(k: int, n: int, level: float) -> Share:
    """``k`` of ``n`` with Wilson's limits."""
    return Share(k, n, *wilson(k, n, level))


def overruled(key: str, own: Mapping[str, str], around: Around) -> Overruled:
    """The reader disagreement index: cases whose final category overrules the reader, of all cases read.

    Not yet an index where nothing could overrule: nobody else has read these cases, or no disagreement is settled.
    """
    finals = around.finals
    settled = [patient for patient in own if patient in finals and finals[patient].source in SETTLED]
    still = sum(patient in finals and finals[patient].source == "unresolved" for patient in own)
    against = tuple(patient for patient in settled if finals[patient].category != own[patient])
    level = settings().level
    index: Share | Undefined = share(len(against), len(own), level)
    if not settled and still:
        index = Undefined(f"no disagreement is settled yet, {still} {'is' if still == 1 else 'are'} open")
    elif not settled and not agreement_with_others(around.table, key):
        index = Undefined("nobody else has read these cases, so nothing could overrule them")
    return Overruled(index, len(settled), still, against)


def repeats(own: Mapping[str, str], mine: Sequence[Read], around: Around) -> Repeats | Undefined:
    """The reader's hidden duplicates against their first reads."""
    return _repeated(own, second_reads(mine), around)


def all_repeats(by_reader: Mapping[str, Sequence[Read]], around: Around) -> Repeats | Undefined:
    """Every reader's hidden duplicates together, each against the same reader's first read."""
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for number, (key, mine) in enumerate(by_reader.items()):
        own = {patient: row[key] for patient, row in around.table.rows.items() if key in row}
        first |= {f"{patient}{SPLIT}{number}": category for patient, category in own.items()}
        second |= {f"{patient}{SPLIT}{number}": category for patient, category in second_reads(mine).items()}
    return _repeated(first, second, around)


def second_reads(mine: Sequence[Read]) -> dict[str, str]:
    """Patient -> category of the hidden duplicate, as it is in force."""
    return {read.patient_id: read.category for read in mine if read.role == "repeat" and read.in_force}


def _repeated(first: Mapping[str, str], second: Mapping[str, str], around: Around) -> Repeats | Undefined:
    table = paired(first, second, ("first read", "repeat"))
    if not table.rows:
        return Undefined("no hidden duplicate has been read")
    apart = dict.fromkeys(each.patient_id.split(SPLIT)[0] for each in disagreements(table))
    return Repeats(len(table.rows), *beside(table, around), tuple(apart))


def with_proposal(own: Mapping[str, str], around: Around) -> WithProposal | Undefined:
    """The reader's decisions against the proposal of the rules, over the cases that may be counted."""
    proposals = around.proposals
    if proposals.why:
        return Undefined(proposals.why)
    table = paired(own, proposals.counted, ("decision", "proposal"))
    if not table.rows:
        return Undefined(proposals.none_counted)
    return WithProposal(*beside(table, around))


def beside(table: TableOfReads, around: Around) -> tuple[Coefficient, Coefficient, Coefficient]:
    """Per cent agreement, Cohen's kappa and the quadratic one of two columns."""
    scale = scale_of(around.categories, table.used)
    found = coefficients(patterns_of(table, scale), scale, around.sampling, list(table.readers), REPEATED)
    percent, plain, quadratic = (found[name] for name in REPEATED)
    return percent, plain, quadratic
