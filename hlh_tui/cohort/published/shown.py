"""What shows an inconsistency: computations on printed figures, each told by its first key."""

from __future__ import annotations

from typing import Annotated

import msgspec

from hlh_tui.cohort.published.entries import Positive, Searched


class Attainable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The checks that the figures allow, whether a test or a count can give them at all."""

    attainable: tuple[str, ...]


class Denominator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which denominators give the printed percentage with the printed n, and what it would be of ``of``."""

    denominator: str
    of: tuple[Positive, ...] = ()


class Sum(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The counts of figures added up, against another figure or a number."""

    sum: tuple[str, ...]
    equals: str | int | None = None


class Difference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Two counts of figures, and who is in the first and not in the second in the charts."""

    difference: tuple[str, str]


class Shares(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The counts of figures in per cent of several denominators."""

    shares: tuple[str, ...]
    of: tuple[Positive, ...]


class OneCurve(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether two survivals can lie on one Kaplan-Meier curve."""

    one_curve: tuple[str, str]
    patients: Searched
    deaths: Positive


class Joint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether a survival censored at an event and a later one of all deaths can come from one cohort.

    ``without``, ``event`` and ``after`` are the figures that count who died without the event, had it, and died after.
    """

    joint: tuple[str, str]
    patients: Annotated[int, msgspec.Meta(ge=1, le=100)]
    without: str
    event: str
    after: str


class Followed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The least survival at a month if the median follow-up of all ``patients`` lies beyond it."""

    followed: str
    survival: str
    month: float
    patients: Positive


class Ranks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which patients a median and a quartile fall on, if those in no figure of ``others`` have the lowest values."""

    ranks: tuple[str, str]
    patients: Positive
    others: tuple[str, ...]
    among: str
    """Who has the lowest values, such as patients with one dose."""


class Quotients(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Figures divided by named numbers, against another figure."""

    quotients: tuple[str, ...]
    by: dict[str, float]
    against: str


class Interval(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The exact 95 % interval of a proportion, and which other figures it contains."""

    interval: str
    contains: tuple[str, ...]


Shown = (
    Attainable | Denominator | Sum | Difference | Shares | OneCurve | Joint | Followed | Ranks | Quotients | Interval
)
KINDS: dict[str, type[Shown]] = {
    "attainable": Attainable,
    "denominator": Denominator,
    "sum": Sum,
    "difference": Difference,
    "shares": Shares,
    "one_curve": OneCurve,
    "joint": Joint,
    "followed": Followed,
    "ranks": Ranks,
    "quotients": Quotients,
    "interval": Interval,
}
"""The key that tells what a computation is."""


def figures_of(computation: Shown) -> tuple[str, ...]:
    """Every figure that it names."""
    names: list[str] = []
    for field in ("attainable", "denominator", "sum", "difference", "shares", "one_curve", "followed", "survival"):
        names += listed(getattr(computation, field, ()))
    for field in (
        "joint",
        "without",
        "event",
        "after",
        "ranks",
        "others",
        "quotients",
        "against",
        "interval",
        "contains",
    ):
        names += listed(getattr(computation, field, ()))
    equals = getattr(computation, "equals", None)
    return (*names, equals) if isinstance(equals, str) else tuple(names)


def listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """One name or several as several."""
    return (value,) if isinstance(value, str) else value
