"""What a response criteria set says, as frozen records read from TOML (unknown keys are refused)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.protocol.load import parse
from hlh_tui.protocol.models import Adopted

Id = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
CategoryId = Annotated[str, msgspec.Meta(pattern="^[A-Z][A-Z0-9_]*$")]
Days = Annotated[float, msgspec.Meta(ge=0, le=99999)]
Confidence = Literal["S", "C", "G", "G-", "design"]
"""S read in the source, C computed, G general knowledge, G- uncertain, design: a choice of this program."""


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days back from an anchor; ``closed`` says whether exactly ``days`` back still belongs to it."""

    days: Days
    closed: bool
    source: str
    confidence: Confidence


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item is met ``below`` or ``above`` the value; ``strict`` excludes the value itself."""

    direction: Literal["below", "above"]
    value: float
    strict: bool
    source: str
    confidence: Confidence
    words: str = ""

    @property
    def shown(self) -> str:
        """The limit as printed: its words, or e.g. ``<2000`` or ``≥1.0``."""
        if self.words:
            return self.words
        sign = {("below", True): "<", ("below", False): "≤", ("above", True): ">", ("above", False): "≥"}
        number = f"{self.value:.1f}" if abs(self.value) < 10 and self.value else f"{self.value:.10g}"
        return f"{sign[self.direction, self.strict]}{number}"


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How improvement is measured: relative change of ``analyte`` in excess of ``above``, towards the limit."""

    analyte: Id
    above: float = 0.0
    words: str = ""
    """What is measured when it is not the value itself, e.g. "excess over 37.5 °C"."""


class ItemRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One measured item. ``pick`` takes the last value of the look-back or the least favourable one in it.

    Several ``analytes`` stand for one item: the newest decides, and at the same instant either suffices.
    Without ``change`` the item never improves by a percentage.
    """

    id: Id
    domain: Id
    label: str
    analytes: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1)]
    unit: str
    pick: Literal["last", "worst"]
    limit: Limit
    lookback: Window
    baseline: Window
    change: Change | None = None
    support: Id | None = None


class DomainRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A domain: ``met`` by all or any of its items; ``improved`` by each or any of those abnormal at baseline."""

    id: Id
    label: str
    met: Literal["all", "any"]
    improved: Literal["each_abnormal", "any_abnormal"]
    source: str
    confidence: Confidence


class Occasion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events of one kind, of one term if given."""

    kind: Id
    term: str | None = None


class Support(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Treatment under which a value at the limit does not count when it overlaps the ``window`` before the value.

    An exposure is such a treatment when the ``name_key`` of one of ``drugs`` stands in that of its drug, or the key
    of one of ``drug_classes`` in that of its class.
    """

    id: Id
    label: str
    sentence: str
    """What happened, for the trace: "platelets were transfused"."""
    window: Window
    events: tuple[Occasion, ...] = ()
    drug_classes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()

    def covers(self, drug: str, drug_class: str | None) -> bool:
        """Whether an exposure to ``drug`` is such a treatment."""
        named = ((self.drugs, drug), (self.drug_classes, drug_class or ""))
        return any(name_key(name) in name_key(charted) for names, charted in named for name in names)


class Improvement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least change in per cent, whether it must be exceeded, and whether it counts under support."""

    percent: float
    strict: bool
    under_support: Literal["counts", "excluded"]
    source: str
    confidence: Confidence


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``consecutive`` values above ``factor`` x baseline, within one assay and unit, block categories."""

    id: Id
    label: str
    analyte: Id
    factor: float
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
    event: Id | None = None
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


class CategoryRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category, best first: ``of`` every domain, or ``count`` of those abnormal at baseline, in ``state``."""

    id: CategoryId
    label: str
    of: Literal["every_domain", "abnormal_at_baseline"]
    state: Literal["met", "improved"]
    source: str
    confidence: Confidence
    count: int = 0
    blocked_by: tuple[Id, ...] = ()
    """Ids of guards and exclusions."""
    fewer: tuple[FewerSuffice, ...] = ()


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category that stands when no rule holds: its id and label."""

    id: CategoryId
    label: str


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of event after day 0 (``on_day_0``: or on it) from which on no evaluation counts.

    An exposure of one of ``drug_classes`` hints at such an event that was not charted; it ends nothing by itself.
    """

    kind: Id
    label: str
    on_day_0: bool = False
    drug_classes: tuple[str, ...] = ()


class BestRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The best response: confirmed ``confirm_days`` later, up to ``horizon_day`` and before ``ends_at`` events.

    ``until`` says whether horizon and last contact hold to the end of their calendar day or at their instant.
    """

    confirm_days: Days
    horizon_day: Days
    ends_at: tuple[Id | Ending, ...]
    """Kinds of event; a kind alone is labelled by its name."""
    source: str
    confidence: Confidence
    until: Literal["end of day", "instant"] = "instant"

    @property
    def endings(self) -> tuple[Ending, ...]:
        """What ends counting, in order, each with its label."""
        return tuple(end if isinstance(end, Ending) else Ending(end, end) for end in self.ends_at)


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value of an option; ``set`` maps a path in the document (items.ferritin.limit.value) to what it becomes."""

    value: str
    label: str
    set: dict[str, str | float | bool | list[str]] = {}


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


class CriteriaSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A criteria set: domains, items, rules and options. ``hash`` is that of the document it was read from."""

    id: str
    version: str
    title: str
    citation: str
    domains: tuple[DomainRule, ...]
    items: tuple[ItemRule, ...]
    supports: tuple[Support, ...]
    improvement: Improvement
    guards: tuple[Guard, ...]
    exclusions: tuple[Exclusion, ...]
    categories: tuple[CategoryRule, ...]
    no_response: Outcome
    not_evaluable: Outcome
    unknown: Literal["holds", "best", "worst"]
    """The category at a day with unknown items: what holds without assuming, the best, or unknown as not met."""
    carry_days: Days
    """How long a value is carried beyond the look-back when nothing newer is there."""
    best: BestRule
    visit_tie: Literal["earlier", "later"]
    options: dict[Id, Option]
    hash: str = ""

    def item(self, item_id: str) -> ItemRule:
        """The item with that id; ``KeyError`` if there is none."""
        return {item.id: item for item in self.items}[item_id]

    def domain_items(self, domain_id: str) -> tuple[ItemRule, ...]:
        """The items of a domain, in order."""
        return tuple(item for item in self.items if item.domain == domain_id)

    @property
    def used_domains(self) -> tuple[DomainRule, ...]:
        """The domains that have items (an option may move items from one domain to another)."""
        return tuple(domain for domain in self.domains if self.domain_items(domain.id))

    @property
    def outcomes(self) -> dict[str, str]:
        """Label of each category by id, best first, then no response and not evaluable."""
        labels = {category.id: category.label for category in self.categories}
        return labels | {last.id: last.label for last in (self.no_response, self.not_evaluable)}

    @property
    def analytes(self) -> tuple[str, ...]:
        """Every analyte whose value makes a day an evaluation day, sorted."""
        named = {analyte for item in self.items for analyte in item.analytes}
        return tuple(sorted(named | {guard.analyte for guard in self.guards}))


def name_key(name: str) -> str:
    """What two spellings of a name share: its letters and digits in lower case."""
    return "".join(sign for sign in name.lower() if sign.isalnum())


def criteria_set(document: Adopted) -> CriteriaSet:
    """The criteria set in an adopted document, with its hash; ``ProtocolError`` names the wrong key."""
    return msgspec.structs.replace(checked(parse(document, CriteriaSet)), hash=document.hash)


def checked(criteria: CriteriaSet) -> CriteriaSet:
    """The set itself when every name in it refers to something; ``ProtocolError`` otherwise."""
    items, domains = _ids(criteria.items), _ids(criteria.domains)
    blocks = _ids(criteria.guards) | _ids(criteria.exclusions)
    supports = _ids(criteria.supports)
    for item in criteria.items:
        _must_name(criteria, f"items.{item.id}.domain", item.domain, domains)
        _must_name(criteria, f"items.{item.id}.support", item.support, supports)
        if item.pick == "worst" and {domain.id: domain.met for domain in criteria.domains}[item.domain] == "any":
            raise ProtocolError(f"{criteria.id}: items.{item.id}.pick: 'worst' needs a domain with met = 'all'")
        _must_name(
            criteria,
            f"items.{item.id}.change.analyte",
            item.change.analyte if item.change else None,
            set(item.analytes),
        )
    for exclusion in criteria.exclusions:
        _must_name(criteria, f"exclusions.{exclusion.id}.item", exclusion.item, items)
    for support in criteria.supports:
        _must_have_keys(criteria, f"supports.{support.id}", (*support.drugs, *support.drug_classes))
    for end in criteria.best.endings:
        _must_have_keys(criteria, f"best.ends_at.{end.kind}", end.drug_classes)
    for category in criteria.categories:
        for block in category.blocked_by:
            _must_name(criteria, f"categories.{category.id}.blocked_by", block, blocks)
    return criteria


def _ids(records: tuple[Any, ...]) -> set[str]:
    return {record.id for record in records}


def _must_have_keys(criteria: CriteriaSet, path: str, names: tuple[str, ...]) -> None:
    for name in names:
        if not name_key(name):
            raise ProtocolError(f"{criteria.id}: {path}: {name!r} names no drug; give letters or digits")


def _must_name(criteria: CriteriaSet, path: str, name: str | None, allowed: set[str]) -> None:
    if name is not None and name not in allowed:
        raise ProtocolError(f"{criteria.id}: {path}: {name!r} is not known; use one of {', '.join(sorted(allowed))}")
