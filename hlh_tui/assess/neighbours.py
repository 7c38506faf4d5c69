"""Patients assessed a block at a time, so that the next chart is there before it is asked for.

Planning the query takes far longer than running it for one patient; a block of neighbours costs hardly more than one.
In a study too large to be read ahead a plan is stored (``stored_plan``): a patient far from all that were read is
assessed by it, and its neighbours once the reader rests there, or at once if patient after patient is asked for.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, ref

import _duckdb
import msgspec

from hlh_tui.assess.options import Reading
from hlh_tui.assess.sql.compile import detail_sql
from hlh_tui.assess.sql.values import values_sql
from hlh_tui.assess.stored_plan import AS_OF, Plans, chart_of, plans
from hlh_tui.study.errors import StudyFileError

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Row = tuple[Any, ...]
Rows = tuple[list[Row], list[Row]]
"""Of one patient the rows of ``detail_sql`` and of ``values_sql``."""

AROUND = 32
"""Patients before and after the one asked for, in the order of their ids."""
KEPT = 1024
"""Patients whose rows a study keeps, those used last."""
PLANNED = 2
"""Readings whose plans a study keeps, those used last: the study's, and one that is tried out."""
WALK = 6
"""Patients asked for in the order of their ids, one soon after the other, from which on their neighbours are read."""
REST_SECONDS = 0.3
"""How long nobody asks for another far patient before the neighbours of the last one are read."""
IDS = "SELECT patient_id FROM patient ORDER BY patient_id LIMIT $1"
BLOCK = """SELECT coalesce((SELECT min(patient_id) FROM (
    SELECT patient_id FROM patient WHERE patient_id <= $1 ORDER BY patient_id DESC LIMIT $2)), $1),
    coalesce((SELECT max(patient_id) FROM (
    SELECT patient_id FROM patient WHERE patient_id >= $1 ORDER BY patient_id LIMIT $2)), $1)"""


@dataclass(slots=True)
class Steps:
    """Which patient was last read by a plan, after how many in the order of ids; whether reading a block was of use."""

    last: str = ""
    upwards: int = 0
    useful: bool = True

    def walk(self, patient_id: str) -> bool:
        """Whether this patient is one of a row, so that its neighbours are likely to be asked for next."""
        self.upwards = self.upwards + 1 if patient_id > self.last else 1
        self.last = patient_id
        if self.upwards < WALK:
            return False
        if not self.useful:  # in order, but far from each other
            self.upwards = 0
        self.useful = self.upwards == 0
        return self.upwards > 0


_kept: WeakKeyDictionary[Study, OrderedDict[tuple[object, ...], Rows]] = WeakKeyDictionary()
_plans: WeakKeyDictionary[Study, OrderedDict[bytes, Plans]] = WeakKeyDictionary()
"""The plans by criteria set, of the studies for which ``read_all`` has stored one."""
_steps: WeakKeyDictionary[Study, Steps] = WeakKeyDictionary()
_resting: WeakKeyDictionary[Study, threading.Timer] = WeakKeyDictionary()
_turn = threading.Lock()


def charts_as_of(study: Study) -> int:
    """The log entry of the last import: what rests on charts holds until it is another."""
    return int(study.rows(f"SELECT {AS_OF}")[0][0])


def patient_rows(study: Study, reading: Reading, patient_id: str) -> Rows:
    """The rows of one patient under a reading; empty without such a patient. Imported charts are read again."""
    # The set itself, not its hash: two sets read from one document may differ in what was changed since.
    rules = msgspec.msgpack.encode(reading.criteria)
    here = (charts_as_of(study), rules)
    with _turn:
        kept = _kept.setdefault(study, OrderedDict())
        found = kept.get((*here, patient_id))
        if found is not None:
            kept.move_to_end((*here, patient_id))
            _steps.setdefault(study, Steps()).useful = True
            return found
        stored = _plans.get(study)
        plan = None if stored is None else stored.get(rules)
        if stored is not None and plan is not None:
            stored.move_to_end(rules)
            if _steps.setdefault(study, Steps()).walk(patient_id):
                plan = None
    if stored is not None:
        _once_at_rest(study, reading, patient_id if plan else None)
    if plan is None:
        return _read_block(study, reading, patient_id, here).get(patient_id, ([], []))
    return _by_plan(study, plan, rules, here[0], patient_id)


def plan_if_large(study: Study, reading: Reading) -> bool:
    """Store a plan for a study of more than ``KEPT`` patients; whether it is that large."""
    large = len(study.rows(IDS, [KEPT + 1])) > KEPT
    if large:
        _store(study, reading)
    return large


def read_all(study: Study, reading: Reading, stop: Callable[[], bool]) -> int:
    """Read every patient of a study of at most ``KEPT``, a block at a time until ``stop``; how many blocks were read.

    A larger study has its plan instead: reading it ahead would only push out what is kept.
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


def _by_plan(study: Study, plan: Plans, rules: bytes, as_of: int, patient_id: str) -> Rows:
    while (chart := chart_of(study, patient_id, as_of)) is None:
        as_of = charts_as_of(study)
    if not chart["patient"]:
        return [], []
    rows = plan.rows(chart)
    _keep(study, {(as_of, rules, patient_id): rows})
    return rows


def _store(study: Study, reading: Reading) -> None:
    """Make the plans of a reading, unless they are there."""
    rules = msgspec.msgpack.encode(reading.criteria)
    with _turn:
        if study in _plans and rules in _plans[study]:
            return
    made = plans(study, reading.criteria)
    with _turn:
        stored = _plans.setdefault(study, OrderedDict())
        stored[rules] = made
        while len(stored) > PLANNED:
            stored.popitem(last=False)


def _once_at_rest(study: Study, reading: Reading, patient_id: str | None) -> None:
    """Store the reading's plan, and read a patient's neighbours, as soon as nobody asks for other far patients."""
    timer = threading.Timer(REST_SECONDS, _at_rest, (ref(study), reading, patient_id))
    timer.daemon = True
    with _turn:
        before = _resting.pop(study, None)
        _resting[study] = timer
    if before is not None:
        before.cancel()
    timer.start()


def _at_rest(study_of: ref[Study], reading: Reading, patient_id: str | None) -> None:
    study = study_of()
    if study is None or study.closed:
        return
    # Nobody waits for this, and the study may be closed while it is read.
    with contextlib.suppress(_duckdb.Error, StudyFileError):
        _store(study, reading)
        if patient_id is not None:
            here = charts_as_of(study), msgspec.msgpack.encode(reading.criteria)
            _read_block(study, reading, patient_id, here)


@atexit.register
def _leave() -> None:
    """End what is waiting: the engine complains of threads that outlive it."""
    for timer in list(_resting.values()):
        timer.cancel()
        timer.join(1)


def _read_block(study: Study, reading: Reading, patient_id: str, here: tuple[object, ...]) -> dict[str, Rows]:
    block = _block(study, reading, patient_id)
    _keep(study, {(*here, each): rows for each, rows in block.items()})
    return block


def _keep(study: Study, found: dict[tuple[object, ...], Rows]) -> None:
    with _turn:
        kept = _kept.setdefault(study, OrderedDict())
        kept.update(found)
        while len(kept) > KEPT:
            kept.popitem(last=False)


def _block(study: Study, reading: Reading, patient_id: str) -> dict[str, Rows]:
    ends = list(study.rows(BLOCK, [patient_id, AROUND + 1])[0])
    found: dict[str, Rows] = {}
    for row in study.rows(detail_sql(reading.criteria, some=True), ends):
        found.setdefault(row[0], ([], []))[0].append(row)
    for row in study.rows(values_sql(reading.criteria, some=True), ends):
        found[row[0]][1].append(row)
    return found
