"""Where a figure's value comes from: the tables that ``from`` may hold, each told by its first key."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from hlh_tui.protocol.table_models import Quantiles

Statistic = Literal["median", "min", "max", "q1", "q3", "mean", "n"]
NoLess = Annotated[float, msgspec.Meta(ge=0)]


class FromTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cell of a cohort table: its count (n, denominator, pct), or one of the numbers it prints, from 1 on."""

    table: str
    row: str
    level: str = ""
    column: str = "Overall"
    by: str | None = None
    field: Literal["count", "median", "min", "max", "q1", "q3"] | None = None
    """count: n of denominator, the default; the others of a cell that holds a distribution."""


class FromSurvival(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A Kaplan-Meier curve of an endpoint of the protocol: at a day or a month, or its median and quartiles.

    ``followed`` is the median potential follow-up by the reverse Kaplan-Meier estimate, with its quartiles.
    """

    survival: str
    field: Literal[
        "survival", "at_risk", "events", "censored", "n", "median", "q1", "q3", "followed", "followed_q1", "followed_q3"
    ] = "survival"
    at_day: NoLess | None = None
    at_month: NoLess | None = None
    by: str | None = None
    group: str | None = None
    landmark: NoLess | None = None
    unit: Literal["days", "weeks", "months"] = msgspec.field(name="in", default="days")


class FromLogRank(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The p value of the log-rank test between the groups of ``by``."""

    logrank: str
    by: str
    landmark: NoLess | None = None


class FromBiomarker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The exact Mann-Whitney test of an analyte's change from baseline at a day, between two groups."""

    biomarker: str
    by: str
    day: float | None = None
    field: Literal["p", "p_holm", "shift"] = "p"


class FromCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many: patients who meet ``where`` among those who meet ``of``, or rows of events or exposures."""

    count: Literal["patients", "events", "exposures"]
    where: tuple[dict[str, Any], ...] = ()
    of: tuple[dict[str, Any], ...] = ()


class FromMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A statistic of one number per patient, dose or event.

    ``measure``: a patient column or attribute; ``dose`` with ``row``, a condition on exposures; or ``duration`` with
    ``row``, a condition on events or exposures. ``per``: divided by that patient column (weight_kg).
    """

    measure: str
    field: Statistic = "median"
    row: dict[str, Any] | None = None
    of: tuple[dict[str, Any], ...] = ()
    per: str | None = None
    quantile: Quantiles = "type 7"
    unit: Literal["as stored", "weeks", "months"] = msgspec.field(name="in", default="as stored")


class FromProtocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number that the study's protocol sets: keys joined by dots, members of a list from 1 (visits.2.day)."""

    protocol: str


class FromReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The value in force of an option of the criteria (confirm_days)."""

    reading: str


Source = FromTable | FromSurvival | FromLogRank | FromBiomarker | FromCount | FromMeasure | FromProtocol | FromReading
KINDS: dict[str, type[Source]] = {
    "table": FromTable,
    "survival": FromSurvival,
    "logrank": FromLogRank,
    "biomarker": FromBiomarker,
    "count": FromCount,
    "measure": FromMeasure,
    "protocol": FromProtocol,
    "reading": FromReading,
}
"""The key that tells what a source is."""
