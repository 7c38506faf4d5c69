"""Decisions, results and what moves them, as frozen records; the same for screen, command line and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hlh_tui.protocol.models import Collapse, Conclusion

Categories = Mapping[str, str | None]
"""Patient -> category that the cohort uses, in patient order; None where none is in force."""


@dataclass(frozen=True, slots=True)
class Share:
    """``k`` of the ``n`` decided patients."""

    k: int
    n: int


@dataclass(frozen=True, slots=True)
class PValue:
    """A two-sided p; ``why`` says why there is none.

    ``towards`` is below 0 where the first group has fewer events, or the smaller share: for a log-rank test the
    standard normal deviate, for Fisher's test the difference of the shares.
    """

    p: float | None
    why: str = ""
    towards: float = 0.0


Result = Share | PValue


@dataclass(frozen=True, slots=True)
class Named:
    """A result with its id and name: a collapse, a group of a stratum, ``log-rank p`` or ``Fisher p``."""

    id: str
    label: str
    result: Result


@dataclass(frozen=True, slots=True)
class Headline:
    """The results that a reader watches: each collapse overall, the first one by stratum, and the tests of it."""

    outcomes: tuple[Named, ...]
    groups: tuple[Named, ...]
    tests: tuple[Named, ...]

    @property
    def all(self) -> tuple[Named, ...]:
        """All of them in the order in which they are shown."""
        return (*self.outcomes, *self.groups, *self.tests)


@dataclass(frozen=True, slots=True)
class Follow:
    """A patient's end of follow-up: day since the index event, and whether that was the event."""

    day: float
    event: bool


@dataclass(frozen=True, slots=True)
class Base:
    """What decisions do not move: patients in order, their groups, and their follow-up by endpoint.

    ``groups``: stratum -> label -> patients, in the protocol's order; ``followed``: endpoint -> patient -> follow-up.
    """

    patients: tuple[str, ...]
    collapses: tuple[Collapse, ...]
    ranked: tuple[str, ...]
    """Category ids, the best first; those without a rank last."""
    unranked: frozenset[str]
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    followed: Mapping[str, Mapping[str, Follow]]
    landmark: float
    conclusions: tuple[Conclusion, ...]
    began: Mapping[str, float] = field(default_factory=dict)
    """Decided patient -> the day on which the category in force is held to begin; the one thing here from decisions."""

    def later_than(self, landmark: float) -> frozenset[str]:
        """Patients whose response as decided begins after that day, so that they have none on it."""
        return frozenset(patient for patient, day in self.began.items() if day > landmark)


@dataclass(frozen=True, slots=True)
class Judged:
    """A conclusion, the result it speaks of, and whether it holds (None where the result is not defined)."""

    conclusion: Conclusion
    result: Result
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Flip:
    """What one other decision would give: the results in the headline's order, and the conclusions it turns."""

    patient_id: str
    was: str
    to: str
    results: tuple[Result, ...]
    turned: tuple[str, ...]
    """Ids of the conclusions that hold before and not after, or the other way round."""


@dataclass(frozen=True, slots=True)
class Fragility:
    """The fewest decisions whose change turns a conclusion.

    ``fewest`` is a number that suffices (None: none was found), ``at_least`` a number below which nothing does; they
    are equal where the search was exact. ``example`` is one such set: patients, and whether each would then have the
    outcome. ``how`` says how it was searched.
    """

    judged: Judged
    fewest: int | None
    at_least: int
    example: tuple[tuple[str, bool], ...]
    how: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """The results if the doubtful cases had been decided otherwise; ``moved`` of them then differ."""

    id: str
    label: str
    moved: int
    results: tuple[Result, ...]
    turned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ByRule:
    """The decided cases as a criteria set has them.

    ``k`` of ``n`` respond, ``decided`` of the same ``n`` as decided; ``differ`` respond by one and not by the other.
    ``response`` names the categories of the set that count; ``problem`` says why the set cannot be used.
    """

    criteria_id: str
    version: str
    title: str
    response: tuple[str, ...] = ()
    k: int = 0
    decided: int = 0
    n: int = 0
    differ: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The whole analysis of a study as it stands."""

    patients: int
    decided: int
    doubtful: tuple[str, ...]
    headline: Headline
    conclusions: tuple[Judged, ...]
    flips: tuple[Flip, ...]
    fragility: tuple[Fragility, ...]
    scenarios: tuple[Scenario, ...]
    criteria: tuple[ByRule, ...]
    notes: tuple[str, ...]
