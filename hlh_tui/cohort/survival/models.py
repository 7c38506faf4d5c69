"""Survival estimates as frozen records, the same for screen, command line and files."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Step:
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
class Stratum:
    """One curve."""

    label: str
    n: int
    events: int
    censored: int
    median: Limits
    estimates: tuple[Estimate, ...]
    steps: tuple[Step, ...]
    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogRank:
    """Log-rank test over the strata; None fields where it cannot be computed, with the reason."""

    chi2: float | None
    df: int | None
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class SurvivalResult:
    """An endpoint with its curves. ``notes`` state interval method, landmark and who was left out and why."""

    endpoint: str
    label: str
    ci_method: str
    by: str | None
    landmark_day: float | None
    strata: tuple[Stratum, ...]
    logrank: LogRank | None
    notes: tuple[str, ...]
