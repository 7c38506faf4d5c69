"""Patients assessed some at a time, so that the next chart is there before it is asked for.

Planning the query takes far longer than running it for one patient; ten patients cost twice as much as one. A study
that can be kept whole is read a block of neighbours at a time. In a larger one a plan is stored (``stored_plan``): it
reads the patients that a reader has on the screen before one of them is opened, and any other that is asked for.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import msgspec

from hlh_tui.assess.options import Reading
from hlh_tui.assess.sql.compile import detail_sql
from hlh_tui.assess.sql.values import values_sql
from hlh_tui.assess.stored_plan import AS_OF, Plans, charts_of, plans

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Row = tuple[Any, ...]
Rows = tuple[list[Row], list[Row]]
"""Of one patient the rows of ``detail_sql`` and of ``values_sql``."""

AROUND = 32
"""Patients before and after the one asked for, in the order of their ids, in a study that is kept whole."""
KEPT = 1024
"""Patients whose rows a study keeps, those used last."""
PLANNED = 2
"""Readings whose plans a study keeps, those used last: the study's, and one that is tried out."""
LIKELIEST = 2
"""Patients that are read first of those on the screen: the one under the cursor and the one that is due next."""
TOGETHER = 8
"""Patients on the screen that are read at a time: nobody who asks for another one waits long for them."""
IDS = "SELECT patient_id FROM patient ORDER BY patient_id LIMIT $1"
BLOCK = """SELECT coalesce((SELECT min(patient_id) FROM (
    SELECT patient_id FROM patient WHERE patient_id <= $1 ORDER BY patient_id DESC LIMIT $2)), $1),
    coalesce((SELECT max(patient_id) FROM (
    SELECT patient_id FROM patient WHERE patient_id >= $1 ORDER BY patient_id LIMIT $2)), $1)"""

_kept: WeakKeyDictionary[Study, OrderedDict[tuple[object, ...], Rows]] = WeakKeyDictionary()
_plans: WeakKeyDictionary[Study, OrderedDict[bytes, Plans]] = WeakKeyDictionary()
"""The plans by criteria set, of the studies that are too large to be kept whole."""
_turn = threading.Lock()
_storing = threading.Lock()


def charts_as_of(study: Study) -> int:
    """The log entry of the last import: what rests on charts holds until it is another."""
    return int(study.rows(f"SELECT {AS_OF}")[0][0])


def patient_rows(study: Study, reading: Reading, patient_id: str) -> Rows:
    """The rows of one patient under a reading; empty without such a patient. Imported charts are read again."""
    here = _here(study, reading)
    with _turn:
        kept = _kept.setdefault(study, OrderedDict())
        if (*here, patient_id) in kept:
            kept.move_to_end((*here, patient_id))
            return kept[*here, patient_id]
    plan = _plan_if_large(study, reading)
    found = _read_block(study, reading, patient_id, here) if plan is None else _by_plan(study, plan, here, [patient_id])
    return found.get(patient_id, ([], []))


def read_soon(study: Study, reading: Reading, patient_ids: Sequence[str], stop: Callable[[], bool]) -> None:
    """Read patients that are likely to be asked for, the likeliest first and a few at a time, until ``stop``.

    Of a study of at most ``KEPT`` patients only the likeliest: ``read_all`` is for the others.
    """
    plan = _plan_if_large(study, reading)
    if plan is None:
        for patient_id in patient_ids[:LIKELIEST]:
            patient_rows(study, reading, patient_id)
        return
    here = _here(study, reading)
    firsts = range(LIKELIEST, len(patient_ids), TOGETHER)
    for group in (patient_ids[:LIKELIEST], *(patient_ids[first : first + TOGETHER] for first in firsts)):
        if stop():
            return
        _by_plan(study, plan, here, group)


def plan_if_large(study: Study, reading: Reading) -> bool:
    """Store a plan for a study of more than ``KEPT`` patients, unless it is there; whether it is that large."""
    return _plan_if_large(study, reading) is not None


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


def _here(study: Study, reading: Reading) -> tuple[int, bytes]:
    # The set itself, not its hash: two sets read from one document may differ in what was changed since.
    return charts_as_of(study), msgspec.msgpack.encode(reading.criteria)


def _plan_if_large(study: Study, reading: Reading) -> Plans | None:
    with _turn:
        large = study in _plans
    if not large and len(study.rows(IDS, [KEPT + 1])) <= KEPT:
        return None
    rules = msgspec.msgpack.encode(reading.criteria)
    with _storing:
        with _turn:
            stored = _plans.setdefault(study, OrderedDict())
            if rules in stored:
                stored.move_to_end(rules)
                return stored[rules]
        made = plans(study, reading.criteria)
        with _turn:
            stored[rules] = made
            while len(stored) > PLANNED:
                stored.popitem(last=False)
    return made


def _by_plan(study: Study, plan: Plans, here: tuple[int, bytes], patient_ids: Sequence[str]) -> dict[str, Rows]:
    as_of, rules = here
    with plan.turn:
        found = _found(study, here, patient_ids)  # read by who had the turn before
        wanted = [each for each in patient_ids if each not in found]
        if not wanted:
            return found
        while (charted := charts_of(study, wanted, as_of)) is None:
            as_of = charts_as_of(study)
        if not charted["patient"]:
            return found
        read = _by_patient(*plan.rows(charted))
    _keep(study, {(as_of, rules, each): rows for each, rows in read.items()})
    return found | read


def _found(study: Study, here: tuple[int, bytes], patient_ids: Sequence[str]) -> dict[str, Rows]:
    with _turn:
        kept = _kept.setdefault(study, OrderedDict())
        return {each: kept[*here, each] for each in patient_ids if (*here, each) in kept}


def _by_patient(detail: list[Row], values: list[Row]) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in detail:
        found.setdefault(row[0], ([], []))[0].append(row)
    for row in values:
        found[row[0]][1].append(row)
    return found


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
    return _by_patient(
        study.rows(detail_sql(reading.criteria, some=True), ends),
        study.rows(values_sql(reading.criteria, some=True), ends),
    )
