"""locatelli-2020 with its defaults as a statistician would write it in pandas, to compare the engine with.

Whole columns at a time: one merge_asof per item instead of a loop over patients. Nothing here comes from ``hlh_tui``.
States are 2 yes, 1 unknown, 0 no, so that "and" is the smaller and "or" the larger of two. Days are whole numbers of
ten-thousandths, so that "3 days later" is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

DAY = 10_000
YES, UNKNOWN, NO = 2, 1, 0
KEY = ["patient_id", "day"]
RANKS = {"CR": 4, "PR": 3, "IMP": 2, "NR": 1, "NE": 0}
GROWTH_FACTOR = "gcsf|filgrastim|lenograstim"


@dataclass(frozen=True)
class Item:
    """An item: its analytes, its limit, which side is good, whether the limit itself is, and its look-back in days."""

    analytes: tuple[str, ...]
    limit: float
    good: str
    inclusive: bool = False
    lookback: float = 3
    baseline: float = 7
    excess_over: float = 0.0


ITEMS = {
    "fever": Item(("temperature",), 37.5, "low", lookback=1, baseline=1, excess_over=37.5),
    "spleen": Item(("spleen_below_margin", "splenomegaly"), 0, "low", inclusive=True, lookback=14),
    "neutrophils": Item(("neutrophils",), 1.0, "high", inclusive=True),
    "platelets": Item(("platelets",), 100, "high", inclusive=True),
    "ferritin": Item(("ferritin",), 2000, "low"),
    "fibrinogen": Item(("fibrinogen",), 1.5, "high"),
    "d_dimer": Item(("d_dimer",), 500, "low"),
    "cns": Item(("cns_involvement",), 0, "low", inclusive=True, lookback=14),
}
ANALYTES = {analyte for item in ITEMS.values() for analyte in item.analytes}
DOMAINS = {
    "fever": ("fever",),
    "spleen": ("spleen",),
    "cytopenia": ("neutrophils", "platelets"),
    "ferritin": ("ferritin",),
    "coagulopathy": ("fibrinogen", "d_dimer"),
    "cns": ("cns",),
}
EITHER = {"coagulopathy"}
"""Domains that one of their items suffices for."""


@dataclass(frozen=True)
class Charts:
    """The tables of a study as data frames, days in ten-thousandths."""

    patient: pd.DataFrame
    observation: pd.DataFrame
    event: pd.DataFrame
    exposure: pd.DataFrame


def best_responses(charts: Charts) -> pd.DataFrame:
    """One row per patient: category, first day and confirming day of the best response, days in ten-thousandths."""
    evaluations = by_day(charts)
    bounds = charts.patient[["patient_id", "last_contact_day"]].merge(counting_ends(charts.event), how="left")
    counted = evaluations.merge(bounds, on="patient_id")
    until = np.minimum(counted["last_contact_day"] // DAY, 28)
    before = counted["ends"].isna() | (counted["day"] < counted["ends"])
    return best_of(charts.patient, counted[(counted["day"] // DAY <= until) & before & (counted["rank"] > 0)])


def by_day(charts: Charts) -> pd.DataFrame:
    """One row per patient and evaluation day with its rank."""
    results = bounded(charts.observation)
    days = results.loc[results["day"].gt(0) & results["analyte"].isin(ANALYTES | {"scd25"}), KEY]
    days = days.drop_duplicates().sort_values("day", ignore_index=True)
    supported = {"neutrophils": gcsf(charts), "platelets": platelet_transfusions(charts.event)}
    base, now, better = {}, {}, {}
    for name, item in ITEMS.items():
        values = judged(results, item, supported.get(name))
        first = baseline(values, name, item)
        seen = days.merge(first.add_suffix("_base").rename(columns={"patient_id_base": "patient_id"}), how="left")
        seen = seen.merge(current(days, values, name, item), on=KEY, how="left")
        base[name], now[name] = states(seen["state_base"]), states(seen["state"])
        better[name] = now[name] if name == "cns" else improved(seen, now[name], item)
    met = {domain: combined(domain, now) for domain in DOMAINS}
    was = {domain: combined(domain, base) for domain in DOMAINS}
    improving = {domain: domain_improved(domain, base, better) for domain in DOMAINS}
    status = days.merge(charts.patient[["patient_id", "disease_status"]], how="left")["disease_status"]
    barred = excluded(days, charts, base["cns"])
    days["rank"] = ranked(met, was, improving, status.eq("relapse").to_numpy(), guarded(days, results), barred)
    return days


def bounded(observation: pd.DataFrame) -> pd.DataFrame:
    """The observations with the lowest and the highest value that each may stand for."""
    sign, value = observation["comparator"], observation["value"]
    inside = 1e-7 * np.maximum(value.abs(), 1)
    low = value.where(~sign.isin(["<", "<="]), -np.inf) + inside.where(sign.eq(">"), 0)
    high = value.where(~sign.isin([">", ">="]), np.inf) - inside.where(sign.eq("<"), 0)
    return observation.assign(low=low, high=high)


def judged(results: pd.DataFrame, item: Item, support: pd.DataFrame | None) -> pd.DataFrame:
    """The values of an item with their state; of several at an instant the less favourable."""
    values = results[results["analyte"].isin(item.analytes)].copy()
    low, high, limit = values["low"], values["high"], item.limit
    if item.good == "low":
        yes, no = (high <= limit, low > limit) if item.inclusive else (high < limit, low >= limit)
    else:
        yes, no = (low >= limit, high < limit) if item.inclusive else (low > limit, high <= limit)
    values["state"] = np.select([yes, no], [YES, NO], UNKNOWN)
    if support is not None:
        values = values.reset_index(drop=True).reset_index(names="row")
        pairs = values[["row", *KEY]].merge(support, on="patient_id")
        under = pairs.loc[(pairs["start"] <= pairs["day"]) & (pairs["day"] < pairs["end"] + 4 * DAY), "row"]
        values.loc[values["row"].isin(under), "state"] = NO
    worst_first = values.sort_values([*KEY, "state", "value"], ascending=[True, True, True, item.good == "high"])
    return worst_first.drop_duplicates(KEY)[[*KEY, "state", "low", "high"]]


def baseline(values: pd.DataFrame, name: str, item: Item) -> pd.DataFrame:
    """The baseline of each patient: the last value, of the temperatures the highest."""
    early = values[values["day"].between(-item.baseline * DAY, 0)]
    return early.sort_values("high" if name == "fever" else "day").drop_duplicates("patient_id", keep="last")


def current(days: pd.DataFrame, values: pd.DataFrame, name: str, item: Item) -> pd.DataFrame:
    """The value in force at each evaluation day: the last in the look-back, of the temperatures the highest."""
    late = values[values["day"] > 0].sort_values("day")
    if name != "fever":
        return pd.merge_asof(days, late, on="day", by="patient_id", tolerance=int(item.lookback * DAY))
    pairs = days.merge(late.rename(columns={"day": "value_day"}), on="patient_id")
    inside = pairs[(pairs["value_day"] <= pairs["day"]) & (pairs["value_day"] > pairs["day"] - item.lookback * DAY)]
    return inside.sort_values("high").drop_duplicates(KEY, keep="last")


def improved(seen: pd.DataFrame, state: np.ndarray, item: Item) -> np.ndarray:
    """Whether an item is met or better by at least half of its baseline, counting what a comparator leaves open."""
    over = item.excess_over
    low, high = (seen["low"] - over).clip(lower=0), (seen["high"] - over).clip(lower=0)
    base_low, base_high = (seen["low_base"] - over).clip(lower=0), (seen["high_base"] - over).clip(lower=0)
    with np.errstate(all="ignore"):
        if item.good == "low":
            least, most = 1 - high / base_low, 1 - low / base_high
        else:
            least, most = low / base_high - 1, high / base_low - 1
    yes = (state == YES) | least.round(8).ge(0.5)
    no = (state == NO) & most.round(8).lt(0.5)
    return np.select([yes, no], [YES, NO], UNKNOWN)


def states(column: pd.Series) -> np.ndarray:
    return column.fillna(UNKNOWN).to_numpy(int)


def combined(domain: str, items: Mapping[str, np.ndarray]) -> np.ndarray:
    rows = np.stack([items[name] for name in DOMAINS[domain]])
    return rows.max(axis=0) if domain in EITHER else rows.min(axis=0)


def domain_improved(domain: str, base: Mapping[str, np.ndarray], better: Mapping[str, np.ndarray]) -> np.ndarray:
    """Improved: of the items abnormal at baseline each one, where one suffices any."""
    if domain in EITHER:
        return np.stack([np.minimum(2 - base[name], better[name]) for name in DOMAINS[domain]]).max(axis=0)
    return np.stack([np.maximum(base[name], better[name]) for name in DOMAINS[domain]]).min(axis=0)


def platelet_transfusions(event: pd.DataFrame) -> pd.DataFrame:
    given = event[event["kind"].eq("transfusion") & event["term"].eq("platelets")]
    return given.assign(start=given["day"], end=given["end_day"].fillna(given["day"]))[["patient_id", "start", "end"]]


def gcsf(charts: Charts) -> pd.DataFrame:
    events = charts.event[charts.event["kind"].eq("gcsf")]
    events = events.assign(start=events["day"], end=events["end_day"].fillna(events["day"]))
    named = charts.exposure[["drug", "drug_class"]].apply(
        lambda column: column.str.lower().str.replace("[^a-z0-9]", "", regex=True).str.contains(GROWTH_FACTOR).eq(True)
    )
    drugs = charts.exposure[named.any(axis=1)]
    drugs = drugs.assign(start=drugs["start_day"], end=drugs["end_day"].fillna(90_000 * DAY))
    return pd.concat([events, drugs])[["patient_id", "start", "end"]]


def guarded(days: pd.DataFrame, results: pd.DataFrame) -> np.ndarray:
    """Whether sCD25 is above twice its baseline in two consecutive values of an assay, up to the next value."""
    values = results[results["analyte"].eq("scd25") & results["day"].ge(-7 * DAY)].sort_values("day")
    above = np.zeros(len(days), bool)
    for _, series in values.groupby(["assay", "unit"], dropna=False):
        first = series[series["day"] <= 0].groupby("patient_id")["high"].last().rename("first")
        late = series[series["day"] > 0].merge(first, on="patient_id")
        late["double"] = late["low"] > 2 * late["first"]
        late["worse"] = late["double"] & late.groupby("patient_id")["double"].shift(fill_value=False)
        held = pd.merge_asof(days, late[[*KEY, "worse"]].sort_values("day"), on="day", by="patient_id")
        above |= held["worse"].eq(True).to_numpy()
    return above


def excluded(days: pd.DataFrame, charts: Charts, cns_before: np.ndarray) -> np.ndarray:
    """New CNS involvement (new as far as is known) or progression since the first dose."""
    seen = charts.observation.query("analyte == 'cns_involvement' and value == 1 and day > 0")
    worse = charts.event.query("kind == 'progression' and day > 0")
    involved = days["patient_id"].map(seen.groupby("patient_id")["day"].min())
    progressed = days["patient_id"].map(worse.groupby("patient_id")["day"].min())
    return ((involved <= days["day"]) & (cns_before != NO) | (progressed <= days["day"])).to_numpy()


def ranked(
    met: Mapping[str, np.ndarray],
    was: Mapping[str, np.ndarray],
    improving: Mapping[str, np.ndarray],
    relapse: np.ndarray,
    guard: np.ndarray,
    barred: np.ndarray,
) -> np.ndarray:
    """The rank at each evaluation day, with everything unknown counted against the patient."""
    now, before, gain = (np.stack([each[domain] for domain in DOMAINS]) for each in (met, was, improving))
    abnormal = before == NO
    number, known = abnormal.sum(axis=0), (before != UNKNOWN).all(axis=0)
    resolved, improved_ones = (abnormal & (now == YES)).sum(axis=0), (abnormal & (gain == YES)).sum(axis=0)
    complete = (now == YES).all(axis=0) & ~guard
    partial = (resolved >= np.where(relapse & known & (number == 3), 2, 3)) & ~barred
    improvement = (improved_ones >= np.where(relapse & known & (number == 2), 2, 3)) & ~barred
    nothing = ~(abnormal & (now != UNKNOWN)).any(axis=0)
    return np.select([complete, nothing, partial, improvement], [4, 0, 3, 2], 1)


def counting_ends(event: pd.DataFrame) -> pd.DataFrame:
    """The first HSCT, chemotherapy or death of each patient."""
    stops = event[event["kind"].isin(["hsct", "chemotherapy"]) & event["day"].gt(0) | event["kind"].eq("death")]
    return stops[stops["day"] >= 0].groupby("patient_id")["day"].min().rename("ends").reset_index()


def best_of(patient: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """The best category that an evaluation at least 3 days later confirms, none in between being worse."""
    found = patient[["patient_id"]].assign(category="NE", day=np.nan, confirmed_day=np.nan).set_index("patient_id")
    found.loc[found.index.isin(counted["patient_id"]), "category"] = "NR"
    counted = counted.sort_values(KEY)
    for category in ("IMP", "PR", "CR"):
        good = counted["rank"] >= RANKS[category]
        run = (~good).groupby(counted["patient_id"]).cumsum().rename("run")
        held = counted[good].assign(run=run[good])
        held["first"] = held.groupby(["patient_id", "run"])["day"].transform("min")
        confirmed = held[held["day"] - held["first"] >= 3 * DAY].drop_duplicates("patient_id").set_index("patient_id")
        found.loc[confirmed.index, "category"] = category
        found.loc[confirmed.index, ["day", "confirmed_day"]] = confirmed[["first", "day"]].to_numpy(float)
    return found.reset_index()
