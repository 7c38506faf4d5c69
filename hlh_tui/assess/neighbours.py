"""Patients assessed a block at a time, so that the next chart is there before it is asked for.

Planning the query takes far longer than running it for one patient; a block of neighbours costs hardly more than one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import msgspec

from hlh_tui.assess.options import Reading
from hlh_tui.assess.sql.compile import detail_sql
from hlh_tui.assess.sql.values import values_sql

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Row = tuple[Any, ...]
Rows = tuple[list[Row], list[Row]]
"""Of one patient the rows of ``detail_sql`` and of ``values_sql``."""

AROUND = 32
"""Patients before and after the one asked for, in the order of their ids."""
KEPT = 1024
"""Patients whose rows a study keeps, those used last."""
IDS = "SELECT patient_id FROM patient ORDER BY patient_id LIMIT $1"
CHARTS = "SELECT coalesce(max(seq), 0) FROM log WHERE action = 'charts_imported'"
BLOCK = """SELECT coalesce((SELECT min(patient_id) FROM (
    SELECT patient_id FROM patient WHERE patient_id <= $1 ORDER BY patient_id DESC LIMIT $2)), $1),
    coalesce((SELECT max(patient_id) FROM (
    SELECT patient_id FROM patient WHERE patient_id >= $1 ORDER BY patient_id LIMIT $2)), $1)"""

_kept: WeakKeyDictionary[Study, OrderedDict[tuple[object, ...], Rows]] = WeakKeyDictionary()
_turn = threading.Lock()


def charts_as_of(study: Study) -> int:
    """The log entry of the last import: what rests on charts holds until it is another."""
    return int(study.rows(CHARTS)[0][0])


def patient_rows(study: Study, reading: Reading, patient_id: str) -> Rows:
    """The rows of one patient under a reading; empty without such a patient. Imported charts are read again."""
    # The set itself, not its hash: two sets read from one document may differ in what was changed since.
    here = (charts_as_of(study), msgspec.msgpack.encode(reading.criteria))
    with _turn:
        kept = _kept.setdefault(study, OrderedDict())
        found = kept.get((*here, patient_id))
        if found is not None:
            kept.move_to_end((*here, patient_id))
            return found
    block = _block(study, reading, patient_id)
    with _turn:
        kept.update({(*here, each): rows for each, rows in block.items()})
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return block.get(patient_id, ([], []))


def read_all(study: Study, reading: Reading, stop: Callable[[], bool]) -> int:
    """Read every patient of a study of at most ``KEPT``, a block at a time until ``stop``; how many blocks were read.

    A larger study is left to its neighbourhoods: reading it ahead would only push out what is kept.
    """
    ids = [patient_id for (patient_id,) in study.rows(IDS, [KEPT + 1])]
    if len(ids) > KEPT:
        return 0
    middles = [ids[min(first + AROUND, len(ids) - 1)] for first in range(0, len(ids), 2 * AROUND + 1)]
    read = 0
    for patient_id in middles:
        if stop():
            break
        patient_rows(study, reading, patient_id)
        read += 1
    return read


def _block(study: Study, reading: Reading, patient_id: str) -> dict[str, Rows]:
    ends = list(study.rows(BLOCK, [patient_id, AROUND + 1])[0])
    found: dict[str, Rows] = {}
    for row in study.rows(detail_sql(reading.criteria, some=True), ends):
        found.setdefault(row[0], ([], []))[0].append(row)
    for row in study.rows(values_sql(reading.criteria, some=True), ends):
        found[row[0]][1].append(row)
    return found
