"""What is known of an analyte in the cohort, as frozen records, the same for screen, command line and print."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Measurement:
    """A charted value: day since the index event, number, comparator, and the laboratory's own limits."""

    day: float
    value: float
    comparator: str | None
    unit: str
    lower: float | None = None
    upper: float | None = None
    assay: str | None = None

    @property
    def below_detection(self) -> bool:
        """Whether the true value lies below ``value``, the limit of the assay."""
        return self.comparator in ("<", "<=")

    @property
    def above_range(self) -> bool:
        """Whether the true value lies above ``value``, the end of the assay."""
        return self.comparator in (">", ">=")


class Series(msgspec.Struct, frozen=True, gc=False):
    """One patient's values in order of day, with those that stand for baseline and for the chosen day.

    ``change`` is ln(chosen day / baseline), or the difference where ``AnalyteResult.measure`` says so; None with the
    reason in ``why``. A value at the end of its assay counts at that limit: ``bound`` then says where the true change
    lies, ``<`` below ``change``, ``>`` above it, ``?`` on either side; empty where the change is exact.
    """

    patient_id: str
    group: str
    values: tuple[Measurement, ...]
    baseline: Measurement | None
    chosen: Measurement | None
    change: float | None
    bound: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A reference interval in the analyte's unit; None leaves a side open. ``source`` says whose it is."""

    lower: float | None
    upper: float | None
    source: str


@dataclass(frozen=True, slots=True)
class RankTest:
    """An exact rank test with its estimate; None where there is none, with the reason in ``why``.

    Mann-Whitney: ``statistic`` is R's W of the first group against the second, ``estimate`` the Hodges-Lehmann shift
    (first minus second) of the changes. Signed-rank: R's V, and the pseudomedian of the changes.
    ``confidence`` is that which ``lower`` to ``upper`` attains (at least 0.95 where the group sizes allow it),
    ``smallest_p`` the least two-sided p that any data of these sizes and ties could give.
    """

    method: str
    n: tuple[int, ...]
    statistic: float | None = None
    p: float | None = None
    smallest_p: float | None = None
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    confidence: float | None = None
    ties: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and quartiles (R's type 7) of n values; None where n = 0."""

    n: int
    median: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """The patients of one group; ``high_before`` and ``high_after`` lie above their laboratory's upper limit.

    ``judged_before`` and ``judged_after`` have a value and such a limit: the denominators of the two.
    """

    label: str
    patients: tuple[str, ...]
    paired: tuple[str, ...]
    """Those whose change is known."""
    before: Spread
    after: Spread
    change: Spread
    judged_before: tuple[str, ...]
    high_before: tuple[str, ...]
    judged_after: tuple[str, ...]
    high_after: tuple[str, ...]
    within: RankTest
    """Signed-rank test of the changes in this group against none."""


@dataclass(frozen=True, slots=True)
class AnalyteResult:
    """One analyte, divided by ``by`` (None: everybody), compared at ``day``.

    ``measure`` is log_ratio (natural logarithm of chosen day / baseline) or difference (for temperature and scales).
    ``everybody`` gathers all groups. ``test`` compares two groups, whoever has no group left out; None for any other
    number of groups. ``p_holm`` is adjusted over the protocol's family; None if this comparison is not of the family.
    ``notes`` are sentences; ``power`` is the one on what groups of this size can show.
    """

    analyte: str
    label: str
    short: str
    unit: str
    decimals: int
    by: str | None
    day: float
    measure: str
    band: Band | None
    series: tuple[Series, ...]
    groups: tuple[Group, ...]
    everybody: Group
    test: RankTest | None
    p_holm: float | None
    family: int
    """How many comparisons the adjustment counts; 0 if this is not of the family."""
    power: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One comparison of the family that the protocol tests together, with its adjusted p."""

    analyte: str
    by: str
    day: float
    test: RankTest
    p_holm: float | None
