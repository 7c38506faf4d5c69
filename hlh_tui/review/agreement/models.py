"""What is said of the readers' agreement, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """A percentile interval over resampled cases; ``defined`` of the ``draws`` gave the coefficient."""

    lower: float
    upper: float
    draws: int
    defined: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient: estimate, standard error, and the limits of its interval with the method that gave them.

    ``observed`` and ``expected`` are the agreement seen and that by chance (0-1; None where there is no such thing),
    ``cases`` those that two or more readers read. Error and limits are None where there are none, and ``why`` says so.
    """

    estimate: float
    std_error: float | None
    lower: float | None
    upper: float | None
    method: str
    observed: float | None
    expected: float | None
    cases: int
    bootstrap: Bootstrap | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Undefined:
    """A coefficient that these reads do not give, and the sentence why."""

    why: str


Coefficient = Estimate | Undefined


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader by id and printed name; ``masked`` names stand for it where the name may not be seen yet."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Confusion:
    """How two readers' categories go together.

    ``counts`` and ``cases`` map (category of ``rows``, category of ``columns``) to how many cases are there, and to
    their ids in order; the ids are left out where cases may not be named.
    """

    rows: Reader
    columns: Reader
    categories: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]
    cases: Mapping[tuple[str, str], tuple[str, ...]]

    def count(self, row: str, column: str) -> int:
        """How many cases are in that cell."""
        return self.counts.get((row, column), 0)


@dataclass(frozen=True, slots=True)
class Split:
    """Agreement on one question with two answers: a category against the rest, an outcome, a criterion cited or not.

    ``reads`` are those that say yes; ``specific`` is the agreement among them (positive specific agreement);
    readers differ on ``differing`` cases, which are ``patients``.
    """

    id: str
    label: str
    reads: int
    specific: Coefficient
    percent: Coefficient
    kappa: Coefficient
    ac1: Coefficient
    differing: int
    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """``k`` of ``n`` with Wilson's limits (0-1)."""

    k: int
    n: int
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Seconds:
    """Time on a case, in seconds, over the cases for which it was recorded; limits are quartiles."""

    cases: int
    missing: int
    median: float
    first_quartile: float
    third_quartile: float
    total: float


@dataclass(frozen=True, slots=True)
class Overruled:
    """The reader disagreement index: cases whose final category overrules the reader, of all cases read.

    ``settled`` of the cases read were settled by somebody else's decision, ``open`` still disagree.
    """

    index: Share | Undefined
    settled: int
    open: int
    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeats:
    """A reader against themselves on hidden duplicates."""

    cases: int
    percent: Coefficient
    kappa: Coefficient
    quadratic: Coefficient
    patients: tuple[str, ...]
    """The cases judged otherwise the second time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a reader's cases in the order read; ``agreement`` is the mean share of other readers who agree."""

    cases: int
    first_at: str
    last_at: str
    compared: int
    agreement: float | None
    responders: int
    seconds: Seconds | None


@dataclass(frozen=True, slots=True)
class Drifting:
    """The parts of a reader's cases, and the change of agreement with the others from the first to the last."""

    parts: tuple[Part, ...]
    change: Coefficient


@dataclass(frozen=True, slots=True)
class Session:
    """What a reader decided from one start of the program to its end; ``minutes`` from first to last decision."""

    reader: Reader
    id: str
    first_at: str
    last_at: str
    decisions: int
    cases: int
    minutes: float
    seconds: Seconds | None


@dataclass(frozen=True, slots=True)
class Revealed:
    """What a reader did after the proposal was shown: the automation effect.

    Of ``shown`` cases ``differed`` from the proposal at that moment; ``changed`` have another category now, ``toward``
    of them the proposed one. ``before`` and ``after`` are the agreement with the proposal.
    """

    shown: int
    differed: int
    changed: Share | Undefined
    toward: int
    away: int
    before: Share | Undefined
    after: Share | Undefined
    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithProposal:
    """A reader's decisions in force beside the proposal of the rules."""

    percent: Coefficient
    kappa: Coefficient
    quadratic: Coefficient


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """How one reader reads."""

    reader: Reader
    cases: int
    overruled: Overruled
    repeats: Repeats | Undefined
    seconds: Seconds | Undefined
    drift: Drifting | Undefined
    sessions: int
    decisions: int
    revealed: Revealed | Undefined
    proposal: WithProposal | Undefined


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A case that its readers see differently: the category of each reader who read it."""

    patient_id: str
    categories: tuple[tuple[Reader, str], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything said of the agreement of ``readers``; coefficients by the names of ``coefficients.LABELS``."""

    readers: tuple[Reader, ...]
    available: tuple[Reader, ...]
    patients: int
    cases: int
    """Cases that at least two of the readers read."""
    reads: int
    categories: tuple[str, ...]
    used: tuple[str, ...]
    apart: tuple[str, ...]
    """Categories outside the order, such as NE: a category of its own for nominal coefficients, left out of others."""
    left_out: int
    """Reads of those categories, left out of every ordered coefficient."""
    coefficients: Mapping[str, Coefficient]
    confusions: tuple[Confusion, ...]
    by_category: tuple[Split, ...]
    by_outcome: tuple[Split, ...]
    by_criterion: tuple[Split, ...]
    rows: tuple[ReaderRow, ...]
    repeats: Repeats | Undefined
    """All readers' hidden duplicates together; each reader's duplicate of a case counts by itself."""
    sessions: tuple[Session, ...]
    disagreements: tuple[Disagreement, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    named: bool
    """Whether readers and the cases behind numbers may be named to the person who asked."""
    draws: int
    seed: int
    level: float
