"""An independent reading of locatelli-2020 for one patient, in plain Python, to check the engine against.

Nothing here comes from ``hlh_tui``. Records are dicts in canonical analytes and units:

- observation: day, analyte, value (findings: 1 present, 0 absent), and optionally comparator, unit, assay
- event: day, kind, and optionally end_day, term
- exposure: drug, start_day, and optionally end_day, drug_class
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]

MET, NOT_MET, UNKNOWN = "met", "not_met", "not_evaluable"
RANK = {"NR": 1, "IMP": 2, "PR": 3, "CR": 4}
DOMAINS = ("fever", "spleen", "cytopenia", "ferritin", "coagulopathy", "cns")
SPLEEN = ("spleen_below_margin", "splenomegaly")
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
    "spleen": SPLEEN,
    "neutrophils": ("neutrophils",),
    "platelets": ("platelets",),
    "ferritin": ("ferritin",),
    "fibrinogen": ("fibrinogen",),
    "d_dimer": ("d_dimer",),
    "cns": ("cns_involvement",),
}
LOOK_BACK = {"spleen": 14.0, "cns": 14.0}
GUARD = "scd25"
GROWTH_FACTORS = ("filgrastim", "lenograstim", "gcsf")  # in the letters of a drug or its class
CONFIRM_DAYS, HORIZON, SUPPORT_DAYS = 3.0, 28.0, 4.0


@dataclass(frozen=True)
class Day:
    """One evaluation: category, bounds over the unknown, and the states of domains and items."""

    day: float
    category: str
    best_case: str
    indeterminate: bool
    guard: bool
    counts: bool
    domains: dict[str, str]
    improved: dict[str, bool | None]
    items: dict[str, str]
    item_improved: dict[str, bool | None]


@dataclass(frozen=True)
class Result:
    """The whole patient: baseline states, every evaluation, and the best confirmed response."""

    baseline: dict[str, str]
    baseline_items: dict[str, str]
    days: tuple[Day, ...]
    best: str
    best_day: float | None
    confirmed_day: float | None
    unconfirmed: str | None
    unconfirmed_day: float | None


# three-valued logic: True, False, None


def all_of(values: Sequence[bool | None]) -> bool | None:
    if any(v is False for v in values):
        return False
    return None if any(v is None for v in values) else True


def any_of(values: Sequence[bool | None]) -> bool | None:
    if any(v is True for v in values):
        return True
    return None if any(v is None for v in values) else False


def as_bool(state: str) -> bool | None:
    return {MET: True, NOT_MET: False, UNKNOWN: None}[state]


def as_state(value: bool | None) -> str:
    return {True: MET, False: NOT_MET, None: UNKNOWN}[value]


# one value against its limit


def bounds(o: Record) -> tuple[float, bool, float, bool]:
    """Lowest possible value, whether it is excluded, highest possible value, whether it is excluded."""
    comparator, value = o.get("comparator") or "", float(o["value"])
    if comparator in (">", ">="):
        return value, comparator == ">", float("inf"), True
    if comparator in ("<", "<="):
        return 0.0, False, value, comparator == "<"
    return value, False, value, False


def within_limit(o: Record) -> bool | None:
    limit, better, inclusive = LIMITS[o["analyte"]]
    low, low_open, high, high_open = bounds(o)
    if better == "low":
        surely = high < limit or (high == limit and (inclusive or high_open))
        surely_not = low > limit or (low == limit and (not inclusive or low_open))
    else:
        surely = low > limit or (low == limit and (inclusive or low_open))
        surely_not = high < limit or (high == limit and (not inclusive or high_open))
    return True if surely else False if surely_not else None


def supports(events: Sequence[Record], exposures: Sequence[Record], analyte: str) -> list[tuple[float, float]]:
    """Intervals of transfusion or growth factor that lend the analyte its value."""
    if analyte == "platelets":
        given = [e for e in events if e["kind"] == "transfusion" and e.get("term") == "platelets"]
    elif analyte == "neutrophils":
        given = [e for e in events if e["kind"] == "gcsf"]
    else:
        given = []
    spans = [(float(e["day"]), float(e["day"] if e.get("end_day") is None else e["end_day"])) for e in given]
    if analyte == "neutrophils":
        for e in exposures:
            if any(name in letters(e[of] or "") for name in GROWTH_FACTORS for of in ("drug", "drug_class") if of in e):
                end = float("inf") if e.get("end_day") is None else float(e["end_day"])
                spans.append((float(e["start_day"]), end))
    return spans


def letters(charted: str) -> str:
    return charted.lower().replace(" ", "").replace("-", "").replace("_", "")


def state_of(o: Record | None, spans: Sequence[tuple[float, float]]) -> str:
    if o is None:
        return UNKNOWN
    within = within_limit(o)
    supported = any(start <= o["day"] and end > o["day"] - SUPPORT_DAYS for start, end in spans)
    if supported and within is not False:
        return NOT_MET
    return as_state(within)


def less_favourable(values: Sequence[Record]) -> Record | None:
    if not values:
        return None
    better = LIMITS[values[0]["analyte"]][1]
    pick = max if better == "low" else min
    return pick(values, key=lambda o: float(o["value"]))


# the value that stands for an item


def newest(values: Sequence[Record]) -> list[Record]:
    """Everything recorded at the latest instant."""
    latest = max((o["day"] for o in values), default=None)
    return [o for o in values if o["day"] == latest]


def at_baseline(observations: Sequence[Record], item: str) -> list[Record]:
    found = [o for o in observations if o["analyte"] in ITEMS[item] and -7 <= o["day"] <= 0]
    if item == "fever":
        found = [o for o in found if o["day"] >= -1]
        highest = less_favourable(found)
        return [] if highest is None else [highest]
    return newest(found)


def at_day(observations: Sequence[Record], item: str, day: float) -> list[Record]:
    found = [o for o in observations if o["analyte"] in ITEMS[item] and 0 < o["day"] <= day]
    if item == "fever":
        highest = less_favourable([o for o in found if o["day"] > day - 1])
        return [] if highest is None else [highest]
    return newest([o for o in found if o["day"] >= day - LOOK_BACK.get(item, 3.0)])


def item_state(values: Sequence[Record], item: str, spans: Sequence[tuple[float, float]]) -> str:
    if item == "spleen":
        states = [as_bool(state_of(less_favourable([o for o in values if o["analyte"] == a]), ())) for a in SPLEEN]
        seen = [s for s in states if s is not None]
        return as_state(any_of(seen)) if seen else UNKNOWN
    return state_of(less_favourable(values), spans)


def measured_on(values: Sequence[Record], item: str) -> Record | None:
    if item == "cns":
        return None
    if item == "spleen":
        values = [o for o in values if o["analyte"] == "spleen_below_margin"]
    return less_favourable(values)


def halved(baseline: Record | None, current: Record | None) -> bool | None:
    """Whether the current value proves an improvement by at least 50 %; None when it is open."""
    if baseline is None or current is None:
        return None
    limit, better, _ = LIMITS[baseline["analyte"]]
    origin = limit if baseline["analyte"] == "temperature" else 0.0
    ends = [(b, c) for b in bounds(baseline)[0::2] for c in bounds(current)[0::2]]
    changes = [change(b - origin, c - origin, better) for b, c in ends]
    if any(c is None for c in changes):
        return None
    known = [c for c in changes if c is not None]
    return True if min(known) >= 50 else False if max(known) < 50 else None


def change(baseline: float, current: float, better: str) -> float | None:
    if baseline == float("inf"):
        return None if current == float("inf") else (100.0 if better == "low" else -100.0)
    if baseline <= 0:
        return None if better == "low" else 0.0 if current == 0 else float("inf")  # a rise from nothing
    rise = (current - baseline) / baseline * 100
    return round(-rise if better == "low" else rise, 6)


# domains, category, best response


def domain_states(items: Mapping[str, str]) -> dict[str, str]:
    return {
        "fever": items["fever"],
        "spleen": items["spleen"],
        "cytopenia": as_state(all_of([as_bool(items["neutrophils"]), as_bool(items["platelets"])])),
        "ferritin": items["ferritin"],
        "coagulopathy": as_state(any_of([as_bool(items["fibrinogen"]), as_bool(items["d_dimer"])])),
        "cns": items["cns"],
    }


def category(
    met: Mapping[str, bool],
    improved: Mapping[str, bool],
    abnormal: Sequence[str],
    guard: bool,
    barred: bool,
    fewer: bool,
) -> str:
    if all(met.values()) and not guard:
        return "CR"
    n_abnormal = len(abnormal)
    n_met = sum(met[d] for d in abnormal)
    n_improved = sum(improved[d] or met[d] for d in abnormal)
    if not barred and n_met >= (2 if fewer and n_abnormal == 3 else 3):
        return "PR"
    if not barred and n_improved >= (2 if fewer and n_abnormal == 2 else 3):
        return "IMP"
    return "NR"


def guard_triggered(observations: Sequence[Record], day: float) -> bool:
    series: dict[tuple[Any, Any], list[Record]] = {}
    for o in observations:
        if o["analyte"] == GUARD:
            series.setdefault((o.get("assay"), o.get("unit")), []).append(o)
    for values in series.values():
        ordered = sorted(values, key=lambda o: float(o["day"]))
        before = [o for o in ordered if -7 <= o["day"] <= 0]
        after = [o for o in ordered if 0 < o["day"] <= day]
        if before and len(after) >= 2:
            ceiling = 2 * float(before[-1]["value"])
            if all(float(o["value"]) > ceiling for o in after[-2:]):
                return True
    return False


def assess(
    observations: Sequence[Record],
    events: Sequence[Record] = (),
    exposures: Sequence[Record] = (),
    disease_status: str = "initial",
    last_contact_day: float = 365.0,
) -> Result:
    """The assessment of one patient with the default options."""
    spans = {item: supports(events, exposures, item) for item in ITEMS}
    base_values = {item: at_baseline(observations, item) for item in ITEMS}
    base_items = {item: item_state(base_values[item], item, spans[item]) for item in ITEMS}
    baseline = domain_states(base_items)
    abnormal = [d for d in DOMAINS if baseline[d] == NOT_MET]
    relapse, known = disease_status == "relapse", UNKNOWN not in baseline.values()
    stops = [e["day"] for e in events if e["kind"] in ("hsct", "chemotherapy", "death") and e["day"] > 0]
    stops += [e["day"] for e in events if e["kind"] == "death" and e["day"] == 0]
    relevant = {*LIMITS, GUARD}
    days = []
    for day in sorted({o["day"] for o in observations if o["day"] > 0 and o["analyte"] in relevant}):
        values = {item: at_day(observations, item, day) for item in ITEMS}
        items = {item: item_state(values[item], item, spans[item]) for item in ITEMS}
        states = domain_states(items)
        item_improved = {
            i: any_of([as_bool(items[i]), halved(measured_on(base_values[i], i), measured_on(values[i], i))])
            for i in ITEMS
        }
        item_improved["cns"] = as_bool(items["cns"])  # lesser involvement is never judged automatically
        improved = domain_improved(states, item_improved, base_items)
        guard = guard_triggered(observations, day)
        involved = any(
            o["analyte"] == "cns_involvement" and 0 < o["day"] <= day and o["value"] == 1 for o in observations
        )
        progressed = any(e["kind"] == "progression" and 0 < e["day"] <= day for e in events)
        surely_barred = progressed or (involved and baseline["cns"] == MET)
        perhaps_barred = progressed or (involved and baseline["cns"] != NOT_MET)
        worst = category(
            {d: s == MET for d, s in states.items()},
            {d: v is True for d, v in improved.items()},
            abnormal,
            guard,
            perhaps_barred,
            relapse and known,
        )
        best = category(
            {d: s != NOT_MET for d, s in states.items()},
            {d: v is not False for d, v in improved.items()},
            abnormal,
            guard,
            surely_barred,
            relapse,
        )
        if worst != "CR" and all(states[d] == UNKNOWN for d in abnormal):
            verdict, open_ = "NE", best not in ("NR", "NE")
        else:
            verdict, open_ = worst, worst != best
        until = min(HORIZON, last_contact_day // 1)  # both to the end of the calendar day
        counts = day // 1 <= until and all(day < stop for stop in stops)
        days.append(Day(day, verdict, best, open_, guard, counts, states, improved, items, item_improved))
    return Result(baseline, base_items, tuple(days), *best_response(days))


def domain_improved(
    states: Mapping[str, str], items: Mapping[str, bool | None], base_items: Mapping[str, str]
) -> dict[str, bool | None]:
    def abnormal_of(*names: str) -> list[bool | None]:
        return [items[n] for n in names if base_items[n] == NOT_MET]

    cytopenia = abnormal_of("neutrophils", "platelets")
    coagulopathy = abnormal_of("fibrinogen", "d_dimer")
    return {
        "fever": items["fever"],
        "spleen": items["spleen"],
        "cytopenia": any_of([as_bool(states["cytopenia"]), all_of(cytopenia) if cytopenia else None]),
        "ferritin": items["ferritin"],
        "coagulopathy": any_of([as_bool(states["coagulopathy"]), any_of(coagulopathy) if coagulopathy else None]),
        "cns": as_bool(states["cns"]),
    }


def best_response(
    days: Sequence[Day],
) -> tuple[str, float | None, float | None, str | None, float | None]:
    """Best category, its first day, the day that confirmed it, and a better one never confirmed with its day."""
    counting = [d for d in days if d.counts and d.category != "NE"]
    if not counting:
        return "NE", None, None, None, None
    found, first, confirmed = "NR", None, None
    for wanted in ("CR", "PR", "IMP"):
        run = confirmed_run(counting, wanted)
        if run:
            found, (first, confirmed) = wanted, run
            break
    better = [d for d in counting if RANK[d.category] > RANK[found]]
    top = max(better, key=lambda d: RANK[d.category], default=None)  # the earliest of the highest
    return found, first, confirmed, top.category if top else None, top.day if top else None


def confirmed_run(counting: Sequence[Day], wanted: str) -> tuple[float, float] | None:
    start: float | None = None
    for d in counting:
        if RANK[d.category] < RANK[wanted]:
            start = None
        elif start is None:
            start = d.day
        elif d.day - start >= CONFIRM_DAYS:
            return start, d.day
    return None
