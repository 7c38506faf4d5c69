"""How settled cases were settled: by whom, when, and whose read was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.consensus.differences import reader_numbers
from hlh_tui.review.state import current_decisions
from hlh_tui.review.statements import over_decisions, over_state

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

DECIDING = frozenset({"decided", "undone", "redone"})
READERS = "SELECT patient_id, list(reader) FROM in_force WHERE role = 'reader' GROUP BY patient_id"


@dataclass(frozen=True, slots=True)
class Settled:
    """How a case was settled: in which entry, by whom, and whose read was accepted (an id, or new)."""

    seq: int
    by: str
    by_name: str
    recorded_at: str
    accepted: str | None
    disagreement: str | None


def settlements(study: Study, log: list[tuple[Any, ...]]) -> dict[str, Settled]:
    """Patient -> how the case was settled, of the settled ones; ``log``: rows of the log table."""
    reads: dict[str, list[str]] = dict(study.rows(over_decisions(READERS), (None, None)))
    last = {row[5]: row[0] for row in log if row[4] in DECIDING}
    sql = over_state(study, Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    found = {}
    for patient, seq, by, name, at, accepted, kind in study.rows(sql, (None, None)):
        readers = reads.get(patient, [])
        if last[patient] > seq:  # who reads the case now need not be who read it when it was settled
            readers = [one.reader for one in current_decisions(study, patient, seq) if one.role == "reader"]
        numbers = reader_numbers(study, patient, readers)
        # Numbers mask readers while a case is settled, not in an export.
        taken = {str(number): reader for reader, number in numbers.items()}.get(accepted, accepted)
        found[patient] = Settled(seq, by, name, at, taken, kind)
    return found
