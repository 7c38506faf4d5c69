"""Simulated charts: any number of synthetic patients whose category under locatelli-2020 is known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from hlh_tui import __version__
from hlh_tui.intake.errors import IntakeError
from hlh_tui.intake.simulated_courses import Course, by_category, courses, planned, response_days
from hlh_tui.intake.stage import literal

HERE = Path(__file__).parent
MOST = 9_999_999
"""As many patients as their ids can number."""
LARGEST_SEED = 2**63 - 1
TABLES = ("patients", "observations", "exposures", "events", "truth")
README = "README.txt"
COURSE = """STRUCT(
    id VARCHAR, category VARCHAR, disease_status VARCHAR, last_contact_day INTEGER,
    first_day INTEGER, confirmed_day INTEGER,
    results STRUCT(day INTEGER, analyte VARCHAR, unit VARCHAR, assay VARCHAR, word VARCHAR,
        lowest INTEGER, steps INTEGER, decimals INTEGER)[],
    events STRUCT(day INTEGER, kind VARCHAR, term VARCHAR, lasts INTEGER)[],
    drugs STRUCT(drug VARCHAR, drug_class VARCHAR, start_day INTEGER, end_day INTEGER)[])"""
"""A course as the engine takes it, see ``as_struct``."""


def simulate(folder: Path, patients: int, seed: int) -> Mapping[str, int]:
    """Write the charts of so many synthetic patients as Parquet into a new or empty folder; the rows of each file.

    Same numbers, same bytes; a smaller simulation with the same seed has the first patients of a larger one.
    ``truth.parquet`` holds each patient's category, its days and the course. ``IntakeError`` when it cannot be done.
    """
    if not 1 <= patients <= MOST:
        raise IntakeError(f"{patients} patients cannot be simulated: ask for a number from 1 to {MOST}")
    if not 0 <= seed <= LARGEST_SEED:
        raise IntakeError(f"the seed {seed} cannot be used: give a whole number from 0 to {LARGEST_SEED}")
    made = vacant(folder)
    try:
        rows = written(folder, patients, seed)
        (folder / README).write_text(readme(rows, patients, seed), encoding="utf-8")
    except BaseException as error:
        for name in (*(f"{table}.parquet" for table in TABLES), README):
            (folder / name).unlink(missing_ok=True)
        if made:
            folder.rmdir()
        if isinstance(error, duckdb.Error):
            what = (str(error).splitlines() or [""])[0].rstrip(".")
            raise IntakeError(f"{folder} could not be written ({what}): make room, or name another folder") from error
        raise
    return rows


def vacant(folder: Path) -> bool:
    """Whether the folder had to be made; ``IntakeError`` if there is something in its place."""
    if folder.exists() and not folder.is_dir():
        raise IntakeError(f"{folder} is not a folder: name a new or empty one for the simulated charts")
    if folder.exists():
        if any(folder.iterdir()):
            raise IntakeError(f"{folder} is not empty: name a new or empty folder, so that no charts are mixed")
        return False
    try:
        folder.mkdir()
    except OSError as error:
        raise IntakeError(f"{folder} cannot be made ({error.strerror}): name a folder where you may write") from error
    return True


def written(folder: Path, patients: int, seed: int) -> dict[str, int]:
    """The rows written to each table's file, in the order of the patients and, within a patient, of the days."""
    rows = {}
    label = f"{{synthetic: 'yes', made_by: 'hlh-tui simulate --patients {patients} --seed {seed}'}}"
    # One thread: the rows leave as they come, in order, in little memory, and the bytes do not depend on the machine.
    with duckdb.connect(":memory:", config={"threads": 1, "autoinstall_known_extensions": False}) as connection:
        set_variables(connection, patients, seed)
        connection.execute((HERE / "simulate.sql").read_text(encoding="utf-8"))
        for table in TABLES:
            into = literal(folder / f"{table}.parquet")
            copy = f"COPY (FROM {table}) TO {into} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {label})"
            counted = connection.execute(copy).fetchone()
            rows[table] = int(counted[0]) if counted else 0
    return rows


def set_variables(connection: duckdb.DuckDBPyConnection, patients: int, seed: int) -> None:
    """Give the engine the plan: numbers, courses, and for each of 100 slots the courses of its category by share."""
    plan, listed = courses(), by_category()
    numbers: dict[str, list[int]] = {}
    for number, (category, course) in enumerate(listed, 1):
        numbers.setdefault(category, []).extend([number] * course.share)
    slots = [numbers[category] for category, share in plan.categories.items() for _ in range(share.percent)]
    low, high = plan.last_contact_days
    whole = {"patients": patients, "seed": seed, "last_contact_from": low, "last_contact_choices": high - low + 1}
    for name, value in whole.items():
        connection.execute(f"SET VARIABLE {name} = {value}::BIGINT")
    connection.execute("SET VARIABLE slots = ?::INTEGER[][]", [slots])
    connection.execute(f"SET VARIABLE courses = ?::{COURSE}[]", [[as_struct(*each) for each in listed]])


def as_struct(category: str, course: Course) -> dict[str, Any]:
    """A course with all it charts, as the engine takes it."""
    first_day, confirmed_day = response_days(category, course)
    drugs = sorted((*courses().drugs, *course.drugs), key=lambda each: each.start_day)
    events = [
        {"day": day, "kind": each.kind, "term": each.term, "lasts": each.lasts}
        for each in (*courses().events, *course.events)
        for day in each.days
    ]
    return {
        "id": course.id,
        "category": category,
        "disease_status": course.disease_status,
        "last_contact_day": course.last_contact_day,
        "first_day": first_day,
        "confirmed_day": confirmed_day,
        "results": msgspec.to_builtins(tuple(planned(course))),
        "events": sorted(events, key=lambda each: each["day"]),
        "drugs": msgspec.to_builtins(drugs),
    }


def readme(rows: Mapping[str, int], patients: int, seed: int) -> str:
    """The text of README.txt: that all is synthetic, how it was made, and every course with its category."""
    lines = [
        "SYNTHETIC CHARTS. Nobody's data are here: every patient and every result is simulated.",
        "",
        f"Made by: hlh-tui simulate --patients {patients} --seed {seed} (hlh-tui {__version__})",
        "The same numbers give the same files; fewer patients with the same seed are the first of these.",
        "",
        *(f"{name}.parquet  {rows[name]} rows" for name in TABLES),
        "",
        "hlh-tui import reads the first four and leaves truth.parquet, which holds each patient's category under",
        "locatelli-2020 read with its defaults, its first and its confirming day, and the course:",
        "",
        *(f"{category:<4} {course.id:<31} {course.says}" for category, course in by_category()),
    ]
    return "\n".join(lines) + "\n"
