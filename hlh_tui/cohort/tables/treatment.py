"""The treatment table (Table S2): what each patient received, what came of it, and the exposures summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import OVERALL, Column, patient_columns
from hlh_tui.cohort.grouping import FINAL
from hlh_tui.cohort.printed import day
from hlh_tui.cohort.quantile import NAMES
from hlh_tui.cohort.tables.cells import NOTHING, count_cell, everybody, heading, one, summary_cell
from hlh_tui.cohort.tables.exposure import WEEK, Exposed, concomitant, exposures
from hlh_tui.cohort.tables.fates import Fate, fates
from hlh_tui.cohort.tables.models import Cell, Row, Table

if TYPE_CHECKING:
    from hlh_tui.protocol.table_models import Treatment
    from hlh_tui.study.file import Study

NAME, TITLE = "treatment", "Treatment and outcome"
ALIVE, DIED = "alive", "died"


@dataclass(frozen=True, slots=True)
class Treated:
    """Everything the table says of one patient."""

    fate: Fate
    exposed: Exposed
    beside: Mapping[str, tuple[str, ...]]
    """What was given beside the study drugs -> the protocol's concomitant therapies that it is."""
    category: str | None
    response_day: float | None


def treatment_table(study: Study, by: str | None = None) -> Table:
    """One row per patient, and under them the summary of each group of ``by``, of all patients last.

    Cells of a patient carry their numbers in ``values``: doses, mg per kg of each dose, weeks, days.
    """
    rule = study.protocol.treatment
    columns = patient_columns(study, by)
    if rule is None:
        note = f"Protocol {study.protocol.id} {study.protocol.version} names no study drug: adopt one that does."
        return Table(NAME, TITLE, (OVERALL,), (everybody(columns[:1]),), (note,))
    known = treated(study, rule)
    shown = variables(rule)
    rows: list[Row] = []
    for column in columns[1:] if by else columns:
        rows += [heading(column.label, len(shown)), *patient_rows(column, known, shown)]
        rows += summary_rows(column, known, rule, shown)
    if by:
        rows += summary_rows(columns[0], known, rule, shown)
    return Table(NAME, TITLE, tuple(each.label for each in shown), tuple(rows), notes_of(study, rule, known))


def treated(study: Study, rule: Treatment) -> dict[str, Treated]:
    """Everything that the table says, patient by patient."""
    from hlh_tui.review.state import over_state

    found = exposures(study, rule)
    beside = concomitant(study, rule, found)
    responses = {row[0]: row[1:] for row in study.rows(over_state(FINAL), (None, None))}
    return {
        patient: Treated(fate, found[patient], beside.get(patient, {}), *responses.get(patient, (None, None)))
        for patient, fate in fates(study).items()
    }


@dataclass(frozen=True, slots=True)
class Variable:
    """A column: its text for a patient, the numbers behind it, and how the group is summed up in it.

    ``summary``: median of the number, count of those who have the text, levels (a row for each text) or nothing.
    """

    label: str
    text: Callable[[Treated], str]
    numbers: Callable[[Treated], tuple[float, ...]] = lambda _: ()
    summary: str = ""
    decimals: int = 0


def variables(rule: Treatment) -> tuple[Variable, ...]:
    """The columns, in order; those of a partner drug only where the protocol names one."""
    index = rule.index.label
    drug = (
        Variable(f"{index}: doses", lambda t: str(t.exposed.doses), lambda t: (t.exposed.doses,), "levels"),
        Variable(f"{index}: dose", lambda t: listed(t.exposed.amounts), lambda t: t.exposed.per_kg),
        weeks(f"{index}: weeks", lambda t: t.exposed.days),
    )
    partner = rule.partner.label if rule.partner else ""
    beside = (
        Variable(f"{partner}: dose", lambda t: listed(t.exposed.partner_amounts), lambda t: t.exposed.per_m2),
        weeks(f"{partner}: weeks", lambda t: t.exposed.partner_days),
        weeks("Both: weeks", lambda t: t.exposed.together_days),
    )
    return (*drug, *(beside if partner else ()), *course())


def course() -> tuple[Variable, ...]:
    """The columns of what came beside and after the study drugs."""
    return (
        Variable("Concomitant therapy", lambda t: ", ".join(t.beside), summary="therapies"),
        Variable("Response", lambda t: t.category or "", summary="levels"),
        on_day("Response: day", lambda t: t.response_day, "median"),
        on_day("Relapse: day", lambda t: t.fate.relapse_day),
        on_day("Further chemotherapy: day", lambda t: t.fate.chemotherapy_day),
        on_day("HSCT: day", lambda t: t.fate.hsct_day),
        Variable("Outcome", lambda t: DIED if t.fate.died else ALIVE, summary="levels"),
        on_day("Last day", lambda t: t.fate.last_contact_day, "median"),
        Variable("Cause of death", lambda t: t.fate.cause or ("not given" if t.fate.died else ""), summary="levels"),
    )


def weeks(label: str, days: Callable[[Treated], float | None]) -> Variable:
    """A column of weeks with two decimals; – where the patient had no such drug."""

    def numbers(patient: Treated) -> tuple[float, ...]:
        found = days(patient)
        return () if found is None else (found / WEEK,)

    return Variable(label, lambda t: "".join(f"{n:.2f}" for n in numbers(t)), numbers, "median", 2)


def on_day(label: str, when: Callable[[Treated], float | None], summary: str = "count") -> Variable:
    """A column of days since the index event; – where it did not happen."""

    def numbers(patient: Treated) -> tuple[float, ...]:
        found = when(patient)
        return () if found is None else (found,)

    return Variable(label, lambda t: "".join(map(day, numbers(t))), numbers, summary, 1)


def listed(amounts: Sequence[str]) -> str:
    """Doses as they follow each other, equal ones once with how often: 100 mg ×2."""
    return ", ".join(amount if n == 1 else f"{amount} ×{n}" for amount, n in Counter(amounts).items())


def patient_rows(column: Column, known: Mapping[str, Treated], shown: Sequence[Variable]) -> list[Row]:
    """A row for each patient of the group."""
    rows = []
    for patient in column.patients:
        about, alone = known[patient], (patient,)
        cells = tuple(one(each.text(about), alone, *each.numbers(about)) for each in shown)
        rows.append(Row(column.label, patient, cells))
    return rows


def summary_rows(column: Column, known: Mapping[str, Treated], rule: Treatment, shown: Sequence[Variable]) -> list[Row]:
    """Medians, counts, and a row for each number of doses, therapy, category, outcome and cause."""
    label = f"Summary: {column.label} (n = {len(column.patients)})"
    group = {patient: known[patient] for patient in column.patients}
    rows = [heading(label, len(shown))]
    for level, kind in (("Median (IQR)", "median"), ("Patients", "count")):
        cells = (summed(each, group, rule) if each.summary == kind else NOTHING for each in shown)
        rows.append(Row(label, level, tuple(cells)))
    for place, each in enumerate(shown):
        for level, who in levels_of(each, group, rule).items():
            cell = count_cell(who, len(group))
            cells = (cell if at == place else NOTHING for at in range(len(shown)))
            rows.append(Row(label, f"{each.label.replace(':', '')}: {level}", tuple(cells)))
    return rows


def summed(each: Variable, group: Mapping[str, Treated], rule: Treatment) -> Cell:
    """The median of a number, or how many have it."""
    numbers = {patient: found[0] for patient, about in group.items() if (found := each.numbers(about))}
    if each.summary == "median":
        return summary_cell(numbers, len(group), rule.quantiles, each.decimals)
    return count_cell(tuple(numbers), len(group))


def levels_of(each: Variable, group: Mapping[str, Treated], rule: Treatment) -> dict[str, tuple[str, ...]]:
    """Level -> its patients: the protocol's therapies, or every text that occurs in the column."""
    if each.summary == "therapies":
        given = {patient: {name for ids in about.beside.values() for name in ids} for patient, about in group.items()}
        return {
            therapy.label: tuple(patient for patient in group if therapy.id in given[patient])
            for therapy in rule.concomitant
        }
    if each.summary != "levels":
        return {}
    found: dict[str, list[str]] = {}
    for patient, about in group.items():
        if text := each.text(about):
            found.setdefault(text, []).append(patient)
    return {text: tuple(found[text]) for text in sorted(found)}


def notes_of(study: Study, rule: Treatment, known: Mapping[str, Treated]) -> tuple[str, ...]:
    """How exposure is counted, what the summary counts, and who had none of the drugs."""
    index, partner = rule.index.label, rule.partner.label if rule.partner else ""
    kinds = f", or to the first {' or '.join(rule.ends)} after day 0" if rule.ends else ""
    none = sum(not about.exposed.doses for about in known.values())
    notes = [
        f"Exposure to {index}: from its first dose to {rule.dose_days:g} days after its last{kinds}, or to last"
        f" contact, if that comes first ({rule.source}).",
        f"Quartiles by definition {NAMES[rule.quantiles]}. Days since the index event ({study.protocol.index_event});"
        " counts n (%) of the patients of the group.",
        f"Concomitant therapy: what overlaps exposure to {index}. Response: category and day as adjudicated.",
    ]
    if partner:
        notes.insert(
            1,
            f"Exposure to {partner}: courses that end after day 0, from their start (before day 0 in some) to their"
            " end; both: where the two overlap.",
        )
    return (*notes, *([f"{none} of {len(known)} patients have no dose of {index} charted."] if none else []))
