"""The cohort's tables by name, and how a table is written as text, CSV and JSON."""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from msgspec import structs

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.tables.adverse_events import adverse_events_table
from hlh_tui.cohort.tables.baseline import baseline_table
from hlh_tui.cohort.tables.cells import both_intervals
from hlh_tui.cohort.tables.fever import fever_table
from hlh_tui.cohort.tables.flow import flow_table
from hlh_tui.cohort.tables.labs import labs_table
from hlh_tui.cohort.tables.models import Table
from hlh_tui.cohort.tables.outcome import outcome_table
from hlh_tui.cohort.tables.patients import patients_table
from hlh_tui.cohort.tables.response import response_table
from hlh_tui.cohort.tables.treatment import treatment_table
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Maker = Callable[..., Table]


def collector_at_rest(make: Maker) -> Maker:
    """The same table made without the garbage collector, which would walk all cells again and again meanwhile.

    A table of 10 000 patients has 100 000 cells and none in a cycle: this halves its time.
    """

    @wraps(make)
    def made(study: Study, by: str | None = None) -> Table:
        running = gc.isenabled()
        gc.disable()
        try:
            return make(study, by)
        finally:
            if running:
                gc.enable()

    return made


TABLES: dict[str, Maker] = {
    "baseline": collector_at_rest(baseline_table),
    "patients": collector_at_rest(patients_table),
    "treatment": collector_at_rest(treatment_table),
    "response": collector_at_rest(response_table),
    "fever": collector_at_rest(fever_table),
    "labs": collector_at_rest(labs_table),
    "adverse-events": collector_at_rest(adverse_events_table),
    "outcome": collector_at_rest(outcome_table),
    "flow": collector_at_rest(flow_table),
}
ABOUT = {
    "baseline": "characteristics before treatment (Table 1)",
    "patients": "the same patient by patient (Table S1)",
    "treatment": "doses, exposure, concomitant therapy and what followed, patient by patient and summed up (Table S2)",
    "response": "adjudicated categories and outcomes with exact and Wilson intervals (Fig. 1A)",
    "fever": "in whom fever resolved in time, and the hours of each patient",
    "labs": "each analyte at baseline and at the visits, and its change",
    "adverse-events": "patients with adverse events: severe, drug-related, by term",
    "outcome": "what became of every patient, each exactly once",
    "flow": "from the charts imported to what became of responders and others",
}
"""What each table shows, in the order of the paper."""
FLOW = "flow"
DIVIDED = frozenset({"response"})
"""Tables that show the protocol's first stratum when nothing else is asked for."""


def table(study: Study, name: str, by: str | None = None) -> Table:
    """The table of that name, divided by ``by`` (as survival is); ``CohortError`` lists the tables that there are."""
    if name not in TABLES:
        raise CohortError(f"there is no table {name!r}: choose one of {', '.join(TABLES)}")
    strata = study.protocol.strata
    if by is None and name in DIVIDED and strata:
        by = strata[0].id
    return divided(study, name, by)


def divided(study: Study, name: str, by: str | None) -> Table:
    """The table of that name divided by exactly ``by`` (None: one column); ``Blinded`` while results are closed."""
    require_results(study, "tables")
    return TABLES[name](study, by)


def table_text(table: Table, width: int) -> str:
    """The table as aligned plain text within ``width`` characters, the flow as boxes."""
    from hlh_tui.cohort.tables.flow_boxes import draw
    from hlh_tui.cohort.tables.plain_text import lay_out

    return draw(table, width) if table.name == FLOW else lay_out(table, width)


def table_csv(table: Table) -> str:
    """The table as CSV: label, level, and the printed text of each column, Wilson's intervals included."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["label", "level", *table.columns])
    writer.writerows([row.label, row.level, *(cell.text for cell in row.cells)] for row in both_intervals(table).rows)
    return out.getvalue()


def table_json(table: Table) -> dict[str, Any]:
    """The object of data-format.md; ``pct`` and its limits ``lower`` and ``upper`` 0-100, None for what a cell has not.

    ``values`` of a continuous cell: median, minimum, maximum, first and third quartile; of a cell about one patient its
    numbers. Headings have level "".
    """
    return {
        "name": table.name,
        "columns": list(table.columns),
        "rows": [
            {"label": row.label, "level": row.level, "cells": [_listed(structs.asdict(cell)) for cell in row.cells]}
            for row in table.rows
        ],
        "title": table.title,
        "notes": list(table.notes),
    }


def _listed(cell: dict[str, Any]) -> dict[str, Any]:
    score = cell.pop("wilson") or (None, None)
    limits = {"lower": cell["lower"], "upper": cell["upper"], "wilson_lower": score[0], "wilson_upper": score[1]}
    in_percent = {key: None if limit is None else 100 * limit for key, limit in limits.items()}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in (cell | in_percent).items()}
