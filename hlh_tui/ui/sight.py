"""Whose category this reader may see on a screen that speaks of many patients at once.

The rules' proposal for a case stays hidden until the reader's first decision on it. Counts over many hidden cases tell
nothing of one of them; counts over few, or over cases that all fare alike, would tell it by subtraction from the cases
the reader knows, so these are left out of every count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.ui.present import counted

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow

FEWEST = 5
"""Hidden cases below which their counts would tell too much of each."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The cases whose proposal this reader has been shown, and the others."""

    shown: frozenset[str]
    hidden: frozenset[str]
    undecided: bool
    """Whether the reader has decided none of the hidden ones; a decision made by script shows no proposal."""

    def counts(self, *categories: Mapping[str, str]) -> bool:
        """Whether the hidden cases may be counted: there are several, and by none of these do all fare alike."""
        if not self.hidden:
            return True
        spread = all(len({found[each] for each in self.hidden if each in found}) > 1 for found in categories)
        return len(self.hidden) >= FEWEST and spread

    def words(self, counts: bool) -> str:
        """What is said of the hidden cases; empty where there are none."""
        if not self.hidden:
            return ""
        cases = counted(len(self.hidden), "case")
        which = f"{cases} {'not yet decided by you' if self.undecided else 'whose proposal you have not been shown'}"
        are = "is" if len(self.hidden) == 1 else "are"
        if counts:
            return f"{which} {are} counted, not named"
        return f"{which} {are} left out: counts of so few, or of cases that fare alike, would tell what they are"


def sight_of(rows: Iterable[CaseRow]) -> Sight:
    """What the reader of these cases may see; in a study that never shows a proposal, counts at most."""
    listed = tuple(rows)
    hidden = [row for row in listed if not row.revealed]
    return Sight(
        frozenset(row.patient_id for row in listed if row.revealed),
        frozenset(row.patient_id for row in hidden),
        all(row.mine is None for row in hidden),
    )


def named(patients: Collection[str], sight: Sight) -> tuple[str, ...]:
    """Those of the patients who may be named, in order."""
    return tuple(sorted(each for each in patients if each in sight.shown))
