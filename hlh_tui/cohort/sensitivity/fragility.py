"""The fewest decisions whose change turns a conclusion.

A proportion depends on its count alone, so the answer is exact. A test depends on which patients change sides: all
sets of one decision are tried, then of two, and so on; where they become too many to try, a set is built greedily, and
the answer says up to which size every set was tried.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hlh_tui.cohort.sensitivity.conclusions import holds
from hlh_tui.cohort.sensitivity.fragile_difference import search_difference
from hlh_tui.cohort.sensitivity.fragile_survival import search_survival
from hlh_tui.cohort.sensitivity.measures import DifferenceReading, Reading, ShareReading
from hlh_tui.cohort.sensitivity.models import Categories, Fragility, Judged, Share
from hlh_tui.cohort.sensitivity.sets import Found
from hlh_tui.protocol.models import Conclusion


def fragility(categories: Categories, doubtful: Collection[str], conclusion: Conclusion, reading: Reading) -> Fragility:
    """The smallest set found for one conclusion, with what is proven of its size; doubtful cases come first in it."""
    judged = Judged(conclusion, reading.now, holds(conclusion, reading.now))
    order = sorted((p for p, c in categories.items() if c is not None), key=lambda p: (p not in doubtful, p))
    outcome = reading.measure.outcome
    have = [patient for patient in order if categories[patient] in outcome]
    lack = [patient for patient in order if categories[patient] not in outcome]
    if isinstance(reading, ShareReading):
        if not reading.now.n:
            return Fragility(judged, None, 0, (), "nobody is decided, so no result is defined")
        found = search_share(reading, conclusion, have, lack)
    elif isinstance(reading, DifferenceReading):
        found = search_difference(reading, conclusion, have, lack)
    else:
        found = search_survival(reading, conclusion, have, lack)
    return Fragility(judged, found.fewest, found.at_least, found.example, found.how)


def search_share(reading: ShareReading, conclusion: Conclusion, have: Sequence[str], lack: Sequence[str]) -> Found:
    """The exact answer for a proportion: every count that can be reached, the nearest first."""
    among = reading.measure.among
    inside = [[patient for patient in side if among is None or patient in among] for side in (have, lack)]
    k, n, before = reading.now.k, reading.now.n, bool(holds(conclusion, reading.now))
    for moved in range(1, n + 1):
        for place, count in ((0, k - moved), (1, k + moved)):
            if 0 <= count <= n and bool(holds(conclusion, Share(count, n))) != before:
                example = tuple((patient, bool(place)) for patient in inside[place][:moved])
                which = "with" if place == 0 else "without"
                how = f"exact: any {moved} of the {len(inside[place])} {which} the outcome, giving {count}/{n}"
                return Found(moved, moved, example, how)
    return Found(None, n, (), f"exact: no share of {n} turns it")
