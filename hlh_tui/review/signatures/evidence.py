"""The evidence that a signature covers: a digest of one case's chart up to a day.

The digest is over the values alone. It does not depend on the patient's id, on the order of rows or on where they
were imported from, so it is the same in a reader's pack and in the study that the pack is of; there the charts are
made anonymous again, exactly as for the pack, before they are compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.study.log import canonical_json

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

FILE = Path(__file__).with_suffix(".sql")
TABLES = ("patient", "observation", "exposure", "event", "note")
AT_ONCE = 500
"""Cases read together: their rows are in memory at one time."""

ROW = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=float)
"""A row as a JSON list; exact decimals, as days are, become numbers like the others."""

Rows = Mapping[str, Sequence[Sequence[Any]]]
"""Table -> its rows for one case, without the patient's id."""


def evidence_sha256(study: Study, patient_id: str, until: float | None) -> str:
    """SHA-256 (hex) of the chart of one case up to day ``until`` (None: all of it)."""
    return evidence_of(study, [patient_id], until)[patient_id]


def evidence_of(study: Study, patient_ids: Iterable[str], until: float | None) -> dict[str, str]:
    """Patient id -> SHA-256 (hex) of the chart up to day ``until``; ids without a chart have the digest of none."""
    wanted = list(dict.fromkeys(patient_ids))
    found: dict[str, str] = {}
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        charts: dict[str, dict[str, list[Sequence[Any]]]] = {each: {} for each in some}
        for table in TABLES:
            for patient_id, *row in study.rows(query(table), (some, until)):
                charts[patient_id].setdefault(table, []).append(row)
        found |= {patient_id: digest(rows, until) for patient_id, rows in charts.items()}
    return found


def evidence_in_pack(study: Study, cases: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Code -> SHA-256 (hex) of the chart as it is in a pack, for (code, patient id) of cases dealt into it."""
    from hlh_tui.review.packs.deidentified import deidentified

    until = study.protocol.review_until_day
    found: dict[str, str] = {}
    for first in range(0, len(cases), AT_ONCE):
        some = cases[first : first + AT_ONCE]
        charts: dict[str, dict[str, list[Sequence[Any]]]] = {code: {} for code, _ in some}
        for table, rows in deidentified(study, some).items():
            for code, *row in rows:
                charts[code].setdefault(table, []).append(row)
        found |= {code: digest(rows, until) for code, rows in charts.items()}
    return found


def digest(rows: Rows, until: float | None) -> str:
    """SHA-256 (hex) of the rows of one case, each table in the order of its canonical rows."""
    chart = {table: sorted(ROW.encode(row) for row in rows.get(table, ())) for table in TABLES}
    document = canonical_json({"format": 1, "until": None if until is None else float(until), **chart})
    return hashlib.sha256(document.encode("utf-8")).hexdigest()


@cache
def query(table: str) -> str:
    """The query for the rows of a table: $1 the patients, $2 the last day or NULL."""
    texts = FILE.read_text(encoding="utf-8").split("-- table ")[1:]
    return dict(text.split("\n", 1) for text in texts)[table]
