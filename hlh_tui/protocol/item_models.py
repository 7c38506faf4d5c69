"""What a criteria set measures, as frozen records read from TOML: items, their limits and windows, domains, support."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Id = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
Days = Annotated[float, msgspec.Meta(ge=0, le=99999)]
LIFETIME = 36525
"""A window of so many days (a hundred years) reaches back to whenever something was charted."""
YEAR = 365.25
"""Days in a year of age."""
Confidence = Literal["S", "C", "G", "G-", "design"]
"""S read in the source, C computed, G general knowledge, G- uncertain, design: a choice of this program."""
Sex = Literal["female", "male", "other", "unknown"]
EventKind = Literal[
    "hsct", "relapse", "progression", "death", "adverse_event", "transfusion", "gcsf", "infection", "chemotherapy",
    "procedure",
]  # fmt: skip
"""The kinds of event that charts hold."""
TRANSFUSED = ("platelets", "red_cells", "plasma", "cryoprecipitate")
"""The terms of a transfusion in charts."""


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days back from an anchor; ``closed`` says whether exactly ``days`` back still belongs to it."""

    days: Days
    closed: bool
    source: str
    confidence: Confidence


class LimitFor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another ``value`` of a limit for patients of one sex, or younger than so many years."""

    value: float
    source: str
    confidence: Confidence
    sex: Sex | None = None
    younger_than_years: float | None = None


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item is met ``below`` or ``above`` the value; ``strict`` excludes the value itself.

    ``interval = "laboratory"``: the upper (lower) reference limit charted with the result stands in place of the value
    and belongs to what is met, the normal. ``interval = "outside_laboratory"``: what lies outside it is met ("above":
    over its upper limit, "below": under its lower one), the limit itself not. Both hold in the unit of the result,
    whatever it is; a result charted without that limit is judged by the value. ``by`` gives the value for some
    patients, the first that fits.
    """

    direction: Literal["below", "above"]
    value: float
    strict: bool
    source: str
    confidence: Confidence
    words: str = ""
    interval: Literal["fixed", "laboratory", "outside_laboratory"] = "fixed"
    by: tuple[LimitFor, ...] = ()

    @property
    def shown(self) -> str:
        """The limit as printed: its words (``{sign}`` in them is its sign), or e.g. ``<2000`` or ``≥1.0``."""
        signs = {("below", True): "<", ("below", False): "≤", ("above", True): ">", ("above", False): "≥"}
        sign = signs[self.direction, self.strict]
        if self.words:
            return self.words.replace("{sign}", sign)
        number = f"{self.value:.10g}"
        whole = 0 < abs(self.value) < 10 and number.lstrip("-").isdigit()
        return f"{sign}{number}.0" if whole else f"{sign}{number}"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What improvement asks for when the baseline value b is in ``from_value`` ≤ b < ``to_value`` (open if absent).

    At least (``strict``: more than) ``percent`` change towards the limit, where given, and a value at
    (``beyond_strict``: past) ``beyond``, where given. ``nothing``: this baseline asks for nothing and counts as
    improved. ``from_strict`` excludes the lower end, ``to_closed`` includes the upper one.
    """

    source: str
    confidence: Confidence
    from_value: float | None = None
    from_strict: bool = False
    to_value: float | None = None
    to_closed: bool = False
    percent: float | None = None
    strict: bool = False
    beyond: float | None = None
    beyond_strict: bool = False
    nothing: bool = False


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How improvement is measured: relative change of ``analyte`` in excess of ``above``, towards the limit.

    ``percent`` and ``strict`` stand in place of those of the set, with a ``source`` and ``confidence`` of their own;
    ``steps`` in place of both: a baseline value in none of them never improves by change.
    """

    analyte: Id
    above: float = 0.0
    words: str = ""
    """What is measured when it is not the value itself, e.g. "excess over 37.5 °C"."""
    percent: float | None = None
    strict: bool = False
    steps: tuple[Step, ...] = ()
    same_assay: bool = False
    """Only between results of one assay and unit (soluble CD25)."""
    source: str = ""
    confidence: Confidence | None = None


class ItemRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One measured item.

    ``pick`` takes the last value of the look-back, the ``worst`` (least favourable to the limit) or the ``strongest``
    (most favourable to it: the peak for "at least", in diagnosis). Several ``analytes`` stand for one item: the newest
    decides, and at the same instant either suffices. Without ``change`` the item never improves by a percentage.
    ``unit`` is the canonical unit of its limit: a result in a unit that does not convert to it is not judged by the
    limit. ``not_units``: results whose unit as charted contains one of these words are not used. ``uncharted``: what
    the item is when its window holds no result at all (a marrow that was not taken and is counted as no finding).
    """

    id: Id
    domain: Id
    label: str
    analytes: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1)]
    unit: str
    pick: Literal["last", "worst", "strongest"]
    limit: Limit
    lookback: Window
    baseline: Window
    change: Change | None = None
    support: Id | None = None
    not_units: tuple[str, ...] = ()
    uncharted: Literal["unknown", "not_met"] = "unknown"


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The points of a domain from ``met`` of its items on."""

    met: Annotated[int, msgspec.Meta(ge=1)]
    points: float


class DomainRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A domain: ``met`` by all, any or at least so many of its items; ``improved`` by each or any abnormal at baseline.

    ``improved`` = ``each`` or ``any`` asks all its items, abnormal at baseline or not (what was normal may get worse).
    ``group`` separates domains that different categories count (response, resolution, reactivation). ``points`` is what
    the domain adds to a score.
    """

    id: Id
    label: str
    met: Literal["all", "any"] | Annotated[int, msgspec.Meta(ge=1)]
    source: str
    confidence: Confidence
    improved: Literal["each_abnormal", "any_abnormal", "each", "any"] = "each_abnormal"
    group: Id = "main"
    points: tuple[Points, ...] = ()


class Occasion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events of one kind, of one term if given."""

    kind: EventKind
    term: str | None = None


class Removal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event that takes an item's organ away (splenectomy): the item cannot be judged by response afterwards.

    ``before``: the item's state when it happened up to the first dose; ``after``: from the event on when it happened
    later. ``met`` also means not abnormal at baseline.
    """

    id: Id
    label: str
    item: Id
    events: Annotated[tuple[Occasion, ...], msgspec.Meta(min_length=1)]
    before: Literal["met", "not_met", "not_evaluable"]
    after: Literal["met", "not_met", "not_evaluable"]
    source: str
    confidence: Confidence


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
        return named(self.drugs, drug) or named(self.drug_classes, drug_class or "")


def named(names: tuple[str, ...], charted: str) -> bool:
    """Whether the key of one of the names stands in that of the charted one."""
    return any(name_key(name) in name_key(charted) for name in names)


def name_key(name: str) -> str:
    """What two spellings of a name share: its letters and digits in lower case."""
    return "".join(sign for sign in name.lower() if sign.isalnum())
