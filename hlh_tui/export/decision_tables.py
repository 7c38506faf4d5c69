"""Every decision with what was seen before it, and each final category with where it comes from and who settled it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.state import in_force
from hlh_tui.review.statements import over_state

if TYPE_CHECKING:
    from hlh_tui.export.record import Record, Rows
    from hlh_tui.study.file import Study

HERE = Path(__file__).parent
CATEGORY = 6
"""Place in a row of decisions.sql."""


def decision_rows(study: Study, record: Record) -> Rows:
    """Each decision ever made, in order; columns of dictionary.toml."""
    labels = _labels(study)
    sql = over_state(study, (HERE / "decisions.sql").read_text(encoding="utf-8"))
    signed: dict[int, bool] = {}
    for each in record.signatures:
        if each.decision_seq is not None:
            signed[each.decision_seq] = signed.get(each.decision_seq, False) or each.valid
    words = {None: None, True: "valid", False: "void"}
    rows: Rows = []
    for row in study.rows(sql, (None, record.entries, *in_force(study))):
        seq = row[0]
        marks = (seq in record.reopened, words[signed.get(seq)])
        rows.append((*row[: CATEGORY + 1], labels.get(row[CATEGORY]), *row[CATEGORY + 1 : -1], *marks, row[-1]))
    return rows


def first_decisions(decisions: Rows) -> dict[tuple[str, str], int]:
    """(Reader, patient) -> entry of their first decision on the case, of rows of ``decision_rows``."""
    first: dict[tuple[str, str], int] = {}
    for seq, patient, reader, *_ in decisions:
        first.setdefault((reader, patient), seq)
    return first


def final_rows(study: Study, record: Record, locks: set[str | None]) -> Rows:
    """Each patient with the final category, in order of patients, without the baseline columns."""
    labels = _labels(study)
    rows: Rows = []
    for one in record.finals.values():
        label = labels.get(one.category) if one.category else None
        by = record.settled.get(one.patient_id)
        how: tuple[Any, ...] = (None,) * 6
        if by is not None:
            how = (by.seq, by.by, by.by_name, by.recorded_at, by.accepted, by.disagreement)
        held = None in locks or one.patient_id in locks
        rows.append(
            (one.patient_id, one.category, label, one.source, one.readers, one.confidence, one.since, *how, held)
        )
    return rows


def _labels(study: Study) -> dict[str, str]:
    return {category.id: category.label for category in study.protocol.categories}
