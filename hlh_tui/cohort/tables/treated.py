"""What the treatment table says of one patient, column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from hlh_tui.cohort.printed import day, number
from hlh_tui.cohort.tables.exposure import WEEK, Exposed
from hlh_tui.cohort.tables.fates import Fate
from hlh_tui.cohort.tables.models import Cell

if TYPE_CHECKING:
    from hlh_tui.protocol.table_models import Treatment

ALIVE, DIED, NOT_GIVEN, NOT_DECIDED = "alive", "died", "not given", "not decided"


@dataclass(frozen=True, slots=True)
class Treated:
    """Everything the table says of one patient; ``absent`` is the cell for what did not happen."""

    fate: Fate
    exposed: Exposed
    beside: Mapping[str, tuple[str, ...]]
    """What was given beside the study drugs -> the protocol's concomitant therapies that it is."""
    category: str | None
    response_day: float | None
    alone: tuple[str]
    absent: Cell

    def cell(self, text: str, values: tuple[float, ...] = ()) -> Cell:
        """A cell about this patient; – for an empty text."""
        return Cell(text, None, None, None, None, None, values, self.alone) if text else self.absent


@dataclass(frozen=True, slots=True)
class Variable:
    """A column: its cell for a patient, and how a group is summed up in it.

    ``summary``: median of the first number, count of those who have one, levels (a row for each text that occurs, those
    of ``order`` first, and under ``rest`` those without any), therapies (a row for each of the protocol) or nothing.
    """

    label: str
    cell: Callable[[Treated], Cell]
    summary: str = ""
    decimals: int = 0
    order: tuple[str, ...] = ()
    rest: str = ""


def variables(rule: Treatment, categories: tuple[str, ...]) -> tuple[Variable, ...]:
    """The columns in order, those of a partner drug only where the protocol names one; categories in its order."""
    index = rule.index.label
    drug = (
        Variable(f"{index}: doses", lambda t: t.cell(str(t.exposed.doses), (t.exposed.doses,)), "levels"),
        Variable(f"{index}: dose", lambda t: t.cell(listed(t.exposed.amounts), t.exposed.per_kg)),
        weeks(f"{index}: weeks", lambda t: t.exposed.days),
    )
    partner = rule.partner.label if rule.partner else ""
    beside = (
        Variable(f"{partner}: dose", lambda t: t.cell(listed(t.exposed.partner_amounts), t.exposed.per_m2)),
        weeks(f"{partner}: weeks", lambda t: t.exposed.partner_days),
        weeks("Both: weeks", lambda t: t.exposed.together_days),
    )
    return (*drug, *(beside if partner else ()), *course(categories))


def course(categories: tuple[str, ...]) -> tuple[Variable, ...]:
    """The columns of what came beside and after the study drugs."""
    return (
        Variable("Concomitant therapy", lambda t: t.cell(", ".join(t.beside)), "therapies"),
        Variable("Response", lambda t: t.cell(t.category or ""), "levels", 0, categories, NOT_DECIDED),
        on_day("Response: day", lambda t: t.response_day, "median"),
        on_day("Relapse: day", lambda t: t.fate.relapse_day),
        on_day("Further chemotherapy: day", lambda t: t.fate.chemotherapy_day),
        on_day("HSCT: day", lambda t: t.fate.hsct_day),
        Variable("Outcome", lambda t: t.cell(DIED if t.fate.died else ALIVE), "levels"),
        on_day("Last day", lambda t: t.fate.last_contact_day, "median"),
        Variable("Cause of death", lambda t: t.cell((t.fate.cause or NOT_GIVEN) if t.fate.died else ""), "levels"),
    )


def weeks(label: str, days: Callable[[Treated], float | None]) -> Variable:
    """A column of weeks with two decimals; – where the patient had no such drug."""

    def cell(patient: Treated) -> Cell:
        found = days(patient)
        return patient.absent if found is None else patient.cell(number(found / WEEK, 2), (found / WEEK,))

    return Variable(label, cell, "median", 2)


def on_day(label: str, when: Callable[[Treated], float | None], summary: str = "count") -> Variable:
    """A column of days since the index event; – where it did not happen."""

    def cell(patient: Treated) -> Cell:
        found = when(patient)
        return patient.absent if found is None else patient.cell(day(found), (found,))

    return Variable(label, cell, summary, 1)


@lru_cache(maxsize=1024)
def listed(amounts: tuple[str, ...]) -> str:
    """Doses as they follow each other, equal ones once with how often: 100 mg ×2."""
    return ", ".join(amount if n == 1 else f"{amount} ×{n}" for amount, n in Counter(amounts).items())
