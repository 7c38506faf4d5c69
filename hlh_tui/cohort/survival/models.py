"""Survival estimates as frozen records, the same for screen, command line and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.cox import HazardRatio
    from hlh_tui.cohort.survival.difference import Difference
    from hlh_tui.cohort.survival.restricted_mean import RestrictedMean


@dataclass(frozen=True, slots=True)
class Limits:
    """An estimate with its interval; None where it is not reached ("NR")."""

    estimate: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """Survival at one day: number at risk just before it, estimate, Greenwood error and limits (0-1).

    ``survival`` is None beyond the last follow-up of a curve that has not reached 0; error and limits are
    None there and where S = 0, for which none of the interval methods is defined.
    """

    day: float
    at_risk: int
    survival: float | None
    std_error: float | None
    lower: float | None
    upper: float | None


class Step(msgspec.Struct, frozen=True, gc=False):
    """A distinct time on the curve: at risk just before it, events and censored at it, survival after it.

    Error and limits are None where S = 0, for which none of the interval methods is defined.
    """

    day: float
    at_risk: int
    events: int
    censored: int
    survival: float
    std_error: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class RiskCount:
    """Numbers under the axis at one day: at risk just before it, cumulative events and censored up to it."""

    day: float
    at_risk: int
    events: int
    censored: int


@dataclass(frozen=True, slots=True)
class Observed:
    """How long a group was observed: the reverse Kaplan-Meier median and quartiles, and the range of those censored.

    ``range`` is the shortest and the longest time of those who left without the event; None if nobody did.
    """

    median: Limits
    quartiles: tuple[float | None, float | None]
    range: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Stratum:
    """One curve. ``patients`` are named where names were asked for; ``quartiles`` are those of 25, 50 and 75 %."""

    label: str
    n: int
    events: int
    censored: int
    median: Limits
    estimates: tuple[Estimate, ...]
    steps: tuple[Step, ...]
    patients: tuple[str, ...] = ()
    quartiles: tuple[Limits, ...] = ()
    observed: Observed | None = None
    restricted: RestrictedMean | None = None
    entries: tuple[float, ...] = ()
    """Days on which patients came under observation, ascending, at risk after such a day; empty: all from the start."""


@dataclass(frozen=True, slots=True)
class LogRank:
    """Log-rank test over the strata; None fields where it cannot be computed, with the reason."""

    chi2: float | None
    df: int | None
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class SurvivalResult:
    """An endpoint with its curves. ``notes`` state interval method, landmark and who was left out and why.

    ``method`` says how groups by response are compared ("" where the groups need no method); the warning of a naive
    comparison is the first note. ``logrank`` is Mantel and Byar's test for groups that change in time; ``stratified``
    is the test within the groups of ``stratify``, and so is then the hazard ratio. ``contrast`` are the two groups of
    the hazard ratio (first over second) and of ``restricted_difference`` (first less second), whose means are
    restricted to day ``tau``, and of ``differences``: survival of the first less that of the second at chosen days.
    """

    endpoint: str
    label: str
    ci_method: str
    by: str | None
    landmark_day: float | None
    strata: tuple[Stratum, ...]
    logrank: LogRank | None
    notes: tuple[str, ...]
    method: str = ""
    stratify: str | None = None
    stratified: LogRank | None = None
    hazard_ratio: HazardRatio | None = None
    tau: float | None = None
    restricted_difference: Difference | None = None
    contrast: tuple[str, str] | None = None
    differences: tuple[tuple[float, Difference], ...] = ()
