"""The tables of the data set, read from the study as of one log entry."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.export.dictionary import attribute_columns, described, with_categories
from hlh_tui.export.models import Column, DataTable
from hlh_tui.review.signatures.status import signatures
from hlh_tui.review.state import final_categories, in_force, over_state
from hlh_tui.study.chart import patients
from hlh_tui.study.models import Patient

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

HERE = Path(__file__).parent
Rows = list[tuple[Any, ...]]


def data_tables(study: Study, log: Rows) -> tuple[DataTable, ...]:
    """patients, decisions, final, signatures and audit, as of the last row of ``log`` (rows of the log table).

    Every table carries the column synthetic. Identities are not among them.
    """
    upto = log[-1][0]
    labels = {category.id: category.label for category in study.protocol.categories}
    charted = patients(study)
    attributes = attribute_columns(sorted({name for patient in charted for name in patient.attributes}))
    baseline = (*described("patients"), *attributes.values())
    final = _final_rows(study, charted, tuple(attributes), labels, upto)
    tables = {
        "patients": (baseline, [_baseline_row(patient, tuple(attributes)) for patient in charted]),
        "decisions": (described("decisions"), _decision_rows(study, labels, upto)),
        "final": ((*described("final"), *baseline[1:]), final),
        "signatures": (described("signatures"), _signature_rows(study, upto)),
        "audit": (described("audit"), log),
    }
    return tuple(_labelled(study, name, columns, rows) for name, (columns, rows) in tables.items())


def _labelled(study: Study, name: str, columns: tuple[Column, ...], rows: Rows) -> DataTable:
    described_columns = with_categories((*columns, *described("every")), study.protocol.categories)
    return DataTable(name, described_columns, tuple((*row, study.synthetic) for row in rows))


def _baseline_row(patient: Patient, attributes: tuple[str, ...]) -> tuple[Any, ...]:
    known = tuple(getattr(patient, column.name) for column in described("patients"))
    return (*known, *(patient.attributes.get(name) for name in attributes))


def _decision_rows(study: Study, labels: dict[str, str], upto: int) -> Rows:
    sql = over_state(study, (HERE / "decisions.sql").read_text(encoding="utf-8"))
    return [(*row[:7], labels.get(row[6]), *row[7:]) for row in study.rows(sql, (None, upto, *in_force(study)))]


def _signature_rows(study: Study, upto: int) -> Rows:
    names = [column.name for column in described("signatures")]
    found = (asdict(each) for each in signatures(study) if each.seq <= upto)
    return [tuple(each[name] for name in names) for each in found]


def _final_rows(
    study: Study, charted: tuple[Patient, ...], attributes: tuple[str, ...], labels: dict[str, str], upto: int
) -> Rows:
    final = final_categories(study, upto)
    rows: Rows = []
    for patient in charted:
        one = final[patient.patient_id]
        label = labels.get(one.category) if one.category else None
        judged = (one.patient_id, one.category, label, one.source, one.readers, one.confidence)
        rows.append((*judged, *_baseline_row(patient, attributes)[1:]))
    return rows
