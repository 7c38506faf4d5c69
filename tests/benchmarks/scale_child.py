"""One step of the scale benchmark in a process of its own: ``scale_child STEP FOLDER PATIENTS``, one JSON object out.

A step sees the engine as a machine of 8 GB would give it (80 % of the memory). Peak memory is that of the process.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _duckdb

from hlh_tui.assess.run import best_rows, proposals, study_criteria
from hlh_tui.assess.sql.compile import best_sql
from hlh_tui.assess.stretches import CATEGORIES, stretches
from hlh_tui.intake.load import import_charts
from hlh_tui.intake.simulate import simulate
from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.study.file import Study, checkpoint, create_study, open_study
from hlh_tui.study.models import Actor
from tests.benchmarks.far_case import in_app, jumps, screenfuls, within_99

SEED = 7
MEMORY = "6.4GB"
ACTOR = Actor("bench", "Benchmark")
GROUP_BY = "SELECT patient_id, analyte, min(value), max(value) FROM observation GROUP BY patient_id, analyte"
FILLED = """
INSERT INTO patient BY NAME SELECT patient_id, sex, age_years, aetiology, disease_status, onset_day, last_contact_day,
    site FROM read_parquet('{charts}/patients.parquet');
INSERT INTO event BY NAME SELECT * FROM read_parquet('{charts}/events.parquet');
INSERT INTO exposure BY NAME SELECT * FROM read_parquet('{charts}/exposures.parquet');
INSERT INTO observation BY NAME SELECT patient_id, day, analyte,
    CASE value WHEN 'present' THEN 1 WHEN 'absent' THEN 0 ELSE ltrim(value, '<>=')::DOUBLE END AS value,
    nullif(regexp_extract(value, '^[<>]=?'), '') AS comparator, unit, value AS raw_value, unit AS raw_unit, assay
    FROM read_parquet('{charts}/observations.parquet') ORDER BY patient_id, day;
"""


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak() -> float:
    """The most memory that this process ever held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def charts(folder: Path, patients: int) -> dict[str, Any]:
    """Simulate the charts, inside the folder that a study's engine may read."""
    return {"simulate": seconds(lambda: simulate(folder / "charts", patients, SEED))}


def filled(folder: Path, patients: int) -> dict[str, Any]:
    """A study filled from the charts without the checks of an import, its rows in the same order."""
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    start = time.perf_counter()
    with create_study(folder / "study.duckdb", *documents, ACTOR, synthetic=True, staging=folder) as study:
        for statement in FILLED.format(charts=folder.resolve() / "charts").split(";"):
            if statement.strip():
                study.connection.cursor().execute(statement)
        checkpoint(study)
        count = study.rows("SELECT count(*) FROM observation")[0][0]
    return {"fill": time.perf_counter() - start, "observations": count}


def imported(folder: Path, patients: int) -> dict[str, Any]:
    """The same charts through the whole import, into a study of their own."""
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    staging = folder / "staging"
    staging.mkdir()
    with create_study(folder / "imported.duckdb", *documents, ACTOR, synthetic=True, staging=staging) as study:
        taken = seconds(lambda: import_charts(study, folder / "charts", ACTOR))
    return {"import": taken}


def in_engine(study: Study, sql: str) -> float:
    """Seconds of a query whose result stays in the engine, as a temporary table."""
    cursor = study.connection.cursor()
    try:
        return seconds(lambda: cursor.execute(f"CREATE OR REPLACE TEMP TABLE result AS {sql}").fetchall())
    finally:
        cursor.close()


def best_in_engine(study: Study) -> float:
    """Seconds of everybody's best response, kept in the engine; in the stretches in which the program asks for it."""
    statements: list[tuple[str, tuple[str, ...]]] = []
    cursor = study.connection.cursor()

    def asked() -> None:
        criteria = study_criteria(study)
        if study.rows("SELECT count(*) FROM patient")[0][0] <= CATEGORIES:
            statements.append((best_sql(criteria), ()))
        else:
            statements.extend((best_sql(criteria, some=True), ends) for ends in stretches(study, CATEGORIES))
        for number, (sql, ends) in enumerate(statements):
            into = "INSERT INTO result" if number else "CREATE OR REPLACE TEMP TABLE result AS"
            cursor.execute(f"{into} {sql}", ends).fetchall()

    try:
        return seconds(asked)
    finally:
        cursor.close()


def assessed(folder: Path, patients: int) -> dict[str, Any]:
    """The best response of every patient against one GROUP BY over the same table, in turn."""
    with open_study(folder / "study.duckdb") as study:
        best_in_engine(study)
        held = peak()
        in_engine(study, GROUP_BY)
        rounds = 3 if patients > 100_000 else 7
        pairs = [(best_in_engine(study), in_engine(study, GROUP_BY)) for _ in range(rounds)]
        far = jumps(study, patients)
        on_screen = screenfuls(study, patients)
    return {
        "assess": statistics.median(a for a, _ in pairs),
        "group_by": statistics.median(b for _, b in pairs),
        "assess_peak": held,
        "on_screen": on_screen / 1000,
        "far_patient": far.median / 1000,
        "far_patient_slowest": far.slowest / 1000,
        "plan_stored": far.ahead / 1000,
        "far_chart": (far.chart or 0) / 1000,
        "far_plan": (far.plan or 0) / 1000,
    }


def opened(folder: Path, patients: int) -> dict[str, Any]:
    """Cases drawn at random, opened in the app by its keys: the wait for the assessment with its trace."""
    waits = in_app(folder / "study.duckdb", ACTOR, patients)
    return {"opened_ms": statistics.median(waits), "opened_slowest_ms": within_99(waits), "jumps": len(waits)}


def proposed(folder: Path, patients: int) -> dict[str, Any]:
    """Every patient's proposal as a Python object; whether each category is the known one."""
    with open_study(folder / "study.duckdb") as study:
        rounds = 1 if patients > 100_000 else 3
        taken = [seconds(lambda: proposals(study)) for _ in range(rounds)]
        held = peak()
        found = {name: each.category for name, each in proposals(study).items()}
    truth = _duckdb.connect().execute(
        f"SELECT patient_id, category FROM read_parquet('{folder / 'charts' / 'truth.parquet'}')"
    )
    right = sum(found.get(name) == category for name, category in truth.fetchall())
    return {"proposals": statistics.median(taken), "proposals_peak": held, "right": right}


def fetched(folder: Path, patients: int) -> dict[str, Any]:
    """The rows of the same two queries fetched into Python."""
    with open_study(folder / "study.duckdb") as study:
        criteria = study_criteria(study)
        rounds = 1 if patients > 100_000 else 3
        ours = [seconds(lambda: tuple(best_rows(study, criteria))) for _ in range(rounds)]
        theirs = [seconds(lambda: study.rows(GROUP_BY)) for _ in range(rounds)]
    return {"assess_fetched": statistics.median(ours), "group_by_fetched": statistics.median(theirs)}


def in_pandas(folder: Path, patients: int) -> dict[str, Any]:
    """The pandas version against the engine, both with every patient's answer in Python; the same answers required."""
    from tests.benchmarks.pandas_assess import DAY, Charts, best_responses

    with open_study(folder / "study.duckdb") as study:

        def frame(table: str, columns: str, *days: str) -> Any:
            whole = ", ".join(f"({day} * {DAY})::BIGINT AS {day}" for day in days)
            return _duckdb_frame(study, f"SELECT {columns}, {whole} FROM {table}")

        data = Charts(
            frame("patient", "patient_id, disease_status", "last_contact_day"),
            frame("observation", "patient_id, analyte, value, comparator, assay, unit", "day"),
            frame("event", "patient_id, kind, term", "day", "end_day"),
            frame("exposure", "patient_id, drug, drug_class", "start_day", "end_day"),
        )
        found = best_responses(data)
        ours = {name: (p.category, p.day, p.confirmed_day) for name, p in proposals(study).items()}
        pairs = [(seconds(lambda: best_responses(data)), seconds(lambda: proposals(study))) for _ in range(3)]
    found = found.astype(object).where(found.notna(), None)
    theirs = {
        name: (category, day and round(day / DAY, 4), confirmed and round(confirmed / DAY, 4))
        for name, category, day, confirmed in found.itertuples(index=False)
    }
    assert theirs == ours
    few = dict(iter(data.observation.groupby("patient_id")))
    loop = 0.0
    for name in list(few)[:50]:
        own = Charts(*(t[t["patient_id"] == name] for t in (data.patient, few[name], data.event, data.exposure)))
        loop += seconds(lambda own=own: best_responses(own))  # type: ignore[misc]
    return {
        "pandas": statistics.median(a for a, _ in pairs),
        "engine": statistics.median(b for _, b in pairs),
        "pandas_loop": loop / 50 * patients,
    }


def _duckdb_frame(study: Study, sql: str) -> Any:
    cursor = study.connection.cursor()
    try:
        return cursor.execute(sql).df()
    finally:
        cursor.close()


STEPS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "charts": charts,
    "filled": filled,
    "imported": imported,
    "assessed": assessed,
    "opened": opened,
    "proposed": proposed,
    "fetched": fetched,
    "in_pandas": in_pandas,
}


def with_memory_of_8_gb() -> None:
    """Let every connection of this process start with the limit that the engine sets itself on a machine of 8 GB."""
    connect = _duckdb.connect

    def limited(*place: Any, config: dict[str, Any] | None = None, **more: Any) -> Any:
        return connect(*place, config={"memory_limit": MEMORY, **(config or {})}, **more)

    _duckdb.connect = limited


def main() -> int:
    step, folder, patients = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with_memory_of_8_gb()
    result = STEPS[step](folder, patients)
    print(json.dumps({f"{step}_peak": peak(), **result}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
