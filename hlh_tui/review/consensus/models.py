"""Where readers differ on a case, and what each of them had before them; readers are numbers, never names."""

from __future__ import annotations

from dataclasses import dataclass

from hlh_tui.review.models import Cited, Seen


@dataclass(frozen=True, slots=True)
class Read:
    """One reader's decision in force on a case, under the reader's number in that case.

    ``entry`` is its place in the log, for the program alone: what is shown or printed leaves it out, since the order
    of entries tells who is who. ``stale``: made under another reading of the criteria; ``data_changed``: rows for
    the patient were imported since.
    """

    number: int
    entry: int
    category: str
    day: float | None
    confidence: str
    reason: str
    evidence: tuple[Cited, ...]
    seen: Seen | None
    stale: bool
    data_changed: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """How a case was settled: ``role`` adjudicator or consensus, ``accepted`` a reader's number or new."""

    seq: int
    recorded_at: str
    role: str
    by: str
    category: str
    day: float | None
    confidence: str
    reason: str
    accepted: str | None
    disagreement: str | None
    data_changed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A case with two reads or more; ``state`` is agreed, open or settled.

    ``distance`` is that of the farthest ranks (complete against no response is 3); ``evaluability``: some hold the
    case not evaluable and some do not, which is no distance. ``final`` and ``source`` are what the cohort uses.
    """

    patient_id: str
    reads: tuple[Read, ...]
    state: str
    distance: int
    evaluability: bool
    final: str | None
    source: str
    settled: Settled | None
    open_queries: int

    @property
    def data_changed(self) -> bool:
        """Whether a decision that counts here was made before data that came since."""
        if self.settled is not None:
            return self.settled.data_changed
        return any(read.data_changed for read in self.reads)

    def listed_as(self, only: str) -> bool:
        """Whether a list of open, settled, agreed or all cases has it; open again are those whose data changed."""
        return only in ("all", self.state) or (only == "open" and self.data_changed)

    def read(self, number: int) -> Read | None:
        """The read of that number."""
        return next((one for one in self.reads if one.number == number), None)


@dataclass(frozen=True, slots=True)
class CriterionRead:
    """What one reader had before them of one criterion, on the day they judged by.

    ``state`` is met, not_met, not_evaluable or "" (nothing evaluated by then), ``value`` as printed with its day.
    ``cited`` are the days on which the reader cited it; ``opened`` is None where that was not recorded.
    """

    number: int
    state: str
    value: str
    value_day: float | None
    cited: tuple[float, ...]
    opened: bool | None


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion, reader by reader; ``differs`` where they did not have, or did not cite, the same."""

    item: str
    label: str
    limit: str
    reads: tuple[CriterionRead, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence that somebody cited; ``marks`` by reader: cited, opened, never opened or unknown."""

    cited: Cited
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything of one case side by side; ``judged_on`` is the day each reader judged by, None without data."""

    difference: Difference
    judged_on: tuple[float | None, ...]
    criteria: tuple[CriterionRow, ...]
    evidence: tuple[EvidenceRow, ...]
    criteria_set: str
