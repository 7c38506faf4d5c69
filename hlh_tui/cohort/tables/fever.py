"""The fever table: in whom fever had resolved within the hours of the protocol, and when in each patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import Column, patient_columns
from hlh_tui.cohort.quantile import NAMES
from hlh_tui.cohort.tables.cells import (
    INTERVALS,
    NOTHING,
    everybody,
    having,
    heading,
    one,
    proportion_cell,
    share,
    summary_cell,
)
from hlh_tui.cohort.tables.models import Row, Table
from hlh_tui.protocol.analytes import analytes

if TYPE_CHECKING:
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.protocol.table_models import Fever
    from hlh_tui.study.file import Study

SQL = Path(__file__).parent / "fever.sql"
NAME, TITLE = "fever", "Resolution of fever"
RESOLVED, LATER, NEVER = "resolved within", "resolved later", "never resolved"
NO_FEVER, MISSING = "no fever before treatment", "not known"
HOURS = 24


@dataclass(frozen=True, slots=True)
class FeverCourse:
    """A patient's fever in hours since the index event; None for what is not charted.

    ``before``: highest temperature before treatment; ``last_fever``: last reading with fever; ``resolved``: first
    reading after it; ``last_reading``: the last one looked at.
    """

    patient_id: str
    before: float | None
    febrile_before: bool | None
    last_fever: float | None
    resolved: float | None
    last_reading: float | None


def fever_table(study: Study, by: str | None = None) -> Table:
    """Patients with fever before treatment by when it resolved, and each patient's hours, per group of ``by``."""
    rule = study.protocol.fever
    columns = patient_columns(study, by)
    labels = tuple(column.label for column in columns)
    if rule is None:
        note = f"Protocol {study.protocol.id} {study.protocol.version} does not say when fever has resolved."
        return Table(NAME, TITLE, labels, (everybody(columns),), (note,))
    known = courses(study, rule)
    kind = study.protocol.laboratory.quantiles
    rows = [*summary(columns, known, rule, kind), *patient_rows(columns, known, rule)]
    return Table(NAME, TITLE, labels, tuple(rows), (*notes_of(rule, kind), *elsewhere(study.protocol, rule)))


def courses(study: Study, rule: Fever) -> dict[str, FeverCourse]:
    """Every patient's fever by id."""
    first = -rule.baseline_hours / HOURS
    rows = study.rows(SQL.read_text(encoding="utf-8"), (rule.analyte, rule.limit, first, rule.until_day))
    return {row[0]: FeverCourse(*row) for row in rows}


def state(course: FeverCourse, rule: Fever) -> str:
    """What is known of the patient's fever, one of five."""
    if course.febrile_before is None:
        return MISSING
    if not course.febrile_before:
        return NO_FEVER
    if course.last_reading is None or (course.last_reading < rule.within_hours and course.resolved is not None):
        return MISSING
    if course.resolved is None:
        return NEVER
    return RESOLVED if course.resolved <= rule.within_hours else LATER


def summary(columns: Sequence[Column], known: Mapping[str, FeverCourse], rule: Fever, kind: str) -> list[Row]:
    """How many resolved in time, later and never, of those whose course is known; then who is not among them."""
    states = {patient: state(course, rule) for patient, course in known.items()}
    fever = {
        RESOLVED: f"resolved within {rule.within_hours:g} h",
        LATER: LATER,
        NEVER: f"not resolved by day {rule.until_day:g}",
    }
    rows = [everybody(columns)]
    label = "Fever before treatment"
    with_fever = [having(column, lambda p: states[p] in fever) for column in columns]
    cells = [share(who, len(column.patients)) for who, column in zip(with_fever, columns, strict=True)]
    rows.append(Row(label, "", tuple(cells)))
    for which, level in fever.items():
        found = [tuple(p for p in who if states[p] == which) for who in with_fever]
        rows.append(Row(label, level, tuple(map(proportion_cell, found, map(len, with_fever)))))
    hours = [
        {p: hours for p in who if (hours := known[p].resolved) is not None and states[p] != NEVER} for who in with_fever
    ]
    medians = (summary_cell(found, len(who), kind, 0) for found, who in zip(hours, with_fever, strict=True))
    rows.append(Row(label, "hours to resolution, median (IQR)", tuple(medians)))
    for which, text in ((NO_FEVER, "No fever before treatment"), (MISSING, "Not known: temperatures missing")):
        cells = [share(having(c, lambda p, which=which: states[p] == which), len(c.patients)) for c in columns]  # type: ignore[misc]
        rows.append(Row(text, "", tuple(cells)))
    return rows


def patient_rows(columns: Sequence[Column], known: Mapping[str, FeverCourse], rule: Fever) -> list[Row]:
    """Each patient's hours in the column of everybody and in that of the group."""
    label = "Hours to resolution"
    members = [frozenset(column.patients) for column in columns]
    rows = [heading(label, len(columns))]
    for patient in columns[0].patients:
        course = known[patient]
        which = state(course, rule)
        text = f"{course.resolved:.0f} h" if which in (RESOLVED, LATER) else which
        cell = one(text, (patient,), *(() if which not in (RESOLVED, LATER) else (course.resolved or 0.0,)))
        rows.append(Row(label, patient, tuple(cell if patient in group else NOTHING for group in members)))
    return rows


def notes_of(rule: Fever, kind: str) -> tuple[str, ...]:
    """What counts as fever, as resolved, and as known."""
    unit = analytes()[rule.analyte].unit_shown if rule.analyte in analytes() else ""
    return (
        f"Fever: not below {rule.limit:g} {unit}, before treatment in the last {rule.baseline_hours:g} h. Resolved: the"
        f" first reading from which all up to day {rule.until_day:g} are below it ({rule.source}).",
        f"Per cent of those with fever before treatment whose readings reach that hour. {INTERVALS}",
        f"Quartiles by definition {NAMES[kind]}.",
    )


def elsewhere(protocol: StudyProtocol, rule: Fever) -> list[str]:
    """How endpoints of the protocol say otherwise when fever has resolved, so that nobody takes the two for one."""
    return [
        f"The endpoint {endpoint.id} looks {HOURS * endpoint.resolves.stays_days:g} h ahead instead, so it differs"
        f" where fever comes back by day {rule.until_day:g}, or ends after it."
        for endpoint in protocol.endpoints
        if endpoint.resolves is not None and endpoint.resolves.analyte == rule.analyte
    ]
