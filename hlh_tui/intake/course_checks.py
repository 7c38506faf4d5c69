"""Warnings about rows that do not fit the patient's course: after last contact or death, or without their event."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.intake.models import Check
from hlh_tui.intake.stage import HERE, Cursor, literal
from hlh_tui.intake.tables import Table, tables
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet, Ending
from hlh_tui.protocol.item_models import name_key
from hlh_tui.study.file import Study


def make_known_events(connection: Cursor, study: Study, work: Path, *, charted: bool) -> None:
    """Make known_event, the events of the study and of the file, and death; ``charted``: a file gave some."""
    held = work / "known_event.parquet"
    study.rows(f"COPY (SELECT patient_id, day, kind FROM event) TO {literal(held)} (FORMAT parquet)")
    script = (HERE / "known_event.sql").read_text(encoding="utf-8")
    nothing = f"read_parquet({literal(held)}) WHERE false"
    connection.execute(script.format(held=literal(held), charted="events" if charted else nothing))


def with_death(name: str) -> str:
    """The typed rows of a table with the day of the patient's death, as the checks below read them."""
    return f"{name} LEFT JOIN death USING (patient_id)"


def course_checks(study: Study, name: str) -> list[Check]:
    """The warnings for the rows of a table; a row of the very day of last contact or death draws none."""
    table = tables()[name]
    found = [after_contact(table), after_death(table)]
    if name == "exposures":
        found += without_event(criteria_set(study.criteria_document))
    return found


def after_contact(table: Table) -> Check:
    """A row on a day after the patient's last contact."""
    day = day_column(table)
    return Check(
        day,
        f"floor({day}) > floor(last_contact)",
        f"'day ' || plain({day}) || ' is after the last contact of the patient (day ' || plain(last_contact) || ')'",
    )


def after_death(table: Table) -> Check:
    """A row on a day after the patient's death."""
    day = day_column(table)
    return Check(
        day,
        f"floor({day}) > floor(death_day)",
        f"'day ' || plain({day}) || ' is after the death of the patient (day ' || plain(death_day) || ')'",
    )


def day_column(table: Table) -> str:
    """The column with the day on which a row begins."""
    return next(column.name for column in table.columns if column.kind == "day")


def without_event(criteria: CriteriaSet) -> list[Check]:
    """Exposures after day 0 that hint at an event which ends evaluation, where the patient has no such event."""
    return [missing_event(end) for end in criteria.best.endings if end.drug_classes]


def missing_event(end: Ending) -> Check:
    """An exposure of one of the drug classes of ``end`` without its event."""
    named = " OR ".join(f"contains(name_key(drug_class), {literal(name_key(each))})" for each in end.drug_classes)
    kind = literal(end.kind)
    return Check(
        "drug_class",
        f"start_day > 0 AND ({named}) AND patient_id NOT IN"
        f" (SELECT patient_id FROM known_event WHERE kind = {kind} AND day > 0 AND patient_id IS NOT NULL)",
        "quoted(r_drug_class) || ' from day ' || plain(start_day) || "
        + literal(
            f" does not end evaluation, because the patient has no event of kind {end.kind} after day 0;"
            f" add one if this was {end.label}"
        ),
    )
