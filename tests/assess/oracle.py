"""An independent reading of locatelli-2020 with all of its options for one patient, in plain Python.

Nothing here comes from ``hlh_tui``. Records are dicts in canonical analytes and units:

- observation: day, analyte, value (findings: 1 present, 0 absent), and optionally comparator, unit, assay
- event: day, kind, and optionally end_day, term
- exposure: drug, start_day, and optionally end_day, drug_class
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product

from tests.assess.oracle_options import NEW_THERAPY, Options
from tests.assess.oracle_values import (
    COUNTS,
    DAY,
    ITEMS,
    LIMITS,
    Record,
    Result,
    Value,
    all_of,
    any_of,
    at_baseline,
    at_day,
    charted,
    improved_enough,
    letters,
    no,
    support_spans,
    supported,
    ticks,
    within,
    worst_of,
)

STATE = {True: "met", False: "not_met", None: "not_evaluable"}
RANK = {"NR": 1, "IMP": 2, "PR": 3, "CR": 4}
GUARD = "scd25"
Answer = bool | None


@dataclass(frozen=True)
class Day:
    """One evaluation: category, what it could be at best, and the states of domains and items."""

    day: float
    category: str
    best_case: str
    indeterminate: bool
    guard: bool
    counts: bool
    domains: dict[str, str]
    improved: dict[str, Answer]
    items: dict[str, str]
    item_improved: dict[str, Answer]


@dataclass(frozen=True)
class Assessed:
    """The whole patient: baseline states, every evaluation, and the best confirmed response."""

    baseline: dict[str, str]
    baseline_items: dict[str, str]
    days: tuple[Day, ...]
    best: str
    best_day: float | None
    confirmed_day: float | None
    unconfirmed: str | None
    unconfirmed_day: float | None


@dataclass(frozen=True)
class Held:
    """What stands for an item: whether it meets its limit, what its change is measured on, whether it was supported."""

    met: Answer = None
    measured: Value | None = None
    supported: bool = False


NOTHING = Held()


def assess(
    observations: Sequence[Record],
    events: Sequence[Record] = (),
    exposures: Sequence[Record] = (),
    disease_status: str = "initial",
    last_contact_day: float = 365.0,
    options: Options | None = None,
) -> Assessed:
    """The assessment of one patient."""
    options = options or Options()
    results = [charted(o) for o in observations if not (options.ddu == "not_used" and in_ddu(o))]
    of_item = {i: [r for r in results if r.analyte in names] for i, names in ITEMS.items()}
    spans = {i: support_spans(events, exposures, i) for i in ITEMS}
    removed = spleen_removed_at(events)
    ends = intercurrent(events, exposures, options)
    before = {i: at_baseline(of_item[i], i, options) for i in ITEMS}
    base = {i: held(before[i], i, spans[i], options) for i in ITEMS}
    if removed is not None and removed <= 0:
        base["spleen"], before["spleen"] = Held(options.spleen_removed[0]), []
    first = Baseline({i: base[i].met for i in ITEMS}, {i for i in ITEMS if before[i]})
    baseline = {d: domain_met(d, {i: base[i].met for i in ITEMS}, options) for d in options.domains}
    days = []
    for at in sorted({r.at for r in results if r.at > 0 and (r.analyte in LIMITS or r.analyte == GUARD)}):
        now = {i: held(at_day(of_item[i], i, at, options), i, spans[i], options) for i in ITEMS}
        if removed is not None and removed <= at:
            now["spleen"] = Held(options.spleen_removed[0 if removed <= 0 else 1])
        met = {i: now[i].met for i in ITEMS}
        better = {i: item_improved(i, base[i], now[i], options) for i in ITEMS}
        states = {d: domain_met(d, met, options) for d in options.domains}
        guard = guard_triggered(results, at, options)
        barred = new_disease(results, events, at, baseline["cns"])
        relapse = disease_status == "relapse"
        verdict = Verdict(states, better, first, guard, *barred, relapse, options)
        category, best = verdict.category, verdict.best_case
        days.append(
            Day(
                day=at / DAY,
                category=category,
                best_case=best,
                indeterminate=RANK[best] > RANK.get(category, 1),
                guard=guard,
                counts=counts(at, ends, last_contact_day, options),
                domains={d: STATE[v] for d, v in states.items()},
                improved=verdict.improved(first),
                items={i: STATE[v] for i, v in met.items()},
                item_improved=better,
            )
        )
    states_before = {d: STATE[v] for d, v in baseline.items()}
    items_before = {i: STATE[base[i].met] for i in ITEMS}
    best = best_response(days, int(options.confirm_days))
    if any(strategy == "composite" and at // DAY <= options.last_day for at, strategy in ends):
        best = ("NR", None, None, None, None)
    return Assessed(states_before, items_before, tuple(days), *best)


# items


def in_ddu(o: Record) -> bool:
    return o["analyte"] == "d_dimer" and "DDU" in (o.get("raw_unit") or "")


def spleen_removed_at(events: Sequence[Record]) -> int | None:
    days = [ticks(e["day"]) for e in events if e["kind"] == "procedure" and e.get("term") == "splenectomy"]
    return min(days, default=None)


def held(results: Sequence[Result], item: str, spans: Sequence[tuple[int, float]], options: Options) -> Held:
    """What the results that stand for an item say together."""
    if not results:
        return NOTHING
    answers = []
    measured = None
    given = any(supported(r.at, spans, options) for r in results)
    for analyte in ITEMS[item]:
        value = worst_of([r.value for r in results if r.analyte == analyte], LIMITS[analyte][1])
        if value is None:
            continue
        limit_is_met = options.bound == "registry" if item in COUNTS else None
        answers.append(within(value, analyte, limit_is_met=limit_is_met))
        if analyte not in ("splenomegaly", "cns_involvement"):
            measured = value
    return Held(False if given else any_of(answers), measured, given)


def item_improved(item: str, base: Held, now: Held, options: Options) -> Answer:
    """Met, or changed enough; for lesser CNS involvement there is no measure."""
    if item == "cns" or now.met is True:
        return now.met
    if now.supported and options.improvement_under_support == "excluded":
        return False
    if base.measured is None or now.measured is None:
        return None
    half = options.impr_cut == "ge"
    return any_of([now.met, improved_enough(base.measured, now.measured, item, exactly_half_counts=half)])


# domains


def domain_met(domain: str, met: Mapping[str, Answer], options: Options) -> Answer:
    answers = [met[i] for i in options.domains[domain]]
    return any_of(answers) if domain == "coagulopathy" and options.coag == "and_or" else all_of(answers)


def domain_improved(
    domain: str, base_met: Mapping[str, Answer], better: Mapping[str, Answer], options: Options
) -> Answer:
    """Each item that was abnormal improved; for coagulopathy any of them."""
    items = options.domains[domain]
    if domain == "coagulopathy":
        return any_of(all_of([no(base_met[i]), better[i]]) for i in items)
    return all_of(any_of([base_met[i], better[i]]) for i in items)


# category


@dataclass(frozen=True)
class Baseline:
    """Whether each item was met at baseline, and which of them were measured."""

    met: Mapping[str, Answer]
    measured: Set[str]

    def truths(self) -> list[Baseline]:
        """Every way in which the items that were measured and are open may have been."""
        open_ = [i for i in sorted(self.measured) if self.met[i] is None]
        every = product((True, False), repeat=len(open_))
        return [Baseline({**self.met, **dict(zip(open_, each, strict=True))}, self.measured) for each in every]


@dataclass(frozen=True)
class Verdict:
    """The category of a day from its domains."""

    met: Mapping[str, Answer]
    better: Mapping[str, Answer]
    """Of each item whether it improved."""
    first: Baseline
    guard: bool
    surely_barred: bool
    perhaps_barred: bool
    relapse: bool
    options: Options

    def before(self, first: Baseline) -> dict[str, Answer]:
        """The domains at baseline."""
        return {d: domain_met(d, first.met, self.options) for d in self.options.domains}

    def improved(self, first: Baseline) -> dict[str, Answer]:
        """Of each domain whether it improved, if the baseline was so."""
        return {d: domain_improved(d, first.met, self.better, self.options) for d in self.options.domains}

    def abnormal(self, first: Baseline) -> list[str]:
        """The domains that surely were abnormal."""
        return [d for d, v in self.before(first).items() if v is False]

    def perhaps_abnormal(self, first: Baseline) -> list[str]:
        """The same, and those that were if what was not measured of them was abnormal like something that was."""
        low = {i for i in first.measured if first.met[i] is False}
        open_ = [d for d, v in self.before(first).items() if v is None and low & set(self.options.domains[d])]
        return [*self.abnormal(first), *open_]

    @property
    def proven(self) -> str:
        known = None not in self.before(self.first).values()
        return self._category(self.first, self.abnormal(self.first), self.perhaps_barred, known, lambda v: v is True)

    @property
    def possible(self) -> str:
        """The best of what any truth about the baseline would give."""
        found = (
            self._category(truth, abnormal, self.surely_barred, True, lambda v: v is not False)
            for truth in self.first.truths()
            for abnormal in (self.abnormal(truth), self.perhaps_abnormal(truth))
        )
        return max(found, key=RANK.__getitem__)

    @property
    def category(self) -> str:
        if self.options.missing == "best":
            return self.possible
        if self.options.missing == "worst" or self.proven == "CR":
            return self.proven
        return self.proven if any(self.met[d] is not None for d in self.abnormal(self.first)) else "NE"

    @property
    def best_case(self) -> str:
        return self.proven if self.options.missing == "worst" else self.possible

    def _category(
        self, first: Baseline, abnormal: Sequence[str], barred: bool, fewer_may_do: bool, holds: object
    ) -> str:
        assert callable(holds)
        if all(holds(v) for v in self.met.values()) and not (self.guard and self.options.guard != "off"):
            return "CR"
        fewer = self.relapse and fewer_may_do and self.options.min_abn == "reactivated"
        improved = self.improved(first)
        n_abnormal = len(abnormal)
        n_met = sum(holds(self.met[d]) for d in abnormal)
        n_improved = sum(holds(improved[d]) for d in abnormal)
        if not barred and n_met >= (2 if fewer and n_abnormal == 3 else 3):
            return "PR"
        if not barred and n_improved >= (2 if fewer and n_abnormal == 2 else 3):
            return "IMP"
        return "NR"


def guard_triggered(results: Sequence[Result], at: int, options: Options) -> bool:
    """Whether the last two instants (or the last) of one assay and unit are surely above twice its baseline."""
    consecutive = 1 if options.guard == "1" else 2
    earliest = -options.before_first_dose(GUARD) * DAY
    series: dict[tuple[str | None, str | None], dict[int, list[Value]]] = {}
    for r in results:
        if r.analyte == GUARD and earliest <= r.at <= at:
            series.setdefault(r.series, {}).setdefault(r.at, []).append(r.value)
    for instants in series.values():
        before = [when for when in instants if when <= 0]
        after = sorted(when for when in instants if when > 0)[-consecutive:]
        if before and len(after) == consecutive:
            ceiling = worst_of(instants[max(before)], "low")
            last = [worst_of(instants[when], "low") for when in after]
            assert ceiling is not None
            if all(v is not None and surely_above(v, ceiling) for v in last):
                return True
    return False


def surely_above(value: Value, baseline: Value) -> bool:
    double = 2 * baseline.high
    return value.low > double or (value.low == double and (value.low_open or baseline.high_open))


def new_disease(results: Sequence[Result], events: Sequence[Record], at: int, cns_before: Answer) -> tuple[bool, bool]:
    """Whether new CNS involvement or progression rules out partial response: surely, and perhaps."""
    involved = any(r.analyte == "cns_involvement" and 0 < r.at <= at and r.value.low == 1 for r in results)
    progressed = any(e["kind"] == "progression" and 0 < ticks(e["day"]) <= at for e in events)
    return progressed or (involved and cns_before is True), progressed or (involved and cns_before is not False)


# best response


def intercurrent(events: Sequence[Record], exposures: Sequence[Record], options: Options) -> list[tuple[int, str]]:
    """When something happened that bears on what counts, and its strategy; a death may be on day 0."""
    happened = [(ticks(e["day"]), e["kind"]) for e in events if e["kind"] in options.strategies]
    if options.new_therapy_by == "exposure":
        happened += [(ticks(e["start_day"]), "chemotherapy") for e in exposures if is_new_therapy(e)]
    after = [(at, kind) for at, kind in happened if at > 0 or (at == 0 and kind == "death")]
    return [(at, options.strategies[kind]) for at, kind in after]


def is_new_therapy(exposure: Record) -> bool:
    drug, drug_class = letters(exposure["drug"]), letters(exposure.get("drug_class") or "")
    return "chemotherapy" in drug_class or any(name in drug for name in NEW_THERAPY)


def counts(at: int, ends: Sequence[tuple[int, str]], last_contact_day: float, options: Options) -> bool:
    """Up to the end of the day of the horizon and of the last contact, and before what ends counting."""
    if at // DAY > min(options.last_day, math.floor(last_contact_day)):
        return False
    return all(at < end for end, strategy in ends if strategy == "while_on_treatment")


Best = tuple[str, float | None, float | None, str | None, float | None]


def best_response(days: Sequence[Day], confirm_days: int) -> Best:
    """Best category, its first day, the day that confirmed it, and a better one never confirmed with its day."""
    counting = [d for d in days if d.counts and d.category != "NE"]
    if not counting:
        return "NE", None, None, None, None
    found, first, confirmed = "NR", None, None
    for wanted in ("CR", "PR", "IMP"):
        run = confirmed_run(counting, wanted, confirm_days)
        if run:
            found, (first, confirmed) = wanted, run
            break
    better = [d for d in counting if RANK[d.category] > RANK[found]]
    top = max(better, key=lambda d: RANK[d.category], default=None)  # the earliest of the highest
    return found, first, confirmed, top.category if top else None, top.day if top else None


def confirmed_run(counting: Sequence[Day], wanted: str, confirm_days: int) -> tuple[float, float] | None:
    start: float | None = None
    for d in counting:
        if RANK[d.category] < RANK[wanted]:
            start = None
            continue
        start = d.day if start is None else start
        if ticks(d.day) - ticks(start) >= confirm_days * DAY:
            return start, d.day
    return None
