"""What became of each patient: relapse, further chemotherapy, transplantation, death and its cause."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

SQL = Path(__file__).parent / "fates.sql"


@dataclass(frozen=True, slots=True)
class Fate:
    """The course of a patient after the index event in days; None for what did not happen."""

    patient_id: str
    last_contact_day: float
    relapse_day: float | None
    chemotherapy_day: float | None
    chemotherapy: str | None
    hsct_day: float | None
    death_day: float | None
    cause: str | None

    @property
    def died(self) -> bool:
        """Whether a death is charted."""
        return self.death_day is not None

    @property
    def transplanted(self) -> bool:
        """Whether an HSCT after the index event is charted."""
        return self.hsct_day is not None


def fates(study: Study) -> dict[str, Fate]:
    """Every patient's fate by id, in the order of the ids."""
    return {row[0]: Fate(*row) for row in study.rows(SQL.read_text(encoding="utf-8"))}
