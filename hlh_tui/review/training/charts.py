"""The charts of training cases, written as CSV files and read like any others."""

from __future__ import annotations

import contextlib
import csv
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hlh_tui.assess.examples import Example, ExampleEvent, ExampleExposure, Expected, write_charts
from hlh_tui.intake.simulated_courses import Course, Planned, courses, planned
from hlh_tui.review.training.cases import Case, asked
from hlh_tui.study.private_folder import private_folder

if TYPE_CHECKING:
    from hlh_tui.assess.options import Reading

NOTE = "SYNTHETIC TRAINING CASE. This patient was made up by hlh-tui train; nobody was treated as charted here."
SEXES = ("female", "male")
STATUSES = ("initial", "refractory", "relapse")
AGES = (18, 79)


def write_training_charts(folder: Path, cases: Mapping[str, Case], seed: int) -> None:
    """Write the charts of the cases, patient id -> case, into the folder; the same seed draws the same values."""
    write_charts(folder, [_patient(patient_id, case, seed) for patient_id, case in cases.items()])
    with (folder / "notes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("patient_id", "day", "kind", "text"))
        writer.writerows((patient_id, 0, "training", NOTE) for patient_id in cases)


@contextlib.contextmanager
def charts_of(cases: Mapping[str, Case], seed: int) -> Iterator[tuple[Path, Path]]:
    """A folder with the charts of the cases, and an empty one for the engine to read them by; both gone afterwards."""
    with private_folder("hlh-tui-training-") as place:
        charts, staging = place / "charts", place / "staging"
        charts.mkdir()
        staging.mkdir()
        write_training_charts(charts, cases, seed)
        yield charts, staging


def answers(reading: Reading, cases: Mapping[str, Case], seed: int) -> dict[str, str]:
    """Patient id -> the category that the criteria, read so, give the cases; in a study that is thrown away."""
    from hlh_tui.assess.run import proposals
    from hlh_tui.intake.load import import_charts
    from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
    from hlh_tui.study.file import create_study
    from hlh_tui.study.models import Actor

    reader = Actor("training", "training cases")
    with charts_of(cases, seed) as (charts, staging):
        protocol, criteria = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, asked().criteria)
        path = charts.with_name("answers.duckdb")
        with create_study(path, protocol, criteria, reader, synthetic=True, staging=staging) as study:
            import_charts(study, charts, reader)
            found = proposals(study, reading.base, reading.options)
    return {patient_id: one.category for patient_id, one in found.items()}


def _patient(patient_id: str, case: Case, seed: int) -> Example:
    """The case as one patient to chart; values of a course are drawn from the seed and the id."""
    if isinstance(case.source, Example):
        return msgspec.structs.replace(case.source, id=patient_id)
    chance = random.Random(f"{seed}/{patient_id}")  # noqa: S311  the values are to be repeatable, not secret
    return _along(patient_id, case.source, case.category, chance)


def _along(patient_id: str, course: Course, category: str, chance: random.Random) -> Example:
    plan = courses()
    hour = chance.randrange(asked().day_parts) / asked().day_parts
    last = course.last_contact_day
    last_contact = (chance.randint(*plan.last_contact_days) if last is None else last) + hour
    return Example(
        id=patient_id,
        says=course.says,
        expected=Expected(category),
        sex=chance.choice(SEXES),
        age_years=chance.randint(*AGES),
        disease_status=course.disease_status or chance.choice(STATUSES),
        last_contact_day=last_contact,
        observations=tuple(
            (_day(each.day + hour), each.analyte, _value(each, chance), each.unit, each.assay or "")
            for each in planned(course)
        ),
        events=tuple(
            ExampleEvent(
                _day(day + hour), each.kind, None if each.lasts is None else _day(day + each.lasts + hour), each.term
            )
            for each in (*plan.events, *course.events)
            for day in each.days
        ),
        exposures=tuple(
            ExampleExposure(each.drug, each.start_day, min(each.end_day, last_contact), each.drug_class)
            for each in (*plan.drugs, *course.drugs)
            if each.start_day <= last_contact
        ),
    )


def _day(day: float) -> float:
    return round(day, 4)


def _value(result: Planned, chance: random.Random) -> str:
    """The result as charted: a word, or a number of so many decimals."""
    if result.word is not None:
        return result.word
    return f"{(result.lowest + chance.randrange(result.steps)) / 10**result.decimals:.{result.decimals}f}"
