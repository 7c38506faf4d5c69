"""The tables of the data set, read from the study as of one log entry."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from hlh_tui.export.agreement_files import agreement_rows
from hlh_tui.export.conduct_tables import cut_rows, lock_rows, pack_rows, phase_rows, standing_locks, unblinding_rows
from hlh_tui.export.decision_tables import decision_rows, final_rows, first_decisions
from hlh_tui.export.dictionary import attribute_columns, described, with_categories
from hlh_tui.export.follow_up_table import follow_up_rows
from hlh_tui.export.models import Column, DataTable
from hlh_tui.export.people_tables import people_rows, role_rows
from hlh_tui.export.query_table import query_rows
from hlh_tui.study.chart import patients

if TYPE_CHECKING:
    from hlh_tui.export.record import Record, Rows
    from hlh_tui.study.file import Study

FROM_PACKS = "SELECT payload ->> '$.pack.id' AS pack, count(*) FROM log WHERE pack IS NOT NULL GROUP BY pack"


def data_tables(study: Study, record: Record) -> tuple[DataTable, ...]:
    """Every table of dictionary.toml, as of the head of ``record``; one without rows keeps its columns.

    Every table carries the column synthetic. Identities are not among them.
    """
    charted = patients(study)
    attributes = attribute_columns(sorted({name for patient in charted for name in patient.attributes}))
    baseline = (*described("patients"), *attributes.values())
    known = [column.name for column in described("patients")]
    at_baseline: Rows = [
        (*(getattr(patient, name) for name in known), *(patient.attributes.get(name) for name in attributes))
        for patient in charted
    ]
    decisions = decision_rows(study, record)
    final = final_rows(study, record, set(standing_locks(record)))
    tables = {
        "patients": at_baseline,
        "decisions": decisions,
        "final": [(*judged, *row[1:]) for judged, row in zip(final, at_baseline, strict=True)],
        "follow_up": follow_up_rows(study),
        "signatures": _signature_rows(record),
        "people": people_rows(record),
        "roles": role_rows(record),
        "queries": query_rows(record),
        "agreement": agreement_rows(record.agreement),
        "phases": phase_rows(record),
        "unblinding": unblinding_rows(record, first_decisions(decisions)),
        "locks": lock_rows(record),
        "cuts": cut_rows(record),
        "packs": pack_rows(record, dict(study.rows(FROM_PACKS))),
        "audit": [
            (*row, entry.line.sentence, entry.line.standing or None)
            for row, entry in zip(record.log, record.trail, strict=True)
        ],
    }
    columns = {"patients": baseline, "final": (*described("final"), *baseline[1:])}
    return tuple(_labelled(study, name, columns.get(name) or described(name), rows) for name, rows in tables.items())


def _labelled(study: Study, name: str, columns: tuple[Column, ...], rows: Rows) -> DataTable:
    described_columns = with_categories((*columns, *described("every")), study.protocol.categories)
    return DataTable(name, described_columns, tuple((*row, study.synthetic) for row in rows))


def _signature_rows(record: Record) -> Rows:
    names = [column.name for column in described("signatures")]
    found = (asdict(each) for each in record.signatures)
    return [tuple(each[name] for name in names) for each in found]
