"""The table of adverse events: patients by grade and relation to the treatment, altogether and by term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import Column, patient_columns
from hlh_tui.cohort.tables.cells import count_cell, everybody, having, heading
from hlh_tui.cohort.tables.models import Row, Table

if TYPE_CHECKING:
    from hlh_tui.protocol.table_models import Safety
    from hlh_tui.study.file import Study

SQL = Path(__file__).parent / "adverse_events.sql"
ANY, RELATED, UNGRADED, UNRATED = "any grade", "drug-related", "grade not given", "relatedness not given"


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """An adverse event; ``related`` is None where the chart does not say."""

    patient_id: str
    term: str
    grade: int | None
    related: bool | None
    day: float
    end_day: float | None


def adverse_events_table(study: Study, by: str | None = None) -> Table:
    """Patients with adverse events, each counted once a row, n (%) of all patients of the column."""
    rule = study.protocol.safety
    columns = patient_columns(study, by)
    labels = tuple(column.label for column in columns)
    title = "Adverse events"
    if rule is None:
        note = f"Protocol {study.protocol.id} does not say which events are adverse, severe or related to the drugs."
        return Table("adverse-events", title, labels, (everybody(columns),), (note,))
    found = events(study, rule)
    return Table("adverse-events", title, labels, tuple(rows_of(found, rule, columns)), tuple(notes_of(found, rule)))


def events(study: Study, rule: Safety) -> tuple[AdverseEvent, ...]:
    """Every adverse event from the index event on, ordered by term and patient."""
    related = [word.lower() for word in rule.related]
    rows = study.rows(SQL.read_text(encoding="utf-8"), (related, list(rule.kinds)))
    return tuple(AdverseEvent(*row) for row in rows)


def rows_of(found: Sequence[AdverseEvent], rule: Safety, columns: Sequence[Column]) -> list[Row]:
    """All events together, then term by term; levels that nobody has are left out of a term."""
    label = "Patients with an adverse event"
    rows = [everybody(columns), heading(label, len(columns)), *level_rows(label, found, rule, columns, every=True)]
    terms: dict[str, list[AdverseEvent]] = {}
    for event in found:
        terms.setdefault(event.term.lower(), []).append(event)
    for each in terms.values():
        rows.append(heading(each[0].term, len(columns)))
        rows += level_rows(each[0].term, each, rule, columns, every=False)
    return rows


def level_rows(
    label: str, found: Sequence[AdverseEvent], rule: Safety, columns: Sequence[Column], *, every: bool
) -> list[Row]:
    """Patients with such an event of any grade, severe, related, both, and with what is not known of it."""
    severe = f"grade ≥ {rule.grade}"
    levels: dict[str, list[AdverseEvent]] = {
        ANY: list(found),
        severe: [e for e in found if e.grade is not None and e.grade >= rule.grade],
        RELATED: [e for e in found if e.related],
        f"{RELATED}, {severe}": [e for e in found if e.related and e.grade is not None and e.grade >= rule.grade],
        f"{RELATED}, {UNGRADED}": [e for e in found if e.related and e.grade is None],
        UNGRADED: [e for e in found if e.grade is None],
        UNRATED: [e for e in found if e.related is None],
    }
    rows = []
    for level, some in levels.items():
        who = {event.patient_id for event in some}
        if who or every:
            cells = (count_cell(having(column, who.__contains__), len(column.patients)) for column in columns)
            rows.append(Row(label, level, tuple(cells)))
    return rows


def notes_of(found: Sequence[AdverseEvent], rule: Safety) -> list[str]:
    """What was counted, and what the chart does not say."""
    ungraded, unrated = sum(e.grade is None for e in found), sum(e.related is None for e in found)
    return [
        f"n (%) of all patients in the column; a patient counts once in a row. {len(found)} events of kind"
        f" {', '.join(rule.kinds)} from the index event on.",
        f"Drug-related: {', '.join(rule.related)}. Grade not given in {ungraded} of {len(found)} events (any of them"
        f" may be of grade {rule.grade} or more), relatedness in {unrated}.",
    ]
