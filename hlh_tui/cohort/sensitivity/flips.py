"""Every decided case taken to every other category, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hlh_tui.cohort.sensitivity.conclusions import holds, measure_of
from hlh_tui.cohort.sensitivity.headline import headline_measures
from hlh_tui.cohort.sensitivity.measures import Reading, read
from hlh_tui.cohort.sensitivity.models import Base, Categories, Flip, Judged, Result
from hlh_tui.protocol.models import Conclusion

holds_once = lru_cache(maxsize=65536)(holds)


@dataclass(frozen=True)
class Now:
    """The headline's and the conclusions' results under the decisions in force, ready to answer for other ones."""

    readings: tuple[Reading, ...]
    concluded: tuple[tuple[Conclusion, Reading], ...]

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The conclusions as they stand."""
        return tuple(Judged(each, reading.now, holds(each, reading.now)) for each, reading in self.concluded)


def now(base: Base, categories: Categories) -> Now:
    """Everything that is looked at, under these decisions."""
    measures = [measure for part in headline_measures(base) for _, _, measure in part]
    return Now(
        tuple(read(measure, categories) for measure in measures),
        tuple((each, read(measure_of(base, each), categories)) for each in base.conclusions),
    )


def flips(base: Base, categories: Categories, standing: Now) -> Iterator[Flip]:
    """What each decided case at each other category would give, in the order of patients and of the categories."""
    before = {conclusion.id: bool(holds(conclusion, reading.now)) for conclusion, reading in standing.concluded}
    for patient, was in categories.items():
        if was is None:
            continue
        for to in base.ranked:
            if to != was:
                results = tuple(reading.after(patient, was, to) for reading in standing.readings)
                after = {each.id: reading.after(patient, was, to) for each, reading in standing.concluded}
                yield Flip(patient, was, to, results, turned(base.conclusions, before, after))


def turned(
    conclusions: Sequence[Conclusion], before: Mapping[str, bool], after: Mapping[str, Result]
) -> tuple[str, ...]:
    """The conclusions that hold before and not after, or the other way round."""
    return tuple(each.id for each in conclusions if bool(holds_once(each, after[each.id])) != before[each.id])
