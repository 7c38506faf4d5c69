"""How many of each group leave on each day, by cause: what every curve is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import MISSING
from hlh_tui.cohort.survival.counts import Counts
from hlh_tui.cohort.survival.divided_anew import charted_people, left_in_groups
from hlh_tui.cohort.survival.follow_up import EVENT, people

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.follow_up import FollowUp
    from hlh_tui.study.file import Study


class Leaving(msgspec.Struct, frozen=True, gc=False):
    """How many of one group leave on one day (since the clock's start), by cause; ``ends[0]`` are the censored."""

    stratum: str | None
    day: float
    ends: tuple[int, ...]

    @property
    def events(self) -> int:
        """How many have the event."""
        return self.ends[EVENT]

    @property
    def censored(self) -> int:
        """How many leave without the event, whatever else ends their time; as Kaplan and Meier count."""
        return sum(self.ends) - self.ends[EVENT]


def leaving(study: Study, question: FollowUp) -> tuple[Leaving, ...]:
    """Who leaves when, in counts, ordered by group and day.

    ``CohortError`` for an empty study, or follow-up that ends before the clock starts.
    """
    causes = len(question.causes) + 2
    known = charted_people(study, question)
    if known is not None:
        rows = left_in_groups(known, question.division, causes)
    else:
        ends = ", ".join(f"count(*) FILTER (cause = {cause})" for cause in range(causes))
        rows = study.rows(
            f"{question.sql} SELECT stratum, day, {ends} FROM followed WHERE why IS NULL"
            " GROUP BY stratum, day ORDER BY stratum, day",
            question.params,
        )
    refuse_impossible(study, question, rows)
    return tuple(Leaving(stratum, day, tuple(counted)) for stratum, day, *counted in rows)


def refuse_impossible(study: Study, question: FollowUp, rows: Sequence[tuple[Any, ...]]) -> None:
    """Raise ``CohortError`` for a study without patients, or for follow-up that ends before the clock starts."""
    if not rows and not study.rows("SELECT 1 FROM patient LIMIT 1"):
        raise CohortError(f"{study.path.name} has no patients yet: import charts first")
    if all(row[1] >= 0 for row in rows):
        return
    first = people(study, question, float("-inf"), most=1)[0]
    if question.endpoint.start == "response":
        raise CohortError(
            f"{first.patient_id} is followed only to {-first.day:g} days before the adjudicated response: correct the"
            " day of the decision or the chart"
        )
    raise CohortError(
        f"{first.patient_id} is followed to day {first.day:g} only, before the index event: correct the chart"
    )


def by_stratum(leaving: Iterable[Leaving]) -> dict[str, list[Leaving]]:
    """The same by label of the group; what is not known is ``missing``."""
    groups: dict[str, list[Leaving]] = {}
    for each in leaving:
        groups.setdefault(MISSING if each.stratum is None else each.stratum, []).append(each)
    return groups


def counts(leaving: Sequence[Leaving]) -> Counts:
    """The counts of one group as arrays."""
    import numpy as np

    return Counts(
        np.array([each.day for each in leaving], dtype=np.float64),
        np.array([each.events for each in leaving], dtype=np.int64),
        np.array([each.censored for each in leaving], dtype=np.int64),
    )
