"""What each new entry of the log moves, told from one entry to the next."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.cohort.sensitivity.base import base_of
from hlh_tui.cohort.sensitivity.headline import headline
from hlh_tui.cohort.sensitivity.models import Base, Headline
from hlh_tui.cohort.sensitivity.what_changed import what_changed
from hlh_tui.review.conduct.blinding import closed

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

TOUCHED = """
SELECT DISTINCT patient_id FROM log WHERE seq > $1 AND seq <= $2 AND patient_id IS NOT NULL ORDER BY patient_id"""
MOST_ALONE = 8
"""From more touched cases than this on, all are read at once: that takes as long as about ten single ones."""


class Follower:
    """Keeps the headline of an open study from entry to entry; patients and follow-up are read once.

    May be asked from several threads. Charts cannot be imported meanwhile, because one process holds the study.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.turn = threading.Lock()
        self.seq = 0
        self.base: Base | None = None
        self.categories: dict[str, str | None] = {}
        self.began: dict[str, float] = {}
        self.headline: Headline | None = None

    def tell(self, seq: int) -> str:
        """What the entries since the last telling, up to ``seq``, moved; at first the entry ``seq`` alone.

        Empty for an entry that was told of before, and always where the protocol does not let results be seen.
        """
        if closed(self.study, "results") is not None:
            return ""
        with self.turn:
            if self.headline is None:
                self._start(seq - 1)
            before = self.headline
            if seq <= self.seq or self.base is None or before is None:
                return ""
            self._take(seq)
            self.headline = headline(replace(self.base, began=self.began), self.categories)
            return what_changed(before, self.headline)

    def prepare(self) -> None:
        """Read everything now, so that the first telling is as quick as the others."""
        with self.turn:
            if self.headline is None and closed(self.study, "results") is None:
                self._start(self.study.head[0])

    def _start(self, seq: int) -> None:
        self.base = base_of(self.study)
        self._read(seq)
        self.headline = headline(replace(self.base, began=self.began), self.categories)
        self.seq = seq

    def _take(self, seq: int) -> None:
        """Bring the categories of the cases touched since up to the entry."""
        from hlh_tui.review.state import FINALS
        from hlh_tui.review.statements import over_state

        touched = [patient for (patient,) in self.study.rows(TOUCHED, (self.seq, seq))]
        if len(touched) > MOST_ALONE:
            self._read(seq)
        else:
            for patient in touched:
                ((_, category, *_, since),) = self.study.rows(over_state(self.study, FINALS), (patient, seq))
                self._set(patient, category, since)
        self.seq = seq

    def _read(self, seq: int) -> None:
        """The categories of all cases as of the entry."""
        from hlh_tui.review.state import final_categories

        for patient, final in final_categories(self.study, seq).items():
            self._set(patient, final.category, final.since)

    def _set(self, patient: str, category: str | None, since: float | None) -> None:
        """One case as it is decided now, with the day on which that begins."""
        self.categories[patient] = category
        self.began.pop(patient, None)
        if category is not None and since is not None:
            self.began[patient] = since
