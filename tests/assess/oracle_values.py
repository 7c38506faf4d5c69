"""What charted values prove, for the oracle: bounds, limits, support, the value that stands for an item, its change.

Nothing here comes from ``hlh_tui``. Days are counted in ticks of 0.0001 day, so that "exactly three days" is exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.assess.oracle_options import Options

Record = Mapping[str, Any]
DAY = 10_000
# analyte: limit, better direction, whether the limit itself is met
LIMITS = {
    "temperature": (37.5, "low", False),
    "spleen_below_margin": (0.0, "low", True),
    "splenomegaly": (0.0, "low", True),
    "neutrophils": (1.0, "high", True),
    "platelets": (100.0, "high", True),
    "ferritin": (2000.0, "low", False),
    "fibrinogen": (1.5, "high", False),
    "d_dimer": (500.0, "low", False),
    "cns_involvement": (0.0, "low", True),
}
ITEMS = {
    "fever": ("temperature",),
    "spleen": ("spleen_below_margin", "splenomegaly"),
    "neutrophils": ("neutrophils",),
    "platelets": ("platelets",),
    "ferritin": ("ferritin",),
    "fibrinogen": ("fibrinogen",),
    "d_dimer": ("d_dimer",),
    "cns": ("cns_involvement",),
}
COUNTS = ("neutrophils", "platelets")
FEVER_FROM = 37.5
# parts of the letters and digits of a drug or its class
GROWTH_FACTORS = (
    "gcsf", "granulocytecolonystimulatingfactor", "filgrastim", "lenograstim", "nartograstim", "eflapegrastim",
    "efbemalenograstim",
)  # fmt: skip


def all_of(values: Iterable[bool | None]) -> bool | None:
    seen = list(values)
    return False if False in seen else None if None in seen else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    seen = list(values)
    return True if True in seen else None if None in seen else False


def no(value: bool | None) -> bool | None:
    return None if value is None else not value


def ticks(day: float) -> int:
    return round(day * DAY)


@dataclass(frozen=True)
class Value:
    """What is known of a value: between ``low`` and ``high``, each of which may be excluded (open)."""

    low: float
    low_open: bool
    high: float
    high_open: bool

    @property
    def exact(self) -> float | None:
        return self.low if self.low == self.high else None


@dataclass(frozen=True)
class Result:
    """One charted result."""

    at: int
    analyte: str
    value: Value
    series: tuple[str | None, str | None]  # assay and unit


def charted(o: Record) -> Result:
    number, sign = float(o["value"]), o.get("comparator") or ""
    value = Value(number, False, number, False)
    if sign in (">", ">="):
        value = Value(number, sign == ">", math.inf, True)
    if sign in ("<", "<="):
        value = Value(0.0, False, number, sign == "<")
    return Result(ticks(o["day"]), o["analyte"], value, (o.get("assay"), o.get("unit")))


def worst_of(values: Sequence[Value], better: str) -> Value | None:
    """What is known of the least favourable of several values."""
    if not values:
        return None
    pick = max if better == "low" else min
    low, low_open = pick((v.low, v.low_open) for v in values)
    high, closed = pick((v.high, not v.high_open) for v in values)
    return Value(low, low_open, high, not closed)


def within(value: Value, analyte: str, *, limit_is_met: bool | None = None) -> bool | None:
    """Whether the value meets the limit of its analyte; None where it leaves that open."""
    limit, better, itself = LIMITS[analyte]
    itself = itself if limit_is_met is None else limit_is_met
    below = value.high < limit or (value.high == limit and value.high_open)
    above = value.low > limit or (value.low == limit and value.low_open)
    may_touch_only_from_below = value.high == limit
    may_touch_only_from_above = value.low == limit
    if better == "low":
        surely = below or (may_touch_only_from_below and itself)
        surely_not = above or (may_touch_only_from_above and not itself)
    else:
        surely = above or (may_touch_only_from_above and itself)
        surely_not = below or (may_touch_only_from_below and not itself)
    return True if surely else False if surely_not else None


def support_spans(events: Sequence[Record], exposures: Sequence[Record], item: str) -> list[tuple[int, float]]:
    """From when to when platelets were transfused, respectively a growth factor was given."""
    if item == "platelets":
        given = [e for e in events if e["kind"] == "transfusion" and e.get("term") == "platelets"]
    elif item == "neutrophils":
        given = [e for e in events if e["kind"] == "gcsf"]
    else:
        return []
    if item == "neutrophils":
        given += [
            {"day": e["start_day"], "end_day": math.inf if e.get("end_day") is None else e["end_day"]}
            for e in exposures
            if is_growth_factor(e["drug"]) or is_growth_factor(e.get("drug_class") or "")
        ]
    ends = [e["day"] if e.get("end_day") is None else e["end_day"] for e in given]
    return [(ticks(e["day"]), math.inf if end == math.inf else ticks(end)) for e, end in zip(given, ends, strict=True)]


def is_growth_factor(charted_name: str) -> bool:
    return any(name in letters(charted_name) for name in GROWTH_FACTORS)


def letters(charted_name: str) -> str:
    return "".join(sign for sign in charted_name.lower() if sign.isalnum())


def supported(at: int, spans: Sequence[tuple[int, float]], options: Options) -> bool:
    if options.support_days == "ignored":
        return False
    return any(start <= at and end > at - int(options.support_days) * DAY for start, end in spans)


# which results stand for an item


def newest(results: Sequence[Result]) -> list[Result]:
    """Everything recorded at the latest instant."""
    latest = max((r.at for r in results), default=None)
    return [r for r in results if r.at == latest]


def at_baseline(results: Sequence[Result], item: str, options: Options) -> list[Result]:
    earliest = -options.before_first_dose(item) * DAY
    found = [r for r in results if earliest <= r.at <= 0]
    return found if item == "fever" else newest(found)


def at_day(results: Sequence[Result], item: str, at: int, options: Options) -> list[Result]:
    """The results in the look-back; failing any, the newest of the days that values are carried beyond it."""
    after = [r for r in results if 0 < r.at <= at]
    back = options.look_back(item)

    def in_last(days: int) -> list[Result]:
        edge = at - days * DAY
        return [r for r in after if (r.at > edge if item == "fever" else r.at >= edge)]

    found = in_last(back)
    if item == "fever" and found:
        return found
    return newest(found or in_last(back + options.carried))


# change


def gain(baseline: float, current: float, better: str) -> float:
    """Per cent of the baseline by which the value has moved the right way."""
    if better == "high":
        if math.isinf(baseline):
            return 0.0 if math.isinf(current) else -100.0
        if baseline == 0:
            return math.inf if current > 0 else 0.0
        return round((current - baseline) / baseline * 100, 6)
    if math.isinf(current):
        return -math.inf
    if baseline <= 0:
        return -math.inf if current > 0 else 0.0
    return 100.0 if math.isinf(baseline) else round((baseline - current) / baseline * 100, 6)


def improved_enough(baseline: Value, current: Value, item: str, *, exactly_half_counts: bool) -> bool | None:
    """Whether the change is proven to be at least (or more than) 50 per cent, proven not to be, or open."""
    better = LIMITS[ITEMS[item][0]][1]
    zero = FEVER_FROM if item == "fever" else 0.0

    def above_zero(value: float) -> float:
        return max(value - zero, 0.0)

    b_low, b_high = above_zero(baseline.low), above_zero(baseline.high)
    c_low, c_high = above_zero(current.low), above_zero(current.high)
    if better == "low":
        least, least_open = gain(b_low, c_high, better), baseline.low_open or current.high_open
        most, most_open = gain(b_high, c_low, better), baseline.high_open or current.low_open
    else:
        risen_from_nothing = b_high == c_low == 0 and current.low_open
        least = math.inf if risen_from_nothing else gain(b_high, c_low, better)
        least_open = baseline.high_open or current.low_open
        most, most_open = gain(b_low, c_high, better), baseline.low_open or current.high_open
    if least > 50 or (least == 50 and (exactly_half_counts or least_open)):
        return True
    if most < 50 or (most == 50 and (most_open or not exactly_half_counts)):
        return False
    return None
