"""What a criteria set says, as frozen records read from TOML (unknown keys are refused)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

import msgspec

from hlh_tui.protocol.item_models import (
    Confidence,
    Days,
    DomainRule,
    EventKind,
    Id,
    ItemRule,
    Removal,
    Support,
    Window,
)
from hlh_tui.protocol.models import Collapse, Visit

CategoryId = Annotated[str, msgspec.Meta(pattern="^[A-Z][A-Z0-9_]*$")]
Kind = Literal["response", "diagnosis", "flags"]
Strategy = Literal["while_on_treatment", "treatment_policy", "composite"]


class Improvement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least change in per cent, whether it must be exceeded, and whether it counts under support.

    ``met_counts``: an item that meets its limit counts as improved whatever its change.
    """

    percent: float
    strict: bool
    under_support: Literal["counts", "excluded"]
    source: str
    confidence: Confidence
    met_counts: bool = True


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``consecutive`` values above ``factor`` x baseline, within one assay and unit, block categories."""

    id: Id
    label: str
    analyte: Id
    factor: Annotated[float, msgspec.Meta(gt=0)]
    consecutive: Annotated[int, msgspec.Meta(ge=1)]
    baseline: Window
    source: str
    confidence: Confidence


class Exclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something since the index event that rules a category out: an item newly not met, or a kind of event.

    An item not met that has no baseline rules it out in the worst case only; ``open_label`` says so in the trace.
    """

    id: Id
    label: str
    source: str
    confidence: Confidence
    item: Id | None = None
    event: EventKind | None = None
    open_label: str = ""


class FewerSuffice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For patients of one disease status with exactly ``abnormal`` abnormal domains, ``count`` suffices.

    In the worst case only when every baseline is known. The statuses are those of the chart format.
    """

    disease_status: Literal["initial", "refractory", "relapse"]
    abnormal: int
    count: int
    label: str
    source: str
    confidence: Confidence


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a category asks of one group of domains.

    ``of``: ``every_domain`` of the group in ``state``; or ``count`` of its domains, of ``any_domain`` or of those
    ``abnormal_at_baseline``; or ``points``: the sum of the group's points is at least ``count``.
    """

    of: Literal["every_domain", "abnormal_at_baseline", "any_domain", "points"]
    state: Literal["met", "improved"] = "met"
    count: float = 0
    group: Id = "main"


class CategoryRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category, best first: its condition (see ``Condition``), or any of its alternatives ``or_else``."""

    id: CategoryId
    label: str
    of: Literal["every_domain", "abnormal_at_baseline", "any_domain", "points"]
    source: str
    confidence: Confidence
    state: Literal["met", "improved"] = "met"
    count: float = 0
    group: Id = "main"
    or_else: tuple[Condition, ...] = ()
    blocked_by: tuple[Id, ...] = ()
    """Ids of guards and exclusions."""
    fewer: tuple[FewerSuffice, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions any of which suffices."""
        return (Condition(self.of, self.state, self.count, self.group), *self.or_else)


class Reversal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category worse than all others that needs an earlier day of category ``after`` (reactivation after resolution).

    Called only where it is proven: what was not measured suggests no reversal.
    """

    id: CategoryId
    label: str
    after: CategoryId
    conditions: Annotated[tuple[Condition, ...], msgspec.Meta(min_length=1)]
    source: str
    confidence: Confidence


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category that stands when no rule holds: its id and label."""

    id: CategoryId
    label: str


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An intercurrent event after day 0 (``on_day_0``: or on it) and the strategy for it (ICH E9(R1)).

    ``while_on_treatment``: from it on no evaluation counts; ``treatment_policy``: it changes nothing; ``composite``: up
    to the horizon it makes the best response "no response". An exposure of one of ``drugs`` or ``drug_classes`` that
    starts after day 0 is such an event where ``by_exposure`` says so, and otherwise hints at one that was not charted.
    """

    kind: EventKind
    label: str
    on_day_0: bool = False
    strategy: Strategy = "while_on_treatment"
    drug_classes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    by_exposure: bool = False


class BestRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which evaluation gives the patient's category, of those up to ``horizon_day`` and before ``ends_at`` events.

    ``confirmed``: the best one that an evaluation ``confirm_days`` later confirms; ``visits``: the best of those
    nearest to ``visits``; ``latest``: the last one. ``until`` says whether horizon and last contact hold to the end of
    their calendar day or at their instant.
    """

    horizon_day: Days
    source: str
    confidence: Confidence
    ends_at: tuple[EventKind | Ending, ...] = ()
    """Kinds of event; a kind alone is labelled by its name."""
    rule: Literal["confirmed", "visits", "latest"] = "confirmed"
    confirm_days: Days = 0
    visits: tuple[Visit, ...] = ()
    until: Literal["end of day", "instant"] = "instant"

    @property
    def endings(self) -> tuple[Ending, ...]:
        """What ends counting, in order, each with its label."""
        return tuple(end if isinstance(end, Ending) else Ending(end, end) for end in self.ends_at)


class ScorePoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The published probability (per cent, as printed) at a score."""

    score: float
    percent: float
    printed: str


class Score(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sum of the domains' points and what it means, by the published table."""

    label: str
    probability_of: str
    table: tuple[ScorePoint, ...]
    source: str
    confidence: Confidence


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value of an option; ``set`` maps a path in the document (items.ferritin.limit.value) to what it becomes.

    Members of a list are named by their id (ends_at: by their kind). ``sensible``: part of the multiverse.
    """

    value: str
    label: str
    set: dict[str, object] = {}
    sensible: bool = True


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A point on which readings of the criteria differ; the first choice is the default and changes nothing."""

    label: str
    why: str
    choices: Annotated[tuple[Choice, ...], msgspec.Meta(min_length=2)]
    confidence: Confidence = "design"

    @property
    def default(self) -> str:
        """The value that holds when nothing is chosen."""
        return self.choices[0].value

    @property
    def sensible(self) -> tuple[str, ...]:
        """The values that the multiverse combines; the default alone if no other is sensible."""
        return tuple(choice.value for choice in self.choices if choice.sensible) or (self.default,)


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named reading: options (id -> value) that go together, e.g. those of a drug label."""

    label: str
    options: dict[Id, str]
    source: str
    confidence: Confidence


class CriteriaSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A criteria set: domains, items, rules and options. ``hash`` is that of the document it was read from.

    ``kind``: ``response`` and ``flags`` are judged at each evaluation day after the first dose, ``diagnosis`` once, on
    the values up to the first dose (each item's ``baseline`` window).
    """

    id: str
    version: str
    title: str
    citation: str
    domains: tuple[DomainRule, ...]
    items: tuple[ItemRule, ...]
    categories: tuple[CategoryRule, ...]
    otherwise: Outcome
    not_evaluable: Outcome
    best: BestRule
    kind: Kind = "response"
    population: str = ""
    """For whom the criteria were made, and where they were not validated."""
    supports: tuple[Support, ...] = ()
    improvement: Improvement | None = None
    guards: tuple[Guard, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    removals: tuple[Removal, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    score: Score | None = None
    collapses: tuple[Collapse, ...] = ()
    unknown: Literal["holds", "best", "worst"] = "holds"
    """The category at a day with unknown items: what holds without assuming, the best, or unknown as not met."""
    carry_days: Days = 0
    """How long a value is carried beyond the look-back when nothing newer is there."""
    visit_tie: Literal["earlier", "later"] = "earlier"
    options: dict[Id, Option] = {}
    variants: dict[Id, Variant] = {}
    hash: str = ""

    def item(self, item_id: str) -> ItemRule:
        """The item with that id; ``KeyError`` if there is none."""
        return {item.id: item for item in self.items}[item_id]

    def domain_items(self, domain_id: str) -> tuple[ItemRule, ...]:
        """The items of a domain, in order."""
        return tuple(item for item in self.items if item.domain == domain_id)

    @cached_property
    def improvable_domains(self) -> frozenset[str]:
        """The ids of the domains whose improvement a category asks for."""
        conditions = (each for category in self.categories for each in category.conditions)
        groups = {each.group for each in conditions if each.state == "improved"}
        return frozenset(domain.id for domain in self.domains if domain.group in groups)

    @cached_property
    def asked_groups(self) -> frozenset[str]:
        """The groups of domains that a category or a reversal asks for."""
        rules: tuple[CategoryRule | Reversal, ...] = (*self.categories, *self.reversals)
        return frozenset(each.group for rule in rules for each in rule.conditions)

    @cached_property
    def used_domains(self) -> tuple[DomainRule, ...]:
        """The domains that have items (an option may move items from one domain to another)."""
        return tuple(domain for domain in self.domains if self.domain_items(domain.id))

    @cached_property
    def outcomes(self) -> Mapping[str, str]:
        """Label of each category by id, best first, then the one that stands otherwise, reversals, not evaluable."""
        rules: tuple[CategoryRule | Outcome | Reversal, ...]
        rules = (*self.categories, self.otherwise, *self.reversals, self.not_evaluable)
        return {each.id: each.label for each in rules}

    @cached_property
    def analytes(self) -> tuple[str, ...]:
        """Every analyte whose value makes a day an evaluation day, sorted."""
        named = {analyte for item in self.items for analyte in item.analytes}
        return tuple(sorted(named | {guard.analyte for guard in self.guards}))
