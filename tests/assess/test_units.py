"""Generated charts through the import: in other units, under other names, dated by calendar, the answers stay."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hlh_tui.assess.run import assess_all
from hlh_tui.intake.load import import_charts
from hlh_tui.protocol import load
from hlh_tui.study.file import create_study
from hlh_tui.study.models import Actor
from tests.assess.charts import ChartRows
from tests.assess.compared import Found, by_oracle, by_sql, chart_lines
from tests.assess.generated import chart

READER = Actor("coordinator", "C. Ordinator")
# analyte: names it goes by, and the units in which it is charted with what the canonical number becomes there
CHARTED: dict[str, tuple[list[str], dict[str, Callable[[float], float]]]] = {
    "temperature": (["Temp", "8310-5", "body temperature"], {"°C": lambda v: v, "°F": lambda v: v * 9 / 5 + 32}),
    "spleen_below_margin": (["spleen cm"], {"cm": lambda v: v, "mm": lambda v: v * 10}),
    "splenomegaly": (["enlarged spleen"], {"": lambda v: v}),
    "neutrophils": (["ANC", "751-8"], {"G/L": lambda v: v, "K/uL": lambda v: v, "cells/uL": lambda v: v * 1000}),
    "platelets": (["PLT", "777-3"], {"10*4/uL": lambda v: v / 10, "thou/uL": lambda v: v, "/uL": lambda v: v * 1000}),
    "ferritin": (["serum ferritin"], {"ng/mL": lambda v: v, "mg/L": lambda v: v / 1000, "ug/dL": lambda v: v / 10}),
    "fibrinogen": (
        ["Fib", "3255-7"],
        {"mg/dL": lambda v: v * 100, "g/dL": lambda v: v / 10, "mg/L": lambda v: v * 1000},
    ),
    "d_dimer": (
        ["D dimers", "ddimer"],
        {"mg/L{FEU}": lambda v: v / 1000, "DDU ng/mL": lambda v: v / 2, "ug/mL{DDU}": lambda v: v / 2000},
    ),
    "cns_involvement": (["cns_involvement"], {"": lambda v: v}),
    "scd25": (["scd25"], {"": lambda v: v}),
}
Row = dict[str, Any]
HOW = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


def distinct(seed: int) -> ChartRows:
    """A generated chart in canonical units without rows that are alike, which an import takes for one."""
    rows = chart(seed)
    units = {"scd25": "", "splenomegaly": "", "cns_involvement": ""}
    seen = {
        (o["day"], o["analyte"], o["value"], o["comparator"], o["assay"]): {
            **o, "unit": units.get(o["analyte"], o["unit"]), "raw_unit": None
        }
        for o in rows.observations
    }  # fmt: skip
    return ChartRows(list(seen.values()), rows.events, rows.exposures, rows.disease_status, rows.last_contact_day)


def in_other_words(o: Mapping[str, Any], draw: random.Random) -> Row:
    """The same result under another name and in another unit."""
    names, units = CHARTED[o["analyte"]]
    unit = draw.choice(sorted(units))
    return {**o, "analyte": draw.choice(names), "unit": unit, "value": float(f"{units[unit](o['value']):.12g}")}


def imported(charts: Mapping[str, ChartRows], dated: Mapping[str, datetime] | None = None) -> dict[str, Found]:
    """What the program says of charts that went through the import; ``dated``: in dates from these index dates on."""
    with tempfile.TemporaryDirectory() as folder:
        inbox, staging = Path(folder) / "charts", Path(folder) / "staging"
        inbox.mkdir()
        staging.mkdir()
        write(inbox, charts, dated)
        documents = load.read_bundled(load.STUDIES, "song-2024"), load.read_bundled(load.CRITERIA, "locatelli-2020")
        with create_study(Path(folder) / "s.duckdb", *documents, READER, synthetic=True, staging=staging) as study:
            report = import_charts(study, inbox, READER)
            assert report.added["observations"] == sum(len(rows.observations) for rows in charts.values())
            return {found.patient_id: by_sql(found) for found in assess_all(study)}


def write(folder: Path, charts: Mapping[str, ChartRows], dated: Mapping[str, datetime] | None) -> None:
    """The charts as the four tables of the chart format."""
    tables: dict[str, list[Row]] = {"patients": [], "observations": [], "events": [], "exposures": []}
    for name, rows in charts.items():
        who = {"patient_id": name}
        index = dated[name] if dated else None
        patient = {**who, "disease_status": rows.disease_status, "last_contact_day": rows.last_contact_day}
        tables["patients"].append(when(patient, index) | ({"index_at": index.isoformat()} if index else {}))
        for o in rows.observations:
            value = f"{o['comparator'] or ''}{o['value']!r}"
            if o["analyte"] in ("splenomegaly", "cns_involvement", "enlarged spleen"):
                value = "present" if o["value"] else "absent"
            kept = {key: o[key] for key in ("day", "analyte", "unit", "assay")}
            tables["observations"].append(when({**who, **kept, "value": value}, index))
        tables["events"] += [when({**who, **e}, index) for e in rows.events]
        tables["exposures"] += [when({**who, **e}, index) for e in rows.exposures]
    for table, listed in tables.items():
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in listed for key in row)))
            writer.writeheader()
            writer.writerows(listed)


def when(row: Row, index: datetime | None) -> Row:
    """The row with its days as moments after the index."""
    if index is None:
        return row
    moments = {}
    for key, value in row.items():
        if key != "day" and not key.endswith("_day"):
            moments[key] = value
        elif value is not None:
            moments[f"{key.removesuffix('day')}at"] = (index + timedelta(days=value)).isoformat()
    return moments


@HOW
@given(st.integers(0, 2**32))
def test_other_units_and_names_give_the_same_answer(batch: int) -> None:
    draw = random.Random(batch)
    charts = {f"P{place:04d}": distinct(batch << 16 | place) for place in range(150)}
    renamed = {
        f"{name}-renamed": ChartRows(
            [in_other_words(o, draw) for o in rows.observations],
            rows.events,
            rows.exposures,
            rows.disease_status,
            rows.last_contact_day,
        )
        for name, rows in charts.items()
    }
    found = imported(charts | renamed)
    for name, rows in charts.items():
        told = "\n".join(chart_lines(renamed[f"{name}-renamed"]))
        assert found[f"{name}-renamed"] == found[name], f"{name} of batch {batch}\n{told}"
        assert found[name] == by_oracle(rows, {}), f"{name} of batch {batch}\n{told}"


@HOW
@given(st.integers(0, 2**32))
def test_dates_may_be_shifted_together_with_the_index_date(batch: int) -> None:
    """Day 0 is what counts: the year, the leap day and the hour of the first dose do not."""
    draw = random.Random(batch)
    charts = {f"P{place:04d}": distinct(batch << 16 | place) for place in range(60)}
    first = {name: datetime(2020, 2, 20, 9, 30) for name in charts}  # noqa: DTZ001
    later = {
        name: at + timedelta(days=draw.randint(1, 1500), minutes=draw.randint(1, 1439)) for name, at in first.items()
    }
    plain = imported(charts)
    assert imported(charts, first) == plain
    assert imported(charts, later) == plain
