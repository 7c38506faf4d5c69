"""What readers decide, and the state of a case that follows from the log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cited:
    """A piece of evidence cited for a decision: what it is, where it stands, and its words."""

    kind: str
    """observation, event, exposure, note or item (a criterion at a day)."""
    day: float
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was on the screen of a case before its decision: stored with it, and kept from other readers.

    ``items`` are the criteria whose rows were visited, ``days`` the days under the cursor, ``notes`` the days of the
    notes shown, ``sources`` the values whose source was opened; ``whole_course``: data after the cut-off were shown.
    """

    seconds: float
    items: tuple[str, ...] = ()
    days: tuple[float, ...] = ()
    notes: tuple[float, ...] = ()
    sources: tuple[str, ...] = ()
    whole_course: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement of one case, before it is committed.

    ``role`` is reader, adjudicator, consensus or global; ``confidence`` low or high; ``day`` the day the response is
    held to begin. Where differences are settled, ``accepted`` is 1, 2, ... or new (whose read was taken) and
    ``disagreement`` what kind it was.
    """

    patient_id: str
    category: str
    reason: str
    confidence: str = "high"
    day: float | None = None
    role: str = "reader"
    evidence: tuple[Cited, ...] = ()
    seen: Seen | None = None
    accepted: str | None = None
    disagreement: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What the log gave back for a committed entry."""

    seq: int
    hash: str
    recorded_at: str
    already: bool = False
    """Whether the entry is an earlier one, in force with the same decision, and nothing was recorded now."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """What an undo or redo did: the case, a sentence for the reader, and the entry that records it."""

    patient_id: str
    what: str
    saved: Saved


@dataclass(frozen=True, slots=True)
class Flag:
    """A reader's own mark on a case."""

    seq: int
    recorded_at: str
    patient_id: str
    reader: str
    reader_name: str
    note: str


@dataclass(frozen=True, slots=True)
class Under:
    """The criteria that were in force when a decision was made, and how they were read (every option)."""

    id: str
    version: str
    hash: str
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class CurrentDecision:
    """The decision in force of one reader (or the consensus) for one case."""

    seq: int
    recorded_at: str
    patient_id: str
    reader: str
    reader_name: str
    role: str
    category: str
    day: float | None
    confidence: str
    reason: str
    evidence: tuple[Cited, ...]
    proposal_seen: bool
    proposal: str | None
    """The category proposed at this decision, for a reader who had been shown the proposal; None before that."""
    under: Under | None = None
    """None for a decision that is not recorded yet."""
    seen: Seen | None = None
    accepted: str | None = None
    disagreement: str | None = None


@dataclass(frozen=True, slots=True)
class FinalCategory:
    """The category that the cohort uses; ``source``: single, unanimous, adjudicated, consensus, unresolved, undecided.

    ``category`` is None when unresolved (readers differ) or undecided (reads are missing). ``since`` is the day on
    which it is held to begin: that of the settlement, without one the latest that a reader of that category gives;
    None where nobody recorded one.
    """

    patient_id: str
    category: str | None
    source: str
    confidence: str | None
    readers: int
    since: float | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the Cases screen for one reader."""

    patient_id: str
    sex: str | None
    age_years: float | None
    aetiology: str | None
    disease_status: str | None
    last_contact_day: float
    mine: str | None
    confidence: str | None
    revealed: bool
    flagged: bool
    flag_note: str | None
    open_queries: int
    readers: int
    """How many readers have decided this case."""
    final: str | None
    source: str
    stale: bool = False
    """Whether ``mine`` was made under other criteria, or another reading of them, than are in force."""
    data_changed: bool = False
    """Whether more of the chart came in after ``mine`` was made."""
    settling: bool = False
    """Whether the reader settles what others differ on, and is not asked about a case on which they agree."""

    @property
    def waits(self) -> bool:
        """Whether the case waits for this reader's decision."""
        return self.mine is None and (not self.settling or self.source == "unresolved")
