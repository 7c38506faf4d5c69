"""What a study asks, as frozen records read from TOML (unknown keys are refused)."""

from __future__ import annotations

from typing import Literal

import msgspec

from hlh_tui.protocol.review_models import Blinding, Review, Statements, Training
from hlh_tui.protocol.table_models import Fever, Laboratory, Safety, Treatment

Scalar = str | int | float | bool


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A response category: ``id`` (CR PR IMP NR NE), its names, its digit key and its rank (higher is better)."""

    id: str
    label: str
    key: str
    rank: int | None = None
    """None for NE, which stands apart from the order."""
    short: str = ""


class Visit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scheduled assessment: ``day`` and the half-width in days within which an evaluation may stand for it."""

    day: float
    within: float


class Collapse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A collapse map: which categories count as the outcome, e.g. response = CR, PR, IMP."""

    id: str
    label: str
    categories: tuple[str, ...]
    source: str = ""
    confidence: str = ""
    """How surely, as in the criteria files (S read in the source, G general knowledge, design ...)."""


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a measured finding has gone: a value below ``below``, kept for ``stays_days`` and confirmed within them.

    The first such day is the event: no value of the days up to ``stays_days`` later is back at ``below`` or above it,
    and at least one value is there to say so. The finding was there at baseline if the highest value of the
    ``baseline_days`` before the index event, day 0 included, was at ``below`` or above it.
    """

    finding: str
    """What it is called in a sentence, such as fever."""
    analyte: str
    below: float
    stays_days: float
    baseline_days: float
    source: str = ""
    confidence: str = ""


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time-to-event endpoint, in days from where its clock starts.

    The event is the first of the event kinds ``events``, of ``reaches`` (the adjudicated response) and of ``resolves``
    (a finding that goes away). ``competing`` kinds end the time under observation because the event can no longer
    come as it would have; ``censor_at`` kinds end it without such a meaning; otherwise last contact censors.
    """

    id: str
    label: str
    events: tuple[str, ...] = ()
    censor_at: tuple[str, ...] = ()
    note: str = ""
    start: Literal["index", "response"] = "index"
    """Where the clock starts: the index event, or the day on which the adjudicated response begins."""
    among: Literal["everybody", "responders", "finding_at_baseline"] = "everybody"
    """Whom it counts; ``finding_at_baseline`` are those with the finding of ``resolves``."""
    reaches: str = ""
    """A collapse: the day on which an adjudicated category of it begins is the event."""
    responders: str = "response"
    """The collapse that says who responds, for ``start`` and ``among``."""
    resolves: Resolution | None = None
    competing: tuple[str, ...] = ()
    days: tuple[float, ...] = ()
    """Days of the estimates, counted from where the clock starts; empty: the protocol's ``survival_days``."""
    source: str = ""
    confidence: str = ""


class BaselineRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One characteristic of the baseline table (Table 1).

    ``kind``: ``continuous`` (median, range of ``column``) , ``categorical`` (levels of ``column``) or
    ``any_of`` (levels are patient attributes holding yes/no).
    """

    id: str
    label: str
    kind: str
    column: str = ""
    unit: str = ""
    scale: float = 1.0
    """Printed value = column value x scale, e.g. onset_day x -1/7 gives weeks."""
    levels: dict[str, str] = {}
    """Level as stored -> level as printed, in printed order."""


class Stratum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named grouping by a patient column: printed label -> stored values."""

    id: str
    label: str
    column: str
    groups: dict[str, tuple[str, ...]]


class Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How charted values that are no criteria stand on the evidence board, in days.

    At baseline the last value of the ``baseline_days`` before the index event; later the last one of ``carry_days``.
    """

    baseline_days: float
    carry_days: float


class Conclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement about the adjudicated cohort that other decisions could overturn.

    ``outcome`` is a collapse or a category. ``kind``:
    ``proportion``: ``statistic`` of the share with ``outcome`` among the decided patients (of ``group`` of ``stratum``
    where they are named) lies ``above`` or ``below`` a share 0-1; the limits are those of the exact 95 % interval.
    ``survival``: patients with ``outcome`` have the event of ``endpoint`` less than those without, among those followed
    after ``landmark`` days; two-sided log-rank p below ``alpha``.
    ``difference``: the share with ``outcome`` differs between the first two groups of ``stratum``; Fisher's exact test,
    two-sided, p below ``alpha``.
    """

    id: str
    label: str
    kind: Literal["proportion", "survival", "difference"]
    outcome: str
    statistic: Literal["estimate", "lower", "upper"] = "estimate"
    above: float | None = None
    below: float | None = None
    stratum: str = ""
    group: str = ""
    endpoint: str = ""
    landmark: float = 0.0
    alpha: float = 0.05
    source: str = ""
    """Where the statement and its number come from."""


class Biomarkers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which analytes are compared, at which day, and which comparisons are adjusted for together.

    The family is every one of ``analytes`` with every one of ``collapses`` at ``day``. Without a protocol's own choice
    every analyte charted can be looked at, at the last visit, and there is no family.
    """

    analytes: tuple[str, ...] = ()
    day: float | None = None
    collapses: tuple[str, ...] = ()
    rising: tuple[str, ...] = ()
    """Analytes of which a rise is the better change; a fall is for all others."""
    source: str = ""
    confidence: str = ""


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the patients' courses show side by side: the study drugs, kinds of events, and what ends a response."""

    drugs: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    ends_response: tuple[str, ...] = ()


class StudyProtocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A study protocol: index event, criteria set, visits, categories, endpoints and tables."""

    id: str
    version: str
    title: str
    citation: str
    index_event: str
    criteria: str
    month_days: float
    review_until_day: float
    """Last day of the chart that the Review screen shows by default (the evidence cut-off)."""
    visits: tuple[Visit, ...]
    landmark_days: tuple[float, ...]
    survival_days: tuple[float, ...]
    categories: tuple[Category, ...]
    collapses: tuple[Collapse, ...]
    endpoints: tuple[Endpoint, ...]
    baseline: tuple[BaselineRow, ...]
    strata: tuple[Stratum, ...]
    context: Context
    blinding: Blinding = Blinding()
    review: Review = Review()
    training: Training = Training()
    statements: Statements = Statements()
    listing: tuple[BaselineRow, ...] = ()
    """Characteristics shown patient by patient only, beside those of ``baseline``."""
    treatment: Treatment | None = None
    fever: Fever | None = None
    laboratory: Laboratory = Laboratory()
    safety: Safety | None = None
    biomarkers: Biomarkers = Biomarkers()
    course: Course = Course()
    conclusions: tuple[Conclusion, ...] = ()
    """What the analysis of sensitivity tries to overturn."""

    def category(self, category_id: str) -> Category:
        """The category with that id; ``KeyError`` if the protocol has none."""
        return next(c for c in self.categories if c.id == category_id)


class Adopted(msgspec.Struct, frozen=True):
    """A versioned document as adopted by a study: its id, version, SHA-256 of its TOML text, and that text."""

    id: str
    version: str
    hash: str
    toml: str
