"""The final categories kept from entry to entry, so that one more decision in a large study costs one case."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hlh_tui.review.models import FinalCategory

if TYPE_CHECKING:
    from collections.abc import Callable

    from hlh_tui.study.file import Study

AS_OF = "SELECT coalesce((SELECT max(seq) FROM log), 0), (SELECT count(*) FROM patient)"
TOUCHED = "SELECT DISTINCT patient_id FROM log WHERE seq > $1 AND seq <= $2"
MOST_ALONE = 8
"""From more touched cases than this on, all are read at once: that takes as long as about ten single ones."""


@dataclass(slots=True)
class Known:
    """The categories as of an entry, and how many patients there were."""

    seq: int
    patients: int
    finals: dict[str, FinalCategory]


KNOWN: WeakKeyDictionary[Study, Known] = WeakKeyDictionary()
TURN = threading.Lock()


def kept(study: Study, read: Callable[[str | None, int | None], dict[str, FinalCategory]]) -> dict[str, FinalCategory]:
    """The final categories now, in patient order; ``read`` gets those of one patient or of all, as of an entry.

    Only the cases that entries since the last call name are read again; all of them after an entry that names none,
    such as an import.
    """
    with TURN:
        ((seq, patients),) = study.rows(AS_OF)
        known = KNOWN.get(study)
        if known is None or known.patients != patients or known.seq > seq:
            known = KNOWN[study] = Known(seq, patients, read(None, seq))
        elif known.seq < seq:
            touched = [patient for (patient,) in study.rows(TOUCHED, (known.seq, seq))]
            if None in touched or len(touched) > MOST_ALONE:
                finals = read(None, seq)
            else:
                # A new dictionary: whoever holds the old one still reads one moment's categories.
                finals = known.finals.copy()
                for patient in touched:
                    finals |= read(patient, seq)
            known = KNOWN[study] = Known(seq, patients, finals)
        return known.finals.copy()
