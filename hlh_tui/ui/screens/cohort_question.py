"""What the Tables screen asks of the cohort: which table, divided how, and what of it follows decisions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.protocol.errors import HlhError
from hlh_tui.ui.background import sentence
from hlh_tui.ui.widgets.table_grid import Measured, measured

if TYPE_CHECKING:
    from hlh_tui.cohort.tables.models import Cell, Table
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

DECIDED_TABLES = frozenset({"treatment", "response", "flow"})
"""Tables that show decisions however they are divided; the others only when divided by what was decided."""
COMPANION = ("response", "baseline")
"""What stands beside another table, and beside itself."""
OWN = ""
"""The division that the protocol names first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table with the widths of its columns, or the sentence why there is none."""

    table: Table | None
    measured: Measured | None
    problem: str = ""


def names() -> tuple[str, ...]:
    """The tables that there are, in order."""
    from hlh_tui.cohort.tables.table import TABLES

    return tuple(TABLES)


def companion(name: str) -> str:
    """The table that stands to the right of this one where both fit."""
    return COMPANION[name == COMPANION[0]]


def division(protocol: StudyProtocol, by: str | None) -> str | None:
    """What to divide by: the protocol's first stratum where nothing else was chosen."""
    if by != OWN:
        return by
    return protocol.strata[0].id if protocol.strata else None


def divisions(study: Study) -> tuple[tuple[str | None, str], ...]:
    """What the columns can be divided by, with names; first everybody in one column."""
    from hlh_tui.ui.screens.survival_question import choices

    return choices(study).divisions


def ask(study: Study, name: str, by: str | None) -> Shown:
    """The table, or why there is none."""
    from hlh_tui.cohort.tables.table import divided

    try:
        table = divided(study, name, division(study.protocol, by))
    except HlhError as error:
        return Shown(None, None, sentence(error))
    return Shown(table, measured(table))


def follows_decisions(protocol: StudyProtocol, name: str, by: str | None) -> bool:
    """Whether a decision may change the table."""
    from hlh_tui.cohort.grouping import CATEGORY

    adjudicated = {CATEGORY, *(collapse.id for collapse in protocol.collapses)}
    return name in DECIDED_TABLES or division(protocol, by) in adjudicated


def numbers_behind(cell: Cell) -> list[str]:
    """The counts and limits that a cell's text was printed from."""
    from hlh_tui.ui.present import percent

    words = []
    if cell.n is not None and cell.denominator is not None:
        words.append(f"{cell.n} of {cell.denominator}")
    if cell.pct is not None:
        words.append(f"{cell.pct:.1f} %")
    if cell.lower is not None and cell.upper is not None:
        words.append(f"95 % interval {percent(cell.lower)} to {percent(cell.upper)}")
    if cell.wilson is not None:
        words.append(f"Wilson {percent(cell.wilson[0])} to {percent(cell.wilson[1])}")
    return words or [cell.text]


def write_table(study: Study, table: Table, place: Path) -> None:
    """Write the table to a new file in the format that its ending says; ``HlhError`` for another or a file there."""
    from hlh_tui.cohort.tables.files import ENDINGS, as_bytes, format_of, require_free, write_files

    form = format_of(place)
    if form is None:
        endings = ", ".join(f".{ending}" for ending in ENDINGS.values())
        raise HlhError(f"{place.name} does not say its format: end the name with one of {endings}")
    require_free((place,), study, force=False)
    write_files({place: as_bytes(table, form, synthetic=study.synthetic)}, force=False)
