"""Example patients with the expected answer, in a TOML file beside a criteria set, and whether the set gives it."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec

from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.models import Assessment, Evaluation
from hlh_tui.assess.options import choose
from hlh_tui.assess.run import assess_all
from hlh_tui.intake.errors import ImportRejected
from hlh_tui.intake.load import import_charts
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled, study_protocol
from hlh_tui.protocol.wrong_key import explained
from hlh_tui.study.file import create_study
from hlh_tui.study.models import Actor
from hlh_tui.study.private_folder import private_folder

EXAMPLES = CRITERIA / "examples"
"""Where the example patients of the bundled sets are, ``<id>.toml``."""

Charted = str | int | float
OBSERVATION = ("day", "analyte", "value", "unit", "assay", "lower", "upper")
"""What the places of an observation hold; the first three are needed, an empty text leaves a place out."""
EVENT = ("day", "kind", "end_day", "term")
EXPOSURE = ("drug", "start_day", "end_day", "drug_class")


class ExampleEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event as charted."""

    day: float
    kind: str
    end_day: float | None = None
    term: str | None = None


class ExampleExposure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drug as charted."""

    drug: str
    start_day: float
    end_day: float | None = None
    drug_class: str | None = None


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the set must say; what is left out is not compared. Days are keys as text ("7").

    ``unconfirmed`` is the better category that was never confirmed ("" for none); ``indeterminate`` lists exactly the
    days whose category is open; ``score`` is the least and the greatest score of the last evaluation.
    """

    best: str
    best_day: float | None = None
    confirmed_day: float | None = None
    unconfirmed: str | None = None
    days: dict[str, str] = {}
    indeterminate: tuple[str, ...] | None = None
    score: tuple[float, float] | None = None
    items: dict[str, dict[str, str]] = {}


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One constructed patient: a chart, how the set is read, and what it must say."""

    id: str
    says: str
    expected: Expected
    sex: str | None = None
    age_years: float | None = None
    disease_status: str | None = None
    last_contact_day: float = 60
    observations: tuple[Annotated[tuple[Charted, ...], msgspec.Meta(min_length=3, max_length=7)], ...] = ()
    events: tuple[ExampleEvent, ...] = ()
    exposures: tuple[ExampleExposure, ...] = ()
    options: dict[str, str] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    patients: Annotated[tuple[Example, ...], msgspec.Meta(min_length=1)]


def examples(toml: str, name: str = "examples") -> tuple[Example, ...]:
    """The example patients in a TOML text; ``AssessError`` names the file, the wrong key and what fits."""
    try:
        content = tomllib.loads(toml)
        found = msgspec.convert(content, _File).patients
    except tomllib.TOMLDecodeError as error:
        raise AssessError(f"{name}: not valid TOML ({error}); correct the file") from error
    except msgspec.ValidationError as error:
        raise AssessError(f"{name}: {explained(error, content, _File)}; correct the file") from error
    ids = [each.id for each in found]
    for each in found:
        if ids.count(each.id) > 1:
            raise AssessError(f"{name}: the patient {each.id!r} stands twice; give each an id of its own")
        for day in (*each.expected.days, *each.expected.items, *(each.expected.indeterminate or ())):
            if not re.fullmatch(r"-?\d+(\.\d+)?", day):
                raise AssessError(f"{name}: {each.id}: expected day {day!r} is no number; write days as text, e.g. 7")
    return found


def check_examples(criteria: CriteriaSet, patients: Sequence[Example]) -> tuple[str, ...]:
    """A sentence for each thing in which the set differs from what the examples expect; empty if all agree."""
    return tuple(
        f"{patient_id}: {difference}"
        for patient_id, differences in differing(criteria, patients).items()
        for difference in differences
    )


def differing(criteria: CriteriaSet, patients: Sequence[Example]) -> dict[str, tuple[str, ...]]:
    """Example id -> what differs, empty where the set says what is expected.

    The charts go through import like any others, into a study that is thrown away. ``AssessError`` names the example
    and the value when one of them cannot be charted so.
    """
    protocol = read_bundled(STUDIES, bundled_protocol())
    own = read_bundled(CRITERIA, study_protocol(protocol).criteria)
    reader = Actor("examples", "example patients")
    with private_folder("hlh-tui-examples-") as work:
        charts, staging = work / "charts", work / "staging"
        charts.mkdir()
        staging.mkdir()
        rows = write_charts(charts, patients)
        with create_study(work / "examples.duckdb", protocol, own, reader, synthetic=True, staging=staging) as study:
            try:
                import_charts(study, charts, reader)
            except ImportRejected as error:
                raise AssessError(_of_example(error.rejected[0], rows)) from error
            found: dict[str, tuple[str, ...]] = {}
            read: dict[tuple[tuple[str, str], ...], dict[str, Assessment]] = {}
            for each in patients:
                key = tuple(sorted(each.options.items()))
                if key not in read:
                    options = choose(criteria, each.options).options
                    read[key] = {one.patient_id: one for one in assess_all(study, criteria, options)}
                found[each.id] = tuple(differences(each.expected, read[key][each.id]))
    return found


def bundled_protocol() -> str:
    """The study protocol under which examples are assessed: any serves, for each set brings its own rules."""
    return min(path.stem for path in STUDIES.glob("*.toml"))


def differences(expected: Expected, found: Assessment) -> Iterable[str]:
    """What an assessment says otherwise than expected."""
    best = found.best
    yield from _differs("best response", expected.best, best.category, best.why)
    if expected.best_day is not None:
        yield from _differs("day of the best response", expected.best_day, best.day)
    if expected.confirmed_day is not None:
        yield from _differs("day of its confirmation", expected.confirmed_day, best.confirmed_day)
    if expected.unconfirmed is not None:
        yield from _differs("unconfirmed category", expected.unconfirmed or None, best.unconfirmed_category)
    by_day = {evaluation.day: evaluation for evaluation in found.evaluations}
    for day, category in expected.days.items():
        at = by_day.get(float(day))
        yield from _differs(f"day {day}", category, at and at.category, at.why if at else "no evaluation on that day")
    if expected.indeterminate is not None:
        days = sorted(evaluation.day for evaluation in found.evaluations if evaluation.indeterminate)
        yield from _differs("indeterminate days", sorted(map(float, expected.indeterminate)), days)
    if expected.score is not None:
        score = getattr(found.evaluations[-1], "score", None) if found.evaluations else None
        yield from _differs("score", tuple(expected.score), score and tuple(map(float, score)))
    for day, states in expected.items.items():
        yield from _item_differences(day, states, by_day.get(float(day)))


def _item_differences(day: str, states: dict[str, str], at: Evaluation | None) -> Iterable[str]:
    items = {item.id: item for item in at.items} if at else {}
    for item_id, state in states.items():
        item = items.get(item_id)
        why = item.why if item else "no such item on that day"
        yield from _differs(f"{item_id} on day {day}", state, item and item.state, why)


def _differs(what: str, expected: Any, found: Any, why: str = "") -> Iterable[str]:
    if expected != found:
        yield f"{what} is {_shown(found)}, expected {_shown(expected)}" + (f" ({why})" if why else "")


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def write_charts(folder: Path, patients: Sequence[Example]) -> dict[str, list[str]]:
    """Write the charts as CSV files; file name -> the example that each row below the header belongs to."""
    one_each = ("sex", "age_years", "disease_status", "last_contact_day")
    tables: dict[str, tuple[tuple[str, ...], list[tuple[str, list[Any]]]]] = {
        "patients.csv": (one_each, [(p.id, [getattr(p, name) for name in one_each]) for p in patients]),
        "observations.csv": (
            OBSERVATION,
            [(p.id, [*row, *[""] * (len(OBSERVATION) - len(row))]) for p in patients for row in p.observations],
        ),
        "events.csv": (EVENT, [(p.id, [getattr(e, name) for name in EVENT]) for p in patients for e in p.events]),
        "exposures.csv": (
            EXPOSURE,
            [(p.id, [getattr(e, name) for name in EXPOSURE]) for p in patients for e in p.exposures],
        ),
    }
    for name, (columns, rows) in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("patient_id", *columns))
            writer.writerows((patient_id, *("" if each is None else each for each in row)) for patient_id, row in rows)
    return {name: [patient_id for patient_id, _ in rows] for name, (_, rows) in tables.items()}


def _of_example(rejected: str, rows: dict[str, list[str]]) -> str:
    """The sentence of a refused row with the example's id in place of the row's number."""
    place = re.match(r"(\w+\.csv):(\d+) (.*)", rejected, re.DOTALL)
    if not place or place[1] not in rows:
        return rejected
    owners = rows[place[1]]
    row = int(place[2]) - 2
    return f"{owners[row] if 0 <= row < len(owners) else place[1]}: {place[1].removesuffix('.csv')}: {place[3]}"
