"""The scorecard as frozen records, the same for screen, command line and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from hlh_tui.cohort.published.entries import Figure

Verdict = Literal["match", "differs", "not_reproducible"]
VERDICTS: tuple[Verdict, ...] = ("match", "differs", "not_reproducible")


@dataclass(frozen=True, slots=True)
class Computed:
    """What the study gives for a figure: the value unrounded, the count behind it, and how it was made.

    A count without a value of its own has ``value`` None; the figure's unit says whether it is a percentage.
    ``unknown`` are patients of the denominator of whom the charts do not say whether they count.
    """

    value: Fraction | None = None
    n: int | None = None
    denominator: int | None = None
    patients: tuple[str, ...] | None = None
    how: str = ""
    unknown: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    """Sizes of the groups that a test compared."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A printed figure with its verdict; ``computed`` None where nothing could be computed.

    ``rounded`` is the computed value with the decimals of the print; ``constructed``: the study is synthetic and was
    made to meet this figure.
    """

    figure: Figure
    computed: Computed | None
    rounded: Decimal | None
    verdict: Verdict
    why: str
    constructed: bool = False
    readings: tuple[tuple[str, str], ...] = ()
    """Other readings of the print: label, and the value as printed or why there is none."""


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a printed figure is possible at all, whoever the patients were."""

    id: str
    kind: Literal["count", "percentage", "p value", "survival"]
    possible: bool
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """An inconsistency in the print: what, the verdict, and the lines that show it (none where it is only read)."""

    id: str
    finding: str
    verdict: str
    shown: tuple[str, ...] = ()
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Every claim in the order of the file, the checks of the print by itself, and its inconsistencies."""

    paper: str
    study: str
    patients: int
    synthetic: bool
    claims: tuple[Claim, ...]
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    counts: dict[Verdict, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether no claim differs."""
        return not self.counts["differs"]
