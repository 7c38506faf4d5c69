"""Charts assessed by the program and by the oracle; a chart on which they differ, made small and readable."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hlh_tui.assess.models import Assessment
from hlh_tui.assess.run import assess_all
from tests.assess import oracle
from tests.assess.charts import ChartRows, new_study
from tests.assess.oracle_options import Options
from tests.assess.quick_fill import fill

IMPROVED = {True: "yes", None: "unknown", False: "no"}
Found = dict[str, Any]
Chosen = Mapping[str, str]


def by_sql(found: Assessment) -> Found:
    """What the program says, as flat keys such as ``day 7 ferritin``."""
    best = found.best
    said: Found = {
        "best": (best.category, best.day, best.confirmed_day),
        "unconfirmed": (best.unconfirmed_category, best.unconfirmed_day),
    }
    for each in found.evaluations:
        on = f"day {each.day:g}"
        said[on] = (each.category, each.best_case, each.indeterminate)
        said[f"{on} counts"] = each.counts
        said[f"{on} guard"] = each.guard == "triggered"
        for domain in each.domains:
            said[f"{on} domain {domain.id}"] = domain.state
            if domain.abnormal_at_baseline:
                said[f"{on} domain {domain.id} improved"] = domain.improved
        for item in each.items:
            said[f"{on} {item.id}"] = item.state
            if item.baseline_state != "met":
                said[f"{on} {item.id} improved"] = item.improved
            said[f"baseline {item.id}"] = item.baseline_state
    return said


def by_oracle(rows: ChartRows, options: Chosen) -> Found:
    """What the oracle says, with the same keys."""
    found = oracle.assess(
        rows.observations,
        rows.events,
        rows.exposures,
        rows.disease_status,
        rows.last_contact_day,
        Options(**options),
    )
    said: Found = {
        "best": (found.best, found.best_day, found.confirmed_day),
        "unconfirmed": (found.unconfirmed, found.unconfirmed_day),
    }
    for each in found.days:
        on = f"day {each.day:g}"
        said[on] = (each.category, each.best_case, each.indeterminate)
        said[f"{on} counts"] = each.counts
        said[f"{on} guard"] = each.guard
        for domain, state in each.domains.items():
            said[f"{on} domain {domain}"] = state
            if found.baseline[domain] == "not_met":
                said[f"{on} domain {domain} improved"] = IMPROVED[each.improved[domain]]
        for item, state in each.items.items():
            said[f"{on} {item}"] = state
            if found.baseline_items[item] != "met":
                said[f"{on} {item} improved"] = IMPROVED[each.item_improved[item]]
            said[f"baseline {item}"] = found.baseline_items[item]
    return said


def differences(charts: Mapping[str, ChartRows], readings: Sequence[Chosen]) -> Iterator[tuple[str, Chosen]]:
    """Each chart, with the options, on which the two do not say the same."""
    with tempfile.TemporaryDirectory() as folder, fill(new_study(Path(folder) / "s.duckdb"), charts) as study:
        for options in readings:
            found = assess_all(study, options=options)
            assert [each.patient_id for each in found] == sorted(charts)
            for each in found:
                if by_sql(each) != by_oracle(charts[each.patient_id], options):
                    yield each.patient_id, options


def smallest(rows: ChartRows, options: Chosen) -> ChartRows:
    """The chart without whatever can be left out of it so that the two still differ."""
    tried = True
    while tried:
        candidates = {f"C{place:04d}": each for place, each in enumerate(_smaller(rows))}
        hit = next(differences(candidates, [options]), None) if candidates else None
        tried = hit is not None
        if hit:
            rows = candidates[hit[0]]
    return rows


def _smaller(rows: ChartRows) -> Iterator[ChartRows]:
    """The chart without a half, a quarter, an eighth of its results, or without one row."""
    seen = rows.observations
    for size in sorted({max(1, len(seen) // part) for part in (2, 4, 8, 1 << 20)}, reverse=True):
        for start in range(0, len(seen), size):
            yield replace(rows, observations=seen[:start] + seen[start + size :])
    for place in range(len(rows.events)):
        yield replace(rows, events=rows.events[:place] + rows.events[place + 1 :])
    for place in range(len(rows.exposures)):
        yield replace(rows, exposures=rows.exposures[:place] + rows.exposures[place + 1 :])
    if rows.disease_status != "initial":
        yield replace(rows, disease_status="initial")
    if rows.last_contact_day < 365:
        yield replace(rows, last_contact_day=365.0)


def report(rows: ChartRows, options: Chosen) -> str:
    """The smallest chart on which the two differ, and what each says there."""
    small = smallest(rows, options)
    with tempfile.TemporaryDirectory() as folder, fill(new_study(Path(folder) / "s.duckdb"), {"P": small}) as study:
        program = by_sql(assess_all(study, options=options)[0])
    other = by_oracle(small, options)
    keys = [key for key in {**program, **other} if program.get(key) != other.get(key)]
    told = [f"  {key}: program {program.get(key)}, oracle {other.get(key)}" for key in keys]
    return "\n".join([f"options {dict(options) or 'default'}", *chart_lines(small), "differ in", *told])


def chart_lines(rows: ChartRows) -> list[str]:
    """A chart as lines of text, by day."""
    lines = [(o["day"], result_line(o)) for o in rows.observations]
    lines += [(e["day"], " ".join(str(e[k]) for k in ("kind", "term", "end_day") if e.get(k))) for e in rows.events]
    lines += [(e["start_day"], f"{e['drug']} ({e['drug_class']}) until {e.get('end_day')}") for e in rows.exposures]
    head = f"{rows.disease_status}, last contact day {rows.last_contact_day:g}"
    return [head, *(f"  day {day:<8g} {text}" for day, text in sorted(lines))]


def result_line(o: Mapping[str, Any]) -> str:
    """A result as one line."""
    value = f"{o.get('comparator') or ''}{o['value']:g}"
    return " ".join(word for word in (o["analyte"], value, o.get("assay"), o.get("raw_unit")) if word)
